"""`countersign mail test` against real SMTP servers: each kind of way there, and each kind of refusal."""

import tempfile
import unittest

from network import Network
from smtp_server import PASSWORD, USER, Authority, Curt, MailServer


class Transport(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.ours = Authority(folder.name, "ours")
        cls.others = Authority(folder.name, "others")

    def server(self, server):
        self.addCleanup(server.stop)
        return server

    def network(self, server, **smtp):
        smtp = {"smtp_host": "localhost", "smtp_port": server.port, "smtp_encryption": "none", **smtp}
        network = Network(**smtp)
        self.addCleanup(network.stop)
        return network

    def sends(self, network, to="ops@pay.example"):
        done = network.run("mail", "test", "--to", to)
        self.assertEqual((done.returncode, done.stdout), (0, "localhost took the mail.\n"), done.stderr)

    def fails(self, network, *expected, to="ops@pay.example", code=1):
        done = network.run("mail", "test", "--to", to)
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (code, 1), done.stderr)
        for words in expected:
            self.assertIn(words, done.stderr)

    def secure(self, server, encryption, **smtp):
        authority = {"smtp_encryption": encryption, "smtp_ca_file": self.ours.file}
        return self.network(server, **authority, **smtp)

    def test_a_mail_has_its_headers_and_both_parts(self):
        server = self.server(MailServer())
        self.sends(self.network(server, mail_reply_to="Hilfe <help@pay.example>"))
        (mail,) = server.received
        self.assertFalse(mail.encrypted)
        self.assertEqual((mail.sender, mail.recipients, mail.hello), ("no-reply@pay.example", ["ops@pay.example"], "[127.0.0.1]"))
        message = mail.message
        self.assertEqual(message.defects, [])
        self.assertEqual(message["From"], "Zahlstelle Süd <no-reply@pay.example>")
        self.assertEqual(message["Reply-To"], "Hilfe <help@pay.example>")
        self.assertEqual(message["To"], "ops@pay.example")
        self.assertEqual(message["Subject"], "Test mail from Countersign")
        self.assertRegex(message["Message-ID"], r"^<\d+@pay\.example>$")
        self.assertEqual(message["Auto-Submitted"], "auto-generated")
        self.assertIsNotNone(message["Date"].datetime)
        self.assertEqual(message.get_content_type(), "multipart/alternative")
        kinds = [part.get_content_type() for part in message.iter_parts()]
        self.assertEqual(kinds, ["text/plain", "text/html"], "what is preferred comes last")
        self.assertIn("It arrived.", mail.part("plain"))
        self.assertTrue(mail.part("html").startswith("<!doctype html>"))
        self.assertTrue(mail.raw.isascii() and all(len(line) <= 998 for line in mail.raw.splitlines()))

    def test_starttls_by_an_authority_of_our_own(self):
        server = self.server(MailServer(starttls=self.ours.context("localhost")))
        self.sends(self.secure(server, "starttls"))
        self.assertTrue(server.received[0].encrypted)

    def test_tls_from_the_first_byte(self):
        server = self.server(MailServer(tls=self.ours.context("localhost")))
        self.sends(self.secure(server, "tls"))
        self.assertTrue(server.received[0].encrypted)

    def test_no_other_certificate_is_taken(self):
        foreign = self.server(MailServer(starttls=self.others.context("localhost")))
        self.fails(self.secure(foreign, "starttls"), "certificate")
        misnamed = self.server(MailServer(tls=self.ours.context("mail.example")))
        self.fails(self.secure(misnamed, "tls"), "certificate")
        # Without a file of ours the machine's own authorities judge, and they know nothing of us.
        server = self.server(MailServer(starttls=self.ours.context("localhost")))
        self.fails(self.network(server, smtp_encryption="starttls"), "certificate")
        for server in (foreign, misnamed, server):
            self.assertEqual(server.received, [])

    def test_nothing_is_said_to_a_server_without_starttls(self):
        server = self.server(MailServer())
        self.fails(self.secure(server, "starttls"), "STARTTLS")
        self.assertEqual(server.received, [])

    def test_signing_in_with_a_password_from_a_file(self):
        server = self.server(MailServer(starttls=self.ours.context("localhost"), account=True))
        network = self.secure(server, "starttls", smtp_user=USER)
        file = network.path / "smtp.password"
        file.write_text(f"{PASSWORD}\n")
        network.configure(smtp_password_file=str(file))
        self.fails(network, "chmod 600", code=2)
        file.chmod(0o600)
        self.sends(network)
        self.assertTrue(server.received[0].authenticated)
        file.write_text("another")
        self.fails(network, "535")
        network.configure(smtp_user="", smtp_password_file="")
        self.fails(network, "530")

    def test_a_recipient_that_is_refused_or_put_off(self):
        server = self.server(MailServer())
        network = self.network(server)
        self.fails(network, "550", "is nobody here", to="refused@shop.example")
        self.fails(network, "451", "is to wait", to="deferred@shop.example")
        self.fails(network, "cannot be mailed to", to="ops@pay.example, eve@evil.example")
        self.assertEqual(server.received, [])

    def test_addresses_beyond_ascii_need_a_server_that_knows_them(self):
        server = self.server(MailServer())
        self.sends(self.network(server), to="größe@shop.example")
        self.assertEqual(server.received[0].recipients, ["größe@shop.example"])
        self.assertEqual(server.received[0].message["To"], "größe@shop.example")
        plain = self.server(MailServer(smtputf8=False))
        self.fails(self.network(plain), "SMTPUTF8", to="größe@shop.example")
        self.assertEqual(plain.received, [])

    def test_servers_that_hang_up_say_nonsense_or_nothing(self):
        self.fails(self.network(self.server(Curt())), "not sent")
        self.fails(self.network(self.server(Curt(b"554 5.3.2 no mail today\r\n"))), "554", "no mail today")
        self.fails(self.network(self.server(Curt(b"HTTP/1.1 400 Bad Request\r\n\r\n"))), "not sent")
        self.fails(self.network(self.server(Curt(b"220 " + b"x" * 100_000 + b"\r\n"))), "not sent")
        silent = self.server(Curt(hangs_up=False))
        self.fails(self.network(silent, smtp_timeout_ms=1000), "in time")
        self.fails(self.network(self.server(MailServer(hang_ups=1))), "not sent")
        nowhere = Curt()
        nowhere.stop()
        self.fails(self.network(nowhere), "refused")

    def test_what_is_not_configured_is_told(self):
        network = Network()
        self.addCleanup(network.stop)
        self.fails(network, "smtp_host", code=2)
        network.configure(smtp_host="localhost", mail_from="")
        self.fails(network, "mail_from", code=2)


if __name__ == "__main__":
    unittest.main()
