"""One question from its first word to its end, as each page tells it to each who reads it."""
from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from babel.dates import format_date
from bs4 import BeautifulSoup
from ckan import model
from ckan.cli.cli import ckan

from ckanext.promote.base.model import Event, utc_now
from tests.factories import Institution, act, appointed, institution
from tests.feedback.pages import filled, get, led_to, send, steps
from tests.threads.talk import citizen, dataset, day, event_names

pytestmark = pytest.mark.usefixtures("portal")
FORM = "/dataset/leaks/feedback/new"
QUESTION = {"kind": "question", "title": "When do the leaks of 2025 come?", "body": "I *wait*."}


def facts(page: BeautifulSoup) -> dict[str, str]:
    """What stands beside a conversation, by its label."""
    names = [each.text for each in page.select(".promote-facts dt")]
    values = [" ".join(each.text.split()) for each in page.select(".promote-facts dd")]
    return dict(zip(names, values, strict=True))


def hops(page: BeautifulSoup) -> list[str]:
    return [" ".join(each.text.split()) for each in page.select(".promote-hops li")]


def where(page: BeautifulSoup) -> str:
    """The state as the page's head has it."""
    return page.select_one(".promote-head .promote-state").text


def block(app: Any) -> str:
    """What the dataset's page says of its questions."""
    return " ".join(get(app, "/dataset/leaks").select_one(".promote-block-talk").text.split())


def listed(app: Any, query: str) -> list[str]:
    """Titles in a list of conversations."""
    return [each.text for each in get(app, f"/feedback?{query}").select(".promote-threads h2")]


def promises(app: Any) -> list[list[str]]:
    """Date, state and dataset of each promise, on all three pages that list them."""
    found = [
        [[row.time["datetime"], *(cell.text.strip() for cell in row.select("td")[1::2])]
         for row in get(app, f"{place}/feedback/promises").select("tbody tr")]
        for place in ("", "/dataset/leaks", "/organization/water-office")
    ]  # fmt: skip
    assert found[0] == found[1] == found[2]
    return found[0]


def ticked(cli: Any) -> dict[str, str]:
    """What ``ckan promote tick`` says of promises and lateness."""
    done = cli.invoke(ckan, ["promote", "tick"])
    assert done.exit_code == 0, done.output
    said = dict(line.partition(": ")[::2] for line in done.output.splitlines())
    return {name: said[name] for name in ("miss_commitments", "record_late_threads")}


def figures() -> dict[str, Any]:
    """How the institution answers, as its response figures say."""
    shown = act(None, "promote_response_figures_show", institution="water-office")["portal"]
    names = ("received", "answered", "resolved", "on_time", "open_now", "overdue_now")
    return {name: shown[name] for name in names}


def in_words(date: str) -> str:
    return format_date(dt.date.fromisoformat(date), format="long", locale="en")


@pytest.fixture
def owner() -> Institution:
    made = institution(name="water-office", title="Water office")
    dataset(made, name="leaks", title="Leaks")
    return made


class Story:
    """The people, and where the question is."""

    def __init__(self, app: Any, owner: Institution) -> None:
        self.app, self.owner = app, owner
        self.ana = citizen(fullname="Ana P.")
        self.liaison = appointed(owner)
        other = institution(name="archive", title="Archive")
        self.others = [
            appointed(other), other.admin, other.editor, owner.member,
            citizen(fullname="Eva S."), self.ana,
        ]  # fmt: skip
        self.path = ""

    def read(self, user: Any = None) -> BeautifulSoup:
        return get(self.app, self.path, user)

    def refused(self, step: str, **form: str) -> None:
        """Whoever has no part in the answer has no button, no form, and changes nothing."""
        before = event_names({"id": self.path.rpartition("/")[2]})
        for user in self.others:
            page = self.read(user)
            assert page.select(f"a[href='{self.path}/{step}']") == []
            assert step not in steps(page)
            get(self.app, f"{self.path}/{step}", user, 403)
            send(self.app, f"{self.path}/{step}", user, 403, **form)
        send(self.app, f"{self.path}/{step}", None, 403, **form)
        assert event_names({"id": self.path.rpartition("/")[2]}) == before

    def promised(self) -> str:
        """Id of what is promised now."""
        [open_] = act(None, "promote_commitment_list", state="open")["items"]
        return open_["id"]

    def promise(self, due_on: str) -> None:
        """The liaison opens the page, follows its button, and fills in its form."""
        button = self.read(self.liaison).select_one(f"a[href='{self.path}/answer']")
        page = get(self.app, button["href"], self.liaison)
        form = filled(page, outcome="will_publish", due_on=due_on, body="They are **checked**.")
        send(self.app, button["href"], self.liaison, **form)


def test_a_promise_is_made_missed_made_again_kept_and_judged(
    app: Any, cli: Any, owner: Institution, freezer: Any
) -> None:
    story = Story(app, owner)
    freezer.tick(dt.timedelta(hours=1))  # CKAN dates tokens by the real clock
    first, second = day(10), day(40)
    asked(story)
    story.refused("answer", outcome="will_publish", due_on=first, body="Soon.")
    promised(story, first)
    freezer.tick(dt.timedelta(days=12))
    missed(story, cli, first)
    promised_again(story, first, second)
    kept(story, cli, first, second)
    judged(story)
    told = event_names({"id": story.path.rpartition("/")[2]})
    assert told == [
        "thread.create", "thread.answer", "commitment.miss", "thread.late", "thread.answer",
        "commitment.keep", "thread.verdict",
    ]  # fmt: skip


