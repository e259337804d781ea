"""``ckan promote check``: all is well after real use, and each invariant that is broken is told."""
from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.cli.cli import ckan
from ckan.tests import factories
from click.testing import CliRunner

from ckanext.promote import features
from ckanext.promote.base.model import utc_now
from ckanext.promote.cli.check import CHECKED, line_of
from ckanext.promote.portal import demo
from ckanext.promote.portal.demo.talks import load_talks
from ckanext.promote.portal.seed_conversations import seed_conversations
from ckanext.promote.threads import figuring
from ckanext.promote.threads.model import Commitment
from tests.factories import Institution, act, appointed, content, institution
from tests.threads.talk import answer, ask, citizen, dataset, day

pytestmark = pytest.mark.usefixtures("portal")


@dataclass
class Books:
    """Something of everything that the invariants are about."""

    owner: Institution
    threads: dict[str, str]
    """Numbers by what has become of them."""


@pytest.fixture
def books() -> Books:
    owner, ana, eve = institution(name="water-office"), citizen(), citizen()
    institution(name="archive")
    about = dataset(owner, name="leaks")
    factories.Dataset(name="plain", owner_org=owner.id)
    threads = {name: ask(ana, about, title=f"It is {name}") for name in (
        "open", "waiting", "answered", "promised", "kept", "closed")}  # fmt: skip
    act(owner.editor, "promote_thread_clarify", id=threads["waiting"]["id"], body="Which?")
    for name in ("answered", "closed"):
        answer(owner.editor, threads[name])
    for name in ("promised", "kept"):
        answer(owner.editor, threads[name], outcome="will_publish", due_on=day(30))
    kept = model.Session.query(Commitment).filter_by(thread_id=threads["kept"]["id"]).one()
    act(owner.editor, "promote_commitment_keep", id=kept.id, dataset="leaks")
    act(ana, "promote_thread_close", id=threads["closed"]["id"])
    _talk(threads["open"], eve)
    threads["advice"] = ask(owner.editor, {"name": owner.name}, subject_type="institution",
                            kind="advice")  # fmt: skip
    _people(owner)
    _contents(owner)
    # A recount of what the worker may not have read is no proof.
    _run("UPDATE promote_event SET at = at - interval '1 hour'")
    figuring.compute_all(model.Session, utc_now())
    model.Session.commit()
    _mail(threads["answered"], ana)
    return Books(owner, {name: each["number"] for name, each in threads.items()})


def _talk(thread: dict[str, Any], eve: dict[str, Any]) -> None:
    act(eve, "promote_thread_support", id=thread["id"])
    act(eve, "promote_thread_follow", id=thread["id"])
    [first] = act(None, "promote_post_list", thread_id=thread["id"])["items"]
    for who in (eve, factories.UserWithToken()):  # the first text of a new account is held
        act(who, "promote_post_create", thread_id=thread["id"], body="So?", reply_to=first["id"])


def _people(owner: Institution) -> None:
    act(owner.admin, "promote_area_create", institution=owner.name, name="Labs")
    ended = appointed(owner, area="Labs")["appointment"]
    act(owner.admin, "promote_appointment_end", id=ended["id"], reason="Moved.")
    _run("INSERT INTO promote_institution (id, government_type, changed_at)"
         " SELECT id, '', now() FROM \"group\" WHERE name = 'archive'")  # fmt: skip


def _contents(owner: Institution) -> None:
    content(owner.admin, name="fewer-queues", owner_org=owner.id, datasets=["leaks"])
    _run("INSERT INTO promote_content_dataset (content_id, pending_name, position)"
         " SELECT id, 'soon', 1000 FROM package WHERE name = 'fewer-queues'")  # fmt: skip
    content(owner.admin, type="app", name="leaks-app", owner_org=owner.id,
            links={"web": "https://leaks.example/"})  # fmt: skip
    _run("INSERT INTO promote_app_download (content_id, platform, day, count)"
         " SELECT id, 'web', current_date, 3 FROM package WHERE name = 'leaks-app'")  # fmt: skip
    _run("INSERT INTO promote_app_download_total (content_id, platform, since, count)"
         " SELECT content_id, platform, day, count FROM promote_app_download")  # fmt: skip


def _mail(thread: dict[str, Any], reader: dict[str, Any]) -> None:
    _run("INSERT INTO promote_mail (event_id, kind, thread_id, who, user_id, tries, due_at,"
         " created_at) SELECT max(id), 'answered', subject_id, 'user:' || :user, :user, 0, now(),"
         " now() FROM promote_event WHERE subject_type = 'thread' AND subject_id = :thread"
         " GROUP BY subject_id", thread=thread["id"], user=reader["id"])  # fmt: skip


def _run(statement: str, **values: Any) -> None:
    """SQL past the actions, committed."""
    model.Session.execute(sa.text(statement), values)
    model.Session.commit()


