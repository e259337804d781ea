"""Pages of conversations as tests read and fill them in."""
from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from tests.factories import headers


def get(app: Any, path: str, user: dict[str, Any] | None = None, status: int = 200) -> Any:
    """A page as somebody reads it."""
    answer = app.get(path, headers=headers(user), follow_redirects=False)
    assert answer.status_code == status, (path, answer.status_code)
    return BeautifulSoup(answer.body, "html.parser")


def send(
    app: Any, path: str, user: dict[str, Any] | None = None, status: int = 302, **form: Any
) -> Any:
    """What a form that is sent leads to: the answer itself."""
    answer = app.post(path, headers=headers(user), data=form, follow_redirects=False)
    assert answer.status_code == status, (path, answer.status_code, texts(answer))
    return answer


def led_to(answer: Any) -> str:
    """The path to which an answer redirects."""
    parts = urlsplit(answer.headers["Location"])
    return parts.path + (f"?{parts.query}" if parts.query else "")


def soup(answer: Any) -> BeautifulSoup:
    """The page of an answer."""
    return BeautifulSoup(answer.body, "html.parser")


def texts(answer: Any) -> list[str]:
    """The sentences of a refusal."""
    return [each.get_text(" ", strip=True) for each in soup(answer).select(".promote-errors li")]


def steps(page: BeautifulSoup) -> set[str]:
    """The steps that a conversation's page offers."""
    found = [each["action"] for each in page.select(".promote-steps form")]
    found += [each["href"] for each in page.select(".promote-steps a")]
    return {each.partition("?")[0].rpartition("/")[2] for each in found}


def filled(page: BeautifulSoup, **values: str) -> dict[str, str]:
    """The fields of a page's form with what it has in them, and these values."""
    form = page.select("form.promote-form")[-1]
    data = {
        each["name"]: each.get("value", "")
        for each in form.select("input[name]") if each.get("type") != "checkbox"
    }  # fmt: skip
    for each in form.select("textarea[name]"):
        data[each["name"]] = each.text
    for each in form.select("select[name]"):
        chosen = each.select_one("option[selected]")
        data[each["name"]] = chosen["value"] if chosen else each.select_one("option")["value"]
    return {**data, **values}
