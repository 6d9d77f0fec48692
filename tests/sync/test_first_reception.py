"""A large first reception goes on in slices, behind whoever types; a cut anywhere in it is harmless."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.models.beneficiaries import Beneficiary
from app.models.operations import Company
from app.store import inbox
from app.store.unit import writing
from app.sync import first_reception, pace
from app.sync.service import Surroundings, SyncService
from app.tasks import ThreadExecutors
from tests.sync.conftest import company, contact, edit, note, orphan_of, person
from tests.sync.histories import draw_steps, play
from tests.sync.world import NORTH, PASSWORD, SERVER, SOUTH, Cut, Laptop, World, world

PEOPLE = 45


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Nadia sent forty-five people with a note each; any first reception is large."""
    monkeypatch.setattr(first_reception, "SLICED_FROM", 1)
    monkeypatch.setattr(pace, "FOLD_EVERY", 0.0)
    with world(tmp_path) as made:
        made.user("nadia")
        made.user("karim")
        nadia = made.laptop("nadia")
        for place in range(PEOPLE):
            note(nadia, person(nadia, f"MARTIN{place}"))
        contact(nadia, company(nadia))
        assert nadia.sync().complete
        yield made


class Newcomer:
    """Karim's new notebook; ``between`` is called after each piece of work of the exchange, on the store's thread."""

    def __init__(self, made: World, *, rest: Callable[[], float]) -> None:
        self.laptop = made.laptop("karim", enrol=False)
        self.between: Callable[[], None] = lambda: None
        self.counts: list[int] = []
        """Records received that stand in the notebook, after each piece of work."""
        self.service = SyncService(
            Surroundings(
                notebook=lambda: self.laptop.notebook,
                files=lambda: self.laptop.files,
                on_store=self._on_store,
                secrets=self.laptop.secrets,
                transport=self.laptop.transport,
                store_rest=rest,
                wait=lambda _: None,
                draw=lambda: 0.5,
            )
        )
        self.service.enrol(SERVER, "karim", PASSWORD)

    def _on_store(self, work: Callable[[], Any]) -> Any:
        answer = work()
        self.counts.append(self.laptop.notebook.raw.execute("SELECT count(*) FROM _row").fetchone()[0])
        self.between()
        return answer

    @property
    def slices(self) -> list[int]:
        """Records of each slice."""
        return [after - before for before, after in zip(self.counts, self.counts[1:], strict=False) if after > before]


def holds_all(laptop: Laptop, *, people: int = PEOPLE) -> None:
    assert laptop.sync().complete
    found = laptop.service.verify()
    assert found.equal
    assert not found.mended
    assert laptop.notebook.raw.execute("PRAGMA foreign_key_check").fetchall() == []
    assert laptop.notebook.raw.execute("SELECT count(*) FROM _inbox").fetchone() == (0,)
    count = "SELECT count(*) FROM beneficiary WHERE last_name LIKE 'MARTIN%'"
    assert laptop.notebook.raw.execute(count).fetchone() == (people,)


def test_while_somebody_waits_a_slice_holds_a_few_records(network: World) -> None:
    karim = Newcomer(network, rest=lambda: 0.0)
    assert karim.service.synchronise().complete
    assert max(karim.slices) <= pace.FEW
    assert len(karim.slices) >= 2 * PEOPLE / pace.FEW
    holds_all(karim.laptop)


def test_while_nobody_is_there_slices_are_large(network: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "LONGEST", 60.0)  # whatever else the machine does
    karim = Newcomer(network, rest=lambda: math.inf)
    assert karim.service.synchronise().complete
    assert max(karim.slices) > 2 * PEOPLE
    holds_all(karim.laptop)


def test_pages_are_smaller_while_somebody_is_there(network: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "FEW_ASKED", 20)
    busy, alone = Newcomer(network, rest=lambda: 0.1), Newcomer(network, rest=lambda: math.inf)
    for one in (busy, alone):
        assert one.service.synchronise().complete
    assert busy.laptop.wire.seen.count("pull") > 2 * PEOPLE / 20 > alone.laptop.wire.seen.count("pull")
    holds_all(busy.laptop)


