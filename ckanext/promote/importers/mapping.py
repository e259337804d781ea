"""From a record in the words of its source to a content in ours (design, Keys). Pure: no CKAN.

Whatever has no field goes to ``unmapped``; a decision that a person should know of is a note.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ckanext.promote.importers import addresses, bodies, pictures, sections, values
from ckanext.promote.importers.keys import CHOICES, DOCUMENTS, MOMENTS, PLACES
from ckanext.promote.importers.kinds import kind_of, names_a_type
from ckanext.promote.importers.matching import fold
from ckanext.promote.importers.sectors import word_of
from ckanext.promote.importers.source import Note, Problem, Record

MAX_TITLE_CHARS = 200
MAX_SECTION_CHARS = 20_000
MAX_SCREENSHOTS = 6
MAX_TEASER_CHARS = 5_000
MAX_LISTED, MAX_LINE = 50, 500
"""Of what was taken out of a text: a page's scripts must not fill all that is kept."""
MIN_TAGLINE_CHARS = 60
"""A shorter one is a slogan, and says less than the text's first paragraph."""
NOT_PUBLISHED = "is_unpublished"
"""Key of a content whose source says ``published: false``; no field of a type."""


@dataclass(frozen=True)
class Vocabulary:
    """What the portal knows: fields by content type, and words by vocabulary."""

    fields: Mapping[str, frozenset[str]]
    """By type, the names of its fields. A value without a field goes to ``unmapped``."""
    words: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    """``sectors``, ``axes``, ``tool_kinds`` …: labels by slug."""

    def __getitem__(self, name: str) -> Mapping[str, Sequence[str]]:
        return self.words.get(name, {})


def to_content(record: Record, vocabulary: Vocabulary) -> tuple[dict[str, Any], list[Note]]:
    """A content from a record, and what was decided on the way.

    ``cover_upload`` and ``screenshots_upload`` are paths of files. ``owner_org`` is only there
    when the source names it itself: see ``institution_texts``.

    :raises Problem: when it cannot become a content
    """
    kind, is_guess = kind_of(record, vocabulary.fields)
    work = _Work(record, vocabulary, kind, vocabulary.fields[kind])
    work.notes.extend(record.notes)
    if is_guess:
        work.note("kind", f"Nothing tells its type; it became {kind}.")
    if record.content is not None:
        _take_content(work, record.content)
        return work.content, work.notes
    _map_text(work)
    _map_moments(work)
    _map_place(work)
    _map_data(work)
    _map_links(work)
    _map_pictures(work)
    _map_people(work)
    _take_own_fields(work)
    work.finish()
    return work.content, work.notes


def institution_texts(record: Record) -> list[str]:
    """What the source says about the institution, the clearest first."""
    given = record.content if record.content is not None else record.front_matter
    keys = ("owner_org", "institution", "organization", "institucion", "dependencia", "author",
            "autor", "authors")  # fmt: skip
    texts: list[str] = []
    for key in keys:
        for entry in given[key] if isinstance(given.get(key), list) else [given.get(key)]:
            text = values.line(entry.get("name") if isinstance(entry, Mapping) else entry, 1000)
            if text:
                texts.append(text)
    return texts


class _Work:
    """A record on its way: the content so far, and what of the front matter is left."""

    def __init__(
        self, record: Record, vocabulary: Vocabulary, kind: str, fields: frozenset[str]
    ) -> None:
        self.record = record
        self.vocabulary = vocabulary
        self.fields = fields
        self.content: dict[str, Any] = {"type": kind}
        self.left = {k: v for k, v in record.front_matter.items() if v not in (None, "", [], {})}
        self.unmapped: dict[str, Any] = {}
        self.notes: list[Note] = []

    def note(self, name: str, message: str) -> None:
        self.notes.append(Note(name, message))

    def take(self, *keys: str) -> tuple[str, Any]:
        """The first of these keys that is there, with its value, which is then used up."""
        key = next((key for key in keys if key in self.left), "")
        return key, self.left.pop(key, None)

    def put(self, name: str, value: Any) -> bool:
        """Set a field, if the type has it and the value is something."""
        is_taken = name in self.fields and value not in (None, "", [], {})
        if is_taken:
            self.content[name] = value
        return is_taken

    def keep(self, key: str, value: Any) -> None:
        """Put into ``unmapped`` what has no field."""
        if key and value not in (None, "", [], {}):
            self.unmapped[key] = value

    def finish(self) -> None:
        """What can only be said at the end: which sections are missing, and what is left."""
        four = set(sections.SECTIONS)
        if four <= self.fields and not four <= set(self.content):
            self.put("sections_pending", True)
        kept = {**self.left, **self.unmapped}
        if self.record.source_path:
            kept.setdefault("source_path", self.record.source_path)
        if "unmapped" in self.fields and kept:
            self.content["unmapped"] = kept


