"""Two files of one person: the preview, what follows, the undo, the number that still finds, laptops that disagree."""

from __future__ import annotations

import datetime as dt

import pytest

from app.beneficiaries.service import BeneficiariesService
from app.errors import InvalidInput, NotFound
from app.models.base import table_of
from app.models.beneficiaries import Beneficiary, BeneficiaryDraft, NoteDraft
from app.models.hours import HourLine, MonthlyStatement
from app.models.registry import models
from app.rules.duplicates import likely_pairs
from app.store import merges
from app.store.checks import check_records
from app.store.notebook import Notebook
from app.store.unit import writing
from tests.factories import Site

BIRTH = dt.date(1988, 3, 12)


def _typed_hours(notebook: Notebook, contract: str, lot: str, company: str, hours: int) -> None:
    with writing(notebook, "heures") as unit:
        statement = unit.insert(MonthlyStatement, {"company_id": company, "month": "2026-10"})
        unit.insert(
            HourLine,
            {
                "statement_id": statement,
                "contract_id": contract,
                "lot_id": lot,
                "month": "2026-10",
                "kind": "worked",
                "hours": hours,
            },
        )


def _sum(notebook: Notebook) -> tuple[int, int]:
    with notebook.read() as connection:
        line = table_of(HourLine)
        rows = connection.execute(line.select()).mappings().all()
        return len(rows), sum(row["hours"] or 0 for row in rows)


def _rows(notebook: Notebook) -> dict[str, dict[str, object]]:
    """Every row that belongs to a person: id → who."""
    found: dict[str, dict[str, object]] = {}
    with notebook.read() as connection:
        for model in merges.models_of_people():
            table = table_of(model)
            for row in connection.execute(table.select()).mappings():
                found[row["id"]] = {"person": row["beneficiary_id"], "kind": table.name}
    return found


def test_everything_follows_and_the_undo_gives_all_back(
    service: BeneficiariesService, notebook: Notebook, site: Site
) -> None:
    kept, other = site.beneficiaries[0], site.beneficiaries[1]
    _typed_hours(notebook, site.contracts[1], site.lot, site.company, 14_050)
    service.add_note(other, NoteDraft(text="Souhaite passer le permis B."))
    before, hours = _rows(notebook), _sum(notebook)
    preview = service.preview_merge(kept, other)
    assert "1 contrat" in preview.follows.replace("\u00a0", " ")
    assert "140 heures" in preview.follows.replace("\u00a0", " ")
    assert "se ressemblent" in preview.warning

    made = service.merge(kept, other)
    sheet = service.get(kept)
    assert len(sheet.contracts) == 2
    assert sheet.total_hours == 14_050
    assert [one.text for one in sheet.notes] == ["Souhaite passer le permis B."]
    assert {one["person"] for one in _rows(notebook).values()} == set(site.beneficiaries) - {other}
    assert _sum(notebook) == hours
    assert other not in [one.id for one in service.page().lines]
    assert service.page().total == 5
    assert service.get(other).id == kept, "a link to the absorbed file opens the one that holds the person"
    assert check_records(notebook) == []

    (line,) = sheet.merges
    assert line.until == notebook.clock.today() + dt.timedelta(days=30)
    service.undo_merge(line.id)
    assert _rows(notebook) == before
    assert _sum(notebook) == hours
    assert service.get(other).notes[0].text == "Souhaite passer le permis B."
    assert service.get(kept).merges == ()
    assert service.page().total == 6

    again = service.merge(kept, other)
    assert len(service.get(kept).contracts) == 2
    service.undo(again.undo)
    assert _rows(notebook) == before
    assert made.record_id == kept


@pytest.mark.parametrize("typed", ["B-2026-NO-0002", "b 2026 no 2", "deschamps"])
def test_the_absorbed_number_and_name_still_find_the_person(
    service: BeneficiariesService, site: Site, typed: str
) -> None:
    service.merge(site.beneficiaries[0], site.beneficiaries[1])
    assert service.find(typed)[0].id == site.beneficiaries[0]
    service.merge(site.beneficiaries[2], site.beneficiaries[0])
    assert service.find(typed)[0].id == site.beneficiaries[2]


def test_fields_are_chosen_one_by_one_and_a_newer_value_is_not_taken_back(
    service: BeneficiariesService, notebook: Notebook, site: Site
) -> None:
    kept, other = site.beneficiaries[0], site.beneficiaries[1]
    service.set_field(kept, "phone", "0639980001")
    service.set_field(other, "phone", "0639980002")
    service.set_field(other, "email", "b@exemple.example")
    service.set_field(kept, "objectives", "Permis B")
    fields = {one.key: one for one in service.preview_merge(kept, other).fields}
    assert fields["phone"].differs
    assert fields["email"].taken
    service.merge(kept, other, {"phone", "last_name"})
    sheet = service.get(kept)
    assert (sheet.phone, sheet.email, sheet.last_name) == ("0639980002", "b@exemple.example", "DESCHAMPS")
    service.set_field(kept, "email", "nouveau@exemple.example")
    service.undo_merge(sheet.merges[0].id)
    sheet = service.get(kept)
    assert (sheet.phone, sheet.email, sheet.last_name) == ("0639980001", "nouveau@exemple.example", "MARTIN")
    assert service.find("martin julie")[0].id == kept


