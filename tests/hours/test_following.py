"""What follows a statement: attested and rectified, missing and reminded, pooled over several lots. Without Qt."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import FrozenClock
from app.errors import InvalidInput, Locked, NotAllowed
from app.hours.grid import live_positions
from app.hours.service import HoursService
from app.hours.values import AgreementDraft, Entry, GridRow
from app.models.choices import HourKind, Role, StatementState
from app.models.network import ReferenceEntry
from app.models.operations import Contract
from app.rules.statements import check_difference, due_date, is_late, is_missing
from app.store.checks import check_all
from app.store.commitments import months_history, stands
from app.store.notebook import Notebook
from app.store.unit import writing
from tests.factories import NOW, Site, fresh_notebook, site_with_people

MONTH = "2026-10"
TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def notebook(tmp_path: Path):
    with fresh_notebook(tmp_path) as opened:
        yield opened


@pytest.fixture
def service(notebook: Notebook) -> HoursService:
    return HoursService(notebook)


@pytest.fixture
def site(notebook: Notebook) -> Site:
    return site_with_people(notebook, 3)


def validate(service: HoursService, site: Site, hours: int = 14_000, month: str = MONTH) -> None:
    rows = service.open_month(site.company, month).rows
    service.fill(site.company, month, [Entry(row.contract_id, row.lot_id, hours) for row in rows])
    assert service.validate_month(site.company, month).state is StatementState.VALIDATED


@pytest.fixture
def attested(service: HoursService, site: Site) -> Site:
    validate(service, site)
    service.attest_month(site.company, MONTH)
    return site


def line(service: HoursService, site: Site, at: int = 0) -> GridRow:
    row = service.open_month(site.company, MONTH).row(site.contracts[at], site.lot)
    assert row is not None
    return row


def validated_of(notebook: Notebook, site: Site) -> int:
    with notebook.read() as connection:
        return stands(connection, commitment_ids=[site.commitment])[0].position.validated


# --- attested ----------------------------------------------------------------------------


def test_attesting_locks_a_validated_month_for_good(service: HoursService, site: Site) -> None:
    validate(service, site)
    outcome = service.attest_month(site.company, MONTH)
    assert not outcome.undo
    grid = service.open_month(site.company, MONTH)
    assert grid.state is StatementState.ATTESTED
    assert not grid.editable
    with pytest.raises(Locked, match="attesté"):
        service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 13_200)
    with pytest.raises(Locked):
        service.reopen(site.company, MONTH, "erreur")
    with pytest.raises(Locked):
        service.set_declared_total(site.company, MONTH, 1)


def test_only_a_validated_month_can_be_attested(service: HoursService, site: Site) -> None:
    service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 14_000)
    with pytest.raises(InvalidInput, match="ne peut pas devenir"):
        service.attest_month(site.company, MONTH)


# --- rectified ---------------------------------------------------------------------------


def test_a_rectification_counts_in_every_total_and_leaves_what_was_attested(
    service: HoursService, attested: Site, notebook: Notebook
) -> None:
    before = validated_of(notebook, attested)
    service.rectify(attested.company, MONTH, attested.contracts[0], attested.lot, 13_200, "8 h d’absence payées")
    row = line(service, attested)
    assert row.worked == 14_000
    assert row.counted(HourKind.WORKED) == 13_200
    assert row.rectified[0].sentence.replace("\u00a0", " ") == "−8 h le 22/11/2026 par N. DIALLO : 8 h d’absence payées"
    grid = service.open_month(attested.company, MONTH)
    assert (grid.total, grid.rectified_total) == (42_000, -800)
    assert validated_of(notebook, attested) == before - 800
    assert live_positions(grid)[0].position.validated == before - 800, "the bar of the grid says the same"
    with notebook.read() as connection:
        assert [one.validated for one in months_history(connection, attested.commitment)] == [before - 800]
    following = service.open_month(attested.company, "2026-11").row(attested.contracts[0], attested.lot)
    assert following is not None
    assert following.previous == 13_200
    assert check_all(notebook) == []


def test_a_second_rectification_starts_from_the_first(service: HoursService, attested: Site) -> None:
    where = (attested.company, MONTH, attested.contracts[0], attested.lot)
    service.rectify(*where, 13_200, "absence")
    service.rectify(*where, 14_000, "l’absence était le mois d’avant")
    assert [one.difference for one in line(service, attested).rectified] == [-800, 800]
    assert line(service, attested).counted(HourKind.WORKED) == 14_000


@pytest.mark.parametrize(("wanted", "reason"), [(14_000, "rien"), (None, "x"), (-1, "x"), (80_000, "x"), (1, "  ")])
def test_a_rectification_that_says_nothing_is_refused(
    service: HoursService, attested: Site, wanted: int | None, reason: str
) -> None:
    with pytest.raises(InvalidInput):
        service.rectify(attested.company, MONTH, attested.contracts[0], attested.lot, wanted, reason)
    assert not line(service, attested).rectified


def test_what_is_not_attested_is_not_rectified(service: HoursService, site: Site) -> None:
    validate(service, site)
    with pytest.raises(Locked, match="pas attesté"):
        service.rectify(site.company, MONTH, site.contracts[0], site.lot, 13_200, "x")


def test_a_reader_rectifies_nothing(service: HoursService, attested: Site, notebook: Notebook) -> None:
    notebook.role = Role.READER
    with pytest.raises(NotAllowed):
        service.rectify(attested.company, MONTH, attested.contracts[0], attested.lot, 13_200, "x")


def test_a_rectification_is_taken_back_and_done_again(
    service: HoursService, attested: Site, notebook: Notebook
) -> None:
    made = service.rectify(attested.company, MONTH, attested.contracts[0], attested.lot, 13_200, "absence")
    back = service.take_back(made.undo)
    assert not line(service, attested).rectified
    assert validated_of(notebook, attested) == 42_000
    service.take_back(back.undo)
    assert line(service, attested).counted(HourKind.WORKED) == 13_200


@given(attested=st.integers(0, 74_400), wanted=st.integers(0, 74_400))
def test_what_counted_and_the_difference_make_what_is_wanted(attested: int, wanted: int) -> None:
    if attested == wanted:
        with pytest.raises(InvalidInput):
            check_difference(attested, wanted, "motif")
    else:
        assert attested + check_difference(attested, wanted, "motif") == wanted


# --- missing and reminded ----------------------------------------------------------------


def test_without_a_date_nothing_is_late_and_a_month_over_is_missing() -> None:
    assert due_date(MONTH, None) is None
    assert not is_late(MONTH, None, TODAY)
    assert is_missing(MONTH, None, TODAY)
    assert not is_missing("2026-11", None, TODAY), "the month is not over"


def test_the_date_is_in_the_next_month_and_never_after_its_end() -> None:
    assert due_date("2026-01", 31) == dt.date(2026, 2, 28)
    assert due_date("2026-12", 5) == dt.date(2027, 1, 5)
    assert not is_late(MONTH, 22, TODAY)
    assert is_late(MONTH, 21, TODAY)


def radar(service: HoursService) -> list[tuple[dt.date | None, bool]]:
    return [(one.due_on, one.late) for one in service.missing_statements(MONTH)]


def test_no_deadline_is_invented(service: HoursService, site: Site) -> None:
    assert radar(service) == [(None, False)]


def test_the_network_s_own_deadline_is_dated_data_and_the_contract_s_wins(
    service: HoursService, site: Site, notebook: Notebook
) -> None:
    with writing(notebook) as unit:
        for code, network, day, since in (
            ("monthly_statement", "demo", 25, dt.date(2026, 1, 1)),
            ("monthly_statement", "demo", 10, dt.date(2027, 1, 1)),
        ):
            unit.insert(
                ReferenceEntry,
                {
                    "table": "reporting_deadline",
                    "code": code,
                    "label": "Relevé mensuel",
                    "network_code": network,
                    "valid_from": since,
                    "valid_to": dt.date(2026, 12, 31) if day == 25 else None,
                    "source": "Convention du réseau d’exemple",
                    "data": {"day": day},
                    "position": 0,
                },
            )
    assert radar(service) == [(dt.date(2026, 11, 25), False)]
    with writing(notebook) as unit:
        unit.update(Contract, site.contract, {"statement_due_day": 5})
    assert radar(service) == [(dt.date(2026, 11, 5), True)]


def test_reminders_are_logged_and_said(service: HoursService, site: Site, notebook: Notebook) -> None:
    service.remind(MONTH, [site.company])
    (one,) = service.missing_statements(MONTH)
    assert one.reminded_on == TODAY
    assert isinstance(notebook.clock, FrozenClock)
    notebook.clock.move(dt.timedelta(days=4))
    service.remind(MONTH, [site.company])
    assert service.missing_statements(MONTH)[0].reminded_on == TODAY + dt.timedelta(days=4)


def test_a_company_that_answered_is_not_reminded(service: HoursService, site: Site) -> None:
    validate(service, site)
    assert service.missing_statements(MONTH) == ()
    with pytest.raises(InvalidInput):
        service.remind(MONTH, [site.company])
    with pytest.raises(InvalidInput):
        service.remind(MONTH, [])


# --- pooled ------------------------------------------------------------------------------


@pytest.fixture
def other(notebook: Notebook) -> Site:
    return site_with_people(
        notebook, 1, rank=2, company_name="Éco Rénov’", operation_name="Résidence des Tilleuls", due_hours=60_000
    )


def agreement(site: Site, other: Site) -> AgreementDraft:
    return AgreementDraft(site.contracts[0], "GLOB-2026-04", dt.date(2026, 3, 12), (other.lot,))


def test_hours_go_to_the_lot_of_another_company_only_under_an_agreement(
    service: HoursService, site: Site, other: Site, notebook: Notebook
) -> None:
    service.set_hours(site.company, MONTH, site.contracts[0], site.lot, 14_000)
    parts = {site.lot: 9_000, other.lot: 5_000}
    with pytest.raises(InvalidInput, match="pas un lot de cette entreprise"):
        service.share_out(site.company, MONTH, site.contracts[0], parts)
    service.agree(agreement(site, other))
    known = {one.id: one for one in service.lots_to_share(site.company, MONTH, site.contracts[0])}
    assert known[site.lot].worked_on
    assert not known[other.lot].worked_on
    assert (known[site.lot].remaining, known[other.lot].remaining) == (168_000, 60_000)
    service.share_out(site.company, MONTH, site.contracts[0], parts)
    with notebook.read() as connection:
        both = stands(connection, lot_ids=[site.lot, other.lot])
    assert {one.lot_id: one.position.received for one in both} == parts
    assert sum(one.position.received for one in both) == 14_000, "no hour is counted twice"
    assert service.open_month(site.company, MONTH).total == 14_000
    with pytest.raises(InvalidInput):
        service.share_out(site.company, MONTH, site.contracts[0], {site.lot: 9_000, other.lot: 5_001})
    with pytest.raises(InvalidInput):
        service.share_out(site.company, MONTH, site.contracts[1], {site.lot: 0, other.lot: 0, "ailleurs": 0})


def test_an_agreement_names_its_lots_its_date_and_its_reference(service: HoursService, site: Site, other: Site) -> None:
    service.agree(agreement(site, other))
    (kept,) = service.agreements(site.contracts[0])
    assert kept.sentence == "Convention GLOB-2026-04 du 12/03/2026"
    assert {one.id for one in kept.lots} == {site.lot, other.lot}
    assert service.agreements(site.contracts[1]) == ()


@pytest.mark.parametrize(
    ("reference", "signed_on", "lots", "field"),
    [
        (" ", dt.date(2026, 3, 12), ("other",), "reference"),
        ("G", None, ("other",), "signed_on"),
        ("G", NOW.date() + dt.timedelta(days=1), ("other",), "signed_on"),
        ("G", dt.date(2026, 3, 12), (), "lots"),
        ("G", dt.date(2026, 3, 12), ("own",), "lots"),
    ],
)
def test_an_agreement_that_lacks_something_is_refused(
    service: HoursService, site: Site, other: Site, reference: str, signed_on: dt.date | None, lots: tuple, field: str
) -> None:
    ids = {"own": site.lot, "other": other.lot}
    draft = AgreementDraft(site.contracts[0], reference, signed_on, tuple(ids[one] for one in lots))
    with pytest.raises(InvalidInput) as refused:
        service.agree(draft)
    assert refused.value.field == field


def test_lots_are_proposed_by_the_name_of_their_operation(service: HoursService, site: Site, other: Site) -> None:
    assert [one.id for one in service.find_lots("tilleuls")] == [other.lot]
    assert {one.id for one in service.find_lots("")} == {site.lot, other.lot}