def _map_text(work: _Work) -> None:
    body = bodies.clean(work.record.body)
    _map_title(work, body)
    _map_summary(work, body)
    text = body.markdown
    if set(sections.SECTIONS) <= work.fields:
        rest, found = sections.split(text)
        if all(len(section) <= MAX_SECTION_CHARS for section in found.values()):
            text = rest
            for name, section in found.items():
                work.put(name, section)
    work.put("body", text)
    work.keep("pictures", body.pictures[:MAX_LISTED])
    work.keep("removed_from_body", [each[:MAX_LINE] for each in body.removed[:MAX_LISTED]])


def _map_title(work: _Work, body: bodies.Body) -> None:
    key, given = work.take("title", "titulo", "name_of_app")
    title = values.line(given, MAX_TITLE_CHARS)
    if title:
        if title != values.line(given, 5000):
            work.keep(key, given)
            work.note("title", f"It was cut to {MAX_TITLE_CHARS} characters.")
    else:
        work.keep(key, given)
        first = body.markdown.partition("\n")[0]
        if first.startswith("# "):
            title = bodies.plain_text(first[2:], MAX_TITLE_CHARS)
        else:
            title = _title_of_path(work.record.source_path)
        if not title:
            raise Problem("title", "It is missing. Give the record a title.")
        work.note("title", f"It is missing; “{title}” was taken instead.")
    work.put("title", title)
    heading, _, rest = body.markdown.partition("\n")
    if heading.startswith("# ") and fold(heading) == fold(title):
        body.markdown = rest.strip()


def _title_of_path(path: str) -> str:
    name = path.rpartition("/")[2].rpartition(".")[0]
    if values.date_of_path(path):
        name = name.lstrip().split("-", 3)[-1]
    words = " ".join(name.replace("_", " ").replace("-", " ").split())
    return words[:1].upper() + words[1:]


def _map_summary(work: _Work, body: bodies.Body) -> None:
    """The source's own teaser; else the beginning of the text; else the title."""
    for key in ("summary", "resumen", "excerpt", "description", "descripcion", "tagline"):
        given = work.left.get(key)
        whole = ""
        if isinstance(given, str):
            whole = bodies.plain_text(bodies.clean(given).markdown, MAX_TEASER_CHARS)
        if not whole or (key == "tagline" and len(whole) < MIN_TAGLINE_CHARS):
            continue
        del work.left[key]
        summary = bodies.plain_text(whole)
        if summary != whole:
            work.keep(key, given)
        work.put("summary", summary)
        return
    work.put("summary", bodies.summary_of(body) or work.content["title"])


def _map_place(work: _Work) -> None:
    """Sector, axis, date, language, and whether it was published at all."""
    _map_sector(work)
    _, axis = work.take("axis", "eje")
    slug = word_of(values.line(axis), work.vocabulary["axes"])
    if not work.put("axis", slug):
        work.keep("axis", axis)
    _map_date(work)
    _, published = work.take("published", "publicado")
    if published is False or str(published).lower() in ("false", "no", "off", "0"):
        work.content[NOT_PUBLISHED] = True
        work.keep("published", published)


