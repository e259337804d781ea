"""Send one message by the mail server that CKAN is told of (its options ``smtp.*``).

Not by CKAN's mailer: that one waits for ever, writes recipients into the log, and in 2.12.0 talks
to whoever answers with whatever certificate. Here everything ends within seconds, the certificate
is checked, and an address goes to the mail server and nowhere else.
"""
from __future__ import annotations

import logging
import os
import re
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from urllib.parse import urlsplit

import ckantoolkit as tk

from ckanext.promote.base import emails
from ckanext.promote.base.model import utc_now

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class MailFailed(Exception):
    """A message that could not be handed to the mail server. Nothing is known of a delivery."""


def send(recipient: str, subject: str, body: str) -> None:
    """Hand a message in plain text to the mail server.

    Call it after the commit: it may take seconds, and what it tells has to be stored by then.

    :param subject: one line
    :raises MailFailed: without an address in it; turn it into a sentence and lose nothing
    """
    try:
        message = _message(recipient, subject, body)
        with _connection() as server:
            server.send_message(message, to_addrs=[message["To"].addresses[0].addr_spec])
    except (OSError, ValueError, smtplib.SMTPException) as err:
        # The text of an error may have the recipient in it.
        code = getattr(err, "smtp_code", "")
        log.warning("a message could not be sent: %s %s", type(err).__name__, code)
        raise MailFailed(f"the message could not be sent: {type(err).__name__}") from None


def failed_sentence() -> str:
    """What is told when the message could not be sent, and all else is stored."""
    return tk._(
        "The message with the link could not be sent just now. Send the form again in a few "
        "minutes."
    )


def _message(recipient: str, subject: str, body: str) -> EmailMessage:
    """A message with its headers.

    :raises ValueError: when a header has a line break, or the recipient is no address
    """
    if not emails.EMAIL.fullmatch(recipient) or not recipient.isprintable():
        raise ValueError("the recipient is no e-mail address")
    if _CONTROL.search(subject):
        raise ValueError("the subject has more than one line")
    message = EmailMessage(policy=SMTP)
    sender = str(tk.config.get("smtp.mail_from") or "")
    if not sender:
        raise ValueError("no sender is set")
    title = str(tk.config.get("ckan.site_title") or "")
    message["From"] = Address(title, addr_spec=sender)
    message["To"] = Address(addr_spec=_in_ascii(recipient))
    message["Subject"] = subject
    message["Date"] = format_datetime(utc_now())
    message["Message-ID"] = make_msgid(domain=_host())
    # So that no holiday notice comes back (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    if tk.config.get("smtp.reply_to"):
        message["Reply-To"] = str(tk.config["smtp.reply_to"])
    message.set_content(body, cte="quoted-printable")
    return message


def _connection() -> smtplib.SMTP:
    """A connection to the mail server, encrypted and signed in as the options say."""
    named = str(tk.config.get("smtp.server") or "")
    place = urlsplit(named if "://" in named else f"//{named}")
    if not place.hostname:
        raise OSError("no mail server is set")
    server = smtplib.SMTP(
        place.hostname, place.port or 0, local_hostname=_host(), timeout=TIMEOUT_SECONDS
    )
    try:
        if tk.asbool(tk.config.get("smtp.starttls")):
            server.starttls(context=_tls())
        if tk.config.get("smtp.user"):
            server.login(str(tk.config["smtp.user"]), str(tk.config.get("smtp.password") or ""))
    except BaseException:
        server.close()
        raise
    return server


def _tls() -> ssl.SSLContext:
    """What makes sure that the server is who it says.

    CKAN 2.11.6 has an option for certificates of one's own, and one to check none; 2.12.0 does not
    declare them, but they may be set.
    """
    bundle = str(tk.config.get("smtp.starttls_ca_bundle", "") or "") or None
    is_folder = bundle is not None and os.path.isdir(bundle)
    context = ssl.create_default_context(
        cafile=None if is_folder else bundle, capath=bundle if is_folder else None
    )
    if not tk.asbool(tk.config.get("smtp.starttls_verify", True)):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _in_ascii(address: str) -> str:
    """An address with the domain in ASCII, as every mail server takes it."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode('ascii')}"


def _host() -> str:
    """The portal's host name. Asking the machine for its own may take as long as its DNS does."""
    return urlsplit(str(tk.config["ckan.site_url"])).hostname or "localhost"