def asked(story: Story) -> None:
    """A citizen asks from the dataset's page; the institution has its term."""
    app = story.app
    assert "Nobody has asked yet." in block(app)
    page = get(app, FORM, story.ana)
    story.path = led_to(send(app, FORM, story.ana, **filled(page, **QUESTION)))
    page = story.read()
    assert where(page) == "Open"
    assert page.select_one(".promote-official") is None
    shown = facts(page)
    assert shown["Who answers"] == "Water office"
    term = utc_now().date() + dt.timedelta(days=30)
    assert in_words(term.isoformat()) in shown["Answer due by"]
    assert "Overdue" not in page.text
    assert "1 question waits for an answer." in block(app)
    assert listed(app, "unanswered=1") == [QUESTION["title"]]
    assert listed(app, "overdue=1") == []
    assert promises(app) == []


def promised(story: Story, due_on: str) -> None:
    """The liaison of that institution, by appointment alone, promises a date."""
    app = story.app
    story.promise(due_on)
    page = story.read()
    assert where(page) == "Answered"
    official = page.select_one(".promote-official")
    said = " ".join(official.select_one(".promote-outcome").text.split())
    assert said == f"It will be published: {in_words(due_on)}"
    assert official.select_one(".promote-outcome time")["datetime"] == due_on
    assert "Open data liaison: Water office" in " ".join(official.text.split())
    shown = facts(page)
    assert shown["Promise"] == f"{in_words(due_on)} Promised"
    assert shown["First answer"] == "on the same day"
    assert "Answer due by" not in shown
    assert hops(page) == ["Water office: received, 0 days"]
    assert promises(app) == [[due_on, "Promised", "–"]]
    assert "All questions have an answer." in block(app)
    assert f"promised for {in_words(due_on)}" in block(app)
    assert listed(app, "outcome=will_publish") == [QUESTION["title"]]
    assert len(story.read(story.ana).select(".promote-verdict")) == 1
    story.refused("keep", dataset="leaks", promise=story.promised())


def missed(story: Story, cli: Any, due_on: str) -> None:
    """The day goes by: the page alone changes nothing, the tick does, once."""
    app = story.app
    assert where(story.read()) == "Answered"
    assert ticked(cli) == {
        "miss_commitments": "1 missed", "record_late_threads": "1 became late",
    }  # fmt: skip
    nothing = {"miss_commitments": "0 missed", "record_late_threads": "0 became late"}
    assert ticked(cli) == nothing
    page = story.read()
    assert where(page) == "Open"
    assert [each.text for each in page.select(".promote-head .promote-late")] == ["Overdue"]
    shown = facts(page)
    assert shown["Promise"] == f"{in_words(due_on)} Missed"
    assert shown["Answer due by"] == f"{in_words(due_on)} Overdue"
    assert hops(page) == [
        "Water office: received, 0 days", "Water office: promise missed, 12 days (late)",
    ]  # fmt: skip
    assert listed(app, "overdue=1") == [QUESTION["title"]]
    assert promises(app) == [[due_on, "Missed", "–"]]
    assert "1 question waits for an answer." in block(app)
    late = sa.select(Event.at).where(Event.name == "thread.late")
    [at] = model.Session.execute(late).scalars()
    assert 0 < (utc_now() - at).days < 3  # as of the promised day, not of the tick's
    assert figures() == {
        "received": 1, "answered": 1, "resolved": 0, "on_time": 0, "open_now": 1,
        "overdue_now": 1,
    }  # fmt: skip


def promised_again(story: Story, first: str, second: str) -> None:
    """A second date; the first answer stays, marked, and the first promise stays missed."""
    story.promise(second)
    page = story.read()
    assert where(page) == "Answered"
    assert facts(page)["Promise"] == f"{in_words(second)} Promised"
    marks = [each.text for each in page.select(".promote-posts .promote-badge")]
    assert marks == ["Official answer, corrected later"]
    assert promises(story.app) == [[first, "Missed", "–"], [second, "Promised", "–"]]
    assert listed(story.app, "overdue=1") == []


def kept(story: Story, cli: Any, first: str, second: str) -> None:
    """The data are published; naming them keeps the promise and closes the conversation."""
    app = story.app
    dataset(story.owner, name="leaks-2025", title="Leaks of 2025")
    story.refused("keep", dataset="leaks-2025", promise=story.promised())
    [button] = story.read(story.liaison).select(".promote-steps a[href$='/keep']")
    page = get(app, button["href"], story.liaison)
    send(app, button["href"], story.liaison, **filled(page, dataset="leaks-2025"))
    page = story.read()
    assert where(page) == "Closed"
    assert "Closed: the promise was kept." in page.select_one(".promote-head").text
    assert "Published" in page.select_one(".promote-head .promote-meta").text
    assert facts(page)["Promise"] == f"{in_words(second)} Kept"
    rows = [[first, "Missed", "–"], [second, "Kept", "leaks-2025"]]
    assert promises(app) == rows
    assert "All questions have an answer." in block(app)
    ticked(cli)
    assert promises(app) == rows
    assert figures() == {
        "received": 1, "answered": 1, "resolved": 1, "on_time": 0, "open_now": 0,
        "overdue_now": 0,
    }  # fmt: skip


def judged(story: Story) -> None:
    """Who asked, and nobody in his place, says that it helped; closed it stays."""
    app, path = story.app, story.path
    for user in (story.liaison, *story.others[:-1]):
        assert story.read(user).select(".promote-verdict") == []
        send(app, f"{path}/verdict", user, 403, helpful="true")
    button = story.read(story.ana).select_one(".promote-verdict button[value=true]")
    assert button.text == "Yes, it helped"
    send(app, f"{path}/verdict", story.ana, helpful="true")
    page = story.read()
    assert where(page) == "Closed"
    assert facts(page)["Who asked says"] == "The answer helped."
    assert story.read(story.ana).select(".promote-verdict") == []
    assert listed(app, "state=closed&outcome=published") == [QUESTION["title"]]
