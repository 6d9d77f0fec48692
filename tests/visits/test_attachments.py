"""Bytes of photos: sealed, whole, on the disk before any row says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import DamagedNotebook, EnvironmentProblem, FolderNotWritable
from app.store.attachments import AttachmentFiles, orphans
from app.visits.photos import reduce_photo
from app.visits.values import NewFinding
from tests.factories import KEY
from tests.visits.conftest import World, jpeg


@given(data=st.binary(max_size=5000))
def test_what_is_put_is_got_back(tmp_path: Path, data: bytes) -> None:
    files = AttachmentFiles(tmp_path, KEY)
    assert files.get(files.put(data)) == data


def test_nothing_is_in_clear_on_the_disk(tmp_path: Path) -> None:
    files = AttachmentFiles(tmp_path, KEY)
    name = files.put(b"photo de l'entree du chantier" * 50)
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"photo" not in everything
    with pytest.raises(DamagedNotebook):
        AttachmentFiles(tmp_path, bytes(32)).get(name)


def test_the_same_content_is_stored_once_and_mended(tmp_path: Path) -> None:
    files = AttachmentFiles(tmp_path, KEY)
    name = files.put(b"abc")
    path = files.path(name)
    before = path.read_bytes()
    assert files.put(b"abc") == name
    assert path.read_bytes() == before
    path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
    with pytest.raises(DamagedNotebook):
        files.get(name)
    files.put(b"abc")
    assert files.get(name) == b"abc", "putting it again mends it"
    assert list(files.stored()) == [name]


def test_a_file_put_in_the_place_of_another_is_seen(tmp_path: Path) -> None:
    files = AttachmentFiles(tmp_path, KEY)
    one, other = files.put(b"one"), files.put(b"other")
    files.path(one).write_bytes(files.path(other).read_bytes())
    with pytest.raises(DamagedNotebook):
        files.get(one)


def test_refusals_are_told_in_french(tmp_path: Path) -> None:
    files = AttachmentFiles(tmp_path, KEY)
    with pytest.raises(EnvironmentProblem, match="introuvable"):
        files.get("0" * 64)
    for wrong in ("../../secret", "A" * 64, "0" * 63):
        with pytest.raises(ValueError, match="64"):
            files.path(wrong)


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_refuses_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(FolderNotWritable):
            AttachmentFiles(tmp_path, KEY).put(b"abc")
    finally:
        tmp_path.chmod(0o700)


def test_a_killed_writer_leaves_nothing_that_counts(tmp_path: Path) -> None:
    files = AttachmentFiles(tmp_path, KEY)
    name = files.put(b"abc")
    leftover = files.path(name).with_name(".x.tmp")
    leftover.write_bytes(b"half")
    assert list(files.stored()) == [name]
    files.sweep()
    assert not leftover.exists()


def test_a_photo_without_its_bytes_is_never_written(world: World) -> None:
    visit = world.started()
    photo = reduce_photo(jpeg())
    with pytest.raises(ValueError, match="kept before"):
        world.service.add_photo(visit, photo, "0" * 64)
    assert world.service.open_visit(visit).photos == ()


def test_orphans_are_found_both_ways(world: World) -> None:
    visit, service = world.started(), world.service
    assert not orphans(world.notebook, service.files)
    photo = reduce_photo(jpeg())
    name = service.keep_photo(photo)
    assert orphans(world.notebook, service.files).files == (name,)
    service.add_photo(visit, photo, name)
    assert not orphans(world.notebook, service.files)
    service.files.remove(name)
    assert orphans(world.notebook, service.files).missing == (name,)


def test_photos_belong_to_a_visit_and_perhaps_to_a_finding(world: World) -> None:
    visit, service = world.started(), world.service
    finding = service.add_observation(visit, NewFinding("safety", "Casque manquant")).record_id
    photo = reduce_photo(jpeg(800, 600))
    name = service.keep_photo(photo)
    first = service.add_photo(visit, photo, name, observation_id=finding).record_id
    service.add_photo(visit, photo, name, caption="La même")
    service.edit_photo(first, caption="Entrée du chantier", for_reports=False)
    sheet = service.open_visit(visit)
    assert [(one.caption, one.observation_id, one.for_reports) for one in sheet.photos] == [
        ("Entrée du chantier", finding, False),
        ("La même", None, True),
    ]
    assert (sheet.photos[0].width, sheet.photos[0].height, sheet.photos[0].size) == (800, 600, len(photo.data))
    assert sheet.photos_of(finding) == (1,)
    assert service.photo_bytes(name) == photo.data
    service.remove_observation(finding)
    assert service.open_visit(visit).photos[0].observation_id is None, "the photo stays"
    removed = service.remove_photo(first)
    assert len(service.open_visit(visit).photos) == 1
    service.take_back(removed.undo)
    assert len(service.open_visit(visit).photos) == 2
    assert not orphans(world.notebook, service.files)
