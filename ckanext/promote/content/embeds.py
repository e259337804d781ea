"""What a tool shows on its page: views of this portal, and pages of the hosts that are allowed.

``clean`` looks at what was given, ``check`` at whether it is there for the writer, ``shown`` at
what a reader gets to see now: a view may be gone since, a dataset private, a host not allowed any
more. How a view of this portal is kept apart from it: ``embed_views``.
"""
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import ckantoolkit as tk
import flask
from ckan.lib.datapreview import get_view_plugin

from ckanext.promote import config
from ckanext.promote.base import text
from ckanext.promote.base.access import is_lookup
from ckanext.promote.content import embed_queries
from ckanext.promote.content.cleaning_values import Wrong, clean_address
from ckanext.promote.people.viewer import Viewer

KEYS = ("resource_view", "url", "title", "height")
MIN_HEIGHT, MAX_HEIGHT, DEFAULT_HEIGHT = 200, 1200, 500
VIEW_HEIGHT = 640
"""Maps are 600 high, and a chart as wide as our pages about as much."""
TITLE_MAX = 200
ADDRESS_MAX = 2000
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
ELSEWHERE = frozenset({"webpage_view"})
"""Types of views that show a page of another site: that is what an address is for."""

VIEW_SANDBOX = "allow-scripts allow-forms allow-downloads"
ADDRESS_SANDBOX = "allow-scripts allow-same-origin allow-forms"
"""A page of another host keeps its own origin, which is not ours: it may use its storage and ask
its server. A view of this portal would get the portal's, and with it the reader's session and a way
out of the sandbox. Neither may open windows or lead the reader away from the page."""

Embed = dict[str, Any]


# --- What was given ---


def clean(value: Any) -> Embed:
    """One embed in its stored form; empty where nothing was given.

    :raises Wrong: with a sentence that says what is wrong and what is expected
    """
    if not isinstance(value, Mapping):
        raise Wrong(
            tk._("an object with resource_view, or with url, title and height, was expected.")
        )
    unknown = sorted(str(key) for key in value if key not in KEYS)
    if unknown:
        raise Wrong(
            tk._("there is no “{key}”. Use resource_view, or url, title and height.").format(
                key=unknown[0][:80]
            )
        )
    given = {key: _text(key, each) for key, each in value.items()}
    view, address = given.get("resource_view", ""), given.get("url", "")
    if view and (address or given.get("title") or given.get("height")):
        raise Wrong(tk._("a view brings its own title and size. Give either a view or an address."))
    if view:
        return {"resource_view": view}
    if not address and not given.get("title"):
        return {}
    if not address:
        raise Wrong(tk._("the address is missing. Write it whole, beginning with https://."))
    return {
        "url": _address(address),
        "title": _title(given.get("title", "")),
        "height": _height(given.get("height", "")),
    }


def _text(key: str, value: Any) -> str:
    if isinstance(value, (dict, list, tuple, set, bool)):
        raise Wrong(tk._("text was expected in {key}.").format(key=key))
    return text.clean_line(str(value)) if value is not None else ""


def _title(value: str) -> str:
    if not value:
        raise Wrong(
            tk._("the title is missing. Say what it shows: screen readers announce it by that.")
        )
    if len(value) > TITLE_MAX:
        raise Wrong(
            tk._("the title has {count} characters. Shorten it to {max}.").format(
                count=len(value), max=TITLE_MAX
            )
        )
    return value


def _height(value: str) -> int:
    if not value:
        return DEFAULT_HEIGHT
    number = int(value) if re.fullmatch(r"[0-9]{1,6}", value) else 0
    if not MIN_HEIGHT <= number <= MAX_HEIGHT:
        raise Wrong(
            tk._("“{value}” is no height. Give pixels, from {min} to {max}.").format(
                value=value[:40], min=MIN_HEIGHT, max=MAX_HEIGHT
            )
        )
    return number


def _address(value: str) -> str:
    if len(value) > ADDRESS_MAX:
        raise Wrong(
            tk._("the address has {count} characters. Shorten it to {max}.").format(
                count=len(value), max=ADDRESS_MAX
            )
        )
    parts = urlsplit(clean_address(value))
    if parts.scheme.lower() != "https":
        raise Wrong(tk._("the address has to begin with https://, or browsers refuse to show it."))
    host = parts.netloc.lower()
    if ":" in host:
        raise Wrong(tk._("the address names a port. Leave it out."))
    if not config.HOST.fullmatch(host):
        raise Wrong(
            tk._(
                "“{host}” is not written like a host. Use a to z, digits, - and dots; other "
                "letters in their ASCII form (xn--…)."
            ).format(host=host[:80])
        )
    return value


def is_allowed(host: str) -> bool:
    """Whether the option names a host: exactly, or the domain that it is below (``.name``)."""
    return any(
        host == entry or (entry.startswith(".") and host.endswith(entry))
        for entry in config.embed_hosts()
    )


def is_own(host: str) -> bool:
    """Whether a host is this portal, under its address or the one it was asked by just now."""
    names = {urlsplit(tk.config["ckan.site_url"]).hostname or ""}
    if flask.has_request_context():
        names.add(urlsplit(f"//{flask.request.host}").hostname or "")
    if names & LOOPBACK:
        names |= LOOPBACK
    names = {name.rstrip(".") for name in names if name}
    return host.rstrip(".").removeprefix("www.") in {name.removeprefix("www.") for name in names}


# --- Whether it is there ---


