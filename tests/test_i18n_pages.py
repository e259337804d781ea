"""Each page of ours speaks one language, the reader's: no word of another is on it."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.lib.search import SearchError, query
from ckan.tests import factories

from ckanext.promote.content import views
from tests.base.document_files import upload
from tests.factories import TYPES, act, content, png
from tests.i18n_helpers import LINK, PATHS, Reader, quiet_institution
from tests.static.package import hold

WHOLE: dict[str, Any] = {
    "title": "Qqqtitle", "summary": "Qqqsummary.", "body": "Qqqbody", "language": "en",
    "contact_name": "Qqqname", "contact_email": "qqq@qqqhost.example", "authors": ["Qqqauthor"],
    "is_contact_confirmed": False, "sections_pending": True, "unmapped": {"qqqkey": "qqqvalue"},
    "external_datasets": [{"title": "Qqqother", "url": LINK}], "sector": "salud",
    "axis": "servicios-publicos", "tags": [{"name": "qqqtag"}], "cover_alt": "Qqqcover",
    "published_on": "2026-03-15",
}  # fmt: skip
OWN: dict[str, dict[str, Any]] = {
    "story": {
        **dict.fromkeys(("background", "challenges", "solution", "results"), "Qqqtext"),
        "value": [{"figure": "12", "unit": "qqqunit", "what": "qqqwhat"}],
    },
    "app": {
        "stage": "in_development", "app_version": "2.0", "developer": "Qqqdeveloper",
        "license_id": "cc-by", "source_url": LINK, "screenshots": [{"url": "", "alt": "Qqqshot"}],
        "links": dict.fromkeys(
            ("web", "android", "ios", "windows", "macos", "linux", "other"), LINK
        ),
    },
    "tool": {
        "tool_kind": "map", "stage": "planned", "url": LINK, "license_id": "cc-by",
        "source_url": LINK,
    },
    "news": {},
    "event": {
        "event_kind": "mesa", "starts_at": "2026-03-15T10:00Z", "ends_at": "2026-03-16T18:00Z",
        "place": "Qqqplace", "url": LINK, "result": "Qqqresult",
    },
    "presentation": {},
    "study": {"document_url": LINK},
    "material": {},
}  # fmt: skip
WRONG: dict[str, Any] = {
    "title": "", "summary": "q" * 501, "contact_email": "qqq", "tags": "qqq!",
    "published_on": "qqq", "datasets": "qqqnone", "source_url": "qqq",
    "external_datasets-0-title": "Qqq", "external_datasets-0-url": "qqq",
    "external_datasets-1-url": LINK, "value-0-unit": "qqq", "links-web": "qqq",
    "starts_at": "2026-03-15T10:00", "ends_at": "2026-03-14T10:00", "document_url": "qqq",
}  # fmt: skip
FORM = {
    "do": "publish", "title": "Qqqtitle", "summary": "Qqqsummary.", "body": "Qqq.",
    "contact_email": "qqq@qqqhost.example", "tool_kind": "map",
}  # fmt: skip
DATE = {"en": "March 15, 2026", "es": "15 de marzo de 2026"}
"""The date of WHOLE, written out."""


@pytest.fixture
def owner(portal: Any, own_publishing: None, monkeypatch: Any) -> Any:
    monkeypatch.setitem(portal, "ckanext.promote.submissions", "institutions")
    return quiet_institution()


def _dataset(owner: Any, name: str, private: bool = False) -> dict[str, Any]:
    return factories.Dataset(
        name=name, title=name.title(), owner_org=owner.id, private=private,
        resources=[{"url": LINK, "format": "CSV"}],
    )  # fmt: skip


def _whole(owner: Any, kind: str, **fields: Any) -> dict[str, Any]:
    data = {
        **WHOLE, **OWN[kind], "type": kind, "owner_org": owner.name, "cover_upload": png(), **fields
    }  # fmt: skip
    if kind == "app":
        data["screenshots_upload"] = [png()]
    if kind == "presentation":
        data["document_upload"] = upload(name="qqq.pdf")
    return content(owner.editor, **data)


def _readers(app: Any, user: dict[str, Any] | None) -> list[Reader]:
    return [Reader(app, language, user) for language in PATHS]


def _hold(readers: list[Reader]) -> None:
    hold([each for reader in readers for each in reader.strange])


@pytest.mark.parametrize("kind", TYPES)
def test_lists_and_pages(app: Any, owner: Any, kind: str):
    readers = _readers(app, None) + _readers(app, owner.editor)
    for reader in readers:
        reader.page(f"/{kind}")
    _dataset(owner, "qqqdata")
    name = _whole(owner, kind, datasets=["qqqdata"])["name"]
    for reader in readers:
        reader.page(f"/{kind}")
        reader.page(f"/{kind}?sector=salud&q=qqqtitle&tags=qqqtag&sort=title&institution=qqq")
        reader.page(f"/{kind}?sector=salud&q=qqqtitle&tags=qqqtag&sort=title")
        page = reader.page(f"/{kind}/{name}")
        assert page.select_one(".promote-meta time").text == DATE[reader.language]
        assert reader.read > 100
    _hold(readers)


@pytest.mark.parametrize("kind", TYPES)
def test_forms_and_the_sentences_beside_their_fields(app: Any, owner: Any, kind: str):
    name = _whole(owner, kind)["name"]
    readers = _readers(app, owner.editor)
    for reader in readers:
        reader.page(f"/{kind}/new")
        reader.page(f"/{kind}/edit/{name}")
        reader.page(f"/{kind}/delete/{name}")
        wrong = {**WRONG, "owner_org": owner.name}
        page = reader.page(f"/{kind}/new", wrong, status=400)
        assert len(page.select(".promote-errors li")) >= 7
        reader.page(f"/{kind}/new", {**FORM, "owner_org": owner.name, "tags": "qqq!"}, status=400)
        reader.page(f"/{kind}/new", FORM, status=403)
        reader.page(f"/{kind}/edit/{name}", {**FORM, "owner_org": owner.name, "version": "7"})
    _hold(readers)


def test_forms_that_look_for_datasets_or_get_a_row(app: Any, owner: Any):
    readers = _readers(app, owner.editor)
    for found in range(3):
        for reader in readers:
            reader.page("/story/new", {**FORM, "do": "find", "datasets_find": "qqq"})
            reader.page("/story/new", {**FORM, "do": "add:value"})
        _dataset(owner, f"qqqdata{found}")
    _hold(readers)


def test_messages_after_a_form_was_sent(app: Any, owner: Any):
    readers = _readers(app, owner.editor)
    filled = {**FORM, "owner_org": owner.name, "background": "Qqq."}
    for reader in readers:
        title = f"qqq{reader.language}"
        for path in ("/story/new", f"/story/edit/{title}", f"/story/delete/{title}"):
            page = reader.page(path, {**filled, "title": title})
            assert len(page.select(".flash-messages .alert")) == 1, path
        assert reader.page(f"/story/{title}").select_one(".promote-note") is not None
    _hold(readers)


def test_lists_and_tables_that_go_on(app: Any, owner: Any, ckan_config: Any, monkeypatch: Any):
    monkeypatch.setitem(ckan_config, "ckanext.promote.page_size", 1)
    names = [_dataset(owner, f"qqqdata{number}")["name"] for number in range(2)]
    names += [_dataset(owner, "qqqhidden", private=True)["name"]]
    for _ in range(3):
        tags = [{"name": f"qqqtag{number}"} for number in range(12)]
        name = _whole(owner, "story", datasets=names, tags=tags)["name"]
    readers = _readers(app, owner.editor)
    for reader in readers:
        assert len(reader.page("/story?page=2").select(".promote-pages a")) == 2
        assert reader.page(f"/story/{name}").select_one(".promote-badge") is not None
    monkeypatch.setattr(views, "DATASETS_ON_PAGE", 1)
    for reader in readers:
        page = reader.page(f"/story/{name}")
        assert page.select_one(".promote-datasets a[href*='datasets=']") is not None
    _hold(readers)


def test_names_that_wait_for_a_dataset(app: Any, owner: Any):
    name = _whole(owner, "story")["name"]
    act(owner.editor, "promote_content_update", id=name, pending_datasets=["qqqpending"])
    readers = _readers(app, owner.editor)
    for reader in readers:
        assert "qqqpending" in reader.page(f"/story/{name}").text
        assert "qqqpending" in reader.page(f"/story/edit/{name}").text
    _hold(readers)


def test_blocks_on_pages_of_datasets_and_institutions(app: Any, owner: Any):
    _dataset(owner, "qqqdata")
    for kind in (*TYPES, *["story"] * 4):
        _whole(owner, kind, datasets=["qqqdata"])
    readers = _readers(app, None)
    for reader in readers:
        for path, cards in (("/dataset/qqqdata", 10), (f"/organization/{owner.name}", 6)):
            block = reader.page(path).select_one(".promote-block")
            assert len(block.select(".promote-card")) == cards, path
    _hold(readers)


def test_a_list_without_its_search(app: Any, owner: Any, monkeypatch: Any):
    def fails(*args: Any, **kwargs: Any) -> None:
        raise SearchError("qqq")

    _whole(owner, "story")
    monkeypatch.setattr(query.PackageSearchQuery, "run", fails)
    readers = _readers(app, None)
    for reader in readers:
        assert reader.page("/story").select_one(".promote-note") is not None
    _hold(readers)


def test_what_is_not_there_or_not_for_this_reader(app: Any, owner: Any):
    name = _whole(owner, "story")["name"]
    strangers, visitors = _readers(app, owner.member), _readers(app, None)
    for stranger, visitor in zip(strangers, visitors, strict=True):
        stranger.refused("/story/qqqnone", 404)
        for path in ("/story/new", f"/story/edit/{name}", f"/story/delete/{name}"):
            stranger.refused(path, 403)
            visitor.refused(path, 403, FORM)
        assert len(visitor.page("/story/new").select(".flash-messages .alert")) == 1
    _hold(strangers + visitors)


@pytest.mark.parametrize("path", PATHS.values())
def test_who_signs_in_comes_back_in_the_same_language(app: Any, owner: Any, path: str):
    sent = app.get(f"{path}/story/new", follow_redirects=False)
    assert sent.location.endswith(f"{path}/user/login?came_from={path}/story/new")


@pytest.mark.skipif(
    not tk.check_ckan_version(min_version="2.12"),
    reason="CKAN 2.11 refuses it before we do, with Flask-WTF's sentence in English",
)
@pytest.mark.ckan_config("WTF_CSRF_ENABLED", True)
def test_a_form_that_was_open_too_long(app: Any, owner: Any):
    password = "qqq-qqq-qqq"  # noqa: S105 -- of a user of the test
    browser = app.test_client()
    login = BeautifulSoup(browser.get("/user/login").get_data(as_text=True), "html.parser")
    token = login.select_one("meta[name=_csrf_token]")["content"]
    name = factories.Sysadmin(password=password)["name"]
    browser.post("/user/login", data={"login": name, "password": password, "_csrf_token": token})
    readers = _readers(app, None)
    for reader in readers:
        answer = browser.post(f"{PATHS[reader.language]}/story/new", data=FORM)
        assert answer.status_code == 400
        reader.refusal("/story/new", answer.get_data(as_text=True))
    _hold(readers)
