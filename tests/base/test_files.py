"""Private files: where they lie, who can read them, and what a transaction leaves behind."""
from __future__ import annotations

import datetime as dt
import io
import os
import stat
import time
from pathlib import Path
from typing import Any

import pytest
from ckan import model

from ckanext.promote.base import files
from ckanext.promote.base.model import PrivateFile, new_id, utc_now

pytestmark = pytest.mark.usefixtures("portal")


def saved(data: Any = b"%PDF", extension: str = "pdf", filename: str = "a.pdf") -> str:
    return files.save(
        model.Session, "document", data, extension, filename, ("content", "c-1"), None
    )


def row_of(file_id: str) -> PrivateFile:
    row = files.find(model.Session, file_id)
    assert row is not None
    return row


def on_disk(tmp_path: Path) -> list[str]:
    """Every file of the storage folder, as a relative path."""
    found = (each for each in tmp_path.rglob("*") if each.is_file())
    return sorted(each.relative_to(tmp_path).as_posix() for each in found)


def make_old(file_id: str) -> None:
    row = row_of(file_id)
    row.created_at = utc_now() - dt.timedelta(days=2)
    make_file_old(files.path(row))


def make_file_old(place: Path) -> None:
    long_ago = time.time() - 2 * 86_400
    os.utime(place, (long_ago, long_ago))


@pytest.mark.parametrize("data", [b"%PDF-1.7", io.BytesIO(b"%PDF-1.7")])
def test_a_file_lies_outside_the_uploads_under_a_name_of_ours(tmp_path: Path, data: Any):
    file_id = saved(data, filename="../../Informe anual.pdf")
    model.Session.commit()
    assert on_disk(tmp_path) == [f"promote_private/{file_id[:2]}/{file_id}.pdf"]
    row, content = files.read(model.Session, file_id)
    assert content == b"%PDF-1.7"
    assert (row.kind, row.extension, row.filename, row.size) == (
        "document", "pdf", "Informe anual.pdf", 8,
    )  # fmt: skip
    assert (row.subject_type, row.subject_id, row.created_by) == ("content", "c-1", None)


def test_a_stream_is_read_from_where_it_stands():
    stream = io.BytesIO(b"before%PDF")
    stream.seek(6)
    assert files.read(model.Session, saved(stream))[1] == b"%PDF"


def test_nobody_else_on_the_machine_reads_it():
    place = files.path(row_of(saved()))
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(place.parent.parent.stat().st_mode) == 0o700


def test_a_rollback_leaves_neither_row_nor_file(tmp_path: Path):
    file_id = saved()
    model.Session.rollback()
    assert files.find(model.Session, file_id) is None
    assert on_disk(tmp_path) == []


def test_a_rolled_back_savepoint_keeps_what_was_saved_before_it(tmp_path: Path):
    file_id = saved()
    point = model.Session.begin_nested()
    point.rollback()
    model.Session.commit()
    assert files.read(model.Session, file_id)[1] == b"%PDF"


def test_a_file_goes_when_its_removal_is_committed(tmp_path: Path):
    file_id = saved()
    model.Session.commit()
    files.remove(model.Session, file_id)
    assert len(on_disk(tmp_path)) == 1
    model.Session.commit()
    assert on_disk(tmp_path) == []
    assert files.find(model.Session, file_id) is None


@pytest.mark.parametrize("ends_with", ["rollback", "savepoint"])
def test_a_removal_that_is_taken_back_keeps_row_and_file(tmp_path: Path, ends_with: str):
    file_id = saved()
    model.Session.commit()
    files.remove(model.Session, file_id)
    if ends_with == "savepoint":
        model.Session.begin_nested().commit()
        assert len(on_disk(tmp_path)) == 1
    model.Session.rollback()
    model.Session.commit()
    assert files.read(model.Session, file_id)[1] == b"%PDF"


def test_what_is_not_there_is_removed_without_a_word():
    files.remove(model.Session, new_id())
    files.remove(model.Session, "../../etc/passwd")


