"""What sources call the fields of contents, and which of these take a word of a vocabulary."""
from __future__ import annotations

CHOICES = {
    "stage": "stages", "tool_kind": "tool_kinds", "event_kind": "event_kinds",
    "language": "languages", "license_id": "licenses",
}  # fmt: skip
"""Fields that take a word of a vocabulary, beside sector and axis."""
MOMENTS = {
    "starts_at": ("starts_at", "start", "start_date", "begins", "inicio", "fecha_inicio"),
    "ends_at": ("ends_at", "end", "end_date", "ends", "fin", "fecha_fin", "termino"),
}
PLACES = ("place", "lugar", "sede", "ubicacion", "location")
DOCUMENTS = ("document_url", "document", "documento", "pdf", "file", "archivo", "slides")
"""Keys of front matter, the clearest first."""
