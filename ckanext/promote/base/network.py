"""Where a request comes from, and hashes that tell one sender from another for a day.

No address is stored. What is stored is an HMAC with a random salt of the day; when the salt is
gone, on the next day, nobody can find out any more whose hash it was, not even by trying all
addresses.
"""
from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress
import re
import secrets
from typing import Any

import flask
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from ckanext.promote import config
from ckanext.promote.base.model import DailySalt, utc_now
from ckanext.promote.base.own_transaction import own_transaction

SALT_BYTES = 32
PREFIXES = {4: 24, 6: 56}
"""Length of a network's prefix by version of IP: what one office or household usually has."""

UNKNOWN = "unknown"

_PORT = re.compile(r"\A(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)\Z")

_salts: dict[dt.date, bytes] = {}


def client_address() -> str:
    """The address of who sent this request, as text; empty outside of a request.

    A proxy adds the address that it saw to the right of ``X-Forwarded-For``; everything further
    left may be invented. So it is read as far from the right as there are trusted proxies (option
    ``ckanext.promote.trusted_proxies``), and not at all by default. Where the server in front of
    CKAN sets the remote address itself, the option stays 0.
    """
    if not flask.has_request_context():
        return ""
    remote = flask.request.remote_addr or ""
    proxies = config.trusted_proxies()
    if not proxies:
        return _parsed(remote)
    forwarded = ",".join(flask.request.headers.getlist("X-Forwarded-For")).split(",")
    known = [each.strip() for each in forwarded if each.strip()]
    seen = _parsed(known[-proxies:][0]) if known else ""
    return seen or _parsed(remote)


def network_of(address: str) -> str:
    """The network of an address: /24 of IPv4, /56 of IPv6; empty when it is no address."""
    if not address:
        return ""
    parsed = ipaddress.ip_address(address)
    return str(ipaddress.ip_network((parsed, PREFIXES[parsed.version]), strict=False))


def client_network() -> str:
    """The network that this request comes from; empty outside of a request.

    All whose address is not known (a socket of the machine, without a trusted proxy) are in one.
    """
    if not flask.has_request_context():
        return ""
    return network_of(client_address()) or UNKNOWN


def who_hash(*parts: str) -> str:
    """A hash of these words that is the same all day (UTC), in hexadecimal.

    At most one statement, once a process and day.
    """
    # Lengths, so that ("ab", "c") and ("a", "bc") differ.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hmac.new(_salt(utc_now().date()), text.encode("utf-8"), hashlib.sha256).hexdigest()


def forget_old_salts(session: Any) -> int:
    """Delete the salts of the days before today (UTC); how many there were. Commits nothing."""
    today = utc_now().date()
    done = session.execute(sa.delete(DailySalt).where(DailySalt.day < today))
    return done.rowcount


def _salt(day: dt.date) -> bytes:
    """The salt of a day, made by whoever asks first.

    It is committed at once: with a salt that only one process knew, the same person would be
    several.
    """
    known = _salts.get(day)
    if known is None:
        mine = insert(DailySalt).values(day=day, salt=secrets.token_bytes(SALT_BYTES))
        # The row that is there counts; DO NOTHING would not return it.
        kept = mine.on_conflict_do_update(index_elements=["day"], set_={"day": day})
        with own_transaction() as connection:
            known = bytes(connection.execute(kept.returning(DailySalt.salt)).scalar_one())
        _salts.clear()
        _salts[day] = known
    return known


def _parsed(text: str) -> str:
    """An address in its shortest form, without port and zone; empty when it is none."""
    found = _PORT.match(text)
    if found:
        text = found[1] or found[2]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
