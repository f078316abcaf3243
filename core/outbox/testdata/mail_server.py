#!/usr/bin/python3
"""A real SMTP server that misbehaves as the recipient's name says; and a second reader of our messages.

usage: mail_server.py serve FOLDER [--certificate CERT KEY] [--implicit] [--login USER PASSWORD]
       mail_server.py read        a message on standard input, what a mail program sees in it as JSON on standard output

serve prints its port, and writes each message that it was given into FOLDER. Recipients: later@ is refused with 451,
never@ with 550, content@ with 554 after DATA, stall@ gets no reply, drop@ loses the connection after DATA (the first
time only). It ends with its standard input.
"""
import argparse
import asyncio
import email
import email.policy
import json
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Box:
    def __init__(self, folder):
        self.folder = folder
        self.received = 0
        self.dropped = False

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.partition("@")[0]
        if name == "later":
            return "451 try again later"
        if name == "never":
            return "550 no such mailbox"
        if name == "stall":
            await asyncio.sleep(3600)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = envelope.rcpt_tos[0].partition("@")[0]
        if name == "content":
            return "554 content refused"
        self.received += 1
        (self.folder / f"{self.received}.eml").write_bytes(envelope.content)
        if name == "drop" and not self.dropped:
            self.dropped = True
            server.transport.abort()
        return "250 OK"


async def serve(arguments):
    context = None
    if arguments.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*arguments.certificate)
    box = Box(arguments.folder)
    options = {"hostname": "localhost"}
    if context and not arguments.implicit:
        options |= {"tls_context": context, "require_starttls": True}
    if arguments.login:
        user, password = (text.encode() for text in arguments.login)

        def check(server, session, envelope, mechanism, data):
            return AuthResult(success=(data.login, data.password) == (user, password), handled=False)

        options |= {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(box, **options), "127.0.0.1", 0, ssl=context if arguments.implicit else None
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


def shown(part):
    return part.get_content().replace("\r\n", "\n")


def read():
    raw = sys.stdin.buffer.read()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    html = message.get_body(("html",))
    print(
        json.dumps(
            {
                "subject": message["subject"],
                "from_name": message["from"].addresses[0].display_name,
                "from": message["from"].addresses[0].addr_spec,
                "to": message["to"],
                "id": message["message-id"],
                "date": message["date"].datetime.isoformat(),
                "text": shown(message.get_body(("plain",))),
                "html": shown(html) if html else None,
                "headers": sorted(key.lower() for key in message.keys()),
                "defects": [repr(defect) for part in message.walk() for defect in part.defects],
                "longest_line": max(len(line) for line in raw.split(b"\n")),
                "ascii": raw.isascii(),
            }
        )
    )


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve")
    serving.add_argument("folder", type=pathlib.Path)
    serving.add_argument("--certificate", nargs=2)
    serving.add_argument("--implicit", action="store_true")
    serving.add_argument("--login", nargs=2)
    commands.add_parser("read")
    arguments = parser.parse_args()
    if arguments.command == "serve":
        asyncio.run(serve(arguments))
    else:
        read()


main()
