"""The page of a view as tools show it: kept apart from the portal, and able to read its data."""
from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories, helpers

from tests.counting import cost
from tests.factories import headers, institution

pytestmark = [
    pytest.mark.usefixtures("portal"),
    pytest.mark.ckan_config("ckan.plugins", "promote image_view text_view"),
]

ASKED = "/api/i18n/es"


@pytest.fixture
def package() -> dict[str, Any]:
    return factories.Dataset(
        name="leaks", owner_org=institution().id,
        resources=[{"url": "https://a.example/leaks.png", "format": "PNG"}],
    )  # fmt: skip


@pytest.fixture
def path(package: dict[str, Any]) -> str:
    """Where the page of a view is."""
    made = factories.ResourceView(
        resource_id=package["resources"][0]["id"], view_type="image_view", title="Map"
    )
    return f"/promote/view/{made['id']}"


def token(app: Any, path: str) -> str:
    return str(re.search(r'data-token="([^"]+)"', app.get(path).body)[1])


def asks(app: Any, method: str = "GET", path: str = ASKED, **sent: str) -> dict[str, str]:
    """What an answer says of who may read it."""
    sent_headers = {name.replace("_", "-"): value for name, value in sent.items()}
    answer = app.test_client().open(path, method=method, headers=sent_headers)
    return {
        name.lower(): value
        for name, value in answer.headers.items()
        if name.lower().startswith("access-control-")
    }


def test_the_page_has_no_origin_and_asks_nobody_else(app: Any, path: str) -> None:
    answer = app.get(path)
    assert answer.headers["Content-Security-Policy"].split("; ") == [
        "sandbox allow-scripts allow-forms allow-downloads",
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "frame-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    first = BeautifulSoup(answer.body, "html.parser").head.find()
    assert (first.name, first["src"]) == ("script", "/promote/frame.js")
    assert 'src="https://a.example/leaks.png"' in answer.body


@pytest.mark.ckan_config("ckanext.promote.embed.hosts", ["tiles.example.org", ".example.net"])
def test_allowed_hosts_are_those_that_base_maps_come_from(app: Any, path: str) -> None:
    policy = app.get(path).headers["Content-Security-Policy"]
    hosts = "https://tiles.example.org https://*.example.net"
    for name in ("img-src 'self' data: blob:", "connect-src 'self'", "frame-src 'self'"):
        assert f"; {name} {hosts}; " in policy


@pytest.mark.parametrize("view_id", ["no-such-view", "a%00b", "x" * 5000, "..", "%ff"])
def test_what_is_no_view_is_not_found(app: Any, view_id: str) -> None:
    app.get(f"/promote/view/{view_id}", status=404)


def test_solr_is_not_asked(app: Any, path: str) -> None:
    counted = cost(app, path)
    about = cost(app, "/about")
    assert counted.numbers[1:] == (0, 0)
    assert counted.numbers[0] - about.numbers[0] <= 16


def test_a_frame_of_ours_may_read_what_a_visitor_reads(app: Any, path: str) -> None:
    mine = token(app, path)
    assert asks(app, Origin="null", X_Promote_Frame=mine) == {"access-control-allow-origin": "*"}


def test_a_private_dataset_stays_private_for_a_frame(
    app: Any, path: str, package: dict[str, Any]
) -> None:
    mine = token(app, path)
    helpers.call_action("package_patch", id=package["id"], private=True)
    shown = f"/api/3/action/package_show?id={package['id']}"
    sent = {"Origin": "null", "X-Promote-Frame": mine}
    assert app.get(shown, headers=sent).status_code in (403, 404)
    assert app.get(shown, headers=headers(factories.SysadminWithToken())).status_code == 200


def test_other_frames_and_other_sites_may_not(app: Any, path: str) -> None:
    mine = token(app, path)
    assert asks(app) == asks(app, Origin="null") == {}
    assert asks(app, Origin="null", X_Promote_Frame="frame") == {}
    assert asks(app, Origin="null", X_Promote_Frame=mine[:-1]) == {}
    assert asks(app, Origin="null", X_Promote_Frame="x" * 9000) == {}
    assert asks(app, Origin="https://evil.example", X_Promote_Frame=mine) == {}
    assert asks(app, path=path, Origin="null", X_Promote_Frame=mine[::-1]) == {}


def test_a_token_ends_after_a_day(app: Any, path: str, freezer: Any) -> None:
    mine = token(app, path)
    freezer.tick(dt.timedelta(hours=23))
    assert asks(app, Origin="null", X_Promote_Frame=mine) != {}
    freezer.tick(dt.timedelta(hours=2))
    assert asks(app, Origin="null", X_Promote_Frame=mine) == {}


def test_before_it_asks_a_browser_is_told_what_a_frame_may_send(app: Any) -> None:
    question = {"Origin": "null", "Access_Control_Request_Method": "POST"}
    assert asks(app, "OPTIONS", Access_Control_Request_Headers="x-csrf-token, x-promote-frame",
                **question) == {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers":
            "X-Promote-Frame, x-csrf-token, x-csrftoken, x-requested-with",
    }  # fmt: skip
    for wanted in ("authorization", "content-type, x-promote-frames", ""):
        assert asks(app, "OPTIONS", Access_Control_Request_Headers=wanted, **question) == {}
    elsewhere = {**question, "Origin": "https://evil.example"}
    asked = {"Access_Control_Request_Headers": "x-promote-frame"}
    assert asks(app, "OPTIONS", **asked, **elsewhere) == {}


def test_fonts_of_the_portal_are_open_to_frames_alone(app: Any) -> None:
    font = "/base/vendor/fontawesome-free/webfonts/fa-solid-900.woff2"
    assert asks(app, path=font, Origin="null") == {"access-control-allow-origin": "*"}
    assert asks(app, path=font, Origin="https://evil.example") == {}
    assert asks(app, path="/base/images/ckan.ico", Origin="null") == {}
