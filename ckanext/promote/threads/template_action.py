"""The actions on answer templates, the texts that an institution answers with more than once."""
from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model

from ckanext.promote.base import events, paging
from ckanext.promote.base.access import acting_user_id, load_institution
from ckanext.promote.base.events import Scope
from ckanext.promote.base.model import new_id, utc_now
from ckanext.promote.base.schema import validated
from ckanext.promote.threads import dictize, schema, steps, templating
from ckanext.promote.threads.moderation_model import AnswerTemplate

INSTITUTION = "promote_template_institution"
"""Key of a context under which the auth functions find whose template it is."""
CREATE = "answer_template.create"


def promote_answer_template_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Keep a text with which an institution answers.

    :param institution: name or id
    :param title: how its people find it
    :param body: Markdown, at most 10,000 characters
    :param outcome: the outcome that goes with it
    :param idempotency_key: the same key with the same data gives the template that was made
    :returns: ``{"id", "title", "body", "outcome", "changed_at"}``
    """
    data = validated(schema.template_create, data_dict)
    context.setdefault("session", model.Session)
    context[INSTITUTION] = load_institution(data["institution"]).id
    tk.check_access("promote_answer_template_create", context, data)

    def make() -> str:
        made = AnswerTemplate(
            id=new_id(), institution_id=context[INSTITUTION], title=data["title"],
            body=data["body"], outcome=data.get("outcome"), changed_at=utc_now(),
            changed_by=acting_user_id(context),
        )  # fmt: skip
        model.Session.add(made)
        model.Session.flush()
        _record(context, "answer_template.create", made)
        return made.id

    return dictize.template(templating.template(model.Session, steps.once(
        context, CREATE, data_dict, make)))  # fmt: skip


def promote_answer_template_update(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Change an answer template; what is left out stays.

    :param id: id of the template
    :param title: how its people find it
    :param body: Markdown, at most 10,000 characters
    :param outcome: the outcome that goes with it
    :returns: ``{"id", "title", "body", "outcome", "changed_at"}``
    """
    data = validated(schema.template_update, data_dict)
    found = _load(context, data)
    tk.check_access("promote_answer_template_update", context, data)
    with steps.writing(context):
        for key in ("title", "body", "outcome"):
            if key in data:
                setattr(found, key, data[key])
        found.changed_at, found.changed_by = utc_now(), acting_user_id(context)
        _record(context, "answer_template.update", found)
    return dictize.template(found)


def promote_answer_template_delete(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Delete an answer template. Answers that were made of it stay.

    :param id: id of the template
    :returns: ``{"id"}``
    """
    data = validated(schema.thing, data_dict)
    found = _load(context, data)
    tk.check_access("promote_answer_template_delete", context, data)
    with steps.writing(context):
        _record(context, "answer_template.delete", found)
        model.Session.delete(found)
    return {"id": data["id"]}


@tk.side_effect_free
def promote_answer_template_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """The answer templates of an institution, by title.

    :param institution: name or id
    :param outcome: only those that go with this outcome, or with any
    :param limit: 1 to 100, 20 by default
    :param cursor: ``next`` of the page before
    :returns: ``{"items", "next", "total", "total_exact"}``
    """
    data = validated(schema.template_list, data_dict)
    institution = load_institution(data["institution"])
    context[INSTITUTION] = institution.id
    tk.check_access("promote_answer_template_list", context, data)
    statement = templating.templates(institution.id, data.get("outcome"))
    counted = paging.total(model.Session, statement)
    cursor = paging.decode(data["cursor"], 2) if data.get("cursor") else None
    ordered = templating.by_title(statement, cursor).limit(data["limit"] + 1)
    rows = model.Session.execute(ordered).scalars().all()
    return paging.answer(
        rows, data["limit"], lambda row: (row.title, row.id), dictize.template, counted
    )


def _load(context: Any, data: dict[str, Any]) -> AnswerTemplate:
    """A template of an institution, for its people to be asked for.

    :raises ObjectNotFound: when there is none, or it is of another institution
    """
    context.setdefault("session", model.Session)
    found = templating.template(model.Session, data["id"])
    if found is None or not templating.is_for(context, found):
        raise tk.ObjectNotFound
    context[INSTITUTION] = found.institution_id
    return found


def _record(context: Any, name: str, template: AnswerTemplate) -> None:
    events.record(
        context, name, ("answer_template", template.id), institution_id=template.institution_id,
        scope=Scope.INSTITUTION,
    )  # fmt: skip
