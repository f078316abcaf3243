"""A shopper at the API, one request after the other. This is the only file of the crash tests that knows the routes."""

import http.client
import json
import time
import uuid

from installation import exchange



def address():
    """Another household each time."""
    return {
        "name": "Ann Example", "street": [f"{uuid.uuid4().int % 10**9} Example Street"], "city": "Springfield", "region": "IL",
        "postal_code": "62701", "country": "US", "phone": "+1 555 0100",
    }


class GivenUp(Exception):
    """The shopper lost patience: what was asked may or may not have happened."""


class Refused(Exception):
    """The shop said no."""


class Shopper:
    """Asks again, with the same Idempotency-Key, as long as the server does not answer."""

    def __init__(self, port, host, patience_s=20):
        self.port, self.host, self.patience_s = port, host, patience_s
        self.token = None
        self.unanswered = 0

    def ask(self, method, path, body=None, key=None):
        headers = {"Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if key:
            headers["Idempotency-Key"] = key
        until = time.monotonic() + self.patience_s
        while time.monotonic() < until:
            try:
                status, _, text = exchange(self.port, method, f"/api/v1{path}", body, headers, self.host)
            except (OSError, http.client.HTTPException):
                self.unanswered += 1
                time.sleep(0.05)
                continue
            if status in (429, 503) or (status == 409 and b'"payment_in_progress"' in text):
                time.sleep(0.2)
                continue
            if status >= 400:
                raise Refused(f"{method} {path}: {status} {text[:300]!r}")
            return json.loads(text) if text else {}
        raise GivenUp(f"{method} {path}")

    def place_order(self, lines, payment="paypal"):
        """From an empty cart to an order. Gives the number of the acknowledged order."""
        self.token = self.ask("POST", "/sessions")["token"]
        for sku, quantity in lines.items():
            self.ask("PUT", f"/cart/lines/{sku}", {"quantity": quantity})
        self.ask("PUT", "/cart/contact", {"email": f"{uuid.uuid4()}@example.com", "name": "Ann Example"})
        self.ask("PUT", "/cart/address", address())
        self.ask("GET", "/cart/offers")
        self.ask("PUT", "/cart/methods", {"shipping": "ems", "payment": payment})
        quote = self.ask("POST", "/cart/quote")["quote"]
        return self.ask("POST", "/orders", {"quote": quote}, key=str(uuid.uuid4()))["number"]

    def begin_payment(self, number):
        """Gives the attempt and the link on which the shopper approves."""
        started = self.ask("POST", f"/orders/{number}/payments")
        return started["attempt"], started["redirect_url"]

    def come_back(self, attempt):
        """Back from the provider. Gives the attempt's state."""
        return self.ask("POST", f"/payments/{attempt}/return")["state"]

    def order(self, number):
        """The order as the shop shows it to its owner, or None when the shop does not know it."""
        try:
            return self.ask("GET", f"/orders/{number}")
        except Refused as refused:
            if ": 404 " in str(refused):
                return None
            raise


def is_paid(order):
    return order["payment"] == "paid"
