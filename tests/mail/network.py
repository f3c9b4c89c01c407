"""A network of `countersign serve` with a mail server: its folder, its commands, its server, and a browser for its pages."""

import hashlib
import hmac
import http.cookiejar
import json
import os
import pathlib
import re
import secrets
import socket
import sqlite3
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request

READY_SECONDS_MAX = 60
STOP_SECONDS_MAX = 20
PORT_TRIES = 20


def free_port():
    """A port that was free a moment ago: `serve` says nothing of its own port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Network:
    """`smtp` are the keys of the configuration about mail."""

    def __init__(self, **smtp):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)
        self.smtp = {"mail_from": "Zahlstelle Süd <no-reply@pay.example>", **smtp}
        self.process = None
        self.port = free_port()
        made = self.run_bare("keys", "generate", "--out", str(self.path / "master.key"))
        assert made.returncode == 0, made.stderr
        self.configure()

    def configure(self, **smtp):
        """Writes the configuration, with other keys about mail where given."""
        self.smtp.update(smtp)
        keys = {
            "public_url": f"http://127.0.0.1:{self.port}",
            "listen": f"127.0.0.1:{self.port}",
            "admin_listen": "",
            "database": f"sqlite:{self.path / 'countersign.db'}",
            "master_key_file": str(self.path / "master.key"),
            "webhook_retry_seconds": [1] * 8,
            "webhook_jitter_percent": 0,
            **self.smtp,
        }
        # JSON's texts, numbers and lists are TOML's as well.
        lines = [f"{key} = {toml(value)}\n" for key, value in keys.items()]
        (self.path / "countersign.toml").write_text("".join(lines))

    @staticmethod
    def environment():
        ours = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERSIGN_")}
        return {**ours, "COUNTERSIGN_LOG": "debug"}

    def run_bare(self, *arguments):
        command = [os.environ["COUNTERSIGN_BINARY"], *arguments]
        return subprocess.run(command, capture_output=True, text=True, env=self.environment(), timeout=60)

    def run(self, *arguments):
        """A command on this network's configuration."""
        return self.run_bare(*arguments, "--config", str(self.path / "countersign.toml"))

    def facts(self, names, *arguments):
        """What a command that must succeed says behind each `name: `."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        told = dict(line.split(": ", 1) for line in done.stdout.splitlines() if ": " in line)
        return [told[name] for name in names]

    def fact(self, name, *arguments):
        """What a command that must succeed says behind `name: `."""
        return self.facts([name], *arguments)[0]

    def call(self, key, secret, path, body):
        """The data of a signed call of the merchant API that must succeed."""
        body, timestamp, nonce = json.dumps(body), str(time.time_ns() // 10**6), secrets.token_hex(16)
        payload = f"{timestamp}\n{nonce}\n{body}\n".encode()
        headers = {
            "Content-Type": "application/json",
            "BinancePay-Timestamp": timestamp,
            "BinancePay-Nonce": nonce,
            "BinancePay-Certificate-SN": key,
            "BinancePay-Signature": hmac.new(secret.encode(), payload, hashlib.sha512).hexdigest().upper(),
        }
        url = f"http://127.0.0.1:{self.port}/binancepay/openapi{path}"
        with urllib.request.urlopen(urllib.request.Request(url, body.encode(), headers), timeout=30) as answer:
            envelope = json.load(answer)
        assert envelope["status"] == "SUCCESS", envelope
        return envelope["data"]

    def log(self):
        return (self.path / "serve.log").read_text()

    def serve(self):
        """Starts the server; where somebody else took the port meanwhile, on another."""
        for _ in range(PORT_TRIES):
            command = [os.environ["COUNTERSIGN_BINARY"], "serve", "--config", str(self.path / "countersign.toml")]
            with open(self.path / "serve.log", "wb") as log:
                self.process = subprocess.Popen(command, stderr=log, env=self.environment())
            deadline = time.monotonic() + READY_SECONDS_MAX
            while self.process.poll() is None:
                if "countersign serves" in self.log():
                    return self
                if time.monotonic() > deadline:
                    raise AssertionError(f"serve is not ready: {self.log()}")
                time.sleep(0.02)
            assert "in use" in self.log(), self.log()
            self.port = free_port()
            self.configure()
        raise AssertionError("no port stayed free")

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            try:
                status = self.process.wait(STOP_SECONDS_MAX)
                assert status == 0, f"serve ended with {status}: {self.log()}"
            finally:
                self.process.kill()
                self.process = None
        self.folder.cleanup()

    def mails(self):
        """State, tries and last error of every mail in the outbox, oldest first."""
        database = sqlite3.connect(f"file:{self.path / 'countersign.db'}?mode=ro", uri=True)
        try:
            query = "SELECT state, attempts, last_error FROM outbox WHERE channel = 'MAIL' ORDER BY id"
            return database.execute(query).fetchall()
        finally:
            database.close()

    def await_mails(self, expected):
        """Waits until the outbox's mails are as `expected`."""
        self._await(lambda mails: mails == expected, expected)

    def await_try(self):
        """Waits until every mail was tried."""
        self._await(lambda mails: mails and all(tries > 0 for _, tries, _ in mails), "a try of each")

    def _await(self, is_there, what, seconds=60):
        deadline = time.monotonic() + seconds
        while not is_there(found := self.mails()):
            if time.monotonic() > deadline:
                raise AssertionError(f"{found} is not {what}")
            time.sleep(0.05)

    def browser(self):
        return Browser(f"http://127.0.0.1:{self.port}")


def toml(value):
    """A value as TOML writes it."""
    if isinstance(value, list):
        return f"[{', '.join(toml(entry) for entry in value)}]"
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class Browser:
    """Keeps cookies and sends forms with their tokens."""

    def __init__(self, base):
        self.base = base
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )
        self.opener.addheaders = [("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")]

    def open(self, path, fields=None):
        """The page at the end of where the path leads."""
        data = urllib.parse.urlencode(fields, doseq=True).encode() if fields is not None else None
        request = urllib.request.Request(urllib.parse.urljoin(self.base, path), data=data)
        if data is not None:
            request.add_header("Origin", self.base)
        with self.opener.open(request, timeout=30) as answer:
            assert answer.status == 200, answer.status
            return answer.read().decode()

    def submit(self, page, path, **fields):
        """Sends a form of a page, hidden fields included; no two forms of a page mean different things by the same one."""
        hidden = re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', page)
        return self.open(path, {**dict(hidden), **fields})

    def set_password(self, link, password):
        """Opens a one-time link and sets the password."""
        path = urllib.parse.urlsplit(link).path
        return self.submit(self.open(link), path, password=password, repeat=password)

    def forget_password(self, address):
        """Asks for a link to set another."""
        page = self.submit(self.open("/portal/forgot-password"), "/portal/forgot-password", email=address)
        assert "Look into your mail" in page, page

    def sign_in(self, address, password):
        return self.submit(self.open("/portal/sign-in"), "/portal/sign-in", email=address, password=password)
