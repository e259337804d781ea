"""``ckan promote tick``: each job for itself, once at a time, and what it leaves done."""
from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.cli.cli import ckan
from click.testing import CliRunner

from ckanext.promote import features
from ckanext.promote.base.model import CheckedAddress, FormNonce, utc_now
from ckanext.promote.cli.tick import run
from tests.factories import content, institution

pytestmark = pytest.mark.usefixtures("portal")

INSIDE = "http://10.0.0.1/"
"""An address that is refused before anything is asked."""


CONVERSATIONS = {
    "close_silent_threads": "0 closed", "forget_unconfirmed_texts": "0 forgotten",
    "miss_commitments": "0 missed", "record_late_threads": "0 became late",
    "render_posts_again": "0 rendered", "resume_paused_clocks": "0 resumed",
    "compute_response_figures": "1 institutions",
}  # fmt: skip
"""What is said where nobody talks (tests/threads/test_clocks.py has the rest)."""


def lines(cli: CliRunner, code: int = 0) -> dict[str, str]:
    """What the command prints, by job; CKAN 2.11 prints its log between the lines."""
    done = cli.invoke(ckan, ["promote", "tick"])
    assert done.exit_code == code, done.output
    said = (line.partition(": ") for line in done.output.splitlines())
    return {name: words for name, _, words in said if name in features.collect("jobs")}


def make_app() -> None:
    owner = institution()
    content(owner.admin, type="app", name="leaks", links={"web": INSIDE}, owner_org=owner.id)


def nonce(hours: float) -> None:
    expires_at = utc_now() + dt.timedelta(hours=hours)
    model.Session.add(FormNonce(nonce=f"nonce {hours}", expires_at=expires_at))
    model.Session.commit()


def test_every_job_is_done_and_says_so(cli: CliRunner):
    make_app()
    nonce(-1)
    nonce(1)
    assert lines(cli) == {
        "forget_old": "1 nonces, 0 counts, 0 salts, 0 tokens forgotten",
        "check_links": "1 looked at, 1 broken, 0 left for the next time",
        "forget_downloaders": "0 forgotten",
        "forget_files": "0 forgotten",
        **CONVERSATIONS,
    }
    seen = model.Session.execute(sa.select(CheckedAddress)).scalar_one()
    assert (seen.address, seen.problem, seen.failures) == (INSIDE, "no_site", 1)
    assert model.Session.execute(sa.select(FormNonce.nonce)).scalars().all() == ["nonce 1"]


def test_a_second_time_does_nothing_twice(cli: CliRunner):
    make_app()
    nonce(-1)
    lines(cli)
    assert lines(cli) == {
        "forget_old": "0 nonces, 0 counts, 0 salts, 0 tokens forgotten",
        "check_links": "0 looked at, 0 broken, 0 left for the next time",
        "forget_downloaders": "0 forgotten",
        "forget_files": "0 forgotten",
        **CONVERSATIONS,
    }
    assert model.Session.execute(sa.select(CheckedAddress.failures)).scalar_one() == 1


def test_links_are_not_looked_at_where_that_is_switched_off(
    cli: CliRunner, ckan_config: Any, monkeypatch: Any
):
    make_app()
    monkeypatch.setitem(ckan_config, "ckanext.promote.links.check", False)
    assert lines(cli)["check_links"] == "switched off (ckanext.promote.links.check)"
    assert model.Session.execute(sa.select(CheckedAddress)).scalars().all() == []


def test_a_feature_that_is_off_has_no_jobs(ckan_config: Any, monkeypatch: Any):
    assert list(features.collect("jobs")) == [
        "forget_old", *CONVERSATIONS, "check_links", "forget_downloaders", "forget_files",
    ]  # fmt: skip
    monkeypatch.setitem(ckan_config, "ckanext.promote.features", [])
    assert list(features.collect("jobs")) == ["forget_old"]


def test_a_job_that_fails_keeps_no_other_from_running(cli: CliRunner):
    make_app()
    nonce(-1)
    model.Session.execute(sa.text("ALTER TABLE promote_checked_address RENAME TO elsewhere"))
    model.Session.commit()
    try:
        found = lines(cli, code=1)
    finally:
        model.Session.execute(sa.text("ALTER TABLE elsewhere RENAME TO promote_checked_address"))
        model.Session.commit()
    assert found == {
        "forget_old": "1 nonces, 0 counts, 0 salts, 0 tokens forgotten",
        "check_links": "failed (ProgrammingError), the log has the rest",
        "forget_downloaders": "0 forgotten",
        "forget_files": "0 forgotten",
        **CONVERSATIONS,
    }


def test_what_a_failed_job_wrote_is_taken_back(capsys: Any):
    def job(session: Any) -> str:
        session.add(FormNonce(nonce="half", expires_at=utc_now()))
        session.flush()
        raise LookupError

    assert run("job", job) is False
    assert capsys.readouterr().out == "job: failed (LookupError), the log has the rest\n"
    assert model.Session.execute(sa.select(FormNonce)).scalars().all() == []


def test_a_job_that_runs_elsewhere_is_left_alone_and_others_are_not(capsys: Any):
    ran: list[str] = []

    def job(session: Any) -> str:
        ran.append("job")
        return "done"

    def inside(session: Any) -> str:
        # As on another machine: each run has a connection of its own.
        assert [run("first", job), run("second", job)] == [True, True]
        return "done"

    assert run("first", inside) is True
    assert run("first", job) is True
    assert capsys.readouterr().out.splitlines() == [
        "first: runs elsewhere", "second: done", "first: done", "first: done",
    ]  # fmt: skip
    assert ran == ["job", "job"]


def test_the_lock_goes_with_a_job_that_fails():
    def fails(session: Any) -> str:
        raise LookupError

    def works(session: Any) -> str:
        return "done"

    assert run("job", fails) is False
    assert run("job", works) is True
