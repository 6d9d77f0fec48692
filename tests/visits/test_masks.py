"""A masked face is nowhere any more; what is said in private stays so (PRODUCT.md V6, V13)."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.beneficiaries.service import BeneficiariesService
from app.documents.service import DocumentsService
from app.errors import EnvironmentProblem, InvalidInput, Locked
from app.hours.service import HoursService
from app.models.choices import MeetingStatus
from app.store.attachments import orphans
from app.visits.annotations import Mark, Tool, burn, hides
from app.visits.photos import reduce_photo
from tests.reports.reading import text
from tests.visits.conftest import World, jpeg

MASK = Mark(Tool.MASK, 250, 250, 750, 750)
ARROW = Mark(Tool.ARROW, 100, 900, 400, 500)
TALK = "Veut changer de métier"


def pixel(data: bytes, x: int, y: int) -> tuple[int, int, int]:
    with Image.open(io.BytesIO(data)) as picture:
        found = picture.convert("RGB").getpixel((x, y))
    assert isinstance(found, tuple)
    return found[0], found[1], found[2]


def test_a_mask_replaces_the_pixels() -> None:
    before = reduce_photo(jpeg(800, 600, "yellow"))
    after = burn(before.data, [MASK])
    assert (after.width, after.height) == (800, 600)
    for x, y in ((400, 300), (216, 166), (584, 434)):
        assert max(pixel(after.data, x, y)) < 30, (x, y)
    for x, y in ((40, 40), (760, 560)):
        assert pixel(after.data, x, y)[0] > 230, (x, y)


def test_an_arrow_and_a_frame_are_seen_over_a_mask() -> None:
    light = burn(jpeg(800, 600, "white"), [Mark(Tool.FRAME, 100, 100, 900, 900)])
    assert max(pixel(light.data, 80 + 5, 300)) < 90
    over = burn(jpeg(800, 600, "white"), [Mark(Tool.ARROW, 300, 500, 700, 500), MASK])
    assert max(max(pixel(over.data, 400, y)) for y in range(280, 320)) > 200, "the arrow has a white edge"


@settings(max_examples=25)
@given(corners=st.tuples(*[st.integers(0, 1000)] * 4), tool=st.sampled_from(list(Tool)))
def test_any_mark_leaves_a_picture_of_the_same_size(corners: tuple[int, int, int, int], tool: Tool) -> None:
    made = burn(jpeg(120, 90), [Mark(tool, *corners)])
    with Image.open(io.BytesIO(made.data)) as picture:
        assert picture.size == (120, 90)
        assert dict(picture.getexif()) == {}


def test_nothing_to_burn_is_told() -> None:
    with pytest.raises(InvalidInput, match="marque"):
        burn(jpeg(), [])
    with pytest.raises(InvalidInput, match="photo"):
        burn(b"ceci n'est pas une photo", [MASK])
    assert hides([ARROW, MASK])
    assert not hides([ARROW])


def photo_of(world: World, visit: str) -> tuple[str, str]:
    photo = reduce_photo(jpeg(800, 600, "yellow"))
    name = world.service.keep_photo(photo)
    return world.service.add_photo(visit, photo, name).record_id, name


def test_the_picture_under_a_mask_is_removed_for_good(world: World) -> None:
    visit, service = world.started(), world.service
    photo, name = photo_of(world, visit)
    masked = burn(service.photo_bytes(name), [MASK])
    after = service.keep_photo(masked)
    outcome = service.replace_photo(photo, masked, after, hides=True)
    assert service.open_visit(visit).photos[0].sha256 == after
    assert service.photo_bytes(after) == masked.data
    assert not service.files.path(name).exists()
    with pytest.raises(EnvironmentProblem):
        service.photo_bytes(name)
    assert not outcome.undo, "a mask is not taken back"
    assert not orphans(world.notebook, service.files)


def test_a_mask_after_an_arrow_leaves_neither_picture(world: World) -> None:
    visit, service = world.started(), world.service
    photo, name = photo_of(world, visit)
    marked = burn(service.photo_bytes(name), [ARROW])
    between = service.keep_photo(marked)
    arrow = service.replace_photo(photo, marked, between, hides=False)
    masked = burn(marked.data, [MASK])
    service.replace_photo(photo, masked, service.keep_photo(masked), hides=True)
    assert not service.files.path(name).exists()
    assert not service.files.path(between).exists()
    with pytest.raises(Locked, match="masquée"):
        service.take_back(arrow.undo)
    assert not orphans(world.notebook, service.files)


def test_an_arrow_is_taken_back(world: World) -> None:
    visit, service = world.started(), world.service
    photo, name = photo_of(world, visit)
    marked = burn(service.photo_bytes(name), [ARROW])
    outcome = service.replace_photo(photo, marked, service.keep_photo(marked), hides=False)
    service.take_back(outcome.undo)
    assert service.open_visit(visit).photos[0].sha256 == name
    assert service.photo_bytes(name)


def test_a_picture_that_another_record_shows_is_kept_for_it(world: World) -> None:
    visit, service = world.started(), world.service
    photo, name = photo_of(world, visit)
    photo_of(world, visit)
    masked = burn(service.photo_bytes(name), [MASK])
    service.replace_photo(photo, masked, service.keep_photo(masked), hides=True)
    assert service.files.path(name).exists()
    assert not orphans(world.notebook, service.files)


def test_a_private_talk_is_the_persons_and_in_no_copy_of_the_report(world: World) -> None:
    visit, service = world.started(), world.service
    worker = service.open_visit(visit).beneficiaries[0]
    service.set_meeting(worker.attendance_id, MeetingStatus.ALONE)
    service.set_private_talk(worker.attendance_id, TALK)
    assert service.open_visit(visit).beneficiaries[0].private_talk == TALK
    world.signed(visit)
    people = BeneficiariesService(world.notebook)
    documents = DocumentsService(world.notebook, service.files, HoursService(world.notebook), people)
    for kind, record, readers in (
        ("visit", visit, ("company", "buyer", "file")),
        ("introduction", worker.beneficiary_id, ("company",)),
        ("summary", worker.beneficiary_id, ("company",)),
    ):
        for reader in readers:
            assert "changer de métier" not in text(documents.document(kind, record or "", reader).data), (kind, reader)
    assert "changer de métier" in text(documents.document("access-report", worker.beneficiary_id or "", "person").data)
    service.set_private_talk(worker.attendance_id, f"{TALK}, plutôt l’électricité")
    assert service.open_visit(visit).beneficiaries[0].private_talk.endswith("électricité"), "it may be completed after"


def test_an_empty_private_talk_is_no_note(world: World) -> None:
    visit, service = world.started(), world.service
    worker = service.open_visit(visit).beneficiaries[0]
    service.set_private_talk(worker.attendance_id, TALK)
    service.set_private_talk(worker.attendance_id, "  ")
    assert service.open_visit(visit).beneficiaries[0].private_talk == ""


def test_what_the_next_day_needs_is_counted_and_a_missing_photo_told(world: World) -> None:
    service, clock = world.service, world.clock
    first = world.started()
    photo, name = photo_of(world, first)
    world.signed(first)
    clock.move(dt.timedelta(days=20))
    service.plan_visit(world.site.lot, world.site.company, clock.today(), "09:30")
    service.plan_visit(world.site.lot, world.site.company, clock.today() + dt.timedelta(days=1), "14:00")
    ready = service.readiness()
    assert (len(ready.today), len(ready.tomorrow), ready.missing_photos) == (1, 1, 0)
    assert ready.today[0].photos == 1
    assert ready.today[0].people > 0
    service.files.remove(name)
    assert service.readiness().missing_photos == 2
    assert photo
