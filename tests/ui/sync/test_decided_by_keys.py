"""From the palette to the decision, and back by Ctrl+Z: keys only, over two real notebooks that met."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from app.models.visits import Signature, Visit
from app.store.history import ToldChange
from app.store.unit import Outcome, Undo, revert, writing
from app.sync.state import ExchangeState, Verification
from app.ui.kit.signature_pad import SignaturePicture
from tests.factories import site_with_people
from tests.sync.conftest import edit, person
from tests.sync.world import PASSWORD, Laptop, World, world
from tests.ui.accessibility import settle
from tests.ui.keys import press, type_text
from tests.ui.sync.conftest import SyncScreen
from tests.ui.sync.desk import CROSS, LOOP

LILAS = {"address": "12 rue des Lilas", "postcode": "91000", "town": "Évry"}
ERABLES = {"address": "3 allée des Érables", "postcode": "91100", "town": "Corbeil-Essonnes"}


class RealRecords:
    """What the window asks of a real notebook."""

    def __init__(self, laptop: Laptop) -> None:
        self._laptop = laptop

    def exchange_state(self) -> ExchangeState:
        return self._laptop.service.state()

    def photos_waiting(self) -> dict[str, tuple[int, int]]:
        return {}

    def recent_changes(self) -> list[ToldChange]:
        return []

    def take_back(self, undo: Undo) -> Outcome:
        return revert(self._laptop.notebook, undo)

    def verification_pdf(self, found: Verification) -> bytes:
        raise AssertionError("not printed here")


@pytest.fixture
def network(tmp_path: Path) -> Iterator[World]:
    """Nadia and Karim, of the same organisation, each with a notebook."""
    with world(tmp_path) as made:
        for name in ("nadia", "karim"):
            made.user(name)
            made.laptop(name).password = PASSWORD
        yield made


def meet(network: World) -> None:
    """Everyone, twice."""
    for _ in range(2):
        for one in network.laptops:
            assert one.sync().complete


Over = Callable[[Laptop], SyncScreen]


@pytest.fixture
def over(screen: Callable[..., SyncScreen], network: World) -> Iterator[Over]:
    """``over(laptop)``: the window over its exchange, gone before the notebooks are closed."""
    windows: list[SyncScreen] = []

    def made(laptop: Laptop) -> SyncScreen:
        desk: Any = laptop.service
        windows.append(screen(desk, records=RealRecords(laptop)))
        return windows[-1]

    yield made
    for one in windows:
        one.window.deleteLater()  # its model with it, which would read once more what was just written
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def address(laptop: Laptop, someone: str) -> dict[str, str]:
    return {name: laptop.value("beneficiary", someone, name) for name in LILAS}


def test_a_move_is_decided_taken_back_and_decided_again_without_the_mouse(network: World, over: Over) -> None:
    nadia, karim = network.laptops
    someone = person(nadia)
    meet(network)
    edit(nadia, someone, **LILAS)
    edit(karim, someone, **ERABLES)
    meet(network)
    standing = address(nadia, someone)
    one = over(nadia)
    one.model.reload()
    assert one.workspace.sync_indicator.state.text.replace("\u00a0", " ") == "1 fiche à relire"
    press(one.workspace, "Ctrl+K")
    type_text(one.workspace, "relire")
    press(one.workspace, "Return")
    settle()
    assert "12 rue des Lilas, 91000 Évry" in one.texts()
    assert "3 allée des Érables, 91100 Corbeil-Essonnes" in one.texts()
    type_text(one.workspace, "d")
    settle()
    assert address(nadia, someone) == ERABLES
    assert one.view.review is None
    press(one.workspace, "Ctrl+Z")
    settle()
    assert address(nadia, someone) == standing
    assert "12 rue des Lilas, 91000 Évry" in one.texts(), "the question is asked again, whole"
    assert one.view.review is not None
    assert one.view.review.first.hasFocus()
    type_text(one.workspace, "g")
    settle()
    assert address(nadia, someone) == LILAS
    meet(network)
    assert address(karim, someone) == LILAS
    assert not karim.service.to_review()


def test_two_signatures_of_one_visit_are_seen_and_one_is_kept_with_its_name(network: World, over: Over) -> None:
    nadia, karim = network.laptops
    site = site_with_people(nadia.notebook, 1)
    visit = nadia.notebook.clock.new_id()
    with writing(nadia.notebook) as unit:
        about = {"operation_id": site.operation, "lot_id": site.lot, "company_id": site.company}
        unit.insert(Visit, {**about, "planned_on": nadia.clock.today(), "number": "VIS-2026-NO-0042"}, visit)
        drawn = {"visit_id": visit, "signer_name": "M. LEROY", "signed_at": nadia.clock.now(), "strokes": LOOP}
        signature = unit.insert(Signature, drawn)
    meet(network)
    for laptop, name, strokes in ((nadia, "Marc LEROY", [*LOOP, LOOP[0]]), (karim, "Mme LEROY", CROSS)):
        with writing(laptop.notebook) as unit:
            unit.update(Signature, signature, {"signer_name": name, "strokes": strokes})
        laptop.age_edits()
    meet(network)
    one = over(nadia)
    one.open()
    assert len(one.view.findChildren(SignaturePicture)) == 2
    assert "Mme LEROY" in one.texts()
    type_text(one.workspace, "d")
    settle()
    meet(network)
    for laptop in network.laptops:
        assert laptop.value("signature", signature, "signer_name") == "Mme LEROY"
        assert not laptop.service.to_review()
        (card,) = laptop.service.reviewed()
        assert card.drawings[0 if card.decided and card.decided.value == "mine" else 1] == CROSS
