"""A Noren of a test's own: its configuration, catalogue and books in a temporary folder, on free ports of loopback,
beside a PayPal simulator that is a process of its own."""

import http.client
import json
import os
import pathlib
import random
import select
import shutil
import signal
import socket
import subprocess
import time

SIMULATOR_IN_CONFIG = "http://127.0.0.1:8091"
PUBLIC_IN_CONFIG = "http://amiami.localhost:8080"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def built(build, name):
    """The program or folder of this name below the build folder."""
    found = [path for path in pathlib.Path(build).glob(f"**/{name}") if path.is_file() and os.access(path, os.X_OK)]
    if not found:
        raise SystemExit(f"{name} is not built in {build}")
    return found[0]


def line_of(process, patience_s):
    """The next line of a process's output, or None when none came in time or the process ended."""
    ready, _, _ = select.select([process.stdout], [], [], patience_s)
    return (process.stdout.readline() or None) if ready else None


def exchange(port, method, path, body=None, headers=None, host=None, timeout_s=30):
    """One HTTP exchange: status, headers, body. Raises OSError or HTTPException when it fails."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    try:
        headers = dict(headers or {})
        if host:
            headers["Host"] = host
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        return reply.status, reply.headers, reply.read()
    finally:
        connection.close()


class Simulator:
    """PayPal on loopback, with its own book in `folder`."""

    def __init__(self, build, folder, *options):
        command = [str(built(build, "paypal_simulator")), "--client", "shop:secret", "--book", f"{folder}/paypal.book", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = line_of(self.process, 20)
        if line is None:
            raise SystemExit("the PayPal simulator does not start")
        self.port = json.loads(line)["port"]
        self.address = f"http://127.0.0.1:{self.port}"

    def control(self, **what):
        return json.loads(exchange(self.port, "POST", "/_control", what)[2])

    def book(self):
        return json.loads(exchange(self.port, "GET", "/_book", timeout_s=120)[2])

    def clear(self, capture, cleared):
        """An eCheck clears or bounces."""
        exchange(self.port, "POST", f"/_control/captures/{capture}", {"cleared": cleared})

    def decide(self, link, decision, funding="balance"):
        """What a shopper does on the approval page. Gives where the shopper is sent, or None."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        path = link[len(self.address):]
        status, headers, _ = exchange(self.port, "POST", path, f"decision={decision}&funding={funding}", form)
        return headers["Location"] if status == 303 else None

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


class Installation:
    """AmiAmi's storefront on a database of its own. `postgresql` is a libpq connection string; without it, SQLite."""

    host = "amiami.localhost"

    def __init__(self, build, source, folder, simulator, postgresql=None, plugins=None, logging="warning"):
        self.folder = pathlib.Path(folder)
        self.noren = built(build, "noren")
        self.plugins = plugins or pathlib.Path(build) / "plugins"
        self.port = free_port()
        self.public_url = f"http://{self.host}:{self.port}"
        self.log = open(self.folder / "noren.log", "ab")
        self.process = None
        self.environment = os.environ | {
            "NOREN_PAYPAL_CLIENT_ID": "shop",
            "NOREN_PAYPAL_CLIENT_SECRET": "secret",
            "NOREN_TEST_DATABASE": postgresql or "",
        }
        self._configure(pathlib.Path(source), simulator.address, postgresql, logging)

    def _configure(self, source, paypal, postgresql, logging):
        config = self.folder / "config"
        shutil.copytree(source / "config", config)
        for file in (config / "storefronts").glob("*.yaml"):
            text = file.read_text()
            file.write_text(text.replace(SIMULATOR_IN_CONFIG, paypal).replace(PUBLIC_IN_CONFIG, self.public_url))
        if postgresql:
            database = "postgresql: {connection: {env: NOREN_TEST_DATABASE}}"
        else:
            database = f"sqlite: {{folder: {self.folder}/data}}"
        (config / "noren.yaml").write_text(
            f"listen: {{address: 127.0.0.1, port: {self.port}, console_hosts: [console.localhost]}}\n"
            f"storefronts: [storefronts/amiami.yaml]\n"
            f"database: {{{database}}}\n"
            f"mail: {{maildir: {{folder: {self.folder}/mail}}}}\n"
            f"plugins: {{folders: [{self.plugins}], isolation: process}}\n"
            f"logging: {{level: {logging}, format: text}}\n"
        )

    def command(self, *arguments, typed=""):
        """Runs `noren ARGUMENTS` with `typed` on its standard input; gives its exit code and output."""
        done = subprocess.run(
            [str(self.noren), "--config", str(self.folder / "config"), *arguments],
            env=self.environment, cwd=self.folder, input=typed, stdout=subprocess.PIPE, stderr=self.log, text=True, timeout=300)
        return done.returncode, done.stdout

    def stock_up(self, items, units, seed=1):
        """Imports a catalogue of `items` articles in stock; gives their SKUs."""
        random_price = random.Random(seed)
        rows = ["id\ttitle\tprice\tsale_state\tstock_on_hand\tshipping_weight\tcondition"]
        skus = [f"FIG-{number:04}" for number in range(1, items + 1)]
        for sku in skus:
            rows.append(f"{sku}\tFigure {sku}\t{random_price.randrange(500, 20000)} JPY\tin_stock\t{units}\t300 g\tnew")
        feed = self.folder / "feed.tsv"
        feed.write_text("\n".join(rows) + "\n")
        code, output = self.command("import", str(feed), "--storefront", "amiami", "--strict")
        if code != 0:
            raise SystemExit(f"the catalogue cannot be imported: {output}\n{self.last_words()}")
        return skus

    def start(self, patience_s=30):
        """Serves. Gives how many seconds it took until the server answered."""
        began = time.monotonic()
        self.process = subprocess.Popen(
            [str(self.noren), "--config", str(self.folder / "config"), "serve"],
            env=self.environment, cwd=self.folder, stdout=subprocess.PIPE, stderr=self.log, text=True, start_new_session=True)
        while time.monotonic() < began + patience_s:
            if self.process.poll() is not None:
                break
            try:
                if exchange(self.port, "GET", "/readyz", host=self.host, timeout_s=1)[0] < 500:
                    return time.monotonic() - began
            except (OSError, http.client.HTTPException):
                time.sleep(0.01)
        raise SystemExit(f"noren serve does not start:\n{self.last_words()}")

    def kill(self):
        """kill -9 of the server alone. Gives the helpers that outlive it by 5 seconds, which none may."""
        family = self.process.pid
        self.process.kill()
        self.process.wait()
        for _ in range(100):
            left = [entry for entry in pathlib.Path("/proc").glob("[0-9]*") if self._group_of(entry) == family]
            if not left:
                return []
            time.sleep(0.05)
        os.killpg(family, signal.SIGKILL)
        return left

    @staticmethod
    def _group_of(entry):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            return int(fields[2]) if fields[0] != "Z" else None
        except (OSError, IndexError):
            return None

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise SystemExit("noren serve does not stop when asked to")
        self.log.flush()

    def verify(self):
        """`noren verify`: whether the books are clean, and what it says."""
        code, output = self.command("verify", "--json")
        return code == 0, output

    def last_words(self, lines=20):
        self.log.flush()
        return "\n".join((self.folder / "noren.log").read_text(errors="replace").splitlines()[-lines:])
