#!/usr/bin/env python3
"""totp.py SECRET: prints the code that an authenticator with this secret (base 32) shows now."""
import base64
import hashlib
import hmac
import struct
import sys
import time


def code(secret: str, at: float) -> str:
    mac = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(at) // 30), hashlib.sha1)
    start = mac[-1] & 15
    number = struct.unpack(">I", mac[start:start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


if __name__ == "__main__":
    print(code(sys.argv[1], time.time()))