def broken() -> dict[str, list[str]]:
    """What every invariant says in the open transaction, where it says anything."""
    checks = features.collect("checks", features=CHECKED)
    found = {name: list(each(model.Session)) for name, each in checks.items()}
    return {name: wrong for name, wrong in found.items() if wrong}


ID_OF = {
    "archive": "(SELECT id FROM \"group\" WHERE name = 'archive')",
    "advice": "(SELECT id FROM promote_thread WHERE kind = 'advice')",
    "open": "(SELECT id FROM promote_thread WHERE title = 'It is open')",
    "waiting": "(SELECT id FROM promote_thread WHERE title = 'It is waiting')",
    "answered": "(SELECT id FROM promote_thread WHERE title = 'It is answered')",
}  # fmt: skip
"""What ``{name}`` stands for in the statements below."""
BREAKS: list[tuple[str, str, str]] = [
    ("thread_numbers", "advice",
     "UPDATE promote_thread_counter SET last = last - 1"),
    ("thread_numbers", "advice closed",
     "ALTER TABLE promote_thread DROP CONSTRAINT promote_thread_number;"
     "UPDATE promote_thread SET number = (SELECT number FROM promote_thread"
     " WHERE title = 'It is closed') WHERE kind = 'advice'"),
    ("thread_posts", "open",
     "UPDATE promote_thread SET posts_count = posts_count + 1 WHERE title = 'It is open'"),
    ("thread_posts", "open",
     "UPDATE promote_post SET is_internal = true WHERE seq = 2 AND thread_id = {open}"),
    ("thread_places", "open",
     "UPDATE promote_thread SET last_seq = 1 WHERE title = 'It is open'"),
    ("thread_supporters", "open",
     "DELETE FROM promote_thread_supporter"),
    ("thread_followers", "waiting",
     "UPDATE promote_thread_follower SET user_id = 'x' WHERE thread_id = {waiting}"),
    ("thread_answers", "answered",
     "UPDATE promote_post SET is_superseded = true WHERE is_official AND thread_id = {answered}"),
    ("thread_answers", "closed",
     "UPDATE promote_thread SET outcome = 'corrected' WHERE title = 'It is closed'"),
    ("thread_answers", "answered",
     "UPDATE promote_thread SET official_post_id = NULL WHERE title = 'It is answered'"),
    ("thread_ends", "closed",
     "UPDATE promote_thread SET closed_at = NULL WHERE title = 'It is closed'"),
    ("thread_clocks", "open",
     "UPDATE promote_thread SET due_at = due_at + interval '1 day' WHERE title = 'It is open'"),
    ("thread_clocks", "waiting",
     "UPDATE promote_thread SET due_at = now() WHERE title = 'It is waiting'"),
    ("thread_clocks", "advice",
     "UPDATE promote_thread_clock SET ended_at = now() WHERE thread_id = {advice}"),
    ("thread_clock_owners", "advice",
     "UPDATE promote_thread_clock SET institution_id = {archive} WHERE thread_id = {advice}"),
    ("thread_subjects", "advice",
     "UPDATE promote_thread SET subject_id = 'gone' WHERE kind = 'advice'"),
    ("thread_subjects", "advice",
     "UPDATE promote_thread SET subject_type = 'dataset' WHERE kind = 'advice'"),
    ("thread_institutions", "advice",
     "UPDATE promote_thread SET asking_institution_id = 'gone' WHERE kind = 'advice'"),
    ("thread_commitments", "promised",
     "UPDATE promote_commitment SET due_on = due_on + 1 WHERE state = 'open'"),
    ("thread_commitments", "kept",
     "UPDATE promote_commitment SET kept_dataset_id = NULL"),
    ("post_parents", "open",
     "UPDATE promote_post SET parent_id = 'gone' WHERE parent_id IS NOT NULL"),
    ("posts_that_wait", "open",
     "DELETE FROM promote_moderation_item"),
    ("response_figures", "water-office",
     "UPDATE promote_response_figures SET received = received + 1 WHERE channel = 'portal'"
     " AND received > 0"),
    ("appointment_days", "*",
     "UPDATE promote_appointment SET to_date = NULL"),
    ("appointment_areas", "*",
     "UPDATE promote_area SET institution_id = {archive}"),
    ("appointment_users", "*",
     "UPDATE promote_appointment SET user_id = 'gone'"),
    ("institutions_are_organizations", "archive",
     "UPDATE \"group\" SET is_organization = false WHERE name = 'archive'"),
    ("mail_events", "*",
     "UPDATE promote_mail SET event_id = (SELECT min(id) FROM promote_event"
     " WHERE subject_type <> 'thread')"),
    ("mail_recipients", "*",
     "UPDATE promote_mail SET who = 'user:somebody'"),
    ("content_packages", "plain",
     "UPDATE package SET type = 'story' WHERE name = 'plain'"),
    ("content_newest_versions", "fewer-queues",
     "UPDATE promote_content_version SET is_newest = false WHERE name = 'fewer-queues'"),
    ("content_published_versions", "fewer-queues",
     "UPDATE promote_content SET version = 9 WHERE type = 'story'"),
    ("content_package_states", "fewer-queues",
     "UPDATE package SET private = true WHERE name = 'fewer-queues'"),
    ("content_links", "fewer-queues",
     "UPDATE promote_content_dataset SET dataset_id = (SELECT id FROM package"
     " WHERE name = 'leaks-app') WHERE dataset_id IS NOT NULL"),
    ("content_pending_links", "fewer-queues",
     "UPDATE package SET name = 'soon' WHERE name = 'plain'"),
    ("app_downloads", "leaks-app",
     "UPDATE promote_app_download_total SET count = count + 1"),
    ("app_downloads", "leaks-app",
     "DELETE FROM promote_app_download"),
]  # fmt: skip
"""By invariant: which thing of the books breaks it (``*`` for one whose name is an id), and how."""


