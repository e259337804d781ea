"""Which content type a record becomes: from what it says, else from where it lies."""
from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from ckanext.promote.importers.matching import fold
from ckanext.promote.importers.source import Problem, Record

WORDS: dict[str, tuple[str, ...]] = {
    "story": (
        "story", "stories", "historia", "historias", "caso", "casos", "caso de uso",
        "casos de uso", "caso de exito", "casos de exito", "use case", "use cases",
        "historia de datos", "historias de datos", "data story", "data stories",
    ),
    "app": ("app", "apps", "gov apps", "aplicacion", "aplicaciones", "movil", "moviles"),
    "tool": ("tool", "tools", "herramienta", "herramientas"),
    "news": (
        "news", "noticia", "noticias", "avance", "avances", "nota", "notas", "blog", "boletin",
        "boletines",
    ),
    "event": ("event", "events", "evento", "eventos"),
    "presentation": ("presentation", "presentations", "presentacion", "presentaciones"),
    "study": ("study", "studies", "estudio", "estudios"),
    "material": ("material", "materials", "materiales"),
}  # fmt: skip
"""What sources call the types, folded: kinds, folders, sections, categories."""

PLACES = ("sub_section", "subsection", "subseccion", "category", "categoria", "section", "seccion")
"""Front matter keys that may name the type, nearest first."""

_BY_WORD = {word: kind for kind, words in WORDS.items() for word in words}


def kind_of(record: Record, types: Collection[str]) -> tuple[str, bool]:
    """The type of a record, and whether it was only guessed.

    :param types: the types that the portal has
    :raises Problem: when nothing tells it, or the portal has no such type
    """
    if record.kind:
        named = _named(record.kind)
        kind = record.kind if record.kind in types else named or record.kind
        return _offered(kind, types), False
    found = _from_path(record.source_path) or _from_places(record.front_matter)
    if found:
        return _offered(found, types), False
    layout = _text(record.front_matter, "layout")
    if _named(layout):
        return _offered(_named(layout), types), True
    if layout == "post" or "_posts" in record.source_path.split("/"):
        return _offered("news", types), True
    raise Problem("kind", f"Nothing tells its type. Add “type:” with one of: {_list(types)}.")


def names_a_type(text: str) -> bool:
    """Whether a category is a type rather than a subject (“Noticias”)."""
    return bool(_named(text))


def _offered(kind: str, types: Collection[str]) -> str:
    if kind not in types:
        raise Problem("kind", f"This portal has no type “{kind[:80]}”. Use one of: {_list(types)}.")
    return kind


def _list(types: Collection[str]) -> str:
    return ", ".join(types)


def _from_path(path: str) -> str:
    """The folder nearest to the file that names a type (``_apps``, ``casos-de-uso``)."""
    folders = [part for part in path.split("/")[:-1] if part not in ("_posts", "_drafts")]
    return next(filter(None, (_named(folder) for folder in reversed(folders))), "")


def _from_places(front_matter: Mapping[str, Any]) -> str:
    return next(filter(None, (_named(_text(front_matter, key)) for key in PLACES)), "")


def _named(text: str) -> str:
    return _BY_WORD.get(re.sub(r"\s+", " ", fold(text)), "")


def _text(front_matter: Mapping[str, Any], key: str) -> str:
    value = front_matter.get(key)
    return value if isinstance(value, str) else ""
