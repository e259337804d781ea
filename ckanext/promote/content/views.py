"""The pages of the contents. A view parses, calls one action, renders."""
from __future__ import annotations

import uuid
from typing import Any

import ckantoolkit as tk
from flask import abort, make_response

from ckanext.promote.content import form_input, listing, vocabulary
from ckanext.promote.content.description import SECTIONS
from ckanext.promote.content.registry import of_package

DATASETS_ON_PAGE = 50
FOUND_DATASETS = 20


def index(package_type: str) -> str:
    """The list of a type, with search and facets."""
    active = of_package(package_type)
    wanted = listing.asked(tk.request.args)
    result = listing.found(_context(), active, wanted)
    return tk.render(
        "promote/content/index.html",
        {
            "content_type": active.declaration,
            "package_type": package_type,
            "asked": wanted,
            "sorts": listing.SORTS,
            "result": result,
            "vocabulary_label": vocabulary.label,
            "may_create": _may("promote_content_create", {}),
        },
    )


def read(package_type: str, id: str) -> Any:
    """A content's page."""
    content = _content(package_type, id)
    if content["package_type"] != package_type or content["name"] != id:
        return tk.redirect_to(f"{content['package_type']}.read", id=content["name"])
    arguments = {"id": content["id"], "limit": DATASETS_ON_PAGE}
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
        return _form(package_type, start)
    raw = form_input.parse(active.declaration, tk.request.form, tk.request.files)
    if _is_not_saving():
        return _form(package_type, raw)
    try:
        made = tk.get_action("promote_content_create")(_context(), raw)
    except tk.ValidationError as err:
        return _form(package_type, raw, _without_key(raw, err.error_dict), 400)
    except tk.NotAuthorized as err:
        return _form(package_type, raw, {"owner_org": [str(err)]}, 403)
    tk.h.flash_success(tk._("“{title}” is published.").format(title=made["title"]))
    return tk.redirect_to(f"{package_type}.read", id=made["name"])


def edit(package_type: str, id: str) -> Any:
    """The form of a content that exists, and what it sends."""
    active = of_package(package_type)
    content = _content(package_type, id)
    _require("promote_content_update", {"id": content["id"]})
    if tk.request.method == "GET":
        return _form(package_type, content, content=content)
    raw = form_input.parse(active.declaration, tk.request.form, tk.request.files)
    if _is_not_saving():
        return _form(package_type, raw, content=content)
    raw["pending_datasets"] = [
        name for name in content.get("pending_datasets", []) if name in raw["datasets"]
    ]
    raw["datasets"] = [name for name in raw["datasets"] if name not in raw["pending_datasets"]]
    try:
        saved = tk.get_action("promote_content_update")(_context(), {**raw, "id": content["id"]})
    except tk.ValidationError as err:
        return _form(package_type, raw, err.error_dict, 400, content)
    except tk.NotAuthorized as err:
        return _form(package_type, raw, {"owner_org": [str(err)]}, 403, content)
    message = tk._("Your changes to “{title}” are published.").format(title=saved["title"])
    tk.h.flash_success(message)
    return tk.redirect_to(f"{package_type}.read", id=saved["name"])


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


ROUTES: tuple[tuple[str, str, Any, list[str]], ...] = (
    ("/", "search", index, ["GET"]),
    ("/new", "new", new, ["GET", "POST"]),
    ("/edit/<id>", "edit", edit, ["GET", "POST"]),
    ("/delete/<id>", "delete", delete, ["GET", "POST"]),
    ("/<id>", "read", read, ["GET"]),
)
"""Rule, endpoint, view and methods of each page of a type, under the endpoints of CKAN's."""


def _context() -> dict[str, Any]:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}


def _content(package_type: str, reference: str) -> dict[str, Any]:
    try:
        return tk.get_action("promote_content_show")(_context(), {"id": reference})
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
    tk.abort(403, tk._("Only an institution's admins and editors write its contents."))


def _to_login(here: str) -> None:
    abort(make_response(tk.redirect_to("user.login", came_from=here)))


def _without_key(raw: dict[str, Any], errors: dict[str, Any]) -> dict[str, Any]:
    """A form that was published, changed and sent once more gets a key of its own, and a word."""
    if "idempotency_key" not in errors:
        return errors
    raw["idempotency_key"] = str(uuid.uuid4())
    message = tk._("You published this form already. Send it again to publish another content.")
    return {**errors, "idempotency_key": [message]}


def _is_not_saving() -> bool:
    return tk.request.form.get("do", "save") != "save"


def _form(
    package_type: str,
    values: dict[str, Any],
    errors: dict[str, Any] | None = None,
    status: int = 200,
    content: dict[str, Any] | None = None,
) -> Any:
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
            "errors": errors or {},
            "choices": vocabulary.choices,
            "institutions": tk.h.promote_institutions(),
            "words": words,
            "found_datasets": tk.h.promote_find_datasets(words, FOUND_DATASETS) if words else [],
        },
    )
    return make_response(page, status)
