"""After the exit: three states, attempts that prove « injoignable », what is due, what it is for each scheme."""

from __future__ import annotations

import datetime as dt

import pytest

from app.beneficiaries.service import BeneficiariesService
from app.errors import InvalidInput, NotFound
from app.models.beneficiaries import Beneficiary, ClausePeriod
from app.models.exits import AttemptDraft, SituationDraft
from app.store.notebook import Notebook
from app.store.unit import writing
from tests.factories import Site

ENDED = dt.date(2026, 10, 31)


@pytest.fixture
def left(service: BeneficiariesService, notebook: Notebook, site: Site) -> tuple[str, str]:
    """(person, period): the contract ended on 31 October, three weeks ago."""
    person = site.beneficiaries[0]
    contract = service.get(person).contracts[0]
    service.end_contract(contract.id, ENDED, "contract_end")
    with writing(notebook, "suivi") as unit:
        unit.update(Beneficiary, person, {"facilitator_id": notebook.actor_id})
    return person, contract.period_id


def test_the_milestones_of_an_exit_are_dated_data(service: BeneficiariesService, left: tuple[str, str]) -> None:
    (line,) = service.get(left[0]).exits
    assert [(one.code, one.due_on, one.state, one.due) for one in line.milestones] == [
        ("default_exit", ENDED, "not_asked", True),
        ("default_month_6", dt.date(2027, 4, 30), "not_asked", False),
        ("default_month_12", dt.date(2027, 10, 31), "not_asked", False),
        ("default_month_18", dt.date(2028, 4, 30), "not_asked", False),
        ("default_month_24", dt.date(2028, 10, 31), "not_asked", False),
    ]
    service.set_milestones(left[1], "fse")
    (line,) = service.get(left[0]).exits
    assert [one.code for one in line.milestones] == ["fse_exit", "fse_month_6"]
    with pytest.raises(InvalidInput):
        service.set_milestones(left[1], "unknown")


def test_due_milestones_feed_the_day_until_they_are_known(
    service: BeneficiariesService, notebook: Notebook, left: tuple[str, str]
) -> None:
    (due,) = service.due_milestones()
    assert (due.beneficiary_id, due.code, due.due_on) == (left[0], "default_exit", ENDED)
    service.add_attempt(left[1], "default_exit", AttemptDraft())
    assert service.due_milestones(), "asked and not known is still to be asked"
    done = service.set_situation(left[1], "default_exit", SituationDraft(employment="job_search"))
    assert service.due_milestones() == ()
    service.undo(done.undo)
    assert service.due_milestones()
    service.set_situation(left[1], "default_exit", SituationDraft(employment="job_search"))
    notebook.clock.move(dt.timedelta(days=180))  # type: ignore[attr-defined]
    assert [one.code for one in service.due_milestones()] == ["default_month_6"]
    notebook.clock.move(dt.timedelta(days=120))  # type: ignore[attr-defined]
    assert service.due_milestones() == (), "older ones stay on the page of the person"


def test_somebody_back_at_work_is_not_asked(
    service: BeneficiariesService, notebook: Notebook, left: tuple[str, str]
) -> None:
    with writing(notebook, "retour") as unit:
        unit.insert(ClausePeriod, {"beneficiary_id": left[0], "start_on": dt.date(2026, 11, 10)})
    assert service.due_milestones() == ()
    assert [one.followed for one in service.get(left[0]).exits] == [True]


def test_unreachable_is_proved_by_attempts(service: BeneficiariesService, left: tuple[str, str]) -> None:
    person, period = left
    for day in (2, 9):
        service.add_attempt(period, "default_exit", AttemptDraft(attempted_on=dt.date(2026, 11, day)))
    (line,) = service.get(person).exits
    assert (line.milestones[0].state, line.milestones[0].unreachable) == ("unknown", "")
    made = service.add_attempt(
        period,
        "default_exit",
        AttemptDraft(attempted_on=dt.date(2026, 11, 20), means="message", outcome="message_left", note="SMS"),
    )
    shown = service.get(person).exits[0].milestones[0]
    assert shown.unreachable.replace("\u00a0", " ") == "Injoignable : 3 tentatives du 02/11/2026 au 20/11/2026"
    assert [one.outcome_label for one in shown.attempts] == ["Message laissé", "Sans réponse", "Sans réponse"]
    service.remove_attempt(made.record_id)
    assert service.get(person).exits[0].milestones[0].unreachable == ""
    with pytest.raises(InvalidInput) as refused:
        service.add_attempt(period, "default_exit", AttemptDraft(attempted_on=dt.date(2027, 1, 1)))
    assert refused.value.field == "attempted_on"
    with pytest.raises(NotFound):
        service.add_attempt(period, "unknown", AttemptDraft())


def test_one_situation_in_each_scheme(service: BeneficiariesService, left: tuple[str, str]) -> None:
    """A CDD of exactly six months: lasting for a PLIE, transition for the IAE."""
    person, period = left
    draft = SituationDraft(employment="cdd", start_on=dt.date(2026, 11, 2), end_on=dt.date(2027, 5, 1))
    service.set_situation(period, "default_exit", draft)
    shown = service.get(person).exits[0].milestones[0]
    assert shown.state == "known"
    families = {one.scheme_label: one.family for one in shown.answers}
    assert families["Sorties positives des PLIE"] == "durable"
    assert families["Sorties dynamiques de l’IAE"] == "transition"
    service.set_situation(period, "default_exit", SituationDraft(employment="cdd", start_on=dt.date(2026, 11, 2)))
    assert service.get(person).last_contact_on == dt.date(2026, 11, 22)
    service.clear_situation(period, "default_exit")
    assert service.get(person).exits[0].milestones[0].state == "not_asked"


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (SituationDraft(), "employment"),
        (SituationDraft(employment="prison"), "employment"),
        (SituationDraft(employment="cdi", answered_on=dt.date(2027, 1, 1)), "answered_on"),
        (SituationDraft(employment="cdd", start_on=dt.date(2026, 5, 1), end_on=dt.date(2026, 4, 1)), "end_on"),
    ],
)
def test_what_cannot_be_is_refused(
    service: BeneficiariesService, left: tuple[str, str], draft: SituationDraft, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        service.set_situation(left[1], "default_exit", draft)
    assert refused.value.field == field


def test_a_situation_follows_a_merge(service: BeneficiariesService, site: Site, left: tuple[str, str]) -> None:
    person, period = left
    service.set_situation(period, "default_exit", SituationDraft(employment="training"))
    service.merge(site.beneficiaries[1], person)
    (line,) = service.get(site.beneficiaries[1]).exits
    assert line.milestones[0].employment_label == "Formation"
