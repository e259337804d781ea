"""What a portal knows, for tests that need no portal: the types' fields and a few words."""
from __future__ import annotations

from typing import Any

from ckanext.promote.importers.mapping import Vocabulary, to_content
from ckanext.promote.importers.source import Record

COMMON = frozenset(
    "title summary body datasets external_datasets owner_org sector axis tags language "
    "published_on cover_url cover_alt authors contact_name contact_email is_contact_confirmed "
    "sections_pending unmapped".split()
)
FIELDS = {
    "story": COMMON | {"background", "challenges", "solution", "results", "value"},
    "app": COMMON | {"stage", "links", "app_version", "developer", "license_id", "source_url"}
    | {"screenshots"},
    "tool": COMMON | {"tool_kind", "stage", "url", "license_id", "source_url"},
    "news": COMMON,
    "event": COMMON | {"event_kind", "starts_at", "ends_at", "place", "url", "result"},
    "study": COMMON | {"document_url"},
}  # fmt: skip
SECTORS = {
    slug: (slug.replace("-", " ").capitalize(),)
    for slug in (
        "salud", "geoespacial", "seguridad-y-justicia", "energia-y-medio-ambiente", "educacion",
        "economia", "cultura-y-turismo", "finanzas-y-contrataciones", "infraestructura",
        "desarrollo-sostenible", "gobiernos-locales", "otros",
    )
}  # fmt: skip
VOCABULARY = Vocabulary(
    FIELDS,
    {
        "sectors": SECTORS,
        "axes": {"crecimiento-economico": ("Crecimiento económico",)},
        "event_kinds": {"dataton": ("Datatón", "Datathon"), "otro": ("Otro", "Other")},
        "tool_kinds": {"map": ("Map", "Mapa"), "other": ("Other",)},
        "stages": {"planned": ("Planned",), "available": ("Available", "Disponible")},
        "languages": {"es": ("Spanish", "Español")},
        "licenses": {"cc-by": ("Creative Commons Attribution",)},
    },
)


def record(body: str = "A text.", kind: str = "story", path: str = "", **front: Any) -> Record:
    """A record as a reader gives it."""
    return Record("a.jsonl:1", "key", path, kind, {"title": "A title", **front}, body)


def mapped(body: str = "A text.", kind: str = "story", path: str = "", **front: Any) -> Any:
    """The content of such a record."""
    return to_content(record(body, kind, path, **front), VOCABULARY)[0]


def noted(body: str = "A text.", kind: str = "story", path: str = "", **front: Any) -> Any:
    """Fields of the notes on such a record."""
    return [note.field for note in to_content(record(body, kind, path, **front), VOCABULARY)[1]]
