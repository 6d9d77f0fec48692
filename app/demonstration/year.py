"""One invented year of an invented territory, the same on every machine for the same day and scale.

At scale 1: 3 500 people, 20 000 monthly lines, 500 visits; everything grows with the scale, so that a
screen of one company or one person holds as much at scale 10 as at scale 1.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from app.clock import natural_id
from app.demonstration import invented
from app.demonstration.loading import Loader
from app.models.beneficiaries import (
    Beneficiary,
    ClausePeriod,
    EligibilityCheck,
    EmploymentContract,
    FollowUpNote,
    TrainingRecord,
)
from app.models.choices import (
    AttemptOutcome,
    BuyerKind,
    CompanyKind,
    CompanyRole,
    EmploymentType,
    HourKind,
    Modality,
    NoteKind,
    OrganisationKind,
    PeriodEnd,
    Qualification,
    Role,
    Sex,
    SituationState,
    StatementSource,
    StatementState,
)
from app.models.exits import ContactAttempt, Situation
from app.models.hours import HourLine, MonthlyStatement
from app.models.network import Facilitator, Network, Organisation
from app.models.operations import Buyer, Commitment, Company, Contact, Contract, HoursSizing, Lot, Operation
from app.rules.calendar import add_months, first_day, last_day, month_of, shift_month
from app.rules.eligibility import age_band_on, valid_until
from app.rules.french import sort_key
from app.rules.numbering import Series, make_number, paper_code
from app.rules.statements import statement_id

PEOPLE, LINES, SITES = 3_500, 20_000, 120
"""Volumes at scale 1."""

NETWORK = natural_id("network", "demonstration")
ORGANISATION = natural_id("organisation", "demonstration/trois_rivieres")
FACILITATOR = natural_id("facilitator", "demonstration/nadia")
PREFIX = "NO"
"""Workstation prefix of the facilitator who tries the demonstration."""

_TEAM = (
    ("DIALLO", "Nadia", "NO"),
    ("BENHAMOU", "Karim", "KB"),
    ("ROCHE", "Hélène", "HR"),
    ("TELLIER", "Marc", "MT"),
    ("OSMAN", "Leïla", "LO"),
    ("VERDIER", "Paul", "PV"),
    ("GUÉRIN", "Sophie", "SG"),
    ("ABADIE", "Luc", "LA"),
)
_QUALIFICATIONS = (Qualification.NONE, Qualification.LEVEL_3, Qualification.LEVEL_3, Qualification.LEVEL_4)
_DIRECT_TYPES = (EmploymentType.CDD, EmploymentType.CDD, EmploymentType.CDIC)
_ENDS = (0, *(20,) * 3, *(31, 62, 93, 120, 150, 180, 210) * 3)
"""Days after the current month at which contracts end: a few soon, most of them later."""
_LAST_MONTH = (*(StatementState.VALIDATED,) * 8, StatementState.TO_CHECK, StatementState.RECEIVED)
_THIS_MONTH = (StatementState.RECEIVED, StatementState.VALIDATED, StatementState.TO_CHECK)
_PUBLICS = (
    ("iae2025_rsa", "rsa_certificate", 3, 34),
    ("iae2025_deld", "france_travail_certificate", 3, 22),
    ("iae2025_detld", "france_travail_certificate", 3, 14),
    ("iae2025_cap_bep", "statement_of_honour", 3, 12),
    ("iae2025_jeune", "identity_document", None, 10),
    ("iae2025_senior", "identity_document", None, 5),
    ("iae2025_qpv", "proof_of_address", 6, 18),
)


TWICE = {20: ("BÉRANGER", "Éloïse"), 21: ("BERANGER", "Eloise")}
"""Somebody typed twice: the list of likely duplicates has something to show."""
FORMER = (("LENOIR", "Patrice", 25), ("SISSOKO", "Fanta", 27), ("VASSEUR", "Odile", 31))
"""People last met so many months ago: the list of files to archive or anonymise has something to show."""
BIRTHS = {1: dt.date(1988, 3, 12), 20: dt.date(1990, 5, 17), 21: dt.date(1990, 5, 17)}


@dataclass
class Site:
    """One lot with its company: where people work."""

    rank: int
    operation: str
    lot: str
    company: str
    company_name: str
    contact: tuple[str, str, str, str]
    job_title: str
    trade: str
    due_id: str
    operation_name: str
    contract: str
    """The procurement contract (« marché »)."""
    people: list[tuple[str, str, str, str, dt.date, dt.date]] = field(default_factory=list)
    """(beneficiary, contract, last name, first name, start, end)."""
    hours: int = 0


class Year:
    """Builds the invented year into a loader."""

    POOLED = 2
    """Rank of the person whose hours of a month are shared over the two lots of the first company."""
    FROM_FILES = range(2, 8)
    """Ranks of the sites whose companies send files."""

    def __init__(self, loader: Loader, today: dt.date, scale: int) -> None:
        self.loader = loader
        self.today = today
        self.scale = scale
        self.random = random.Random(2026)
        self.months = [shift_month(month_of(today), -back) for back in range(11, -1, -1)]
        self.sites: list[Site] = []
        self._numbers: dict[str, int] = {}
        self._rank = 0
        self._companies = 0
        self._lines = 0
        self._statements: dict[tuple[str, str], str] = {}
        self.filed: dict[tuple[int, str], list[tuple[str, str, int]]] = {}
        """(line, contract, hours) that came by a file, by (rank of the site, month)."""
        self.late = set(self.random.sample(range(2, SITES * scale), 5 * scale))

    def build(self) -> None:
        """Queue everything."""
        self._network()
        structures = [self._company(name, kind) for name, kind in invented.STRUCTURES for _ in range(self.scale)]
        buyers = [self._buyer(name, kind) for name, kind in invented.BUYERS]
        for rank in range(SITES * self.scale):
            self.sites.append(self._site(rank, buyers))
        self._people(structures)
        self._former()
        for site in self.sites:
            self._commitment(site)

    # --- network and companies ---------------------------------------------------------------

    def new_id(self) -> str:
        """Ids are drawn from the seed, so that two demonstrations of the same day are the same."""
        self._rank += 1
        return f"01900000-0000-7000-8000-{self._rank:012x}"

    def number(self, series: Series, prefix: str, year: int) -> str:
        """Next number of a series at a workstation."""
        key = f"{series.value}/{year}/{prefix}"
        self._numbers[key] = self._numbers.get(key, 0) + 1
        return make_number(series, year, prefix, self._numbers[key])

    @property
    def counters(self) -> dict[str, int]:
        """Last counter given, by ``SERIES/year/prefix``."""
        return dict(self._numbers)

    @staticmethod
    def siret(rank: int) -> str:
        """An invented SIRET of the 999 block."""
        return _with_key(_with_key(f"999{rank:05d}") + "0001")

    def _network(self) -> None:
        self.loader.add(
            Network,
            id=NETWORK,
            code="demonstration",
            name="Réseau du Val d’Orlance (fictif)",
            territory="Val d’Orlance",
            organisation_id="",
        )
        self.loader.add(
            Organisation,
            id=ORGANISATION,
            network_id=NETWORK,
            code="demonstration_trois_rivieres",
            name="PLIE des Trois-Rivières (fictif)",
            short_name="PLIE 3R",
            kind=OrganisationKind.PLIE,
            address="4 place de la Halle",
            postcode="99103",
            town="Les Trois-Rivières",
            phone="01 99 00 12 00",
            email="contact@plie-3r.example",
            privacy_contact="donnees@plie-3r.example",
        )
        for rank, (last, first, prefix) in enumerate(_TEAM):
            self.loader.add(
                Facilitator,
                id=FACILITATOR if rank == 0 else natural_id("facilitator", "demonstration", prefix),
                last_name=last,
                first_name=first,
                phone=f"06 39 98 00 {rank:02d}",
                email=f"{prefix.lower()}@plie-3r.example",
                role=Role.COORDINATOR if prefix == "HR" else Role.FACILITATOR,
            )

    def team(self, rank: int) -> tuple[str, str, str]:
        """(id, « Prénom NOM », prefix) of a facilitator."""
        last, first, prefix = _TEAM[rank % len(_TEAM)]
        chosen = FACILITATOR if prefix == PREFIX else natural_id("facilitator", "demonstration", prefix)
        return chosen, f"{first} {last}", prefix

    def _buyer(self, name: str, kind: str) -> str:
        postcode, town = self.random.choice(invented.TOWNS)
        return self.loader.add(
            Buyer,
            id=self.new_id(),
            name=name,
            sort_name=sort_key(name),
            kind=BuyerKind(kind),
            postcode=postcode,
            town=town,
            organisation_id="",
        )

    def _company(self, name: str, kind: str) -> str:
        self._companies += 1
        siret = self.siret(self._companies)
        postcode, town = self.random.choice(invented.TOWNS)
        return self.loader.add(
            Company,
            id=natural_id("company", siret),
            name=name,
            sort_name=sort_key(name),
            kind=CompanyKind(kind),
            siret=siret,
            address=f"{self.random.randint(1, 90)} rue des Artisans",
            postcode=postcode,
            town=town,
            phone=f"01 99 00 {self._companies // 100 % 100:02d} {self._companies % 100:02d}",
            organisation_id="",
        )

    def _site(self, rank: int, buyers: list[str]) -> Site:
        draw = self.random
        work = invented.WORKS[rank % len(invented.WORKS)]
        place = invented.PLACES[(rank // len(invented.WORKS) + rank) % len(invented.PLACES)]
        number, lot_name, job, trade = invented.LOTS[2 if rank < 2 else rank % len(invented.LOTS)]
        again = rank // (len(invented.WORKS) * len(invented.PLACES))
        name = f"{work} {place}" + (f" – tranche {again + 1}" if again else "")
        postcode, town = draw.choice(invented.TOWNS)
        start = first_day(self.months[0]) + dt.timedelta(days=draw.randint(-60, 20))
        end = last_day(self.months[-1]) + dt.timedelta(days=draw.randint(30, 300))
        operation = self.loader.add(
            Operation,
            id=self.new_id(),
            buyer_id=buyers[rank % len(buyers)],
            name=name,
            sort_name=sort_key(name),
            reference=f"OP-{self.today.year}-{rank + 1:04d}",
            address=f"{draw.randint(1, 60)} rue {place[0].lower() + place[1:] if place.startswith('d') else place}",
            postcode=postcode,
            town=town,
            start_on=start,
            end_on=end,
            organisation_id=ORGANISATION,
        )
        contract = self.loader.add(
            Contract,
            id=self.new_id(),
            operation_id=operation,
            name=f"Travaux de l’opération {name}",
            reference=f"{self.today.year - 1}-T{rank + 1:04d}",
            amount_cents=draw.randint(80, 900) * 1_000_000,
            cpv_code="45210000",
            notified_on=start - dt.timedelta(days=45),
            public_scheme="iae2025",
            organisation_id=ORGANISATION,
        )
        lot = self.loader.add(
            Lot,
            id=self.new_id(),
            contract_id=contract,
            number=number,
            name=lot_name,
            amount_cents=draw.randint(20, 250) * 1_000_000,
            start_on=start,
            end_on=end,
            organisation_id=ORGANISATION,
        )
        company, company_name, contact = self._site_company(rank)
        return Site(rank, operation, lot, company, company_name, contact, job, trade, self.new_id(), name, contract)

    def _site_company(self, rank: int) -> tuple[str, str, tuple[str, str, str, str]]:
        """The first two sites belong to one company: twelve people to type at month end."""
        if rank == 1:
            first = self.sites[0]
            return first.company, first.company_name, first.contact
        words, places = invented.COMPANY_WORDS, invented.COMPANY_PLACES
        turn = rank // (len(words) * len(places))
        name = f"{words[rank % len(words)]} {places[(rank // len(words) + rank) % len(places)]}"
        if rank == 0:
            name = "Bâti-Sud 99"
        elif turn:
            name = f"{name} {turn + 1}"
        company = self._company(name, CompanyKind.ORDINARY)
        last = invented.LAST_NAMES[(rank * 7 + 12) % len(invented.LAST_NAMES)]
        given = (invented.MALE_NAMES, invented.FEMALE_NAMES)[rank % 2][(rank * 3) % 28]
        role = invented.SITE_ROLES[rank % len(invented.SITE_ROLES)]
        contact = self.loader.add(
            Contact,
            id=self.new_id(),
            company_id=company,
            last_name=last,
            first_name=given,
            role_label=role,
            phone=f"06 39 98 {rank // 100 % 100:02d} {rank % 100:02d}",
            usual=True,
            organisation_id="",
        )
        return company, name, (contact, last, given, role)

    # --- people, contracts, hours ------------------------------------------------------------

    def _people(self, structures: list[str]) -> None:
        people, lines = PEOPLE * self.scale - len(FORMER), LINES * self.scale - 1  # one line is that of a rectification
        for rank in range(people):
            site = self.sites[0 if rank < 6 else 1 if rank < 12 else 2 + rank % (len(self.sites) - 2)]
            mean = (lines - self._lines) / (people - rank)
            length = max(1, min(12, round(self.random.gauss(mean, 1.8)))) if rank >= 12 else 8
            if people - rank <= 200:
                length = max(1, min(11, round(mean)))
            self._person(rank, site, length, structures)
        for site in self.sites:
            if self._lines < lines and site.rank > 1:
                _, contract, *_ = site.people[0]
                self._line(site, contract, self.months[-3], HourKind.TRAINING, 700)

    def _former(self) -> None:
        """People met before the year, who were never placed."""
        for rank, (last, first, months) in enumerate(FORMER):
            met = add_months(self.today, -months)
            facilitator, _, prefix = self.team(0)
            postcode, town = invented.TOWNS[rank % len(invented.TOWNS)]
            person = self.loader.add(
                Beneficiary,
                id=self.new_id(),
                created_at=dt.datetime.combine(met, dt.time(10), dt.UTC),
                file_number=self.number(Series.BENEFICIARY, prefix, met.year),
                last_name=last,
                first_name=first,
                sort_name=sort_key(f"{last} {first}"),
                sex=Sex.MALE if rank == 0 else Sex.FEMALE,
                birth_date=dt.date(1979 + 4 * rank, 4 + rank, 9),
                postcode=postcode,
                town=town,
                phone=f"06 39 98 99 {rank:02d}",
                prescriber_code="france_travail",
                facilitator_id=facilitator,
                last_contact_on=met,
            )
            kind, text, _step = invented.NOTES[1 + 2 * (rank % 2)]  # those that speak of no job
            self.loader.add(FollowUpNote, id=self.new_id(), beneficiary_id=person, kind=kind, noted_on=met, text=text)

    def _person(self, rank: int, site: Site, length: int, structures: list[str]) -> None:
        draw = self.random
        woman = draw.random() < 0.24 or rank == 0
        if rank < 2:
            last, first = (("MARTIN", "Julie"), ("DESCHAMPS", "Benoît"))[rank]
        else:
            last = invented.LAST_NAMES[draw.randrange(len(invented.LAST_NAMES))]
            first = draw.choice(invented.FEMALE_NAMES if woman else invented.MALE_NAMES)
            if rank > 400 and draw.random() < 0.35:
                last = f"{last}-{invented.LAST_NAMES[draw.randrange(len(invented.LAST_NAMES))].upper()}"
        if rank in TWICE:
            last, first, woman = *TWICE[rank], True
        birth = BIRTHS[rank] if rank in BIRTHS else self.today - dt.timedelta(days=draw.randint(18 * 366, 60 * 365))
        active_now = rank < 12 or draw.random() < 0.45
        last_index = 11 if active_now else draw.randint(min(length - 1, 10), 10)
        first_index = max(0, last_index - length + 1)
        start = first_day(self.months[first_index]) + dt.timedelta(days=0 if rank < 12 else draw.choice((0, 0, 6, 14)))
        if active_now:
            end = last_day(self.months[11]) + dt.timedelta(days=120 if rank < 12 else draw.choice(_ENDS))
        else:
            end = last_day(self.months[last_index]) - dt.timedelta(days=draw.choice((0, 0, 0, 9)))
        postcode, town = draw.choice(invented.TOWNS)
        facilitator, _, prefix = self.team(0 if site.rank < 2 else rank)
        person = self.loader.add(
            Beneficiary,
            id=self.new_id(),
            file_number=self.number(Series.BENEFICIARY, prefix, start.year),
            last_name=last,
            first_name=first,
            sort_name=sort_key(f"{last} {first}"),
            sex=Sex.FEMALE if woman else Sex.MALE,
            birth_date=birth,
            address=f"{draw.randint(1, 120)} avenue de l’Orle",
            postcode=postcode,
            town=town,
            phone=f"06 39 98 {rank // 100 % 100:02d} {rank % 100:02d}",
            prescriber_code="france_travail",
            caseworker_name=("Camille ROBIN", "Moussa SARR", "Agnès LEROY")[rank % 3],
            caseworker_phone=f"01 99 00 50 {rank % 3:02d}",
            facilitator_id=facilitator,
            objectives=invented.OBJECTIVES[rank % len(invented.OBJECTIVES)],
            next_appointment_at=(
                dt.datetime.combine(self.today + dt.timedelta(days=3 + rank % 12), dt.time(9, 30), dt.UTC)
                if active_now
                else None
            ),
            next_appointment_place="PLIE des Trois-Rivières" if active_now else "",
            last_contact_on=min(end, self.today) - dt.timedelta(days=draw.randint(0, 20)),
        )
        self._eligibility(person, start, facilitator, rank)
        period = self.loader.add(
            ClausePeriod,
            id=self.new_id(),
            beneficiary_id=person,
            start_on=start,
            end_on=end if end < self.today else None,
            end_reason=PeriodEnd.CONTRACT_END if end < self.today else "",
            age_band=age_band_on(birth, start),
            qualification=draw.choice(_QUALIFICATIONS),
        )
        through = rank >= 12 and draw.random() < 0.42
        contract = self.loader.add(
            EmploymentContract,
            id=self.new_id(),
            period_id=period,
            beneficiary_id=person,
            employer_id=structures[rank % (2 * self.scale)] if through else site.company,
            company_id=site.company,
            lot_id=site.lot,
            modality=Modality.ETTI if through else Modality.DIRECT_HIRE,
            type=EmploymentType.CTT if through else draw.choice(_DIRECT_TYPES),
            trade_code=site.trade,
            job_title=site.job_title,
            start_on=start,
            end_on=end,
            weekly_hours=3500,
            planned_hours=round(length * 15167 * 0.8) // 100 * 100,
            tutor_name=f"{site.contact[2]} {site.contact[1]}" if rank % 3 else "",
        )
        site.people.append((person, contract, last, first, start, end))
        self._course(person, rank, start, end)
        if end < self.today:
            self._after(person, period, rank, end, facilitator)
        for index in range(first_index, last_index + 1):
            self._month_of_work(site, contract, self.months[index], start, end)

    def _eligibility(self, person: str, start: dt.date, facilitator: str, rank: int) -> None:
        chosen = self.random.choices(_PUBLICS, [weight for *_, weight in _PUBLICS], k=1 + (rank % 3 == 0))
        for category, proof, months, _ in dict.fromkeys(chosen):
            seen = start - dt.timedelta(days=self.random.randint(3, 25))
            self.loader.add(
                EligibilityCheck,
                id=self.new_id(),
                beneficiary_id=person,
                scheme="iae2025",
                category_code=category,
                proof_code=proof,
                seen_on=seen,
                seen_by=facilitator,
                validated_on=seen,
                valid_until=valid_until(seen, 24 if months is None else max(months, 12)),
            )

    def _course(self, person: str, rank: int, start: dt.date, end: dt.date) -> None:
        for turn in range(1 + rank % 3):
            kind, text, step = invented.NOTES[(rank + turn) % len(invented.NOTES)]
            day = min(start + dt.timedelta(days=12 + 40 * turn), self.today)
            self.loader.add(
                FollowUpNote,
                id=self.new_id(),
                beneficiary_id=person,
                kind=kind,
                noted_on=day,
                text=text,
                next_step=step,
                next_step_on=day + dt.timedelta(days=30) if step else None,
            )
        if rank % 6 == 0:
            self.loader.add(
                TrainingRecord,
                id=self.new_id(),
                beneficiary_id=person,
                label=invented.JOB_TRAININGS[rank // 6 % len(invented.JOB_TRAININGS)],
                organiser="Centre de formation de l’Orle",
                start_on=min(start + dt.timedelta(days=20), self.today),
                hours=1400,
                outcome="Attestation obtenue",
            )

    def _after(self, person: str, period: str, rank: int, end: dt.date, facilitator: str) -> None:
        """What became of the person at the exit and six months later: known for most, tried for some."""
        for turn, (code, months) in enumerate((("default_exit", 0), ("default_month_6", 6))):
            day = add_months(end, months)
            if day > self.today:
                continue
            drawn = (rank * 7 + turn * 3) % 20
            if drawn < 16:
                employment, length = invented.SITUATIONS[drawn % len(invented.SITUATIONS)]
                job = length is not None
                self.loader.add(
                    Situation,
                    id=natural_id("situation", period, code),
                    beneficiary_id=person,
                    period_id=period,
                    milestone_code=code,
                    state=SituationState.KNOWN,
                    answered_on=min(day + dt.timedelta(days=drawn), self.today),
                    employment=employment,
                    start_on=day + dt.timedelta(days=1) if job else None,
                    end_on=add_months(day, length) if length else None,
                )
            elif drawn < 18:
                for back in range(1 + rank % 3):
                    self.loader.add(
                        ContactAttempt,
                        id=self.new_id(),
                        beneficiary_id=person,
                        period_id=period,
                        milestone_code=code,
                        attempted_on=min(day + dt.timedelta(days=5 * back + 2), self.today),
                        means=(NoteKind.PHONE, NoteKind.MESSAGE)[back % 2],
                        outcome=(AttemptOutcome.NO_ANSWER, AttemptOutcome.MESSAGE_LEFT)[back % 2],
                        created_by=facilitator,
                    )

    def _month_of_work(self, site: Site, contract: str, month: str, start: dt.date, end: dt.date) -> None:
        current = month == self.months[-1]
        if current and (site.rank < 2 or site.rank in self.late):
            return
        first, last = first_day(month), last_day(month)
        share = ((min(last, end) - max(first, start)).days + 1) / last.day
        if share <= 0:
            return
        hours = round(15167 * share * self.random.uniform(0.72, 1.0))
        hours = hours // 25 * 25
        if site.rank == 0 and month == self.months[-2] and contract == site.people[-1][1] and self._is_pooled(site):
            there = hours * 2 // 5 // 25 * 25
            self._line(site, contract, month, HourKind.WORKED, there, self.sites[1].lot)
            hours -= there
        self._line(site, contract, month, HourKind.WORKED, hours)

    def _is_pooled(self, site: Site) -> bool:
        return len(site.people) == self.POOLED + 1

    def statement_of(self, site: Site, month: str) -> str:
        """The statement of a site's company for a month with hours."""
        return self._statements[site.company, month]

    def _line(self, site: Site, contract: str, month: str, kind: HourKind, hours: int, lot: str = "") -> None:
        line = natural_id("hour_line", contract, lot or site.lot, month, kind)
        if site.rank in self.FROM_FILES and kind is HourKind.WORKED:
            self.filed.setdefault((site.rank, month), []).append((line, contract, hours))
        self.loader.add(
            HourLine,
            id=line,
            statement_id=self._statement(site, month),
            contract_id=contract,
            lot_id=lot or site.lot,
            month=month,
            kind=kind,
            hours=hours,
        )
        self._lines += 1
        site.hours += hours

    def _statement(self, site: Site, month: str) -> str:
        known = self._statements.get((site.company, month))
        if known:
            return known
        record = statement_id(ORGANISATION, site.company, month)
        age = 11 - self.months.index(month)
        if age > 1:
            state = StatementState.VALIDATED
        elif age == 1:
            state = _LAST_MONTH[site.rank % len(_LAST_MONTH)]
        else:
            state = _THIS_MONTH[site.rank // 2 % len(_THIS_MONTH)]
        if site.rank < 2:
            state = StatementState.ATTESTED if age >= 3 else StatementState.VALIDATED
        received = min(last_day(month) + dt.timedelta(days=self.random.randint(2, 9)), self.today)
        validated = state in (StatementState.VALIDATED, StatementState.ATTESTED)
        self.loader.add(
            MonthlyStatement,
            id=record,
            company_id=site.company,
            month=month,
            state=state,
            source=StatementSource.FILE if site.rank in self.FROM_FILES else StatementSource.PAPER,
            received_on=received,
            validated_at=dt.datetime.combine(received, dt.time(10, 42), dt.UTC) if validated else None,
            validated_by=FACILITATOR if validated else "",
            paper_code=paper_code(site.company_name, month, record),
        )
        self._statements[(site.company, month)] = record
        return record

    def _commitment(self, site: Site) -> None:
        due = max(20_000, round(site.hours * self.random.uniform(0.8, 1.7)) // 1000 * 1000)
        if site.rank == 0:
            due = round(site.hours * 1.42) // 1000 * 1000
        amount = round(due * 3000 / 100 / 0.5 / 0.05) // 100_000 * 100_000
        computed = round(amount * 0.5 * 0.05 / 3000 * 100)
        sizing = self.loader.add(
            HoursSizing,
            id=self.new_id(),
            operation_id=site.operation,
            lot_id=site.lot,
            number=self.number(Series.SIZING, PREFIX, self.today.year - 1),
            sized_on=first_day(self.months[0]) - dt.timedelta(days=120),
            amount_cents=amount,
            labour_share=5000,
            effort_rate=500,
            hourly_cost_cents=3000,
            minimum_effort_rate=500,
            computed_hours=computed,
            retained_hours=due,
            retained_reason="Arrondi à la dizaine d’heures, d’accord avec le donneur d’ordre.",
            organisation_id=ORGANISATION,
        )
        self.loader.add(
            Commitment,
            id=site.due_id,
            lot_id=site.lot,
            company_id=site.company,
            role=CompanyRole.CONTRACTOR,
            computed_hours=computed,
            due_hours=due,
            retained_reason="Arrondi à la dizaine d’heures, d’accord avec le donneur d’ordre.",
            sizing_id=sizing,
            start_on=first_day(self.months[0]),
            end_on=last_day(self.months[-1]) + dt.timedelta(days=120),
            organisation_id=ORGANISATION,
        )


def _with_key(digits: str) -> str:
    """``digits`` completed by its Luhn key."""
    for key in "0123456789":
        total = 0
        for place, digit in enumerate(reversed(digits + key)):
            value = int(digit) * (1 + place % 2)
            total += value - 9 if value > 9 else value
        if total % 10 == 0:
            return digits + key
    raise AssertionError("a Luhn key always exists")