def test_what_is_typed_between_slices_stays_and_is_sent_together(network: World) -> None:
    karim = Newcomer(network, rest=lambda: 0.0)
    mine = person(karim.laptop, "KARIM")
    typed = iter(range(1_000))

    def between() -> None:
        theirs = [
            one
            for (one,) in karim.laptop.notebook.raw.execute("SELECT id FROM beneficiary WHERE last_name LIKE 'MARTIN%'")
        ]
        number = f"06 {next(typed):08d}"
        with writing(karim.laptop.notebook) as unit:
            for one in [mine, *theirs[-1:]]:
                unit.update(Beneficiary, one, {"phone": number})

    karim.between = between
    report = karim.service.synchronise()
    karim.between = lambda: None
    assert report.complete
    phones = dict(karim.laptop.notebook.raw.execute("SELECT id, phone FROM beneficiary WHERE phone <> ''").fetchall())
    assert len(phones) > 2
    batches = karim.laptop.notebook.raw.execute("SELECT count(*) FROM _batch").fetchone()[0]
    assert batches <= 6 < len(karim.slices), "sealed by the steps of the session, not by its slices"
    holds_all(karim.laptop)
    nadia = network.laptops[0]
    assert nadia.sync().complete
    for record_id, phone in phones.items():
        assert karim.laptop.value("beneficiary", record_id, "phone") == phone
        assert nadia.value("beneficiary", record_id, "phone") == phone


def test_what_is_typed_is_never_hidden_by_what_comes(network: World) -> None:
    """Both made the company of one SIRET before they met."""
    nadia = network.laptops[0]
    known = company(nadia, "Bâti-Sud")
    assert nadia.sync().complete
    karim = Newcomer(network, rest=lambda: 0.0)
    with writing(karim.laptop.notebook) as unit:
        unit.insert(Company, {"name": "Bâti Sud de Karim", "organisation_id": ""}, known)
    shown = []
    karim.between = lambda: shown.append(karim.laptop.value("company", known, "name"))
    assert karim.service.synchronise().complete
    assert set(shown) == {"Bâti Sud de Karim"}
    holds_all(karim.laptop)


@pytest.mark.expected_logs
@pytest.mark.parametrize("cut_at", range(1, 12, 2))
def test_a_cut_between_any_two_slices_is_harmless(network: World, cut_at: int) -> None:
    karim = Newcomer(network, rest=lambda: 0.0)
    mine = person(karim.laptop, "KARIM")
    karim.laptop.reopen()

    def between() -> None:
        if len(karim.slices) == cut_at:
            raise Cut

    karim.between = between
    with pytest.raises(Cut):
        karim.service.synchronise()
    karim.laptop.reopen()
    holds_all(karim.laptop)
    assert karim.laptop.has("beneficiary", mine)


@pytest.mark.expected_logs
def test_what_was_cut_in_its_slices_goes_on_in_slices(network: World) -> None:
    """Somebody wrote meanwhile here, and a person already put in the tables went to another organisation."""
    network.user("lea", SOUTH)
    nadia, karim = network.laptops[0], Newcomer(network, rest=lambda: 0.0)

    def between() -> None:
        if sum(karim.slices) > PEOPLE:
            raise Cut

    karim.between = between
    with pytest.raises(Cut):
        karim.service.synchronise()
    karim.laptop.reopen()
    karim.between = lambda: None
    left, stays = (karim.laptop.notebook.raw.execute("SELECT id FROM beneficiary ORDER BY id LIMIT 2")).fetchall()
    edit(karim.laptop, stays[0], phone="de Karim")
    with writing(nadia.notebook) as unit:
        unit.update(Beneficiary, left[0], {"organisation_id": SOUTH})
    company(nadia, "Toit-Neuf")
    assert nadia.sync().complete
    karim.counts.clear()
    assert karim.service.synchronise().complete
    assert max(karim.slices) <= pace.FEW
    assert not karim.laptop.has("beneficiary", left[0])
    assert karim.laptop.value("beneficiary", stays[0], "phone") == "de Karim"
    holds_all(karim.laptop, people=PEOPLE - 1)


