"""What clients put on the wire around the body, sent as they send it: header names in any case, foreign hosts, no Accept, one
connection for many calls (clients.md R6 and R18). Only a real socket shows it: inside the server header names are lower case."""

import hashlib
import hmac
import http.client
import json
import select
import time
import unittest
import uuid

from sandbox import Sandbox

BODY = json.dumps({"wallet": "FUNDING_WALLET"})

# How clients spell the four names: the page, bmerch and siamintech, Go, wc-binancepay, and shouting.
SPELLINGS = (
    ("BinancePay-Timestamp", "BinancePay-Nonce", "BinancePay-Certificate-SN", "BinancePay-Signature"),
    ("binancepay-timestamp", "binancepay-nonce", "binancepay-certificate-sn", "binancepay-signature"),
    ("Binancepay-Timestamp", "Binancepay-Nonce", "Binancepay-Certificate-Sn", "Binancepay-Signature"),
    ("BINANCEPAY-TIMESTAMP", "BINANCEPAY-NONCE", "BINANCEPAY-CERTIFICATE-SN", "BINANCEPAY-SIGNATURE"),
)


class OnTheWire(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sandbox = Sandbox()
        cls.addClassCleanup(cls.sandbox.stop)

    def setUp(self):
        self.connection = http.client.HTTPConnection(self.sandbox.base_url.removeprefix("http://"), timeout=30)
        self.addCleanup(self.connection.close)

    def call(self, names=SPELLINGS[0], headers=(), host="bpay.binanceapi.com", path="v2/balance", body=BODY):
        """One signed call with exactly these headers: nothing is added but the length."""
        merchant = self.sandbox.actors["merchant"]
        timestamp, nonce = str(int(time.time() * 1000)), uuid.uuid4().hex
        message = f"{timestamp}\n{nonce}\n{body}\n".encode()
        signature = hmac.new(merchant["apiSecret"].encode(), message, hashlib.sha512).hexdigest().upper()
        self.connection.putrequest(
            "POST", f"/binancepay/openapi/{path}", skip_host=True, skip_accept_encoding=True
        )
        self.connection.putheader("Host", host)
        for name, value in zip(names, (timestamp, nonce, merchant["apiKey"], signature)):
            self.connection.putheader(name, value)
        for name, value in headers or (("Content-Type", "application/json"),):
            self.connection.putheader(name, value)
        self.connection.putheader("Content-Length", str(len(body)))
        self.connection.endheaders(body.encode())
        answer = self.connection.getresponse()
        envelope = json.load(answer)
        self.assertEqual((answer.status, envelope["code"]), (200, "000000"), envelope)
        return envelope["data"]

    def test_header_names_come_in_any_case(self):
        for names in SPELLINGS:
            with self.subTest(names=names):
                self.call(names)
                self.call(names, headers=(("content-type", "application/json"),))

    def test_hosts_and_accepts_of_clients_are_taken_over_one_connection(self):
        self.call()
        socket = self.connection.sock
        for host in ("bpay.binanceapi.com", "pay.example:8443", "localhost"):
            self.call(host=host)
        for accept in ("*/*", "application/json; charset=utf-8"):
            self.call(headers=(("Content-Type", "application/json; charset=utf-8"), ("Accept", accept)))
        self.assertIs(self.connection.sock, socket, "the connection was kept")

    def test_a_call_without_a_body_has_no_content_type(self):
        certificates = self.call(path="certificates", body="", headers=(("User-Agent", ""),))
        self.assertEqual(len(certificates), 1)

    def test_a_connection_outlives_a_refusal(self):
        for path, kind in (("no/such/path", "application/json"), ("v2/balance", "text/plain")):
            with self.subTest(path=path, kind=kind):
                self.connection.putrequest("POST", f"/binancepay/openapi/{path}")
                self.connection.putheader("Content-Type", kind)
                self.connection.putheader("Content-Length", str(len(BODY)))
                self.connection.endheaders()
                socket = self.connection.sock
                # The head is there; a server that answers already will not read the body that follows.
                self.assertEqual(select.select([socket], [], [], 0.5)[0], [])
                self.connection.send(BODY.encode())
                answer = self.connection.getresponse()
                self.assertEqual(json.load(answer)["status"], "FAIL")
                self.call()
                self.assertIs(self.connection.sock, socket, "the connection was kept")


if __name__ == "__main__":
    unittest.main()
