"""The conversations that the bench loads: many threads, and two long ones. Runs inside CKAN.

They are written by SQL, since nobody could wait for 500,000 posts through the action; the figures
of a thread are those that the action would have left. Numbers decide everything: the same at every
load.
"""
from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.promote.base import active_policy
from ckanext.promote.base.markdown import RENDERER_VERSION, render
from ckanext.promote.base.model import commit
from ckanext.promote.portal.bench_data import DATASET
from ckanext.promote.threads import rules
from ckanext.promote.threads.model import Post, Thread
from ckanext.promote.threads.stems import stems

POSTS_EACH = 5
LONG = 10_000
YEAR = 2019
"""Of the numbers of all threads but the long ones."""
FLAT, NESTED = "bench-flat", "bench-nested"
"""A thread with 10,000 posts, and one with as many replies under one post."""
COMMON, RARE = "agua", "zarigüeya"
WORDS = (
    "calidad medida presa fuga reporte mapa escuela hospital camino licencia gasto contrato "
    "padron censo clima lluvia suelo puerto playa mercado obra tramite beca vacuna receta turno"
).split()
BODY = "¿De **dónde** salen las cifras de agua del último trimestre? No coinciden con el informe.\n"


def threads(count: int) -> int:
    """Write so many threads of five posts each about all datasets; how many posts that are."""
    session = model.Session
    datasets = _datasets(session)
    session.execute(_INSERT_THREADS, {
        "count": count, "datasets": [each.id for each in datasets],
        "institutions": [each.owner_org for each in datasets], "words": WORDS,
        "stems": [stems(word)[0] for word in WORDS], "common": stems(COMMON)[0],
        "rare": stems(RARE)[0], "common_word": COMMON,
        "kinds": [each.slug for each in active_policy.get().thread_kinds if each.slug != "advice"],
        "topics": [each.slug for each in active_policy.get().topics],
        "outcomes": [name for name in rules.OUTCOMES if name != "not_ours"],
    })  # fmt: skip
    session.execute(_INSERT_POSTS, {"each": POSTS_EACH, **_text()})
    commit({"session": session})
    _analyze()
    return int(session.execute(sa.select(sa.func.count(Post.id))).scalar_one())


def long_threads() -> dict[str, str]:
    """Write the two long threads about the measured dataset; their public numbers."""
    session = model.Session
    dataset = tk.get_action("package_show")({"ignore_auth": True}, {"id": DATASET})
    numbers = {}
    for place, name in enumerate((FLAT, NESTED)):
        session.execute(_INSERT_LONG, {
            "id": name, "number": 900_001 + place, "dataset": dataset["id"],
            "institution": dataset["owner_org"], "posts": LONG,
        })  # fmt: skip
        nested = {"is_nested": name == NESTED}
        session.execute(_LONG_POSTS, {"id": name, "posts": LONG, **nested, **_text()})
        numbers[name] = f"2020-{900_001 + place}"
    commit({"session": session})
    _analyze()
    return numbers


def new_thread() -> str:
    """Begin a thread about the measured dataset; its public number."""
    made = tk.get_action("promote_thread_create")(
        {"user": "bench-editor"}, {
            "subject_type": "dataset", "subject_id": DATASET, "kind": "comment",
            "title": "Una conversación corta", "body": BODY,
        },
    )  # fmt: skip
    return str(made["number"])


def crowded() -> dict[str, str]:
    """Names of the institution and of the dataset with the most threads."""
    found = {}
    for key, table, column in (("institution", model.Group, Thread.institution_id),
                               ("dataset", model.Package, Thread.subject_id)):  # fmt: skip
        statement = (
            sa.select(table.name)
            .join(Thread, column == table.id)
            .where(Thread.year == YEAR)
            .group_by(table.name)
            .order_by(sa.func.count().desc(), table.name)
        )
        found[key] = str(model.Session.execute(statement.limit(1)).scalar_one())
    return found


def statement_times(name: str, data: dict[str, Any], repeats: int) -> tuple[int, list[float]]:
    """How many statements a reading action asks as a visitor, and their milliseconds in all.

    PostgreSQL's own: each statement is explained with what the action gave it, so that planning and
    execution count and the rows' way to the client does not.
    """
    with _noting() as noted:
        tk.get_action(name)({"user": ""}, dict(data))
    model.Session.rollback()
    with model.ensure_engine().connect() as connection:
        cursor = connection.connection.cursor()
        found = [sum(_explained(cursor, *each) for each in noted) for _ in range(repeats + 1)]
        connection.connection.rollback()
    return len(noted), found[1:]


def _explained(cursor: Any, statement: str, values: Any) -> float:
    cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", values)
    plan = cursor.fetchone()[0][0]
    return plan["Planning Time"] + plan["Execution Time"]


def deep_cursor(name: str, data: dict[str, Any], depth: int) -> str | None:
    """The cursor of a list so many items from its beginning, or of its last full page."""
    cursor, seen = None, 0
    while seen < depth:
        page = tk.get_action(name)({"user": ""}, {**data, "limit": 100, **_at(cursor)})
        if not page["next"]:
            return cursor
        cursor, seen = page["next"], seen + 100
    return cursor


def _at(cursor: str | None) -> dict[str, str]:
    return {"cursor": cursor} if cursor else {}


def _text() -> dict[str, Any]:
    return {"body": BODY, "html": render(BODY).html, "version": RENDERER_VERSION}


def _datasets(session: Any) -> list[Any]:
    package = model.Package
    return list(session.execute(
        sa.select(package.id, package.owner_org)
        .where(package.type == "dataset", package.state == "active", package.owner_org.is_not(None))
        .order_by(package.name)
    ).all())  # fmt: skip


