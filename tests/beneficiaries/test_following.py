"""One person: fields, eligibility, contracts, notes, actions; every act can be taken back whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.beneficiaries.service import BeneficiariesService
from app.errors import InvalidInput, NotFound
from app.models.beneficiaries import (
    AgreedActionDraft,
    BeneficiaryDraft,
    EligibilityDraft,
    EmploymentContractDraft,
    NoteDraft,
    TrainingDraft,
)
from app.models.choices import ActionState, EmploymentType, Modality, PeriodEnd, Qualification
from app.models.hours import HourLine, MonthlyStatement
from app.rules.eligibility import OTHER_VERIFIED
from app.rules.people import check_free_text
from app.store.checks import check_records
from app.store.notebook import Notebook
from app.store.unit import Outcome, writing
from tests.factories import Site

TODAY = dt.date(2026, 11, 22)
NIR = "1 88 03 91 228 042 15"
"""Invented, built like a social security number of 13 digits and its key."""


def _nir() -> str:
    body = "188039122804215"[:13]
    return f"{body}{97 - int(body) % 97:02d}"


def _with_hours(notebook: Notebook, site: Site, rank: int, month: str = "2026-10", hours: int = 14_000) -> None:
    with writing(notebook, "heures") as unit:
        statement = unit.insert(MonthlyStatement, {"company_id": site.company, "month": month, "state": "validated"})
        unit.insert(
            HourLine,
            {
                "statement_id": statement,
                "contract_id": site.contracts[rank],
                "lot_id": site.lot,
                "month": month,
                "hours": hours,
            },
        )


def _contract(site: Site, **changes: object) -> EmploymentContractDraft:
    values: dict[str, Any] = {
        "type": EmploymentType.CDD,
        "modality": Modality.DIRECT_HIRE,
        "company_id": site.company,
        "lot_id": site.lot,
        "trade_code": "F1703",
        "start_on": dt.date(2026, 11, 2),
        "end_on": dt.date(2027, 2, 26),
        "weekly_hours": 3500,
        "tutor_name": "Paul MOREAU",
        "qualification": Qualification.LEVEL_3,
    }
    return EmploymentContractDraft(**{**values, **changes})


# --- fields ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("last_name", "  le  goff ", "le goff"),
        ("phone", "+33 6 12 34 56 78", "0612345678"),
        ("postcode", "91 000", "91000"),
        ("email", "julie@exemple.FR", "julie@exemple.fr"),
        ("birth_date", dt.date(1990, 1, 2), dt.date(1990, 1, 2)),
        ("objectives", "Passer le permis B.", "Passer le permis B."),
        ("phone", "", ""),
        ("district", "2024:QN09116M", "2024:QN09116M"),
        ("district", "2024:", "2024:"),
        ("district", "", ""),
    ],
)
def test_a_field_is_checked_saved_and_taken_back(
    service: BeneficiariesService, site: Site, field: str, typed: object, kept: object
) -> None:
    person = site.beneficiaries[0]
    before = service.get(person)
    outcome = service.set_field(person, field, typed)
    assert getattr(service.get(person), field) == kept
    assert outcome.changes.ids("beneficiary") == ({person} if getattr(before, field) != kept else frozenset())
    service.undo(outcome.undo)
    assert service.get(person) == before


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("last_name", ""),
        ("first_name", " "),
        ("last_name", "MARTIN2"),
        ("birth_date", dt.date(2025, 1, 1)),
        ("phone", "06 12"),
        ("postcode", "9100"),
        ("email", "julie@"),
        ("district", "2024:QN00000X"),
        ("district", "1996:"),
        ("objectives", "x" * 1001),
        ("last_contact_on", TODAY + dt.timedelta(days=1)),
    ],
)
def test_a_wrong_field_is_refused_with_its_name(
    service: BeneficiariesService, site: Site, field: str, typed: object
) -> None:
    person = site.beneficiaries[0]
    before = service.get(person)
    with pytest.raises(InvalidInput) as refused:
        service.set_field(person, field, typed)
    assert refused.value.field == field
    assert refused.value.todo
    assert service.get(person) == before


def test_a_name_changed_is_sorted_and_found_at_its_new_place(service: BeneficiariesService, site: Site) -> None:
    person = site.beneficiaries[0]
    service.set_field(person, "last_name", "ZIDANE")
    assert service.page().lines[-1].id == person
    assert service.find("zidane")[0].id == person


def test_a_post_code_with_one_commune_fills_it(service: BeneficiariesService, site: Site) -> None:
    made = service.create(BeneficiaryDraft(last_name="NEUF", first_name="Alix"))
    service.set_field(made.record_id, "postcode", "91310")
    help_ = service.place_help("91310")
    assert service.get(made.record_id).town == (help_.towns[0] if len(help_.towns) == 1 else "")
    assert "Évry-Courcouronnes" in service.place_help("91000").towns
    assert "Le Canal" in [one.label for one in service.place_help("91000", "Évry-Courcouronnes").districts]


@pytest.mark.parametrize("number", [NIR.replace(" 15", ""), "1880391228042", _nir()])
def test_a_social_security_number_is_refused_in_every_free_text(
    service: BeneficiariesService, notebook: Notebook, site: Site, number: str
) -> None:
    person = site.beneficiaries[0]
    text = f"Numéro {number} donné au téléphone"
    acts: list[Callable[[], object]] = [
        lambda: service.set_field(person, "objectives", text),
        lambda: service.set_field(person, "address", text),
        lambda: service.set_field(person, "prescriber_name", text),
        lambda: service.set_field(person, "caseworker_name", text),
        lambda: service.set_field(person, "last_name", text),
        lambda: service.add_note(person, NoteDraft(text=text)),
        lambda: service.add_note(person, NoteDraft(text="Bien.", next_step=text)),
        lambda: service.add_action(person, AgreedActionDraft(text=text)),
        lambda: service.add_training(person, TrainingDraft(label="CACES", outcome=text)),
        lambda: service.set_appointment(person, dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC), text),
        lambda: service.add_contract(person, _contract(site, tutor_name=text)),
        lambda: service.add_eligibility(
            person,
            EligibilityDraft(
                scheme="iae2025",
                category_code="iae2025_rsa",
                seen_on=TODAY,
                derogation_reason=text,
                derogation_author="Camille ROBIN",
            ),
        ),
        lambda: service.create(BeneficiaryDraft(last_name="NEUF", first_name="Alix", town=text)),
    ]
    before = service.get(person)
    for act in acts:
        with pytest.raises(InvalidInput) as refused:
            act()
        assert "sécurité sociale" in refused.value.happened
        assert number not in refused.value.sentence
    assert service.get(person) == before


@given(st.text(max_size=60))
@settings(max_examples=60)
def test_a_free_text_without_such_a_number_is_kept_as_written(text: str) -> None:
    if any(one.isdigit() for one in text):
        return
    assert check_free_text(text, field="text") == text.strip()


# --- eligibility -------------------------------------------------------------------------


def test_a_public_is_verified_with_the_validity_of_its_proof(service: BeneficiariesService, site: Site) -> None:
    person = site.beneficiaries[0]
    draft = EligibilityDraft(scheme="iae2025", category_code="iae2025_rsa", proof_code="rsa_certificate", seen_on=TODAY)
    made = service.add_eligibility(person, draft)
    line = next(one for one in service.get(person).eligibility if one.id == made.record_id)
    assert line.category_label == "Bénéficiaire du RSA"
    assert line.proof_label == "Attestation RSA"
    assert line.valid_until == dt.date(2027, 2, 21)
    assert line.seen_by == "Nadia DIALLO"
    assert line.validated_on == TODAY
    assert line.valid_today


def test_a_sensitive_public_leaves_no_trace_of_what_it_is(
    service: BeneficiariesService, notebook: Notebook, site: Site
) -> None:
    person = site.beneficiaries[0]
    made = service.add_eligibility(
        person,
        EligibilityDraft(
            scheme="iae2025",
            category_code="iae2025_detention_mj",
            proof_code="release_or_judge_certificate",
            seen_on=TODAY,
        ),
    )
    line = next(one for one in service.get(person).eligibility if one.id == made.record_id)
    assert line.category_code == OTHER_VERIFIED
    assert line.category_label == "Autre (vérifié)"
    assert line.proof_label == "Justificatif vu"
    assert line.valid_until == dt.date(2027, 5, 21)
    tables = notebook.raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        if table == "reference_entry":
            continue
        for row in notebook.raw.execute(f'SELECT * FROM "{table}"'):
            assert not any("detention" in str(cell) or "release_or_judge" in str(cell) for cell in row), table


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scheme": ""}, "scheme"),
        ({"category_code": "ccag2021_iae"}, "category_code"),
        ({"proof_code": ""}, "proof_code"),
        ({"proof_code": "curriculum_vitae"}, "proof_code"),
        ({"seen_on": None}, "seen_on"),
        ({"seen_on": TODAY + dt.timedelta(days=1)}, "seen_on"),
        ({"valid_until": TODAY - dt.timedelta(days=1)}, "valid_until"),
        ({"derogation_reason": "Avis de la mission locale"}, "derogation_author"),
        ({"derogation_author": "Camille ROBIN"}, "derogation_reason"),
    ],
)
def test_an_incomplete_public_is_refused(
    service: BeneficiariesService, site: Site, changes: dict[str, object], field: str
) -> None:
    values: dict[str, Any] = {
        "scheme": "iae2025",
        "category_code": "iae2025_rsa",
        "proof_code": "rsa_certificate",
        "seen_on": TODAY,
        **changes,
    }
    with pytest.raises(InvalidInput) as refused:
        service.add_eligibility(site.beneficiaries[0], EligibilityDraft(**values))
    assert refused.value.field == field


def test_a_proof_in_force_asks_its_date(service: BeneficiariesService, site: Site) -> None:
    draft = EligibilityDraft(
        scheme="iae2025", category_code="iae2025_th", proof_code="disability_recognition", seen_on=TODAY
    )
    with pytest.raises(InvalidInput) as refused:
        service.add_eligibility(site.beneficiaries[0], draft)
    assert refused.value.field == "valid_until"
    draft.valid_until = dt.date(2028, 1, 1)
    service.add_eligibility(site.beneficiaries[0], draft)


def test_a_derogation_replaces_the_proof(service: BeneficiariesService, site: Site) -> None:
    person = site.beneficiaries[0]
    service.add_eligibility(
        person,
        EligibilityDraft(
            scheme="iae2025",
            category_code="iae2025_rsa",
            seen_on=TODAY,
            derogation_reason="Avis motivé de la mission locale",
            derogation_author="Camille ROBIN",
        ),
    )
    line = service.get(person).eligibility[0]
    assert line.derogation == "Avis motivé de la mission locale (Camille ROBIN)"
    assert line.valid_today


def test_schemes_offered_are_those_in_force(service: BeneficiariesService) -> None:
    offered = {one.code: one for one in service.choices().schemes}
    assert "iae2025" in offered
    assert "ie2018" not in offered  # the example network is not Inclusiv’Essonne
    rsa = next(one for one in offered["iae2025"].categories if one.code == "iae2025_rsa")
    assert [one.code for one in rsa.proofs] == ["rsa_certificate"]


# --- periods and contracts ---------------------------------------------------------------


def test_a_first_contract_opens_a_period_that_freezes_age_and_level(service: BeneficiariesService, site: Site) -> None:
    made = service.create(BeneficiaryDraft(last_name="NEUF", first_name="Alix", birth_date=dt.date(2000, 11, 3)))
    person = made.record_id
    service.add_contract(person, _contract(site))
    period = service.get(person).periods[0]
    assert period.age_band_label == "Moins de 26 ans"  # 26 the day after: frozen at the start
    assert period.qualification == Qualification.LEVEL_3
    service.set_field(person, "birth_date", dt.date(1980, 1, 1))
    assert service.get(person).periods[0].age_band_label == "Moins de 26 ans"
    contract = service.get(person).contracts[0]
    assert (contract.employer_id, contract.company_id) == (site.company, site.company)
    assert contract.job_title == "Maçonnerie"
    assert contract.running


def test_a_second_contract_joins_the_open_period(service: BeneficiariesService, site: Site) -> None:
    person = site.beneficiaries[0]
    service.add_contract(person, _contract(site))
    sheet = service.get(person)
    assert len(sheet.periods) == 1
    assert len(sheet.contracts) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"company_id": ""}, "company_id"),
        ({"company_id": "nobody"}, "company_id"),
        ({"modality": Modality.ETTI}, "employer_id"),
        ({"lot_id": ""}, "lot_id"),
        ({"start_on": None}, "start_on"),
        ({"end_on": dt.date(2026, 1, 1)}, "end_on"),
        ({"end_on": None}, "end_on"),
        ({"weekly_hours": 4900}, "weekly_hours"),
        ({"weekly_hours": None}, "weekly_hours"),
        ({"trade_code": "Z9999"}, "trade_code"),
        ({"start_on": dt.date(2026, 3, 2)}, "start_on"),
    ],
)
def test_a_wrong_contract_is_refused_under_its_field(
    service: BeneficiariesService, site: Site, changes: dict[str, object], field: str
) -> None:
    person = site.beneficiaries[0]
    before = service.get(person)
    with pytest.raises(InvalidInput) as refused:
        service.add_contract(person, _contract(site, **changes))
    assert refused.value.field == field
    assert service.get(person) == before


def test_a_contract_without_end_may_be_open(service: BeneficiariesService, site: Site) -> None:
    service.add_contract(site.beneficiaries[0], _contract(site, type=EmploymentType.CDI, end_on=None))


def test_hours_typed_hold_the_dates_the_company_and_the_contract(
    service: BeneficiariesService, notebook: Notebook, site: Site
) -> None:
    _with_hours(notebook, site, 0)
    contract, person = site.contracts[0], site.beneficiaries[0]
    with pytest.raises(InvalidInput) as refused:
        service.end_contract(contract, dt.date(2026, 9, 30), PeriodEnd.HIRED)
    assert refused.value.field == "end_on"
    late = _contract(site, start_on=dt.date(2026, 11, 1), end_on=dt.date(2027, 3, 31))
    with pytest.raises(InvalidInput):
        service.edit_contract(contract, late)
    with pytest.raises(InvalidInput):
        service.remove_contract(contract)
    with pytest.raises(InvalidInput):
        service.delete(person)
    assert check_records(notebook) == []


def test_the_end_of_the_last_contract_ends_the_period(service: BeneficiariesService, site: Site) -> None:
    person = site.beneficiaries[0]
    before = service.get(person)
    outcome = service.end_contract(site.contracts[0], dt.date(2026, 11, 20), PeriodEnd.HIRED)
    period = service.get(person).periods[0]
    assert (period.end_on, period.end_reason) == (dt.date(2026, 11, 20), PeriodEnd.HIRED)
    assert service.get(person).current_contract is None
    service.undo(outcome.undo)
    assert service.get(person) == before


def test_a_renewal_goes_further_and_reopens_the_period(service: BeneficiariesService, site: Site) -> None:
    contract, person = site.contracts[0], site.beneficiaries[0]
    service.end_contract(contract, dt.date(2026, 11, 20), PeriodEnd.CONTRACT_END)
    with pytest.raises(InvalidInput):
        service.renew_contract(contract, dt.date(2026, 11, 20))
    service.renew_contract(contract, dt.date(2027, 6, 30))
    sheet = service.get(person)
    assert sheet.contracts[0].end_on == dt.date(2027, 6, 30)
    assert sheet.periods[0].end_on is None


# --- hours, timeline ---------------------------------------------------------------------


def test_hours_are_summed_by_contract_and_month(service: BeneficiariesService, notebook: Notebook, site: Site) -> None:
    _with_hours(notebook, site, 0, "2026-09", 15_167)
    _with_hours(notebook, site, 0, "2026-10", 14_050)
    sheet = service.get(site.beneficiaries[0])
    assert sheet.total_hours == 29_217 == sheet.contracts[0].hours
    assert len(sheet.months) == 12
    assert {one.month: one.hours for one in sheet.months if one.hours is not None} == {
        "2026-09": 15_167,
        "2026-10": 14_050,
    }
    assert sheet.months[-1].month == "2026-11"


def test_the_timeline_tells_everything_the_latest_first(service: BeneficiariesService, site: Site) -> None:
    person = site.beneficiaries[0]
    service.add_note(person, NoteDraft(text="Tout va bien.", noted_on=dt.date(2026, 10, 5)))
    service.add_training(person, TrainingDraft(label="CACES R482", start_on=dt.date(2026, 9, 1), hours=3500))
    done = service.add_action(person, AgreedActionDraft(text="Appeler l’auto-école"))
    service.set_action_state(done.record_id, ActionState.DONE)
    kinds = [one.kind.value for one in service.get(person).timeline]
    assert kinds == ["action", "note", "training", "contract", "eligibility"]
    days = [one.on for one in service.get(person).timeline]
    assert days == sorted(days, reverse=True)


def test_a_note_moves_the_last_contact(service: BeneficiariesService, site: Site) -> None:
    person = site.beneficiaries[0]
    service.add_note(person, NoteDraft(text="Vu sur le chantier.", noted_on=dt.date(2026, 11, 20)))
    service.add_note(person, NoteDraft(text="Note ancienne.", noted_on=dt.date(2026, 5, 2)))
    assert service.get(person).last_contact_on == dt.date(2026, 11, 20)
    with pytest.raises(InvalidInput):
        service.add_note(person, NoteDraft(text="Demain.", noted_on=TODAY + dt.timedelta(days=1)))


# --- undo of every act -------------------------------------------------------------------

Act = Callable[[BeneficiariesService, Site, str], Outcome]
_ACTS: dict[str, Act] = {
    "note": lambda s, site, p: s.add_note(p, NoteDraft(text="Tout va bien.")),
    "action": lambda s, site, p: s.add_action(p, AgreedActionDraft(text="Appeler", due_on=TODAY)),
    "training": lambda s, site, p: s.add_training(p, TrainingDraft(label="CACES")),
    "appointment": lambda s, site, p: s.set_appointment(p, dt.datetime(2026, 12, 1, 8, tzinfo=dt.UTC), "PLIE"),
    "contract": lambda s, site, p: s.add_contract(p, _contract(site)),
    "renewal": lambda s, site, p: s.renew_contract(site.contracts[0], dt.date(2027, 8, 31)),
    "end": lambda s, site, p: s.end_contract(site.contracts[0], TODAY, PeriodEnd.TRAINING),
    "removal": lambda s, site, p: s.remove_contract(site.contracts[0]),
    "eligibility": lambda s, site, p: s.add_eligibility(
        p, EligibilityDraft(scheme="iae2025", category_code="iae2025_rsa", proof_code="rsa_certificate", seen_on=TODAY)
    ),
    "name": lambda s, site, p: s.set_field(p, "last_name", "AUTRE"),
    "deletion": lambda s, site, p: s.delete(p),
}


@pytest.mark.parametrize("name", _ACTS)
def test_every_act_can_be_taken_back_and_done_again(
    service: BeneficiariesService, notebook: Notebook, site: Site, name: str
) -> None:
    person = site.beneficiaries[0]
    before = service.get(person)
    outcome = _ACTS[name](service, site, person)
    assert outcome.undo.label
    assert outcome.changes.ids("beneficiary") == {person}
    try:
        after: object = service.get(person)
    except NotFound:
        after = None
    assert after != before
    again = service.undo(outcome.undo)
    assert service.get(person) == before
    service.undo(again.undo)
    try:
        assert service.get(person) == after
    except NotFound:
        assert after is None
    assert check_records(notebook) == []


def test_an_archived_person_is_read_only_until_taken_back(service: BeneficiariesService, site: Site) -> None:
    person = site.beneficiaries[0]
    with pytest.raises(InvalidInput):
        service.archive(person)  # a contract runs
    service.end_contract(site.contracts[0], TODAY - dt.timedelta(days=1), PeriodEnd.CONTRACT_END)
    service.archive(person)
    assert not service.get(person).writable
    with pytest.raises(InvalidInput):
        service.set_field(person, "phone", "0612345678")
    service.unarchive(person)
    service.set_field(person, "phone", "0612345678")


def test_a_deleted_person_is_found_nowhere(service: BeneficiariesService, notebook: Notebook, site: Site) -> None:
    person = site.beneficiaries[0]
    service.delete(person)
    assert person not in [one.id for one in service.page().lines]
    assert service.find("martin julie") == ()
    with pytest.raises(NotFound):
        service.get(person)
    assert check_records(notebook) == []


def test_a_form_being_filled_in_comes_back_after_a_kill(service: BeneficiariesService) -> None:
    values = {"text": "Souhaite passer le permis", "noted_on": TODAY, "company": ("id", "Bâti-Sud"), "hours": 700}
    service.keep_form("beneficiary/x/note", "Note de suivi", {**values, "next_step": "", "due": None})
    assert service.kept_form("beneficiary/x/note") == values
    service.drop_form("beneficiary/x/note")
    assert service.kept_form("beneficiary/x/note") == {}


def test_no_query_of_the_list_or_a_page_reads_a_whole_table(
    service: BeneficiariesService, notebook: Notebook, site: Site
) -> None:
    statements: list[tuple[str, object]] = []
    from sqlalchemy import event

    notebook.raw.execute("DELETE FROM sqlite_stat1")  # a plan for any volume, not for six people
    notebook.raw.execute("ANALYZE sqlite_schema")
    with notebook.read() as connection:
        engine = connection.engine

    def seen(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        statements.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", seen)
    service.page()
    service.counts()
    service.get(site.beneficiaries[0])
    event.remove(engine, "before_cursor_execute", seen)
    big = (
        "beneficiary",
        "employment_contract",
        "hour_line",
        "follow_up_note",
        "eligibility_check",
        "visit",
        "attendance",
    )
    for statement, parameters in statements:
        if not statement.lstrip().upper().startswith("SELECT"):
            continue
        plan = notebook.raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
        for row in plan:
            words = str(row[3])
            assert not any(words == f"SCAN {table}" for table in big), f"{words} in {statement}"


def test_the_perimeters_offered_are_those_of_the_day_of_the_entry(service: BeneficiariesService) -> None:
    """QPV of 2015 until the end of 2023, of 2024 since: a person keeps those of their entry."""
    then = service.place_help("91000", "Évry-Courcouronnes", dt.date(2023, 12, 31))
    now = service.place_help("91000", "Évry-Courcouronnes", dt.date(2024, 1, 1))
    assert {one.code[:5] for one in then.districts} == {"2015:"}
    assert {one.code[:5] for one in now.districts} == {"2024:"}
    assert then.outside.label == "Hors QPV (périmètre 2015)"


def test_outside_any_district_is_not_the_same_as_not_looked_at(service: BeneficiariesService, site: Site) -> None:
    person = site.beneficiaries[0]
    assert (service.get(person).district, service.get(person).district_label) == ("", "")
    service.set_field(person, "district", "2024:")
    assert service.get(person).district_label == "Hors QPV (périmètre 2024)"
    assert not service.page().lines[0].in_district


def test_contracts_are_renewed_and_ended_together_or_not_at_all(service: BeneficiariesService, site: Site) -> None:
    people = site.beneficiaries[:3]
    contracts = [service.get(one).contracts[0].id for one in people]
    until = dt.date(2027, 6, 30)
    service.end_contract(contracts[2], dt.date(2027, 7, 31), "contract_end", close_period=False)
    with pytest.raises(InvalidInput) as refused:
        service.renew_contracts(contracts, until)
    assert refused.value.field == "end_on"
    assert [service.get(one).contracts[0].end_on for one in people[:2]] == [dt.date(2027, 3, 31)] * 2
    done = service.renew_contracts(contracts[:2], until)
    assert [service.get(one).contracts[0].end_on for one in people[:2]] == [until] * 2
    service.undo(done.undo)
    assert [service.get(one).contracts[0].end_on for one in people[:2]] == [dt.date(2027, 3, 31)] * 2
    service.end_contracts(contracts, dt.date(2026, 12, 4), "hired")
    assert [service.get(one).periods[0].end_on for one in people] == [dt.date(2026, 12, 4)] * 3
    assert [one.end_on for one in service.ending_contracts()] == [dt.date(2026, 12, 4)] * 3


def test_a_change_of_modality_keeps_the_course(service: BeneficiariesService, site: Site) -> None:
    """Seconded at first, then hired: two contracts of one period (DOMAIN.md §4.4)."""
    person = site.beneficiaries[0]
    before = service.get(person)
    draft = EmploymentContractDraft(
        type="cdic",
        modality="direct_hire",
        company_id=site.company,
        lot_id=site.lot,
        start_on=dt.date(2026, 11, 16),
        end_on=None,
    )
    service.add_contract(person, draft)
    after = service.get(person)
    assert len(after.periods) == len(before.periods) == 1
    assert {one.type for one in after.periods[0].contracts} >= {"cdic"}
    assert after.periods[0].age_band_label == before.periods[0].age_band_label
