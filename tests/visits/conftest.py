"""A site with six people, its service, and pictures to attach."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.clock import FrozenClock
from app.paths import resources
from app.store.attachments import AttachmentFiles
from app.store.notebook import Notebook
from app.store.phrases import load_phrases, read_phrases
from app.visits.service import VisitsService
from tests.factories import KEY, Site, fresh_notebook, site_with_people

STROKES = [[[100, 500, 700, 0], [400, 300, 800, 40], [900, 600, 600, 90]]]


@dataclass
class World:
    """Everything a test of visits needs."""

    notebook: Notebook
    clock: FrozenClock
    site: Site
    service: VisitsService

    def started(self) -> str:
        """A visit begun now on the site."""
        return self.service.start_visit(self.site.lot, self.site.company).record_id

    def signed(self, visit_id: str = "") -> str:
        """A visit taken to its signed report, everybody present."""
        visit = visit_id or self.started()
        self.service.mark_all_present(visit)
        self.sign(visit)
        self.service.finalise(visit)
        return visit

    def sign(self, visit_id: str) -> None:
        """Company and facilitator sign."""
        sheet = self.service.open_visit(visit_id)
        for person in sheet.site_people[:2]:
            self.service.sign(person.attendance_id, STROKES)


@pytest.fixture
def world(tmp_path: Path, clock: FrozenClock) -> Iterator[World]:
    with fresh_notebook(tmp_path / "carnet", clock) as notebook:
        site = site_with_people(notebook)
        load_phrases(notebook, read_phrases(resources() / "reference" / "phrases.json"))
        notebook.set_control("prefix", "NO")
        yield World(notebook, clock, site, VisitsService(notebook, AttachmentFiles(notebook.folder, KEY)))


def jpeg(width: int = 640, height: int = 480, colour: str = "teal", **options: object) -> bytes:
    """A picture of one colour."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "JPEG", **options)
    return out.getvalue()
