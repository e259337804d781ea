"""The conversations of the demonstration: held by its people through the actions, then moved back.

Nobody can say that he wrote yesterday, so each conversation takes place now, step by step, and
between two steps everything of it is moved back in the database by the days that lie between them.
A conversation is stored whole or not at all; one that is there, by dataset and title, is left.
"""
from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import ARRAY

from ckanext.promote.base import reading
from ckanext.promote.base.model import Event, commit, utc_now
from ckanext.promote.people.viewer import forget_viewers
from ckanext.promote.portal.demo import MEMBERSHIPS
from ckanext.promote.portal.demo.talks import Talk, load_contacts, load_talks
from ckanext.promote.portal.seed import explained
from ckanext.promote.threads import figuring, ticking
from ckanext.promote.threads.model import (
    Commitment,
    Follower,
    Post,
    Supporter,
    Thread,
    ThreadClock,
)
from ckanext.promote.threads.moderation_model import ModerationItem

PARTS = (ThreadClock, Post, Commitment, Supporter, Follower, ModerationItem)
ACCOUNT_AGE = dt.timedelta(days=400)
APPOINTED_FOR = dt.timedelta(days=200)
_UNSEEN = {"synchronize_session": False}


def seed_conversations(
    context_user: str,
    progress: Callable[[str], None] = lambda title: None,
    talks: Sequence[Talk] | None = None,
) -> int:
    """Bring them in; how many there were to make.

    :param context_user: name of the sysadmin who acts
    :param progress: called after each conversation, with its title
    :param talks: what to bring in; all of the demonstration's by default
    :raises SeedError: when an action refuses
    """
    people, known = load_talks()
    seeder = _Seeder(context_user, people)
    made = 0
    for talk in known if talks is None else talks:
        with explained(talk.title):
            made += seeder.talk(talk)
        progress(talk.title)
    if made:
        _let_time_pass()
    return made


