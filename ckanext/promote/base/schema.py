"""Schemas of actions: checked before access, so they say what is well-formed and nothing else."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckantoolkit as tk

from ckanext.promote.base import rawinput, tokens

Schema = dict[str, Any]


def validated(make_schema: Callable[[], Schema], data_dict: Mapping[str, Any]) -> dict[str, Any]:
    """``data_dict`` converted by a schema; unknown keys are refused by name.

    :raises ValidationError: with the sentences by key
    """
    if not isinstance(data_dict, Mapping):
        raise tk.ValidationError({"__before": [tk._("An object is expected here.")]})
    errors = rawinput.problems(data_dict)
    if errors:
        raise tk.ValidationError(errors)
    schema = {**make_schema(), "__extras": [tk.get_validator("promote_no_extras")]}
    data, errors = tk.navl_validate(dict(data_dict), schema, {})
    if errors:
        raise tk.ValidationError(errors)
    return data


def required(*names: str) -> list[Any]:
    """A field that has to be there, with further validators by name."""
    return _validators("not_empty", *names)


def optional(*names: str) -> list[Any]:
    """A field that may be missing, with further validators by name."""
    return _validators("ignore_empty", *names)


def paged(schema: Schema) -> Schema:
    """A list's schema: ``limit`` and ``cursor`` beside the filters."""
    return {
        **schema,
        "limit": [tk.get_validator("default")(20), tk.get_validator("promote_limit")],
        "cursor": optional("promote_line"),
    }


def form_token_show() -> Schema:
    """A form and what it is about."""
    return {"form": required("promote_lookup"), "subject_id": optional("promote_lookup")}


def form_token() -> Schema:
    """What a visitor's form brings beside its own fields (``base.tokens``)."""
    return {"form_token": optional("promote_line"), tokens.HONEYPOT: optional("promote_line")}


def _validators(*names: str) -> list[Any]:
    return [tk.get_validator(name) for name in names]
