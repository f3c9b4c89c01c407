"""Binance's own Python client (binance-pay-connector 1.0.0), unmodified, against the running binary.

The client raises nothing for a refusal: `send_signed_request` hands back the parsed envelope whatever the HTTP status is, so
a refusal is asserted on the envelope. Its `get_timestamp` is the wall clock in milliseconds.
"""

import os
import unittest
import uuid

from binance.pay.merchant import Merchant

from sandbox import Sandbox


def trade_number():
    """A fresh `merchantTradeNo`: at most 32 letters and digits."""
    return uuid.uuid4().hex


def order(number, amount=25.17):
    """The order of the client's own example, `examples/new_order.py`."""
    return {
        "env": {"terminalType": "MINI_PROGRAM"},
        "merchantTradeNo": number,
        "orderAmount": amount,
        "currency": "USDT",
        "goods": {
            "goodsType": "01",
            "goodsCategory": "0000",
            "referenceGoodsId": "abc001",
            "goodsName": "apple & pear / größe",
            "goodsUnitAmount": {"currency": "USDT", "amount": amount},
        },
    }


class OnSqlite(unittest.TestCase):
    """The default: SQLite inside the binary."""

    @classmethod
    def database(cls):
        return None

    @classmethod
    def setUpClass(cls):
        cls.sandbox = Sandbox(cls.database())
        cls.addClassCleanup(cls.sandbox.stop)
        cls.merchant = cls.sandbox.actors["merchant"]

    def client(self, actor="merchant", key=None, secret=None):
        account = self.sandbox.actors[actor]
        return Merchant(
            key or account["apiKey"], secret or account["apiSecret"], base_url=self.sandbox.base_url
        )

    def succeed(self, envelope):
        self.assertIsInstance(envelope, dict, "the answer is JSON")
        self.assertEqual((envelope["status"], envelope["code"]), ("SUCCESS", "000000"), envelope)
        return envelope["data"]

    def refused(self, envelope, code):
        self.assertIsInstance(envelope, dict, "a refusal is JSON as well")
        self.assertEqual((envelope["status"], envelope["code"]), ("FAIL", code), envelope)
        self.assertTrue(envelope["errorMessage"])
        self.assertNotIn("data", {key for key, value in envelope.items() if value is not None})

    def test_creates_and_queries_an_order_for_its_own_account(self):
        client, number = self.client(), trade_number()
        created = self.succeed(client.new_order(order(number)))
        self.assertTrue(created["checkoutUrl"].startswith(self.sandbox.base_url))
        for key in ({"merchantTradeNo": number}, {"prepayId": created["prepayId"]}):
            found = self.succeed(client.get_order(**key))
            self.assertEqual(found["merchantTradeNo"], number)
            self.assertEqual(found["status"], "INITIAL")
            self.assertEqual(float(found["orderAmount"]), 25.17)
            self.assertEqual(str(found["merchantId"]), self.merchant["merchantId"])

    def test_a_wrong_secret_is_refused_with_the_envelope(self):
        client = self.client(secret="not-the-secret")
        self.refused(client.new_order(order(trade_number())), "400002")

    def test_an_unknown_key_is_refused_with_the_envelope(self):
        known = self.merchant["apiKey"]
        unknown = known[:-1] + ("a" if known[-1] != "a" else "b")
        self.refused(self.client(key=unknown).get_order(merchantTradeNo=trade_number()), "400004")

    def test_a_repeated_trade_number_is_refused(self):
        client, number = self.client(), trade_number()
        self.succeed(client.new_order(order(number)))
        self.refused(client.new_order(order(number)), "400201")

    def test_another_merchant_does_not_see_the_order(self):
        number = trade_number()
        self.succeed(self.client().new_order(order(number)))
        self.refused(self.client("partner").get_order(merchantTradeNo=number), "400202")

    def test_an_order_of_nothing_is_refused(self):
        self.refused(self.client().new_order(order(trade_number(), amount=0)), "400102")


class OnPostgres(OnSqlite):
    """The same, on PostgreSQL, in a private schema."""

    @classmethod
    def database(cls):
        return os.environ["COUNTERSIGN_TEST_POSTGRES"]


if __name__ == "__main__":
    unittest.main()