def test_after_thirty_days_a_merge_stays(service: BeneficiariesService, notebook: Notebook, site: Site) -> None:
    service.merge(site.beneficiaries[0], site.beneficiaries[1])
    (line,) = service.get(site.beneficiaries[0]).merges
    notebook.clock.move(dt.timedelta(days=31))  # type: ignore[attr-defined]
    (line,) = service.get(site.beneficiaries[0]).merges
    assert line.until is None
    with pytest.raises(InvalidInput):
        service.undo_merge(line.id)
    with pytest.raises(NotFound):
        service.undo_merge("unknown")


def test_a_file_that_holds_another_is_not_deleted(service: BeneficiariesService, notebook: Notebook) -> None:
    one = service.create(BeneficiaryDraft(last_name="UN", first_name="Alix")).record_id
    other = service.create(BeneficiaryDraft(last_name="DEUX", first_name="Alix")).record_id
    service.merge(one, other)
    with pytest.raises(InvalidInput):
        service.delete(one)
    with pytest.raises(InvalidInput):
        service.merge(one, one)


def test_merged_both_ways_on_two_laptops_one_file_holds_all(
    service: BeneficiariesService, notebook: Notebook, site: Site
) -> None:
    """What two offline laptops wrote, received together: A in B and its records there, B in A and its own here."""
    first, second = site.beneficiaries[:2]
    before = _rows(notebook)
    now = notebook.clock.now()
    with writing(notebook, "reçu") as unit:
        for gone, kept in ((first, second), (second, first)):
            unit.update(Beneficiary, gone, {"absorbed_into_id": kept, "deleted_at": now})
        for model in merges.models_of_people():
            for record in before:
                row = unit.find(model, record)
                if row is not None and row["beneficiary_id"] in (first, second):
                    turned = second if row["beneficiary_id"] == first else first
                    unit.update(model, record, {"beneficiary_id": turned})
    merges.follow_received(notebook)
    holder = min(first, second)
    after = _rows(notebook)
    assert after.keys() == before.keys()
    assert {after[one]["person"] for one in before if before[one]["person"] in (first, second)} == {holder}
    assert service.get(first).id == service.get(second).id == holder
    assert service.page().total == 5
    assert not merges.follow_received(notebook), "settling again changes nothing"


def test_a_late_arrival_under_an_absorbed_file_follows(
    service: BeneficiariesService, notebook: Notebook, site: Site
) -> None:
    kept, other = site.beneficiaries[:2]
    note = service.add_note(other, NoteDraft(text="Écrite ailleurs.")).record_id
    service.merge(kept, other)
    with writing(notebook, "reçu") as unit:
        from app.models.beneficiaries import FollowUpNote

        late = unit.insert(
            FollowUpNote, {"beneficiary_id": other, "noted_on": dt.date(2026, 11, 2), "text": "Tardive."}
        )
    merges.follow_received(notebook)
    assert {one.id for one in service.get(kept).notes} == {note, late}
    service.undo_merge(service.get(kept).merges[0].id)
    assert {one.id for one in service.get(other).notes} == {note, late}


def test_likely_pairs_are_listed_until_somebody_answers(service: BeneficiariesService, notebook: Notebook) -> None:
    made = [
        service.create(BeneficiaryDraft(last_name=last, first_name=first, birth_date=BIRTH), confirmed_distinct=True)
        for last, first in (("DESCHAMPS", "Benoît"), ("MARTIN", "Julie"))
    ]
    with writing(notebook, "doublon") as unit:  # typed on another laptop, without the question
        twin = unit.insert(Beneficiary, {"last_name": "DECHAMPS", "first_name": "Benoit", "birth_date": BIRTH})
    found = likely_pairs(service.people_to_compare())
    (pair,) = service.likely_pairs(found)
    assert {pair.first.id, pair.second.id} == {made[0].record_id, twin}
    assert "même date de naissance" in pair.reason
    assert [one.id for one in service.likely_of(twin)] == [made[0].record_id]
    done = service.keep_apart(twin, made[0].record_id)
    assert service.likely_pairs(found) == ()
    assert service.likely_of(twin) == ()
    service.undo(done.undo)
    assert service.likely_pairs(found)


def test_people_anonymised_are_no_duplicates_of_each_other(service: BeneficiariesService, notebook: Notebook) -> None:
    blank = {"last_name": "Personne anonymisée", "first_name": "", "anonymised_on": dt.date(2026, 11, 2)}
    with writing(notebook, "anonymes") as unit:
        for _ in range(2):
            unit.insert(Beneficiary, blank)
    assert service.people_to_compare() == ()


def test_creating_beside_a_close_person_answers_the_question_for_good(
    service: BeneficiariesService, notebook: Notebook
) -> None:
    draft = BeneficiaryDraft(last_name="DESCHAMPS", first_name="Benoît", birth_date=BIRTH)
    service.create(draft)
    service.create(draft.model_copy(update={"last_name": "DECHAMPS"}), confirmed_distinct=True)
    assert service.likely_pairs(likely_pairs(service.people_to_compare())) == ()


def test_every_table_of_people_follows_a_merge() -> None:
    kinds = {str(model.__tablename__) for model in merges.models_of_people()}
    assert kinds == {str(model.__tablename__) for model in models() if "beneficiary_id" in table_of(model).c}
    assert {"employment_contract", "attendance", "observation", "action", "situation", "contact_attempt"} <= kinds
