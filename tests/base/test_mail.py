"""One message to a real mail server: as it was meant, encrypted, in time, and without a trace."""
from __future__ import annotations

import email
import logging
import re
import socket
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope

from ckanext.promote.base import mail
from ckanext.promote.base.mail import MailFailed
from ckanext.promote.portal.ports import free_port

ANA = "ana@example.org"
PASSWORD = "a-secret"  # noqa: S105 -- of the test's mail server

pytestmark = [
    pytest.mark.usefixtures("with_plugins"),
    pytest.mark.ckan_config("ckan.site_title", "Datos, ¡abiertos!"),
]


class Postbox:
    """What a mail server got, and what it answers."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []
        self.was_encrypted: list[bool] = []
        self.answers: dict[str, str] = {}
        self.hangs_up = False

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Any, envelope: Envelope
    ) -> str:
        if self.hangs_up:
            server.transport.abort()
            return "451 gone"
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.got.append(envelope)
        self.was_encrypted.append(session.ssl is not None)
        return "250 OK"

    def message(self) -> EmailMessage:
        """The only message."""
        [envelope] = self.got
        return email.message_from_bytes(envelope.content, policy=default)


@pytest.fixture
def serve(ckan_config: Any, monkeypatch: Any) -> Iterator[Any]:
    """Starts a mail server with these options; CKAN is told of it."""
    running: list[Controller] = []

    def start(box: Postbox, **options: Any) -> None:
        port = free_port()
        controller = Controller(box, hostname="127.0.0.1", port=port, **options)
        controller.start()
        running.append(controller)
        monkeypatch.setitem(ckan_config, "smtp.server", f"localhost:{port}")

    yield start
    for controller in running:
        controller.stop(no_assert=True)


@pytest.fixture
def box() -> Postbox:
    return Postbox()


@pytest.fixture
def authority(tmp_path: Path, ckan_config: Any, monkeypatch: Any) -> trustme.CA:
    """Who signs the mail server's certificate; the portal trusts it."""
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setitem(ckan_config, "smtp.starttls", True)
    monkeypatch.setitem(ckan_config, "smtp.starttls_ca_bundle", str(tmp_path / "ca.pem"))
    return made


