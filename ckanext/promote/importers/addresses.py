"""Web addresses in a source: what can be linked, and for which platform it is. Pure."""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from ckanext.promote.importers.matching import fold

MAX_CHARS = 2_000

NOTHING = frozenset({"", "na", "n a", "nd", "n d", "ninguno", "ninguna", "none", "null", "no",
                     "no aplica", "no disponible", "sin enlace", "pendiente", "tbd"})  # fmt: skip
"""What people write, folded, where there is no address."""

PLATFORMS: dict[str, tuple[str, ...]] = {
    "ios": (
        "ios", "iphone", "ipad", "apple", "applestore", "appleappstore", "appstore", "itunes",
        "iosstore", "ituneslink", "appstoreios", "itunesstore",
    ),
    "android": (
        "android", "playstore", "googleplay", "googleplaystore", "play", "google", "androidstore",
        "googlestore",
    ),
    "windows": (
        "windows", "windowsphone", "windowsstore", "windowsphonestore", "winphone", "microsoft",
        "microsoftstore", "wp", "windows10",
    ),
    "macos": ("macos", "mac", "osx", "macappstore", "macstore"),
    "linux": ("linux", "snap", "flathub", "ubuntu"),
    "web": (
        "web", "website", "webapp", "sitio", "sitioweb", "site", "page", "pagina", "paginaweb",
        "portal", "homepage", "home", "html", "html5", "webpage",
    ),
    "source": ("github", "gitlab", "source", "sourcecode", "repo", "repositorio", "codigo",
               "codigofuente", "repository"),
}  # fmt: skip
"""What sources call a platform or its store, folded and without spaces. The rest is ``other``."""

HOSTS: tuple[tuple[str, str], ...] = (
    ("itunes.apple.com", "ios"),
    ("apps.apple.com", "ios"),
    ("play.google.com", "android"),
    ("market.android.com", "android"),
    ("windowsphone.com", "windows"),
    ("microsoft.com", "windows"),
    ("appworld.blackberry.com", "other"),
    ("amazon.com", "other"),
    ("amazon.com.mx", "other"),
)
"""Stores by their host, where nothing else tells the platform."""

_BY_WORD = {word: platform for platform, words in PLATFORMS.items() for word in words}
_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ODD = re.compile(r"[\s<>\"\\^`{|}]")
_KEPT = "%/:=&?~#+!$,;'@()*[]-._"
_LOOKS_LIKE_HOST = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?::\d+)?(?:[/?#].*)?", re.I)


def is_nothing(value: Any) -> bool:
    """Whether a value says that there is no address: null, empty, NA, a dash, a lone #."""
    return value is None or (isinstance(value, str) and fold(value) in NOTHING)


def address_of(value: Any) -> str:
    """A web address that can be linked, or nothing. A host without http:// gets it."""
    if not isinstance(value, str):
        return ""
    address = value.strip().strip("<>\"'")
    if address.startswith("//"):
        address = "https:" + address
    elif not _HAS_SCHEME.match(address) and _LOOKS_LIKE_HOST.fullmatch(address):
        address = "http://" + address
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host or "@" in parts.netloc:
        return ""
    if re.search(r"\s", parts.netloc) or len(address) > MAX_CHARS:
        return ""
    return quote(address, safe=_KEPT) if _ODD.search(address) else address


def host_of(address: str) -> str:
    """The host of an address, to stand for its missing title."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


def links_of(value: Any) -> tuple[dict[str, str], dict[str, Any]]:
    """Addresses by platform (and ``source``), and what could not be used, by its own name.

    :param value: an object by store, a list of objects or addresses, or one address
    """
    found: dict[str, str] = {}
    left: dict[str, Any] = {}
    for name, given in _pairs(value):
        if is_nothing(given):
            continue
        address = address_of(given)
        platform = _platform(name, address) if address else ""
        if platform and platform not in found:
            found[platform] = address
        elif not address or found.get(platform) != address:
            left[_free(name or "link", left)] = given
    return found, left


def _platform(name: str, address: str) -> str:
    word = fold(name).replace(" ", "")
    if word in _BY_WORD:
        return _BY_WORD[word]
    host = host_of(address)
    by_host = next((found for known, found in HOSTS if f".{host}".endswith("." + known)), "")
    if by_host:
        return by_host
    return "other" if word not in ("", "url", "link", "liga", "enlace", "links") else "web"


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, given in value.items():
            if isinstance(given, (Mapping, list)):
                yield from ((str(name), _address_in(each)) for each in _listed(given))
            else:
                yield str(name), given
    elif isinstance(value, list):
        for entry in value:
            if isinstance(entry, Mapping) and _address_in(entry) is not entry:
                names = ("platform", "plataforma", "store", "tienda", "name", "title", "type")
                yield next((str(entry[key]) for key in names if entry.get(key)), ""), _address_in(
                    entry
                )
            elif isinstance(entry, Mapping):
                yield from _pairs(entry)
            else:
                yield "", entry
    elif value is not None:
        yield "", value


def _listed(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


def _address_in(entry: Any) -> Any:
    """The address in an object; the entry itself when it has none."""
    if isinstance(entry, Mapping):
        return next((entry[key] for key in ("url", "href", "link", "liga") if key in entry), entry)
    return entry


def _free(name: str, taken: Mapping[str, Any]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name} {number}", number + 1
    return free