@pytest.mark.parametrize("file_id", ["", "../../etc/passwd", "a" * 36, new_id().upper()])
def test_what_is_no_id_of_ours_is_lost(file_id: str):
    assert files.find(model.Session, file_id) is None
    with pytest.raises(files.FileLost):
        files.read(model.Session, file_id)


@pytest.mark.parametrize(
    ("file_id", "extension"), [("../x", "pdf"), (new_id(), "../pdf"), (new_id(), "")]
)
def test_a_row_that_somebody_changed_leads_nowhere(file_id: str, extension: str):
    with pytest.raises(files.FileLost):
        files.path(PrivateFile(id=file_id, extension=extension))


def test_a_row_whose_file_is_gone_is_lost():
    file_id = saved()
    files.path(row_of(file_id)).unlink()
    with pytest.raises(files.FileLost):
        files.read(model.Session, file_id)


class Breaking(io.BytesIO):
    """A stream that fails half-way, as a full disk or a cut connection does."""

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(4)
        if not found:
            raise OSError("No space left on device")
        return found


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path):
    with pytest.raises(OSError, match="No space left"):
        saved(Breaking(b"%PDF"))
    assert on_disk(tmp_path) == []
    assert model.Session.query(PrivateFile).count() == 0


@pytest.mark.parametrize("value", ["", None])
def test_without_a_storage_path_the_operator_is_told_what_to_set(
    value: Any, ckan_config: Any, monkeypatch: Any
):
    monkeypatch.setitem(ckan_config, "ckan.storage_path", value)
    assert files.has_storage() is False
    with pytest.raises(files.NoStorage, match=r"ckan\.storage_path is not set.*ckan\.ini"):
        saved()
    assert files.forget_orphans(model.Session, ()) == 0


# --- What nobody names any more


def test_old_files_that_nothing_names_are_forgotten_and_the_others_stay(tmp_path: Path):
    named, unnamed, young = saved(), saved(), saved()
    for file_id in (named, unnamed):
        make_old(file_id)
    model.Session.commit()
    assert files.forget_orphans(model.Session, {named}) == 1
    model.Session.commit()
    assert {row.id for row in model.Session.query(PrivateFile)} == {named, young}
    assert on_disk(tmp_path) == sorted(
        f"promote_private/{each[:2]}/{each}.pdf" for each in (named, young)
    )
    assert files.forget_orphans(model.Session, {named}) == 0


def test_old_files_without_a_row_are_swept_and_young_ones_stay(tmp_path: Path):
    file_id = saved()
    model.Session.commit()
    folder = files.path(row_of(file_id)).parent
    names = [f"{new_id()}.pdf", ".writing-old", f"{new_id()}.png"]
    for name in names:
        (folder / name).write_bytes(b"x")
    for name in names[:2]:
        make_file_old(folder / name)
    make_file_old(files.path(row_of(file_id)))
    assert files.forget_orphans(model.Session, {file_id}) == 2
    left = sorted(place.name for place in folder.iterdir())
    assert left == sorted([f"{file_id}.pdf", names[2]])


# --- Names


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("Informe anual 2026.pdf", "Informe anual 2026.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ana\\informe.PDF", "informe.pdf"),
        ("informe.exe", "informe.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("a\r\nSet-Cookie: b=c.pdf", "a Set-Cookie b=c.pdf"),
        ('"quoted" <b>.pdf', "quoted b.pdf"),
        ("\u202egnp.exe", "gnp.pdf"),
        ("CON.pdf", "document CON.pdf"),
        ("...", "document.pdf"),
        ("", "document.pdf"),
        (".pdf", "pdf.pdf"),
        ("estadísticas básicas.pdf", "estadísticas básicas.pdf"),
        ("x" * 300 + ".pdf", "x" * 120 + ".pdf"),
    ],
)
def test_a_download_has_a_harmless_name(given: str, clean: str):
    assert files.clean_filename(given, "pdf") == clean
