"""The pages of the contents. A view parses, calls one action, renders."""
from __future__ import annotations

import uuid
from typing import Any

import ckantoolkit as tk
from flask import abort, make_response

from ckanext.promote.base import tokens
from ckanext.promote.base.errors import RateLimited
from ckanext.promote.content import form_input, listing, proposals, vocabulary
from ckanext.promote.content.description import SECTIONS
from ckanext.promote.content.registry import of_package

DATASETS_ON_PAGE = 50
FOUND_DATASETS = 20


def index(package_type: str) -> str:
    """The list of a type, with search and facets."""
    active = of_package(package_type)
    wanted = listing.asked(tk.request.args, active.declaration)
    result = listing.found(_context(), active, wanted)
    return tk.render(
        "promote/content/index.html",
        {
            "content_type": active.declaration,
            "package_type": package_type,
            "asked": wanted,
            "sorts": listing.sorts_of(active.declaration),
            "result": result,
            "vocabulary_label": vocabulary.label,
            "may_create": tk.h.promote_writes(),
            "may_propose": _may("promote_content_create", {}),
        },
    )


def read(package_type: str, id: str) -> Any:
    """A content's page: the published text, or another version for those who may read it."""
    wanted = {"version": tk.request.args["version"][:20]} if "version" in tk.request.args else {}
    content = _content(package_type, id, **wanted)
    if content["package_type"] != package_type or content["name"] != id:
        return tk.redirect_to(f"{content['package_type']}.read", id=content["name"], **wanted)
    arguments = {"id": content["id"], "limit": DATASETS_ON_PAGE, **wanted}
    if tk.request.args.get("datasets"):
        arguments["cursor"] = tk.request.args["datasets"][:200]
    try:
        datasets = tk.get_action("promote_content_dataset_list")(_context(), arguments)
    except tk.ValidationError:
        return tk.redirect_to(f"{package_type}.read", id=id)
    return tk.render(
        "promote/content/read.html",
        {
            "content_type": of_package(package_type).declaration,
            "package_type": package_type,
            "content": content,
            "datasets": datasets,
            "vocabulary_label": vocabulary.label,
        },
    )


def new(package_type: str) -> Any:
    """The form for a new content, and what it sends."""
    active = of_package(package_type)
    _require("promote_content_create", {})
    if tk.request.method == "GET":
        start = {"language": str(tk.h.lang())[:2], "idempotency_key": str(uuid.uuid4())}
        return form_page(package_type, start)
    raw = form_input.parse(active.declaration, tk.request.form, tk.request.files)
    if not _is_saving():
        return form_page(package_type, raw)
    if not tk.current_user.is_authenticated:
        return _propose(package_type, raw)
    try:
        made = tk.get_action("promote_content_create")(
            _context(), {**raw, "draft": _does() != "publish"}
        )
    except tk.ValidationError as err:
        return form_page(package_type, raw, _without_key(raw, err.error_dict), 400)
    except tk.NotAuthorized as err:
        return form_page(package_type, raw, {"owner_org": [str(err)]}, 403)
    return _go_on(package_type, made)


def edit(package_type: str, id: str) -> Any:
    """The form of a content's newest version, and what it sends."""
    active = of_package(package_type)
    content = _content(package_type, id)
    _require("promote_content_update", {"id": content["id"]})
    if content.get("pending_version"):
        content = _content(package_type, content["id"], version="pending")
    if tk.request.method == "GET":
        return form_page(package_type, content, content=content)
    raw = form_input.parse(active.declaration, tk.request.form, tk.request.files)
    if not _is_saving():
        return form_page(package_type, raw, content=content)
    raw["pending_datasets"] = [
        name for name in content.get("pending_datasets", []) if name in raw["datasets"]
    ]
    raw["datasets"] = [name for name in raw["datasets"] if name not in raw["pending_datasets"]]
    try:
        saved = tk.get_action("promote_content_update")(
            _context(), {**raw, "id": content["id"], "draft": _does() == "draft"}
        )
    except tk.ValidationError as err:
        return form_page(package_type, raw, err.error_dict, 400, content)
    except tk.NotAuthorized as err:
        return form_page(package_type, raw, {"owner_org": [str(err)]}, 403, content)
    return _go_on(package_type, saved)


def _propose(package_type: str, raw: dict[str, Any]) -> Any:
    """What a visitor's form sends: a whole proposal, confirmed by the link in his mail."""
    person = {key: tk.request.form.get(key, "") for key in proposals.PERSON_KEYS}
    try:
        made = tk.get_action("promote_content_create")(_context(), {**raw, **person})
    except RateLimited as err:
        return form_page(package_type, {**raw, **person}, err.error_dict, 429)
    except tk.ValidationError as err:
        person["form_token"] = tokens.again(person["form_token"], proposals.FORM, "", err)
        return form_page(package_type, {**raw, **person}, err.error_dict, 400)
    except tk.NotAuthorized as err:
        return form_page(package_type, {**raw, **person}, {"owner_org": [str(err)]}, 403)
    return tk.render("promote/submit/sent.html", {"made": made})


STEPS = {
    "publish": ("promote_content_publish", {}),
    "submit": ("promote_content_submit", {}),
    "advice": ("promote_content_submit", {"for_advice": True}),
}
"""What follows the saving of a form, by the button that was pressed."""