def _analyze() -> None:
    """Let PostgreSQL know the new rows, and write what a background process would, later."""
    with model.ensure_engine().connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(
            sa.text("VACUUM ANALYZE promote_thread, promote_post")
        )


@contextlib.contextmanager
def _noting() -> Iterator[list[tuple[str, Any]]]:
    """Each statement while the block lasts, with its values."""
    noted: list[tuple[str, Any]] = []

    def before(_: Any, cursor: Any, statement: str, values: Any, *rest: Any) -> None:
        noted.append((statement, values))

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", before)
    try:
        yield noted
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", before)


_INSERT_THREADS = sa.text("""
INSERT INTO promote_thread (
    id, year, number, kind, topic, title, subject_type, subject_id, institution_id, visibility,
    state, is_hidden, outcome, author_name, wanted_formats, is_in_queue, hops, due_at,
    first_answered_at, answered_at, resolved_at, closed_at, verdict_reason, reopened_count,
    objections_count, posts_count, last_seq, supporters_count, shown_at, last_activity_at,
    created_at, search)
SELECT 'bench-' || n, 2019, n, kind, topic, title, 'dataset', dataset, institution, 'public',
    state, false, CASE WHEN is_answered THEN outcome END, 'Vecina', '{}', false, 0,
    CASE WHEN state = 'open' THEN created_at + interval '30 days' END,
    CASE WHEN is_answered THEN created_at END, CASE WHEN is_answered THEN created_at END,
    CASE WHEN is_answered THEN created_at END, CASE WHEN state = 'closed' THEN created_at END,
    '', 0, 0, 5, 5, n % 7, created_at, created_at, created_at,
    setweight(to_tsvector('pg_catalog.simple', words), 'A')
FROM (
    SELECT n, kinds[1 + n % array_length(kinds, 1)] AS kind,
        topics[1 + n / 6 % array_length(topics, 1)] AS topic,
        outcomes[1 + n % array_length(outcomes, 1)] AS outcome,
        datasets[1 + place] AS dataset, institutions[1 + place] AS institution,
        state, state IN ('answered', 'closed') AS is_answered,
        now() - n * interval '5 minutes' AS created_at,
        concat_ws(' ', common_word, words[1 + n * 31 % 26], words[1 + n / 7 % 26], n) AS title,
        concat_ws(' ', common, stems[1 + n * 31 % 26], stems[1 + n / 7 % 26], n,
                  CASE WHEN n % 20000 = 0 THEN rare END) AS words
    FROM (
        SELECT n, n * 7919 % array_length(CAST(:datasets AS text[]), 1) AS place,
            (ARRAY['open', 'closed', 'waiting', 'answered', 'closed', 'closed', 'closed',
                   'answered', 'closed', 'closed'])[1 + n / 36 % 10] AS state
        FROM generate_series(1, :count) AS n
    ) AS numbers,
    (SELECT CAST(:datasets AS text[]) AS datasets, CAST(:institutions AS text[]) AS institutions,
        CAST(:words AS text[]) AS words, CAST(:stems AS text[]) AS stems,
        CAST(:common AS text) AS common, CAST(:rare AS text) AS rare,
        CAST(:common_word AS text) AS common_word, CAST(:kinds AS text[]) AS kinds,
        CAST(:topics AS text[]) AS topics, CAST(:outcomes AS text[]) AS outcomes
    ) AS given
) AS made
""")
_INSERT_POSTS = sa.text("""
INSERT INTO promote_post (
    id, thread_id, seq, parent_id, k1, k2, k3, author_name, institution_title, role, is_official,
    is_internal, is_clarification, is_superseded, body, html, renderer_version, state,
    hidden_reason, created_at, shown_at)
SELECT thread.id || '-' || n, thread.id, n, NULL, n, 0, 0, 'Vecina', '', '', false, false, false,
    false, :body, :html, :version, 'visible', '', thread.created_at, thread.created_at
FROM promote_thread AS thread, generate_series(1, :each) AS n
WHERE thread.year = 2019
""")
_INSERT_LONG = sa.text("""
INSERT INTO promote_thread (
    id, year, number, kind, title, subject_type, subject_id, institution_id, visibility, state,
    is_hidden, author_name, wanted_formats, is_in_queue, hops, verdict_reason, reopened_count,
    objections_count, posts_count, last_seq, supporters_count, shown_at, last_activity_at,
    created_at)
VALUES (:id, 2020, :number, 'comment', 'Una conversación larga', 'dataset', :dataset, :institution,
    'public', 'open', false, 'Vecina', '{}', false, 0, '', 0, 0, :posts, :posts, 0, now(), now(),
    now())
""")
_LONG_POSTS = sa.text("""
INSERT INTO promote_post (
    id, thread_id, seq, parent_id, k1, k2, k3, author_name, institution_title, role, is_official,
    is_internal, is_clarification, is_superseded, body, html, renderer_version, state,
    hidden_reason, created_at, shown_at)
SELECT CAST(:id AS text) || '-' || n, :id, n,
    CASE WHEN is_reply THEN CAST(:id AS text) || '-1' END,
    CASE WHEN is_reply THEN 1 ELSE n END, CASE WHEN is_reply THEN n ELSE 0 END, 0,
    'Vecina', '', '', false, false, false, false, :body, :html, :version, 'visible', '',
    now(), now()
FROM (SELECT n, CAST(:is_nested AS boolean) AND n > 1 AS is_reply
      FROM generate_series(1, :posts) AS n) AS numbers
""")