def _map_moments(work: _Work) -> None:
    """When an event takes place; without words for that, its date is the day."""
    if "starts_at" not in work.fields:
        return
    for name, keys in MOMENTS.items():
        key, given = work.take(*keys)
        moment, has_time = values.moment_of(given)
        if work.put(name, moment) and has_time:
            continue
        work.keep(key, given)
        if not moment and name == "starts_at":
            moment, has_time = values.moment_of(work.left.get("date") or work.left.get("fecha"))
            work.put(name, moment)
        if moment and not has_time:
            work.note(name, "It has no time of day; midnight was taken.")
    key, place = work.take(*PLACES)
    if not work.put("place", values.line(place, 300)):
        work.keep(key, place)


def _map_sector(work: _Work) -> None:
    sectors = work.vocabulary["sectors"]
    keys = ("sector", "category", "categoria", "category_title", "categories", "categorias")
    slug = ""
    for key in keys:
        said = values.entries(work.left.get(key))
        slugs = [word_of(values.line(each), sectors) for each in said]
        slug = slug or next(filter(None, slugs), "")
        # What says only the sector again has its field.
        if slug and all(each == slug for each in slugs) and "sector" in work.fields:
            work.left.pop(key, None)
    if not slug:
        folders = work.record.source_path.split("/")[:-1]
        by_folder = (word_of(folder, sectors) for folder in reversed(folders))
        slug = next(filter(None, by_folder), "")
    given = next((work.left[key] for key in keys if key in work.left), None)
    if given is not None and not slug and not names_a_type(values.line(given)):
        work.note("sector", f"“{values.line(given, 80)}” is no sector of this portal.")
    work.put("sector", slug)


def _map_date(work: _Work) -> None:
    key, given = work.take("date", "published_on", "fecha", "publish_date")
    date = values.date_of(given)
    if given is not None and str(given).strip() != date:
        # A time of day, or another way to write it.
        work.keep(key, given)
    if not date:
        date = values.date_of_path(work.record.source_path)
        whence = "the file's name" if date else "today"
        said = f"“{values.line(given, 40)}” is no date" if given is not None else "It is missing"
        work.note("published_on", f"{said}; {whence} was taken.")
    work.put("published_on", date)


def _map_data(work: _Work) -> None:
    key, given = work.take("datasets", "dataset", "conjuntos", "conjuntos_de_datos")
    names, elsewhere, left = values.datasets_of(given)
    _keep_rest(work, key, "datasets", left, "cannot be the name of a dataset")
    external_key, given = work.take("external_datasets", "external_dataset", "datasets_externos")
    rows, left = values.external_of(given)
    _keep_rest(work, external_key, "external_datasets", left, "has no address that can be linked")
    work.put("datasets", names)
    rows = [*rows, *(row for row in elsewhere if row not in rows)]
    work.put("external_datasets", rows[: values.MAX_ROWS])
    work.keep("more_external_datasets", rows[values.MAX_ROWS :])
    key, given = work.take("tags", "keywords", "etiquetas", "palabras_clave")
    tags, changed = values.tags_of(given)
    work.put("tags", [{"name": tag} for tag in tags])
    if changed:
        work.keep(key, given)
        shown = ", ".join(f"“{tag[:60]}”" for tag in changed[:5])
        work.note("tags", f"Changed or left out, because CKAN does not take them: {shown}.")


def _keep_rest(work: _Work, key: str, name: str, left: list[Any], why: str) -> None:
    if left:
        work.keep(key, left)
        work.note(name, f"“{str(left[0])[:80]}” {why}; kept in unmapped.")


def _map_links(work: _Work) -> None:
    key, given = work.take("links", "link", "enlaces", "ligas", "url")
    links, left = addresses.links_of(given)
    for name, address in left.items():
        work.note("links", f"{name}: “{str(address)[:80]}” cannot be linked; kept in unmapped.")
    work.put("source_url", links.pop("source", ""))
    permalink = addresses.address_of(work.left.get("permalink"))
    if permalink and "web" not in links and {"links", "url"} & work.fields:
        links["web"] = permalink
        del work.left["permalink"]
    if not work.put("links", links) and "url" in work.fields:
        address = links.pop("web", "") or links.pop("other", "")
        frame = addresses.address_of(work.left.get("iframe_src"))
        work.put("url", address or frame)
        left = {**links, **left}
    elif "links" not in work.fields:
        if "document_url" in work.fields:
            key_of_document, given = work.take(*DOCUMENTS)
            if not work.put("document_url", addresses.address_of(given)):
                work.keep(key_of_document, given)
                work.put("document_url", links.pop("web", "") or links.pop("other", ""))
        left = {**links, **left}
    work.keep(key or "links", left)