def check(
    session: Any, viewer: Viewer, entries: Sequence[Embed], stored: Sequence[Embed]
) -> list[str]:
    """Sentences for what this writer cannot choose, or nobody; none for what was there before."""
    new = {number: each for number, each in enumerate(entries, 1) if each not in stored}
    ids = [each["resource_view"] for each in new.values() if "resource_view" in each]
    found = embed_queries.views_by_id(session, viewer, [each for each in ids if is_lookup(each)])
    problems = {
        number: _view_problem(each["resource_view"], found) if "resource_view" in each
        else _host_problem(urlsplit(each["url"]).netloc.lower())
        for number, each in new.items()
    }  # fmt: skip
    return [numbered(number, problem) for number, problem in problems.items() if problem]


def _view_problem(view_id: str, found: Mapping[str, Any]) -> str:
    row = found.get(view_id)
    if row is None or not (row.is_readable and row.has_resource):
        return tk._(
            "there is no view “{id}” that you can see. Give the id of a view of a dataset's "
            "resource."
        ).format(id=view_id[:80])
    if row.view_type in ELSEWHERE:
        return tk._("this view shows a page of another site. Give its address instead.")
    return ""


def _host_problem(host: str) -> str:
    if is_own(host):
        return tk._("“{host}” is this portal. Choose one of the views of its data instead.").format(
            host=host
        )
    if is_allowed(host):
        return ""
    allowed = config.embed_hosts()
    if not allowed:
        return tk._(
            "pages of other sites are not shown on this portal: its operator would have to allow "
            "“{host}” in ckanext.promote.embed.hosts. Give the address as a link instead."
        ).format(host=host)
    return tk._(
        "pages of “{host}” are not shown on this portal. These hosts are allowed: {hosts}. "
        "Give the address as a link instead, or ask the operator."
    ).format(host=host, hosts=", ".join(allowed))


def numbered(number: int, message: str) -> str:
    """A sentence about one entry of the list."""
    return tk._("Entry {number}: {message}").format(number=number, message=message)


# --- What a reader sees now ---


def shown(session: Any, viewer: Viewer, entries: Sequence[Embed]) -> list[Embed]:
    """What to show for each embed, in its order: one query, however many there are.

    Each has ``title``, ``problem`` (a sentence, or nothing), ``open`` (where its own page is),
    ``host`` (of an address), ``dataset`` and ``resource`` (what it shows, as far as they are there
    for this reader); without a problem also ``frame`` (the address to load), ``sandbox`` and
    ``height``.
    """
    ids = [each["resource_view"] for each in entries if "resource_view" in each]
    found = embed_queries.views_by_id(session, viewer, ids)
    return [
        _shown_view(found.get(each["resource_view"])) if "resource_view" in each
        else _shown_address(each)
        for each in entries
    ]  # fmt: skip


def _shown_view(row: Any | None) -> Embed:
    embed: Embed = {"title": "", "problem": "", "open": "", "host": "", "dataset": None}
    embed["resource"] = None
    if row is None:
        return {**embed, "problem": tk._("What was shown here is not on this portal any more.")}
    if not row.is_readable:
        return {**embed, "problem": tk._("What was shown here is not public, or not any more.")}
    embed["title"] = row.title or row.resource_name or row.dataset_title or row.dataset
    embed["dataset"] = {"name": row.dataset, "title": row.dataset_title or row.dataset}
    if not row.has_resource:
        problem = tk._("The file that was shown here was taken out of its dataset.")
        return {**embed, "problem": problem}
    embed["resource"] = {"id": row.resource_id, "name": row.resource_name or tk._("Unnamed file")}
    if not can_show(row.view_type):
        return {**embed, "problem": tk._("This portal does not show views of this kind any more.")}
    embed["open"] = tk.url_for(
        "dataset_resource.view", id=row.dataset, resource_id=row.resource_id, view_id=row.id
    )
    if row.private:
        problem = tk._("The data are private: open them in a window of their own.")
        return {**embed, "problem": problem}
    frame = tk.url_for("promote_embeds.view", view_id=row.id)
    return {**embed, "frame": frame, "sandbox": VIEW_SANDBOX, "height": VIEW_HEIGHT}


def can_show(view_type: str) -> bool:
    """Whether the portal has what a view of this type needs."""
    return view_type not in ELSEWHERE and get_view_plugin(view_type) is not None


def _shown_address(entry: Embed) -> Embed:
    host = urlsplit(entry["url"]).hostname or ""
    embed: Embed = {
        "title": entry["title"], "problem": "", "open": entry["url"], "host": host,
        "dataset": None, "resource": None,
    }  # fmt: skip
    if is_own(host) or not is_allowed(host):
        problem = tk._("Pages of {host} are not shown inside this portal any more.")
        return {**embed, "problem": problem.format(host=host)}
    return {
        **embed, "frame": entry["url"], "sandbox": ADDRESS_SANDBOX, "height": entry["height"],
    }  # fmt: skip


def choices(session: Any, viewer: Viewer, datasets: Sequence[str], limit: int) -> list[Embed]:
    """Views of datasets to choose from: ``id``, ``title``, ``resource`` and ``dataset`` of each."""
    rows = embed_queries.readable_views_of(session, viewer, datasets, limit)
    return [_choice(row) for row in rows if can_show(row.view_type)]


def chosen(session: Any, viewer: Viewer, entries: Sequence[Embed]) -> list[Embed]:
    """The views among the entries, as in ``choices``; with their id alone when they are gone."""
    ids = [each["resource_view"] for each in entries if each.get("resource_view")]
    found = embed_queries.views_by_id(session, viewer, [each for each in ids if is_lookup(each)])
    return [
        _choice(found[each]) if each in found and found[each].is_readable
        else {"id": each, "title": "", "resource": "", "dataset": ""}
        for each in ids
    ]  # fmt: skip


def _choice(row: Any) -> Embed:
    return {
        "id": row.id,
        "title": row.title or row.view_type,
        "resource": row.resource_name or tk._("Unnamed file"),
        "dataset": row.dataset_title or row.dataset,
    }