def test_each_invariant_that_is_broken_is_told_and_no_other(books: Books) -> None:
    assert broken() == {}
    found, wanted = [], []
    for name, things, statement in BREAKS:
        for each in statement.split(";"):
            model.Session.execute(sa.text(each.format(**ID_OF)))
        said = broken()
        model.Session.rollback()
        found.append((name, {key: len(wrong) if things == "*" else sorted(wrong)
                             for key, wrong in said.items()}))  # fmt: skip
        named = sorted({books.threads.get(each, each) for each in things.split()})
        if name == "thread_numbers" and len(named) > 1:
            named = [books.threads["closed"]] * 2
        wanted.append((name, {name: 1 if things == "*" else named}))
    assert found == wanted


def test_every_invariant_is_broken_once() -> None:
    checks = features.collect("checks", features=CHECKED)
    assert sorted({name for name, _, _ in BREAKS}) == sorted(checks)


def said(cli: CliRunner, code: int) -> list[str]:
    """What the command prints of invariants; CKAN 2.11 prints its log between the lines."""
    done = cli.invoke(ckan, ["promote", "check"])
    assert done.exit_code == code, done.output
    names = tuple(features.collect("checks", features=CHECKED))
    return [each for each in done.output.splitlines()
            if each.startswith(names) or each.endswith("hold")]  # fmt: skip


def test_the_command_prints_a_line_for_each_and_exits_with_1(cli: CliRunner, books: Books) -> None:
    count = len(features.collect("checks", features=CHECKED))
    assert said(cli, 0) == [f"{count} invariants hold"]
    _run("UPDATE promote_thread SET posts_count = 9")
    _run("UPDATE promote_mail SET who = 'user:x'")
    numbers = sorted(books.threads.values())
    [mail_id] = model.Session.execute(sa.text("SELECT id FROM promote_mail")).scalars()
    assert said(cli, 1) == [
        "thread_posts: Conversations count the texts that everybody may read; not so: "
        + ", ".join(numbers[:5]) + " and 2 more",
        "mail_recipients: A mail is for one person, with or without account, under his own key; "
        f"not so: {mail_id}",
    ]  # fmt: skip


def test_a_check_that_fails_is_told_and_keeps_no_other_from_its_turn(
    cli: CliRunner, books: Books
) -> None:
    _run("ALTER TABLE promote_mail RENAME TO elsewhere")
    try:
        found = said(cli, 1)
    finally:
        _run("ALTER TABLE elsewhere RENAME TO promote_mail")
    assert found == [
        f"{name}: cannot be checked (ProgrammingError), the log has the rest"
        for name in ("mail_events", "mail_recipients")
    ]


def test_a_check_writes_nothing() -> None:
    def careless(session: Any) -> list[str]:
        """It writes."""
        session.execute(sa.text("INSERT INTO promote_thread_counter VALUES (2001, 1)"))
        return []

    assert line_of("careless", careless) == ""
    years = model.Session.execute(sa.text("SELECT year FROM promote_thread_counter"))
    assert 2001 not in years.scalars().all()


@pytest.mark.ckan_config("ckanext.promote.central_team", demo.CENTRAL)
def test_the_conversations_of_the_demonstration_hold(
    cli: CliRunner, with_request_context: Any
) -> None:
    found = demo.load(dt.date(2026, 11, 21))
    for each in found.institutions:
        factories.Organization(name=each.name, title=each.title)
    talked_about = {talk.dataset for talk in load_talks()[1]}
    for each in found.datasets:
        if each.name in talked_about:
            factories.Dataset(name=each.name, title=each.title, owner_org=each.institution)
    seed_conversations(factories.Sysadmin()["name"])
    count = len(features.collect("checks", features=CHECKED))
    assert said(cli, 0) == [f"{count} invariants hold"]