def encrypted(certificate: Any) -> dict[str, Any]:
    """Options of a mail server with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return {"tls_context": context, "require_starttls": True}


def text_of(message: EmailMessage) -> str:
    """The text of a message; on its way lines end otherwise."""
    return message.get_content().replace("\r\n", "\n")


def test_a_message_arrives_as_it_was_meant(serve: Any, box: Postbox):
    serve(box)
    body = "Estimada Ana:\n\nhttps://datos.example/promote/confirm/abc=def\n\n" + "ñ" * 2000 + "\n"
    mail.send("Ana@example.org", "Confirme su dirección", body)
    message, [envelope] = box.message(), box.got
    assert (envelope.mail_from, envelope.rcpt_tos) == ("info@test.ckan.net", ["Ana@example.org"])
    assert (message["Subject"], message["To"]) == ("Confirme su dirección", "Ana@example.org")
    [sender] = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Datos, ¡abiertos!", "info@test.ckan.net")
    assert message.get_content_type() == "text/plain"
    assert text_of(message) == body
    assert message["Message-ID"].endswith("@test.ckan.net>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.tzinfo is not None
    assert max(len(line) for line in envelope.content.splitlines()) <= 998


def test_a_subject_may_have_every_letter_and_sign(serve: Any, box: Postbox):
    serve(box)
    subject = "¿Qué pasó? 👩\u200d💻 — “नमस्ते” " + "ñ" * 300
    mail.send(ANA, subject, "Text")
    assert box.message()["Subject"] == subject


@pytest.mark.ckan_config("smtp.reply_to", "ask@example.org")
def test_answers_go_where_the_portal_says(serve: Any, box: Postbox):
    serve(box)
    mail.send(ANA, "Hello", "Text")
    assert box.message()["Reply-To"] == "ask@example.org"


def test_the_domain_of_a_recipient_may_have_letters_of_its_language(serve: Any, box: Postbox):
    serve(box)
    mail.send("ana@ejemplo-año.org", "Hello", "Text")
    assert box.got[0].rcpt_tos == ["ana@xn--ejemplo-ao-19a.org"]


INJECTIONS = [
    (ANA, "Hello\r\nBcc: mallory@example.org"),
    (ANA, "Hello\nBcc: mallory@example.org"),
    (ANA, "Hello\x00"),
    (ANA, "Hello\u2028Bcc: mallory@example.org"),
    (f"{ANA}\nBcc: mallory@example.org", "Hello"),
    (f"{ANA}, mallory@example.org", "Hello"),
    (f"Ana <{ANA}>", "Hello"),
    ("ana", "Hello"),
    ("", "Hello"),
    ("ana\x00@example.org", "Hello"),
]


def test_a_line_break_in_a_header_and_a_second_recipient_are_refused(serve: Any, box: Postbox):
    serve(box)
    for recipient, subject in INJECTIONS:
        with pytest.raises(MailFailed):
            mail.send(recipient, subject, "Text")
    assert box.got == []


def test_a_body_cannot_end_the_message_or_bring_headers(serve: Any, box: Postbox):
    serve(box)
    body = "Bcc: mallory@example.org\n.\nMAIL FROM:<a@example.org>\n..\n"
    mail.send(ANA, "Hello", body)
    assert (text_of(box.message()), box.message()["Bcc"]) == (body, None)


def test_half_a_surrogate_pair_is_no_text(serve: Any, box: Postbox):
    serve(box)
    with pytest.raises(MailFailed):
        mail.send(ANA, "Hello", "\ud800")
    assert box.got == []


class TestEncrypted:
    def test_to_the_server_that_it_says_it_is(self, serve: Any, box: Postbox, authority: Any):
        serve(box, **encrypted(authority.issue_cert("localhost")))
        mail.send(ANA, "Hello", "Text")
        assert box.was_encrypted == [True]

    def test_certificates_may_lie_in_a_folder(
        self, serve: Any, box: Postbox, authority: Any, ckan_config: Any, monkeypatch: Any
    ):
        monkeypatch.setitem(
            ckan_config,
            "smtp.starttls_ca_bundle",
            str(Path(ckan_config["smtp.starttls_ca_bundle"]).parent),
        )
        serve(box, **encrypted(authority.issue_cert("localhost")))
        with pytest.raises(MailFailed):  # OpenSSL looks for hashed names there, and there are none
            mail.send(ANA, "Hello", "Text")
        assert box.got == []

    def test_not_to_one_with_a_certificate_for_another_name(
        self, serve: Any, box: Postbox, authority: Any
    ):
        serve(box, **encrypted(authority.issue_cert("mail.example.org")))
        with pytest.raises(MailFailed, match="SSLCertVerificationError"):
            mail.send(ANA, "Hello", "Text")
        assert box.got == []

    def test_not_to_one_whose_certificate_nobody_signed_that_is_trusted(
        self, serve: Any, box: Postbox, authority: Any
    ):
        serve(box, **encrypted(trustme.CA().issue_cert("localhost")))
        with pytest.raises(MailFailed, match="SSLCertVerificationError"):
            mail.send(ANA, "Hello", "Text")
        assert box.got == []

    def test_not_in_clear_when_the_server_does_not_encrypt(
        self, serve: Any, box: Postbox, authority: Any
    ):
        serve(box)
        with pytest.raises(MailFailed):
            mail.send(ANA, "Hello", "Text")
        assert box.got == []

    @pytest.mark.ckan_config("smtp.starttls_verify", False)
    def test_unless_the_operator_does_not_want_it_to_be_checked(
        self, serve: Any, box: Postbox, authority: Any
    ):
        serve(box, **encrypted(trustme.CA().issue_cert("localhost")))
        mail.send(ANA, "Hello", "Text")
        assert box.was_encrypted == [True]

    @pytest.mark.ckan_config("smtp.user", "portal")
    @pytest.mark.parametrize(("password", "arrives"), [(PASSWORD, 1), ("wrong", 0)])
    def test_with_a_password_where_the_server_wants_one(
        self, serve: Any, box: Postbox, authority: Any, ckan_config: Any, monkeypatch: Any,
        password: str, arrives: int,
    ):  # fmt: skip
        def check(server: Any, session: Any, envelope: Any, how: str, data: Any) -> AuthResult:
            is_right = (data.login, data.password) == (b"portal", PASSWORD.encode())
            return AuthResult(success=is_right, handled=False)

        monkeypatch.setitem(ckan_config, "smtp.password", password)
        certificate = authority.issue_cert("localhost")
        serve(box, authenticator=check, auth_required=True, **encrypted(certificate))
        if arrives:
            mail.send(ANA, "Hello", "Text")
        else:
            with pytest.raises(MailFailed, match="SMTPAuthenticationError"):
                mail.send(ANA, "Hello", "Text")
        assert len(box.got) == arrives


def ours(caplog: Any) -> list[str]:
    """What was logged, but for what the mail server of the test says."""
    return [each.getMessage() for each in caplog.records if each.name != "mail.log"]


@pytest.mark.parametrize(
    ("step", "answer"),
    [("RCPT", "550 no such user: ana@example.org"), ("DATA", "451 ana@example.org: later")],
)
def test_a_refusal_fails_without_naming_the_recipient(
    serve: Any, box: Postbox, caplog: Any, step: str, answer: str
):
    box.answers[step] = answer
    serve(box)
    with caplog.at_level(logging.DEBUG), pytest.raises(MailFailed) as caught:
        mail.send(ANA, "Hello", "Text")
    assert (caught.value.__cause__, caught.value.__suppress_context__) == (None, True)
    [said] = ours(caplog)
    assert re.fullmatch(r"a message could not be sent: SMTP\w+ \d{0,3}", said)
    assert re.fullmatch(r"the message could not be sent: SMTP\w+", str(caught.value))


def test_a_message_that_was_sent_leaves_no_address_in_a_log(serve: Any, box: Postbox, caplog: Any):
    serve(box)
    with caplog.at_level(logging.DEBUG):
        mail.send(ANA, "Hello", "Text")
    assert ours(caplog) == []


@pytest.mark.parametrize(
    ("option", "value"),
    [("smtp.server", ""), ("smtp.server", "localhost:nothing"), ("smtp.mail_from", ""),
     ("smtp.server", "localhost:1")],
)  # fmt: skip
def test_without_a_mail_server_or_a_sender_it_fails(
    serve: Any, box: Postbox, ckan_config: Any, monkeypatch: Any, option: str, value: str
):
    serve(box)
    monkeypatch.setitem(ckan_config, option, value)
    with pytest.raises(MailFailed):
        mail.send(ANA, "Hello", "Text")
    assert box.got == []


def test_a_server_that_never_answers_is_given_up(ckan_config: Any, monkeypatch: Any):
    assert mail.TIMEOUT_SECONDS == 10
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 0.3)
    with socket.create_server(("localhost", 0)) as silent:
        monkeypatch.setitem(ckan_config, "smtp.server", f"localhost:{silent.getsockname()[1]}")
        with pytest.raises(MailFailed, match="SMTPServerDisconnected|TimeoutError"):
            mail.send(ANA, "Hello", "Text")


def test_a_server_that_hangs_up_within_the_message_fails(serve: Any, box: Postbox):
    box.hangs_up = True
    serve(box)
    with pytest.raises(MailFailed):
        mail.send(ANA, "Hello", "Text")
    assert box.got == []