@pytest.mark.expected_logs
def test_pages_of_a_session_that_was_cut_are_read_again(network: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some pages came in a session that was cut before the first slice, the others come in the next one."""
    monkeypatch.setattr(pace, "FEW_ASKED", 20)
    karim = Newcomer(network, rest=lambda: 0.1)

    def between() -> None:
        if karim.laptop.notebook.raw.execute("SELECT count(*) FROM _inbox").fetchone()[0] == 2:
            raise Cut

    karim.between = between
    with pytest.raises(Cut):
        karim.service.synchronise()
    karim.laptop.reopen()
    karim.between = lambda: None
    karim.counts.clear()
    assert karim.service.synchronise().complete
    assert len(karim.slices) > 2
    holds_all(karim.laptop)


@pytest.mark.expected_logs
def test_a_record_without_its_parent_is_left_out_of_a_first_reception(network: World) -> None:
    orphan = orphan_of(network)
    karim = Newcomer(network, rest=lambda: 0.0)
    assert karim.service.synchronise().complete
    assert not karim.laptop.has("contact", orphan)
    assert karim.laptop.notebook.raw.execute("SELECT count(*) FROM beneficiary").fetchone() == (PEOPLE,)


def test_a_first_reception_beside_real_threads_keeps_what_is_typed(network: World) -> None:
    executors = ThreadExecutors()
    try:
        laptop = network.laptop("karim", enrol=False)
        laptop.belongs_to(NORTH)
        service = SyncService(
            Surroundings(
                notebook=lambda: laptop.notebook,
                files=lambda: laptop.files,
                on_store=lambda work: executors.store(work, behind=True).result(),
                secrets=laptop.secrets,
                transport=laptop.transport,
                store_rest=lambda: executors.store_rest,
            )
        )
        mine = executors.store(lambda: person(laptop, "KARIM")).result()
        executors.io(lambda: service.enrol(SERVER, "karim", PASSWORD)).result()
        over = threading.Event()
        session = executors.io(service.synchronise)
        session.add_done_callback(lambda _: over.set())
        last = ""
        for place in range(10_000):
            last = f"06 {place:08d}"

            def write(phone: str = last) -> None:
                with writing(laptop.notebook) as unit:
                    unit.update(Beneficiary, mine, {"phone": phone})

            executors.store(write).result()
            if over.is_set():
                break
        assert session.result().complete
    finally:
        executors.close()
    assert laptop.value("beneficiary", mine, "phone") == last
    holds_all(laptop)


@pytest.mark.expected_logs
@pytest.mark.parametrize("seed", [770_003, 770_017])
def test_random_histories_in_slices_of_two_records_lose_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    slices = []

    def counted(*given: Any, **named: Any) -> inbox.Applied:
        slices.append(1)
        return apply_slice(*given, **{**named, "until": lambda: True})

    apply_slice = inbox.apply_slice
    monkeypatch.setattr(inbox, "apply_slice", counted)
    monkeypatch.setattr(first_reception, "SLICED_FROM", 0)
    monkeypatch.setattr(pace, "piece", lambda _rest: 2)
    assert play(draw_steps(seed, 30)) == ""
    assert slices


@pytest.mark.parametrize(("rest", "shorter"), [(0.0, 0.02), (0.02, 0.5), (0.5, 2.0), (2.0, math.inf)])
def test_a_slice_lasts_a_small_part_of_the_rest_it_is_left(rest: float, shorter: float) -> None:
    assert pace.slice_seconds(rest) <= max(rest * 0.05, pace.SHORTEST)
    assert pace.slice_seconds(rest) <= pace.slice_seconds(shorter) <= pace.LONGEST


def test_nothing_is_spared_once_nobody_is_there() -> None:
    for rest in (0.0, pace.PATIENCE * 0.9):
        assert pace.piece(rest) == pace.FEW
        assert pace.page_rows(rest, 1_000) == pace.FEW_ASKED
        assert pace.page_rows(rest, 5) == 5
        assert pace.breath(rest) > 0
    for rest in (pace.PATIENCE, math.inf):
        assert pace.piece(rest) == pace.MANY
        assert pace.page_rows(rest, 1_000) == 1_000
        assert pace.breath(rest) == 0
