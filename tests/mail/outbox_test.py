"""Mails of a running `serve`: caused on its pages, through the outbox, to a real SMTP server."""

import re
import threading
import unittest

from network import Network
from smtp_server import MailServer

PASSWORDS = ("four plain words here", "another four plain words")
NAME = "Größe & Söhne <日本>"
SHOP = "owner@shop.example"


class Outbox(unittest.TestCase):
    def start(self, server, **smtp):
        """A server of ours over `server`, with one merchant whose owner has a password."""
        self.addCleanup(server.stop)
        keys = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_encryption": "none", **smtp}
        return self.serve(Network(**keys))

    def serve(self, network):
        self.addCleanup(network.stop)
        return network.serve()

    def enrol(self, network, address=SHOP):
        """Enrols a merchant and answers the link of its invitation."""
        create = ("merchant", "create", "--name", NAME, "--email", address)
        return network.fact("The owner sets the password within 24 hours at", *create)

    def settle(self, network):
        """A browser in which the first password was set."""
        browser = network.browser()
        self.assertIn("Größe", browser.set_password(self.enrol(network), PASSWORDS[0]))
        return browser

    def reset_link(self, mail):
        (link,) = re.findall(r"^http://\S+/portal/reset-password\?token=[0-9a-f]{64}$", mail.part("plain"), re.MULTILINE)
        self.assertIn(f'href="{link}"', mail.part("html"))
        return link

    def test_a_forgotten_password_from_the_form_to_the_mailbox_and_back(self):
        server = MailServer()
        network = self.start(server)
        first = self.settle(network)
        network.browser().forget_password(SHOP)
        network.browser().forget_password("nobody@shop.example")
        (asked,) = server.await_mails(1)
        self.assertEqual((asked.recipients, asked.message["Subject"]), ([SHOP], "Set a new password"))
        self.assertIn(NAME, asked.part("plain"))
        self.assertIn("Größe &#38; Söhne &#60;日本&#62;", asked.part("html"))

        second = network.browser()
        self.assertIn("The new password is set", second.set_password(self.reset_link(asked), PASSWORDS[1]))
        self.assertIn("Sign in", first.open("/portal"), "every session has ended")
        # Two mails at once may overtake each other.
        server.await_mails(2)
        second.sign_in(SHOP, PASSWORDS[1])
        network.browser().sign_in(SHOP, PASSWORDS[1])
        _, changed, new_device = server.await_mails(3)
        self.assertEqual(changed.message["Subject"], "Your password was changed")
        self.assertEqual(new_device.message["Subject"], f"New sign-in to {NAME}")
        for mail in (changed, new_device):
            self.assertIn("Device: Firefox on Linux", mail.part("plain"))
            self.assertIn("Address: 127.0.0.1", mail.part("plain"))
            self.assertEqual(mail.message.defects, [])
        ids = {mail.message["Message-ID"] for mail in server.received}
        self.assertEqual(len(ids), 3)
        network.await_mails([("DELIVERED", 1, None)] * 3)
        self.assertNotIn("shop.example", network.log(), "no log line holds an address, at debug level either")
        self.assertNotIn("token=", network.log())

    def test_both_sides_are_told_of_each_step_of_an_authorization(self):
        server = MailServer()
        network = self.start(server)
        provider, vendor = "Acme & Co", "dev@acme.example"
        create = ("provider", "create", "--name", provider, "--email", vendor, "--allow-scopes", "CHECKOUT,REFUND")
        key = ("key", "create", "--merchant", network.fact("Merchant id", *create), "--name", "Production")
        credentials = network.facts(("API key", "API secret (shown this once)"), *key)
        facts = ("Merchant id", "The owner sets the password within 24 hours at")
        merchant, link = network.facts(facts, "merchant", "create", "--name", NAME, "--email", SHOP)
        browser = network.browser()
        browser.set_password(link, PASSWORDS[0])
        tokens = set()

        def decide(decision, scopes, **fields):
            """The provider asks, and the owner decides on the page to which the answer leads."""
            body = {"merchantId": merchant, "scopes": scopes, "ipWhitelist": []}
            asked = network.call(*credentials, "/service/provider/create", body)
            tokens.add(asked["authorizationToken"])
            path = f"/portal/review-authorization/{decision}"
            browser.submit(browser.open(asked["redirectUrl"]), path, **fields)
            return asked["authorizationId"]

        decide("reject", ["CHECKOUT"])
        grant = decide("approve", ["CHECKOUT", "REFUND"], scope=["CHECKOUT", "REFUND"])
        decide("approve", ["CHECKOUT"], scope=["CHECKOUT"])
        disable = f"/portal/vendors/{grant}/disable"
        browser.submit(browser.open(disable), disable)

        mails = server.await_mails(8)
        told = {(mail.recipients[0], mail.message["Subject"]) for mail in mails}
        self.assertEqual(
            told,
            {
                (vendor, f"{NAME} has declined your request"),
                (vendor, f"{NAME} has authorized you"),
                (vendor, f"{NAME} has changed your authorization"),
                (vendor, f"Your authorization for {NAME} has ended"),
                (SHOP, f"You have declined a request from {provider}"),
                (SHOP, f"{provider} can now act for {NAME}"),
                (SHOP, f"What {provider} may do for {NAME} has changed"),
                (SHOP, f"{provider} can no longer act for {NAME}"),
            },
        )
        for mail in mails:
            self.assertEqual((mail.recipients, mail.message.defects), ([mail.recipients[0]], []))
            parts = (mail.part("plain"), mail.part("html"))
            self.assertIn(provider if mail.recipients == [SHOP] else NAME, parts[0])
            self.assertFalse([token for token in tokens for part in parts if token in part], "no mail shows a token")
        network.await_mails([("DELIVERED", 1, None)] * 8)
        self.assertEqual(len(server.received), 8)

    def test_mails_share_a_connection(self):
        server = MailServer()
        network = self.start(server, smtp_connections_max=1)
        self.enrol(network)
        for count in range(1, 4):
            network.browser().forget_password(SHOP)
            server.await_mails(count)
        self.assertEqual(len({mail.peer for mail in server.received}), 1)

    def test_many_mails_at_once_open_few_connections(self):
        server = MailServer()
        network = self.start(server, smtp_connections_max=2)
        addresses = [f"owner{number}@shop.example" for number in range(8)]
        for address in addresses:
            self.enrol(network, address)
        asking = [threading.Thread(target=network.browser().forget_password, args=(address,)) for address in addresses]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join(60)
        server.await_mails(8)
        self.assertEqual({mail.recipients[0] for mail in server.received}, set(addresses))
        self.assertLessEqual(len({mail.peer for mail in server.received}), 2)

    def test_what_is_put_off_comes_later_as_the_same_mail(self):
        server = MailServer(deferrals=2, hang_ups=1)
        network = self.start(server)
        self.enrol(network, "deferred@shop.example")
        network.browser().forget_password("deferred@shop.example")
        server.await_mails(1)
        # Put off twice, hung up on once, and taken.
        network.await_mails([("DELIVERED", 4, None)])
        self.assertEqual(len(server.received), 1)

    def test_a_connection_that_was_given_up_on_carries_no_other_mail(self):
        server = MailServer(stalls=1)
        network = self.start(server, smtp_timeout_ms=2000, smtp_connections_max=1)
        self.enrol(network)
        network.browser().forget_password(SHOP)
        server.await_mails(1)
        network.browser().forget_password(SHOP)
        server.await_mails(2)
        ((stalled,), kept) = (server.stalled, {mail.peer for mail in server.received})
        self.assertNotIn(stalled, kept)

    def test_what_is_refused_is_given_up_and_told_without_the_address(self):
        server = MailServer()
        network = self.start(server)
        self.enrol(network, "refused@shop.example")
        network.browser().forget_password("refused@shop.example")
        network.await_mails([("PARKED", 1, "the mail server refused it: 550 5.1.1")])
        self.assertEqual(server.refusals, ["refused@shop.example"])
        self.assertIn("550 5.1.1", network.log())
        self.assertNotIn("refused@", network.log())

    def test_a_mail_server_that_is_away_is_waited_for(self):
        away = MailServer()
        network = self.start(away)
        self.enrol(network)
        away.server.close()
        network.browser().forget_password(SHOP)
        network.await_try()
        ((state, _, error),) = network.mails()
        self.assertEqual(state, "PENDING")
        self.assertIn("no connection to the mail server", error)
        back = MailServer(port=away.port)
        self.addCleanup(back.stop)
        back.await_mails(1)
        self.reset_link(back.received[0])

    def test_without_a_mail_server_the_start_warns_and_nobody_is_promised_a_mail(self):
        network = self.serve(Network(mail_from=""))
        self.assertIn("no mail leaves: smtp_host is not set", network.log())
        self.settle(network)
        self.assertIn("This service sends no mail", network.browser().open("/portal/forgot-password"))
        network.browser().sign_in(SHOP, PASSWORDS[0])
        network.await_mails([("PARKED", 1, "no mail transport is configured")])


if __name__ == "__main__":
    unittest.main()
