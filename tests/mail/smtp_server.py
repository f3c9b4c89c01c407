"""SMTP servers on free ports of 127.0.0.1: aiosmtpd as it is, and sockets that behave badly."""

import asyncio
import email
import email.policy
import logging
import ssl
import threading

import trustme
from aiosmtpd.smtp import SMTP, AuthResult

# What goes wrong here is meant to; the tests say what must come of it.
logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)

USER, PASSWORD = "countersign", "pass wörd: 'quoted'"

STALL_SECONDS = 5

# What a recipient's name makes the server answer.
REFUSED = "550 5.1.1 <{}> is nobody here"
DEFERRED = "451 4.7.1 <{}> is to wait"


class Authority:
    """An authority of our own, and what it certifies."""

    def __init__(self, folder, name):
        self.ca = trustme.CA()
        self.file = f"{folder}/{name}.pem"
        self.ca.cert_pem.write_to_path(self.file)

    def context(self, *names):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(*names).configure_cert(context)
        return context


class Running:
    """Something that listens, on an event loop of its own."""

    def __init__(self, port=0):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.server = asyncio.run_coroutine_threadsafe(self._listen(port), self.loop).result(30)
        self.port = self.server.sockets[0].getsockname()[1]

    async def _listen(self, port):
        raise NotImplementedError

    def stop(self):
        async def close():
            self.server.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
                await asyncio.wait([task], timeout=5)

        asyncio.run_coroutine_threadsafe(close(), self.loop).result(30)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(30)
        self.loop.close()


class Received:
    """One mail that the server took."""

    def __init__(self, transport, session, envelope):
        self.peer = session.peer
        self.encrypted = transport.get_extra_info("ssl_object") is not None
        self.authenticated = session.authenticated
        self.hello = session.host_name
        self.sender = envelope.mail_from
        self.recipients = list(envelope.rcpt_tos)
        self.raw = envelope.content
        self.message = email.message_from_bytes(envelope.content, policy=email.policy.default)

    def part(self, kind):
        return self.message.get_body((kind,)).get_content().replace("\r\n", "\n")


class MailServer(Running):
    """aiosmtpd. `deferrals` is how often a recipient whose name begins with `deferred` is put off, `hang_ups` and `stalls` on how
    many mails it hangs up or says nothing until it is too late."""

    def __init__(
        self, *, starttls=None, tls=None, account=False, smtputf8=True, deferrals=10**9, hang_ups=0, stalls=0, port=0
    ):
        self.received = []
        self.refusals = []
        self.stalled = []
        self.deferrals, self.hang_ups, self.stalls = deferrals, hang_ups, stalls
        self.arrived = threading.Condition()
        self.tls = tls
        self.options = {
            "hostname": "mail.test",
            "ident": "test",
            "enable_SMTPUTF8": smtputf8,
            "tls_context": starttls,
            "require_starttls": starttls is not None,
            "auth_required": account,
            "auth_require_tls": starttls is not None,
            "authenticator": self._authenticate if account else None,
        }
        super().__init__(port)

    async def _listen(self, port):
        make = lambda: SMTP(self, loop=self.loop, **self.options)  # noqa: E731
        return await self.loop.create_server(make, "127.0.0.1", port, ssl=self.tls)

    @staticmethod
    def _authenticate(_server, _session, _envelope, _mechanism, data):
        known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        # "Handled" would mean that an answer was sent already.
        return AuthResult(success=known, handled=False)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        name = address.split("@")[0]
        if name.startswith("refused"):
            self.refusals.append(address)
            return REFUSED.format(address)
        if name.startswith("deferred") and self.deferrals > 0:
            self.deferrals -= 1
            self.refusals.append(address)
            return DEFERRED.format(address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.hang_ups > 0:
            self.hang_ups -= 1
            server.transport.abort()
            return "250 nobody hears this"
        if self.stalls > 0:
            self.stalls -= 1
            self.stalled.append(session.peer)
            await asyncio.sleep(STALL_SECONDS)
            return "451 4.3.2 too late"
        with self.arrived:
            self.received.append(Received(server.transport, session, envelope))
            self.arrived.notify_all()
        return "250 OK"

    def await_mails(self, count, seconds=60):
        """The first `count` mails, once they are there."""
        with self.arrived:
            if not self.arrived.wait_for(lambda: len(self.received) >= count, seconds):
                raise AssertionError(f"{len(self.received)} of {count} mails came within {seconds} seconds")
            return self.received[:count]


class Curt(Running):
    """Says its only line, if it has one, and hangs up, or stays silent."""

    def __init__(self, line=b"", hangs_up=True):
        self.line, self.hangs_up = line, hangs_up
        self.connections = 0
        super().__init__()

    async def _listen(self, port):
        return await asyncio.start_server(self._answer, "127.0.0.1", port)

    async def _answer(self, reader, writer):
        self.connections += 1
        writer.write(self.line)
        if not self.hangs_up:
            await reader.read()
        writer.close()