class _Seeder:
    """Holds the conversations; makes the people for them."""

    def __init__(self, user: str, people: dict[str, str]) -> None:
        self.user = user
        self.people = people
        self.contacts = load_contacts()

    def talk(self, talk: Talk) -> bool:
        """Hold one conversation; whether it was not there."""
        package = model.Package.get(talk.dataset)
        if package is None or _is_there(package.id, talk.title):
            return False
        name = self.gather(talk, package.owner_org)
        thread = self.call(name, "promote_thread_create", **self.asked(talk))
        days = 0
        for step in talk.steps:
            _move_back(thread["id"], step["after"] - days)
            days = step["after"]
            getattr(self, step["do"])(thread["id"], talk, step)
        _move_back(thread["id"], talk.days_ago - days)
        commit({"session": model.Session})
        return True

    def gather(self, talk: Talk, owner_id: str) -> str:
        """Make everybody who takes part, since making users commits; name of who asks."""
        names = [model.Group.get(owner_id).name]  # type: ignore[union-attr] -- it is there
        names += [step["to"] for step in talk.steps if "to" in step]
        answerers = [self.answerer(each) for each in names]
        for key in (step["by"] for step in talk.steps if "by" in step):
            self.person(key)
        return self.person(talk.by) if talk.by else answerers[0]

    def asked(self, talk: Talk) -> dict[str, Any]:
        """What the question says."""
        data = {**talk.asked, "subject_type": "dataset", "subject_id": talk.dataset}
        if talk.source:
            received = utc_now().date() - dt.timedelta(days=talk.received)
            data |= {
                "source": talk.source, "received_on": received.isoformat(),
                "author_name": talk.name,
            }  # fmt: skip
        return data

    # --- steps ---

    def answer(self, thread_id: str, talk: Talk, step: dict[str, Any]) -> None:
        """Answer officially."""
        data = {"id": thread_id, "outcome": step["outcome"], "body": step["text"]}
        if "due" in step:
            due_on = utc_now().date() + dt.timedelta(days=step["due"])
            data["due_on"] = due_on.isoformat()
        for key, name in (
            ("dataset", "dataset"), ("legal_basis", "legal_basis"), ("to", "institution"),
        ):  # fmt: skip
            if key in step:
                data[name] = step[key]
        if "of" in step:
            data["duplicate_of"] = _id_of(step["of"])
        self.call(self.answerer_of(thread_id), "promote_thread_answer", **data)

    def clarify(self, thread_id: str, talk: Talk, step: dict[str, Any]) -> None:
        """Ask back."""
        self.call(
            self.answerer_of(thread_id), "promote_thread_clarify", id=thread_id, body=step["text"]
        )

    def keep(self, thread_id: str, talk: Talk, step: dict[str, Any]) -> None:
        """Name the dataset that keeps the promise."""
        promised = sa.select(Commitment.id).where(
            Commitment.thread_id == thread_id, Commitment.state == "open"
        )
        [promise_id] = model.Session.execute(promised).scalars()
        self.call(
            self.answerer_of(thread_id), "promote_commitment_keep", id=promise_id,
            dataset=step["dataset"],
        )  # fmt: skip

    def turn(self, thread_id: str, talk: Talk, step: dict[str, Any]) -> None:
        """Make another kind of it."""
        self.call(
            self.answerer_of(thread_id), "promote_thread_update", id=thread_id, kind=step["kind"]
        )

    def reply(self, thread_id: str, talk: Talk, step: dict[str, Any]) -> None:
        """Write a post; the moderators hide it where the file says why."""
        made = self.call(
            self.person(step["by"]), "promote_post_create", thread_id=thread_id, body=step["text"]
        )
        if "hide" in step:
            self.call(self.user, "promote_post_hide", id=made["id"], reason=step["hide"])

    def report(self, thread_id: str, talk: Talk, step: dict[str, Any]) -> None:
        """Tell the moderators of the last text."""
        last = sa.select(Post.id).where(Post.thread_id == thread_id).order_by(Post.seq.desc())
        self.call(
            self.person(step["by"]), "promote_report_create", reason=step["reason"],
            post_id=model.Session.execute(last.limit(1)).scalar_one(), text=step["text"],
        )  # fmt: skip

    def support(self, thread_id: str, talk: Talk, step: dict[str, Any]) -> None:
        """Have the same question."""
        self.call(self.person(step["by"]), "promote_thread_support", id=thread_id)

    def verdict(self, thread_id: str, talk: Talk, step: dict[str, Any]) -> None:
        """Say whether it helped."""
        reason = {"reason": step["text"]} if "text" in step else {}
        self.call(
            self.person(talk.by), "promote_thread_verdict", id=thread_id,
            helpful=step["helpful"], **reason,
        )  # fmt: skip

    # --- people ---

    def call(self, user: str, action: str, /, **data: Any) -> Any:
        """Call an action as somebody, with its access check; the conversation is stored later."""
        context = {"user": user, "defer_commit": action.startswith("promote_")}
        return tk.get_action(action)(context, data)

    def person(self, key: str) -> str:
        """Name of the user who is a person of the file."""
        return self.account(f"demo-{key}", self.people[key])

    def answerer_of(self, thread_id: str) -> str:
        """Name of the user who answers for the institution that owes the answer now."""
        thread = model.Session.get(Thread, thread_id)
        owner = model.Group.get(thread.institution_id) if thread else None
        return self.answerer(owner.name) if owner else self.user

    def answerer(self, institution: str) -> str:
        """Name of the institution's liaison: an account of the portal, or one made for this."""
        accounts = {org: name for name, (org, _) in MEMBERSHIPS.items()}
        known = accounts.get(institution, "")
        if known and model.User.get(known) is not None:
            name, capacity = known, MEMBERSHIPS[known][1]
        else:
            name, capacity = f"enlace-{institution}"[:100], "editor"
            self.account(name, self.contacts[institution])
        member = (
            sa.select(model.Member.id)
            .join(model.User, model.User.id == model.Member.table_id)
            .join(model.Group, model.Group.id == model.Member.group_id)
            .where(
                model.User.name == name, model.Group.name == institution,
                model.Member.state == model.State.ACTIVE,
            )
        )  # fmt: skip
        if model.Session.execute(member).first() is None:
            data = {"id": institution, "username": name, "role": capacity}
            self.call(self.user, "organization_member_create", **data)
            forget_viewers()
            self.appoint(institution, name)
        return name

    def appoint(self, institution: str, name: str) -> None:
        """Register the liaison, if there is none."""
        there = self.call(self.user, "promote_appointment_list", institution=institution)
        if not there["items"]:
            begun = utc_now().date() - APPOINTED_FOR
            self.call(
                self.user, "promote_appointment_create", institution=institution, user=name,
                role="liaison", from_date=begun.isoformat(),
            )  # fmt: skip
            forget_viewers()

    def account(self, name: str, fullname: str) -> str:
        """A user who cannot sign in; his account is not new."""
        if model.User.get(name) is None:
            self.call(
                self.user, "user_create", name=name, fullname=fullname,
                email=f"{name}@portal.example", password=secrets.token_urlsafe(24),
            )  # fmt: skip
            created = (utc_now() - ACCOUNT_AGE).replace(tzinfo=None)
            model.Session.execute(
                sa.update(model.User)
                .where(model.User.name == name)
                .values(created=created)
                .execution_options(**_UNSEEN)
            )
            model.Session.expire_all()
        return name


