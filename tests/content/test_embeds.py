"""What a tool may show on its page: what is refused, and what is stored."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
import pytest

from ckanext.promote.content import embeds
from tests.content.embedding import HOSTS, PAGE, allowed, dataset, owner, tool, view
from tests.factories import Institution, act, institution, site_user

__all__ = ["allowed", "owner"]

pytestmark = [
    pytest.mark.usefixtures("portal"),
    pytest.mark.ckan_config("ckan.plugins", "promote image_view text_view webpage_view"),
]

def refusal(owner: Institution, entries: Any) -> str:
    """What is said of embeds that cannot stay; nothing is stored."""
    with pytest.raises(tk.ValidationError) as refused:
        act(owner.editor, "promote_content_create", type="tool", title="Leaks",
            owner_org=owner.id, embeds=entries)  # fmt: skip
    assert list(refused.value.error_dict) == ["embeds"]
    (sentence,) = refused.value.error_dict["embeds"]
    return sentence


# --- What is refused ---

NOT_SHOWN = (
    "pages of “evil.example” are not shown on this portal. These hosts are allowed: "
    "maps.example.org, .data.example.org. Give the address as a link instead, or ask the operator."
)
NO_LINK = (
    "“{}” is not an address that can be linked. Write it whole, beginning with https:// or http://."
)
NOT_HTTPS = "the address has to begin with https://, or browsers refuse to show it."
HAS_USER = "The address “{}” has a user name, blanks or quotes in it. Remove them."
IS_OWN = "“{}” is this portal. Choose one of the views of its data instead."
NO_HOST = (
    "“{}” is not written like a host. Use a to z, digits, - and dots; other letters in their "
    "ASCII form (xn--…)."
)
ADDRESSES = [
    ("https://evil.example/", NOT_SHOWN),
    ("https://evil.example/maps.example.org", NOT_SHOWN),
    ("https://evil.example?maps.example.org", NOT_SHOWN),
    ("https://xmaps.example.org/", NOT_SHOWN.replace("evil.example", "xmaps.example.org")),
    ("https://a.maps.example.org/", NOT_SHOWN.replace("evil.example", "a.maps.example.org")),
    ("https://data.example.org/", NOT_SHOWN.replace("evil.example", "data.example.org")),
    ("https://xdata.example.org/", NOT_SHOWN.replace("evil.example", "xdata.example.org")),
    ("http://maps.example.org/", NOT_HTTPS),
    ("javascript:alert(1)", NO_LINK.format("javascript:alert(1)")),
    ("data:text/html,<b>x</b>", NO_LINK.format("data:text/html,<b>x</b>")),
    ("//maps.example.org/", NO_LINK.format("//maps.example.org/")),
    ("https:maps.example.org", NO_LINK.format("https:maps.example.org")),
    ("https:///maps.example.org", NO_LINK.format("https:///maps.example.org")),
    ("https://maps.example.org:8443/", "the address names a port. Leave it out."),
    ("https://maps.example.org:443/", "the address names a port. Leave it out."),
    ("https://maps.example.org:/", "the address names a port. Leave it out."),
    ("https://me@maps.example.org/", HAS_USER.format("https://me@maps.example.org/")),
    ("https://maps.example.org@evil.example/",
     HAS_USER.format("https://maps.example.org@evil.example/")),
    ("https://evil.example\\@maps.example.org/",
     HAS_USER.format("https://evil.example\\@maps.example.org/")),
    ("https://evil.example\\.maps.example.org/",
     HAS_USER.format("https://evil.example\\.maps.example.org/")),
    ("https://maps.example.org./", NO_HOST.format("maps.example.org.")),
    ("https://evil.example%2f.data.example.org/",
     NO_HOST.format("evil.example%2f.data.example.org")),
    ("https://evil.example;.data.example.org/", NO_HOST.format("evil.example;.data.example.org")),
    ("https://máps.example.org/", NO_HOST.format("máps.example.org")),
    ("https://test.ckan.net/uploads/x.html", IS_OWN.format("test.ckan.net")),
    ("https://www.TEST.ckan.net/", IS_OWN.format("www.test.ckan.net")),
    ("https://maps.example.org/" + "a" * 2000,
     "the address has 2025 characters. Shorten it to 2000."),
]  # fmt: skip


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize(("address", "sentence"), ADDRESSES)
def test_an_address_that_cannot_be_shown_is_refused(
    owner: Institution, address: str, sentence: str
) -> None:
    assert refusal(owner, [{**PAGE, "url": address}]) == f"Entry 1: {sentence}"


def test_without_allowed_hosts_every_page_is_refused_with_the_way_out(owner: Institution) -> None:
    assert refusal(owner, [PAGE]) == (
        "Entry 1: pages of other sites are not shown on this portal: its operator would have to "
        "allow “maps.example.org” in ckanext.promote.embed.hosts. Give the address as a link "
        "instead."
    )


def test_the_portal_is_refused_also_when_the_option_names_it(
    owner: Institution, ckan_config: Any, monkeypatch: Any
) -> None:
    monkeypatch.setitem(ckan_config, "ckanext.promote.embed.hosts", [".ckan.net", "localhost"])
    own = {**PAGE, "url": "https://test.ckan.net/dataset"}
    assert refusal(owner, [own]) == f"Entry 1: {IS_OWN.format('test.ckan.net')}"
    monkeypatch.setitem(ckan_config, "ckan.site_url", "http://127.0.0.1:5000")
    own = {**PAGE, "url": "https://localhost/dataset"}
    assert refusal(owner, [own]) == f"Entry 1: {IS_OWN.format('localhost')}"


UNKNOWN_KEY = "there is no “{}”. Use resource_view, or url, title and height."
NO_OBJECT = "an object with resource_view, or with url, title and height, was expected."
NO_HEIGHT = "“{}” is no height. Give pixels, from 200 to 1200."


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("https://maps.example.org/", NO_OBJECT),
        (["https://maps.example.org/"], NO_OBJECT),
        ({**PAGE, "srcdoc": "<b>x</b>"}, UNKNOWN_KEY.format("srcdoc")),
        ({**PAGE, "sandbox": ""}, UNKNOWN_KEY.format("sandbox")),
        ({**PAGE, "url": {"a": 1}}, "text was expected in url."),
        ({**PAGE, "height": True}, "text was expected in height."),
        ({**PAGE, "height": 199}, NO_HEIGHT.format("199")),
        ({**PAGE, "height": 1201}, NO_HEIGHT.format("1201")),
        ({**PAGE, "height": "50%"}, NO_HEIGHT.format("50%")),
        ({**PAGE, "height": "٣٠٠"}, NO_HEIGHT.format("٣٠٠")),
        ({**PAGE, "height": -300}, NO_HEIGHT.format("-300")),
        ({**PAGE, "height": 300.5}, NO_HEIGHT.format("300.5")),
        ({"url": PAGE["url"]},
         "the title is missing. Say what it shows: screen readers announce it by that."),
        ({"title": "Rain"},
         "the address is missing. Write it whole, beginning with https://."),
        ({**PAGE, "title": "x" * 201}, "the title has 201 characters. Shorten it to 200."),
        ({**PAGE, "resource_view": "x"},
         "a view brings its own title and size. Give either a view or an address."),
    ],
)  # fmt: skip
def test_an_entry_of_the_wrong_form_is_refused(
    owner: Institution, entry: Any, sentence: str
) -> None:
    assert refusal(owner, [PAGE, entry]) == f"Entry 2: {sentence}"


def test_no_more_than_twenty_are_taken(owner: Institution) -> None:
    entries = [{"resource_view": str(number)} for number in range(21)]
    assert refusal(owner, entries) == "These are 21 entries. Keep at most 20."


NO_VIEW = (
    "Entry 1: there is no view “{}” that you can see. Give the id of a view of a dataset's "
    "resource."
)


def test_a_view_that_is_not_there_and_one_that_is_hidden_are_refused_alike(
    owner: Institution,
) -> None:
    other = institution(name="other-office")
    hidden = view(dataset(other, private=True))
    for view_id in ("no-such-view", "x" * 300, hidden):
        assert refusal(owner, [{"resource_view": view_id}]) == NO_VIEW.format(view_id[:80])


def test_a_view_of_a_deleted_dataset_or_file_is_refused(owner: Institution) -> None:
    package = dataset(owner)
    of_file = view(package)
    act(site_user(), "resource_delete", id=package["resources"][0]["id"])
    gone = dataset(owner, "gone")
    of_dataset = view(gone)
    act(site_user(), "package_delete", id=gone["id"])
    for view_id in (of_file, of_dataset):
        assert refusal(owner, [{"resource_view": view_id}]) == NO_VIEW.format(view_id)


def test_a_view_that_shows_another_site_is_refused(owner: Institution) -> None:
    view_id = view(dataset(owner), kind="webpage_view")
    assert refusal(owner, [{"resource_view": view_id}]) == (
        "Entry 1: this view shows a page of another site. Give its address instead."
    )


# --- What is stored ---


@pytest.mark.usefixtures("allowed")
def test_views_and_pages_are_stored_and_given_back_as_declared(owner: Institution) -> None:
    view_id = view(dataset(owner))
    below = {"url": "https://a.data.example.org/x?y#z", "title": " Rain\n now ", "height": "1200"}
    chosen = {"resource_view": view_id}
    made = tool(owner, [chosen, below, {"url": "", "title": ""}, chosen])
    expected = [
        {"resource_view": view_id},
        {"url": "https://a.data.example.org/x?y#z", "title": "Rain now", "height": 1200},
    ]
    assert act(None, "promote_content_show", id=made["id"])["embeds"] == expected
    assert act(None, "package_show", id=made["id"])["embeds"] == expected


@pytest.mark.usefixtures("allowed")
def test_what_was_there_may_stay_when_something_else_changes(
    owner: Institution, ckan_config: Any, monkeypatch: Any
) -> None:
    package = dataset(owner)
    view_id = view(package)
    made = tool(owner, [{"resource_view": view_id}, PAGE])
    act(site_user(), "resource_view_delete", id=view_id)
    monkeypatch.setitem(ckan_config, "ckanext.promote.embed.hosts", [])
    act(site_user(), "promote_content_update", id=made["id"], title="Leaks and rain")
    shown = act(None, "promote_content_show", id=made["id"])
    assert (shown["title"], len(shown["embeds"])) == ("Leaks and rain", 2)


def test_the_description_of_the_type_tells_the_keys() -> None:
    fields = {each["name"]: each for each in act(None, "promote_content_type_show",
                                                 type="tool")["fields"]}  # fmt: skip
    keys = [column["name"] for column in fields["embeds"]["columns"]]
    assert keys == ["resource_view", "url", "title", "height"]
    assert fields["embeds"]["max_items"] == 20


# --- The option ---


def test_hosts_are_checked_and_brought_into_one_form() -> None:
    check = tk.get_validator("promote_hosts")
    assert check(["Maps.Example.org", ".data.example.org"]) == HOSTS
    for wrong in (
        "https://maps.example.org", "maps.example.org/", "*.example.org", "*", "'self'", "a;b",
        "maps.example.org:443", "..", ".", "a..b", "-a", "máps.example.org",
    ):  # fmt: skip
        with pytest.raises(tk.Invalid) as refused:
            check(["maps.example.org", wrong])
        assert refused.value.error == (
            f"“{wrong}” is no host. Write data.example.org, or .example.org for all below it, "
            "without https:// and without a path."
        )


def test_sandboxes_let_no_frame_lead_away_or_open_windows() -> None:
    for tokens in (embeds.VIEW_SANDBOX, embeds.ADDRESS_SANDBOX):
        assert not {"allow-popups", "allow-modals", "allow-pointer-lock"} & set(tokens.split())
        assert "navigation" not in tokens
    assert "allow-same-origin" not in embeds.VIEW_SANDBOX