def _map_pictures(work: _Work) -> None:
    title = work.content["title"]
    root, path = work.record.root, work.record.source_path
    for key in ("featured_img", "cover", "image", "imagen", "img", "grid_img", "thumbnail"):
        found = pictures.find(work.left.get(key), root, path)
        if found and "cover_url" in work.fields:
            del work.left[key]
            _, alternative = work.take("cover_alt", "alt", "image_alt", "img_alt")
            if not alternative:
                work.note("cover_alt", "The title stands for what the image shows. Describe it.")
            work.content["cover_upload"] = found
            work.content["cover_alt"] = values.line(alternative) or title
            break
    screenshots = values.entries(work.left.get("screenshots"))
    paths = [pictures.find(each, root, path) for each in screenshots]
    shown = [found for found in paths if found][:MAX_SCREENSHOTS]
    if shown and "screenshots" in work.fields:
        rest = [s for s, found in zip(screenshots, paths, strict=True) if found not in shown]
        work.left["screenshots"] = rest
        work.content["screenshots_upload"] = shown
        work.content["screenshots"] = [
            {"url": "", "alt": f"{title} ({number})"} for number in range(1, len(shown) + 1)
        ]
    if not work.left.get("screenshots"):
        work.left.pop("screenshots", None)


def _map_people(work: _Work) -> None:
    author_key, author = work.take("author", "autor", "authors", "autores")
    with_key, collaborators = work.take("collaborators", "colaboradores")
    authors, is_whole = values.authors_of(author, collaborators)
    work.put("authors", authors)
    if not is_whole:
        work.keep(author_key, author)
        work.keep(with_key, collaborators)
    key, contact = work.take("contact", "contacto")
    name, email = contact, contact
    if isinstance(contact, Mapping):
        name = contact.get("name") or contact.get("nombre")
        email = contact.get("email") or contact.get("correo")
    _, own_email = work.take("contact_email", "email", "correo")
    email = values.email_of(own_email) or values.email_of(email)
    if own_email and not values.email_of(own_email):
        work.keep("contact_email", own_email)
    if isinstance(contact, Mapping) and set(contact) - {"name", "nombre", "email", "correo"}:
        work.keep(key, contact)
    if work.put("contact_email", email):
        work.put("is_contact_confirmed", True)
    if not values.email_of(name):
        work.put("contact_name", values.line(work.take("contact_name")[1]) or values.line(name))


def _take_own_fields(work: _Work) -> None:
    """Keys that are called as the type's fields and were not looked at: they are these fields."""
    for key in [key for key in work.left if key in work.fields and key not in work.content]:
        given = work.left[key]
        if key in ("cover_url", "screenshots", "owner_org", "unmapped"):
            continue
        if key in CHOICES:
            given = word_of(values.line(given), work.vocabulary[CHOICES[key]])
        if work.put(key, given):
            del work.left[key]
    for name in ("tool_kind", "event_kind"):
        if name in work.fields and name not in work.content:
            kinds = list(work.vocabulary[CHOICES[name]])
            work.put(name, "other" if "other" in kinds else (kinds or [""])[-1])


def _take_content(work: _Work, given: Mapping[str, Any]) -> None:
    """A record that has our keys: as it is; what no field has goes to ``unmapped``."""
    beside = {"name", "type", "id", "notes"}
    for key, value in given.items():
        if key in work.fields or key == "name":
            work.content[key] = value
        elif key not in beside:
            work.keep(key, value)
    if isinstance(given.get("unmapped"), Mapping):
        work.unmapped = {**given["unmapped"], **work.unmapped}
    if work.unmapped and "unmapped" in work.fields:
        work.content["unmapped"] = work.unmapped