def _is_there(dataset_id: str, title: str) -> bool:
    there = sa.exists().where(
        Thread.subject_type == "dataset", Thread.subject_id == dataset_id, Thread.title == title
    )
    return bool(model.Session.execute(sa.select(there)).scalar())


def _id_of(title: str) -> str:
    found = sa.select(Thread.id).where(Thread.title == title)
    return str(model.Session.execute(found).scalar_one())


def _move_back(thread_id: str, days: int) -> None:
    """Let everything of a conversation have happened so many days before, and be told to nobody."""
    session, delta = model.Session, dt.timedelta(days=days)
    session.flush()
    moved: list[tuple[Any, Any, dict[str, Any]]] = [(Thread, Thread.id == thread_id, {})]
    moved += [(table, table.thread_id == thread_id, {}) for table in PARTS]
    is_its_event = sa.and_(Event.subject_type == "thread", Event.subject_id == thread_id)
    moved.append((Event, is_its_event, {"tx": reading.UNREAD}))
    for table, condition, values in moved:
        earlier = {
            column.name: _earlier(column, delta)
            for column in table.__table__.columns
            if _is_date(column.type)
        }
        session.execute(
            sa.update(table).where(condition).values(**earlier, **values)
            .execution_options(**_UNSEEN)
        )  # fmt: skip
    session.expire_all()


def _is_date(kind: Any) -> bool:
    item = kind.item_type if isinstance(kind, ARRAY) else kind
    return isinstance(item, (sa.DateTime, sa.Date))


def _earlier(column: Any, delta: dt.timedelta) -> Any:
    if isinstance(column.type, ARRAY):
        each = sa.func.unnest(column).column_valued("each")
        moments = sa.select(sa.func.array_agg(each - delta)).scalar_subquery()
        return sa.func.coalesce(moments, sa.text("'{}'"))
    return sa.cast(column - delta, column.type)


def _let_time_pass() -> None:
    """Do what ``ckan promote tick`` would have done: what is late, which promises were missed."""
    session, now = model.Session, utc_now()
    ticking.miss_promises(session, now)
    ticking.resume_pauses(session, now)
    ticking.record_late(session, now)
    session.execute(
        sa.update(Event)
        .where(Event.subject_type == "thread", Event.actor_id.is_(None), Event.tx > 0)
        .values(tx=reading.UNREAD)
        .execution_options(**_UNSEEN)
    )
    figuring.compute_all(session, now)
    commit({"session": session})