def _go_on(package_type: str, saved: dict[str, Any]) -> Any:
    """Take the step that was asked for with the saved text, and show where it stands.

    What is missing for the step is said on the form: the text itself is kept as a draft.
    """
    if saved["review_state"] in ("draft", "returned") and _does() in STEPS:
        action, more = STEPS[_does()]
        step = {"id": saved["id"], "version": saved["version"], **more}
        try:
            saved = tk.get_action(action)(_context(), step)
        except tk.ValidationError as err:
            content = _content(package_type, saved["id"], version=str(saved["version"]))
            tk.h.flash_notice(tk._("Your draft is saved. Complete what is missing."))
            return form_page(package_type, content, err.error_dict, 400, content)
    words = {
        "published": tk._("“{title}” is published."),
        "submitted": tk._("“{title}” was sent to the review."),
    }.get(saved["review_state"], tk._("The draft of “{title}” is saved."))
    tk.h.flash_success(words.format(title=saved["title"]))
    if saved["review_state"] == "published":
        return tk.redirect_to(f"{package_type}.read", id=saved["name"])
    return tk.redirect_to("promote_review.show", id=saved["id"])


def delete(package_type: str, id: str) -> Any:
    """Ask before a content is archived, then archive it."""
    content = _content(package_type, id)
    _require("promote_content_archive", {"id": content["id"]})
    if tk.request.method == "GET":
        return tk.render(
            "promote/content/archive.html",
            {
                "content_type": of_package(package_type).declaration,
                "package_type": package_type,
                "content": content,
            },
        )
    tk.get_action("promote_content_archive")(_context(), {"id": content["id"]})
    tk.h.flash_success(tk._("“{title}” is archived.").format(title=content["title"]))
    return tk.redirect_to(f"{package_type}.search")


Route = tuple[str, str, Any, list[str]]

ROUTES: tuple[Route, ...] = (
    ("/", "search", index, ["GET"]),
    ("/new", "new", new, ["GET", "POST"]),
    ("/edit/<id>", "edit", edit, ["GET", "POST"]),
    ("/delete/<id>", "delete", delete, ["GET", "POST"]),
    ("/<id>", "read", read, ["GET"]),
)
"""Rule, endpoint, view and methods of each page of a type, under the endpoints of CKAN's."""


def _context() -> dict[str, Any]:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}


def _content(package_type: str, reference: str, **version: str) -> dict[str, Any]:
    try:
        return tk.get_action("promote_content_show")(_context(), {"id": reference, **version})
    except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError):
        return tk.abort(404, tk._("There is nothing at this address, or not any more."))


def _may(action: str, data_dict: dict[str, Any]) -> bool:
    try:
        tk.check_access(action, _context(), data_dict)
    except tk.NotAuthorized:
        return False
    return True


def _require(action: str, data_dict: dict[str, Any]) -> None:
    if _may(action, data_dict):
        return
    if not tk.current_user.is_authenticated:
        message = tk._("Sign in to write contents.")
        if tk.request.method == "POST":
            tk.abort(403, message)
        tk.h.flash_notice(message)
        _to_login(tk.h.url_for(tk.request.path))
    message = tk._(
        "Only an institution's people write its contents: members who edit, and who is appointed."
    )
    tk.abort(403, message)


def _to_login(here: str) -> None:
    abort(make_response(tk.redirect_to("user.login", came_from=here)))


def _without_key(raw: dict[str, Any], errors: dict[str, Any]) -> dict[str, Any]:
    """A form that was published, changed and sent once more gets a key of its own, and a word."""
    if "idempotency_key" not in errors:
        return errors
    raw["idempotency_key"] = str(uuid.uuid4())
    message = tk._("You sent this form already. Send it again to make another content.")
    return {**errors, "idempotency_key": [message]}


def _address(package_type: str, content: dict[str, Any] | None) -> str:
    if content:
        return str(tk.h.url_for(f"{package_type}.edit", id=content["name"]))
    return str(tk.h.url_for(f"{package_type}.new"))


def _person(values: dict[str, Any]) -> dict[str, str]:
    """What a visitor's form asks of him beside the content."""
    return {
        "author_name": values.get("author_name", ""),
        "author_email": values.get("author_email", ""),
        "form_token": values.get("form_token") or tokens.issue(proposals.FORM, ""),
        "honeypot": tokens.HONEYPOT,
    }


def _does() -> str:
    """What the button that was pressed does."""
    return tk.request.form.get("do", "draft")


def _is_saving() -> bool:
    return _does() in STEPS or _does() == "draft"


def form_page(
    package_type: str,
    values: dict[str, Any],
    errors: dict[str, Any] | None = None,
    status: int = 200,
    content: dict[str, Any] | None = None,
    action: str = "",
) -> Any:
    """The form of a content, with what was typed and what is wrong with it.

    :param action: where it is sent; by default to the page of its content, or of a new one
    """
    active = of_package(package_type)
    do = tk.request.form.get("do", "")
    words = tk.request.form.get("datasets_find", "").strip()[:200]
    page = tk.render(
        "promote/content/form.html",
        {
            "content_type": active.declaration,
            "package_type": package_type,
            "sections": SECTIONS,
            "data": form_input.shown(active.declaration, values, do.partition("add:")[2]),
            "content": content,
            "publishes": tk.h.promote_publishes(),
            "action": action or _address(package_type, content),
            "person": _person(values) if not (action or tk.current_user.is_authenticated) else None,
            "errors": errors or {},
            "choices": vocabulary.choices,
            "institutions": tk.h.promote_institutions(),
            "words": words,
            "found_datasets": tk.h.promote_find_datasets(words, FOUND_DATASETS) if words else [],
        },
    )
    return make_response(page, status)
