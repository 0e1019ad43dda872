"""A real SMTP server on loopback: prints its port, then a line of JSON for each mail."""
import email
import email.policy
import json
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, syntax


class Handler:
    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        print(json.dumps({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "subject": str(mail["Subject"]), "body": mail.get_content(),
            "user": getattr(session, "user", None),
        }), flush=True)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    session.user = data.login.decode()
    return AuthResult(success=data.password == b"pass/word")


class Server(SMTP):
    # RFC 4954: names of mechanisms are the same in any case, and .NET writes them small.
    @syntax("AUTH <mechanism>")
    async def smtp_AUTH(self, arg):
        mechanism, _, rest = arg.partition(" ")
        await super().smtp_AUTH(f"{mechanism.upper()} {rest}".strip())


class ServerController(Controller):
    def factory(self):
        return Server(self.handler, **self.SMTP_kwargs)


controller = ServerController(Handler(), hostname="127.0.0.1", port=int(sys.argv[1]), authenticator=authenticate, auth_require_tls=False)
controller.start()
print(sys.argv[1], flush=True)
sys.stdin.read()
controller.stop()
