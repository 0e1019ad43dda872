"""A real SMTP server on loopback, set up by a line of JSON as its argument: prints "ready", then a line of JSON for each mail, and "stalled" when it stops to answer."""
import asyncio
import email
import email.policy
import json
import ssl
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

settings = json.loads(sys.argv[1])


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in settings["refused"]:
            return settings["refused"][address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if settings["stall"] == "data":
            print("stalled", flush=True)
            await asyncio.sleep(3600)
        mail = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        for text, answer in settings["refusedTexts"].items():
            if text in mail.get_content():
                return answer
        print(json.dumps({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "subject": str(mail["Subject"]), "body": mail.get_content(),
            "user": getattr(session, "user", None), "encrypted": server.transport.get_extra_info("ssl_object") is not None,
            "autoSubmitted": mail["Auto-Submitted"], "clientPort": session.peer[1],
        }), flush=True)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    if settings["stall"] == "auth":
        print("stalled", flush=True)
        time.sleep(3600)
    session.user = data.login.decode()
    # "Handled" would mean that the answer has been sent.
    return AuthResult(success=data.password == b"pass/word", handled=False)


tls = None
if settings["certificate"]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(settings["certificate"], settings["key"])
starttls = settings["tls"] == "starttls"
controller = Controller(
    Handler(), hostname="127.0.0.1", port=settings["port"], authenticator=authenticate,
    ssl_context=tls if settings["tls"] == "implicit" else None, tls_context=tls if starttls else None,
    # Then login is offered only once TLS is on.
    auth_require_tls=starttls or settings["loginOnlyOverTls"])
controller.start()
print("ready", flush=True)
sys.stdin.read()
controller.stop()
