#!/usr/bin/python3
"""What `noren try` tells of scenarios that fail or cannot be read: where, what was expected, what was found.

usage: told.py BUILD
"""
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Lines 1 to 6 of every scenario below.
HEAD = """\
storefront: amiami
start: 2017-07-03T10:00+09:00
items: [{sku: FIG-1001, sale_state: in_stock, price: 9800 JPY, on_hand: 1}]
steps:
  - customer: {as: ann, country: US}
  - order: {as: o1, by: ann, lines: [{sku: FIG-1001}], shipping: ems, payment: paypal}
"""

# Steps that follow, and what is told of them; nothing: the scenario passes.
CASES = {
    "  - expect: {order: o1, payment: due}\n": None,
    "  - expect: {order: o1, payment: paid}\n": "7:34: payment: expected paid, found due",
    "  - expect: {order: o1, deadline: none}\n":
        "7:35: deadline: expected none, found 2017-07-10T10:00:00+09:00",
    "  - expect: {order: o1, goods: 9801 JPY}\n": "7:32: goods: expected 9801 JPY, found 9800 JPY",
    "  - expect_stock: {sku: FIG-1001, on_hand: 1}\n": "7:44: on_hand: expected 1, found 0",
    "  - expect_mail: {order: o1, template: order_placed, at: 2017-07-03T10:01+09:00}\n":
        "7:58: at: expected 2017-07-03T10:01:00+09:00, found 2017-07-03T10:00:00+09:00",
    "  - expect_mail: {order: o1, template: order_cancelled}\n": "7:40: template: expected order_cancelled, found no such mail",
    "  - expect_no_mail: {order: o1, template: order_placed}\n": "7:43: template: expected no such mail, found one for ",
    "  - expect_refused: {pay: o1, reason: not_due}\n": "7:39: reason: expected not_due, found not refused",
    "  - expect_refused: {order: {by: ann, lines: [{sku: FIG-1001}], shipping: ems, payment: paypal}, reason: too_many}\n":
        "reason: expected too_many, found sold_out",
    "  - order: {as: o2, by: ann, lines: [{sku: FIG-1001}], shipping: ems, payment: paypal}\n":
        "7:12: order: expected that the order is placed, found refused: sold_out",
    "  - order: {as: o2, by: ann, lines: [{sku: FIG-1001}], shipping: pigeon, payment: paypal}\n": "shipping_not_offered",
    "  - expect_offers: {by: ann, lines: [{sku: FIG-1001}], payment: [paypal]}\n":
        "payment: expected paypal, found card, paypal",
    "  - expect_calendar: {month: 2017-07, closed: [1]}\n": "7:47: closed: expected 1, found 1, 2, 8, 9, 15",
    "  - expect_history: {by: ann, orders: [o1]}\n": "7:26: by: expected a customer with an account, found a guest",
    "  - provider: {order: o1, outcome: captured}\n": "7:15: provider: expected a payment that is pending, found none",
    "  - staff: {invoice: o1}\n": None,
    "  - expect: {order: o1, state: waiting}\n": "7:32: state: expected waiting, found awaiting_payment",
    "  - expect: {order: o1, state: due}\n": "7:32: state: expected one of cancelled, delivered, shipped, ",
    "  - expct: {order: o1}\n": "7:5: unknown key `steps[2].expct`",
    "  - pay: {order: o2}\n": "7:18: no line above names such an order: found o2; did you mean `o1`?",
}


def main():
    build = pathlib.Path(sys.argv[1])
    faults = []

    def tries(*files, json_wanted=False):
        return subprocess.run(
            [build / "core/noren", "try", *files, *(["--json"] if json_wanted else []),
             "--config", ROOT / "config", "--plugins", build / "plugins"],
            capture_output=True, text=True, timeout=60)

    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "s.yaml"
        for steps, told in CASES.items():
            file.write_text(HEAD + steps)
            run = tries(file)
            if (run.returncode, told is None) not in ((0, True), (1, False)):
                faults.append(f"{steps.strip()}: exit code {run.returncode}: {run.stdout}{run.stderr}")
            elif told and (told not in run.stdout or f"{file}:" not in run.stdout):
                faults.append(f"{steps.strip()}: `{told}` is not told:\n{run.stdout}{run.stderr}")

        file.write_text(HEAD.replace("amiami", "amami"))
        if "s.yaml:1:13: there is no such storefront: found amami; did you mean `amiami`?" not in tries(file).stdout:
            faults.append("an unknown storefront is not told")

        file.write_text(HEAD + "  - expect: {order: o1, payment: paid}\n")
        fine = pathlib.Path(folder) / "fine.yaml"
        fine.write_text(HEAD)
        run = tries(file, fine, json_wanted=True)
        told = json.loads(run.stdout)
        if run.returncode != 1 or told["failed"] != 1 or [s["passed"] for s in told["scenarios"]] != [False, True]:
            faults.append(f"--json tells {run.stdout}")

    print("\n".join(faults) or f"{len(CASES) + 2} cases told")
    return 1 if faults else 0


sys.exit(main())
