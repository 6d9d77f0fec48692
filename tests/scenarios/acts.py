"""What facilitators do in the stories, through the services that their screens call, and what they read again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.beneficiaries.values import BeneficiarySheet
from app.clock import natural_id
from app.models.beneficiaries import EmploymentContractDraft, NoteDraft
from app.models.choices import Modality, ObservationSection, PeriodEnd, StatementState
from app.models.exits import SituationDraft
from app.store.visits import Stage
from app.visits.photos import reduce_photo
from app.visits.values import NewFinding
from tests.factories import Site
from tests.scenarios.network import NOVEMBER, OCTOBER, Notebook
from tests.visits.conftest import STROKES, jpeg

NAMES = ("MARTIN", "DESCHAMPS", "DIALLO", "LEFÈVRE", "de SOUSA", "KÉÏTA")
"""Last names of the six people of the site, in the order of ``Site.beneficiaries``."""
PAPER = (140_00, 151_67, 7_50, 139_00, 131_00, 135_25)
"""The company’s paper of a month, in the same order."""
PRINTED = sum(PAPER)


def type_hours(who: Notebook, site: Site, values: dict[int, int], month: str = NOVEMBER) -> None:
    """Hours of some of the six people, by their rank."""
    for rank, value in values.items():
        who.hours.set_hours(site.company, month, site.contracts[rank], site.lot, value)


def type_paper(who: Notebook, site: Site, month: str = OCTOBER) -> None:
    """The whole paper, its printed total, then « Valider »."""
    type_hours(who, site, dict(enumerate(PAPER)), month)
    who.hours.set_declared_total(site.company, month, PRINTED)
    validated = who.hours.validate_month(site.company, month)
    assert validated.state is StatementState.VALIDATED, validated.notices


def sign_a_visit(
    who: Notebook, site: Site, words: str = "Harnais à remplacer", photos: Sequence[str] = ("teal",)
) -> str:
    """A visit of the site from its beginning to the signed report; its id."""
    visits = who.visits
    visit = visits.start_visit(site.lot, site.company).record_id
    visits.mark_all_present(visit)
    finding = visits.add_observation(
        visit, NewFinding(ObservationSection.SAFETY, words, "vu côté rue", site.beneficiaries[0])
    )
    visits.add_action(visit, "Fournir un harnais", observation_id=finding.record_id)
    for rank, colour in enumerate(photos):
        photo = reduce_photo(jpeg(320, 240, colour))
        visits.add_photo(
            visit, photo, visits.keep_photo(photo), observation_id=finding.record_id, caption=f"poste {rank + 1}"
        )
    for person in visits.open_visit(visit).site_people[:2]:
        visits.sign(person.attendance_id, STROKES)
    visits.finalise(visit)
    return visit


@dataclass(frozen=True)
class Told:
    """A visit as its reader sees it; ``photos`` are their bytes."""

    number: str
    signed: bool
    present: int
    findings: tuple[tuple[str, str, str], ...]
    actions: tuple[str, ...]
    photos: tuple[tuple[str, bytes], ...]
    signatures: int
    note: str


def read_visit(who: Notebook, visit: str) -> Told:
    """The visit as it stands in a notebook, photographs included."""
    sheet = who.visits.open_visit(visit)
    return Told(
        sheet.number,
        sheet.stage is Stage.FINAL,
        sheet.present_count,
        tuple((one.text, one.detail, one.beneficiary_id or "") for one in sheet.findings),
        tuple(one.text for one in sheet.actions),
        tuple((one.caption, who.visits.photo_bytes(one.sha256)) for one in sheet.photos),
        len(sheet.signatures),
        sheet.free_note,
    )


def note(who: Notebook, person: str, text: str) -> str:
    """A line of follow-up."""
    return who.people.add_note(person, NoteDraft(text=text)).record_id


def notes(who: Notebook, person: str) -> list[str]:
    """The texts of a person’s follow-up."""
    return sorted(one.text for one in who.people.get(person).notes)


def leave_for_a_job(who: Notebook, site: Site, rank: int = 0) -> str:
    """The contract ends on 31 October; at the exit the person has a permanent job. The clause period’s id."""
    contract = who.people.get(site.beneficiaries[rank]).contracts[0]
    who.people.end_contract(contract.id, dt.date(2026, 10, 31), PeriodEnd.CONTRACT_END)
    draft = SituationDraft(employment="cdi", start_on=dt.date(2026, 11, 2))
    who.people.set_situation(contract.period_id, "default_exit", draft)
    return contract.period_id


def exits(sheet: BeneficiarySheet) -> list[tuple[str, str, str]]:
    """(code, state, employment) of the milestones of a person that were asked."""
    return [
        (one.code, one.state, one.employment)
        for line in sheet.exits
        for one in line.milestones
        if one.state != "not_asked"
    ]


def hire(who: Notebook, site: Site, person: str, start: dt.date = dt.date(2026, 9, 1)) -> str:
    """One more contract at the company of the site."""
    draft = EmploymentContractDraft(
        company_id=site.company,
        lot_id=site.lot,
        modality=Modality.DIRECT_HIRE,
        start_on=start,
        end_on=dt.date(2027, 3, 31),
    )
    return who.people.add_contract(person, draft).record_id


def hours_at_network(network: Any) -> int:
    """Hours that the network’s own reports add up, in hundredths."""
    return int(network.ask("SELECT coalesce(sum(hours), 0) FROM hour_line WHERE deleted_at IS NULL")[0][0])


def give(who: Notebook, person: str, organisation: str) -> None:
    """The person is followed by another organisation from now on."""
    who.people.transfer(person, natural_id("organisation", organisation))
