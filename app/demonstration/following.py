"""What follows the invented statements: a rectification, reminders, a pooling agreement, penalties, a deadline."""

from __future__ import annotations

import datetime as dt

from app.clock import natural_id
from app.demonstration.loading import Loader
from app.demonstration.year import Year
from app.models.choices import HourKind, PenaltyKind, ReminderChannel
from app.models.hours import HourLine, PoolingAgreement, PoolingLot, Rectification, Reminder
from app.models.network import ReferenceEntry
from app.models.operations import Penalty
from app.rules.calendar import first_day

RECTIFIED = 1
"""Rank of the person whose attested hours are rectified."""
DEADLINE = 10
"""Day of the next month before which the invented network asks for statements."""


class Following:
    """Builds into a loader what Nadia did after the statements came, or did not."""

    def __init__(self, year: Year, loader: Loader) -> None:
        self._year = year
        self._loader = loader

    def build(self) -> None:
        """Queue everything."""
        self._rectification()
        self._agreement()
        self._penalties()
        self._reminders()
        self._deadline()

    def _rectification(self) -> None:
        year, site = self._year, self._year.sites[0]
        _person, contract, *_ = site.people[RECTIFIED]
        month = year.months[-4]
        statement = year.statement_of(site, month)
        made = self._loader.add(
            Rectification,
            id=year.new_id(),
            statement_id=statement,
            rectified_on=year.today - dt.timedelta(days=9),
            reason="Journée du 14 comptée deux fois par l’entreprise.",
        )
        self._loader.add(
            HourLine,
            id=natural_id("hour_line", contract, site.lot, month, HourKind.WORKED, made),
            statement_id=statement,
            contract_id=contract,
            lot_id=site.lot,
            month=month,
            kind=HourKind.WORKED,
            hours=-800,
            rectification_id=made,
        )

    def _agreement(self) -> None:
        year, (here, there) = self._year, self._year.sites[:2]
        _person, contract, *_ = here.people[year.POOLED]
        made = self._loader.add(
            PoolingAgreement,
            id=year.new_id(),
            contract_id=contract,
            reference=f"GLOB-{year.today.year}-04",
            signed_on=first_day(year.months[-5]) + dt.timedelta(days=11),
            note="Signée par les deux donneurs d’ordre.",
        )
        for site in (here, there):
            self._loader.add(
                PoolingLot, id=natural_id("pooling_lot", made, site.lot), agreement_id=made, lot_id=site.lot
            )

    def _penalties(self) -> None:
        year = self._year
        for site in year.sites[:6]:
            for kind, label, cents in (
                (PenaltyKind.PER_HOUR_MISSING, "Heure d’insertion non réalisée", 6_000),
                (PenaltyKind.PER_DAY_LATE, "Retard de transmission du relevé", 10_000),
            ):
                late = kind is PenaltyKind.PER_DAY_LATE and site.rank == 2
                self._loader.add(
                    Penalty,
                    id=year.new_id(),
                    contract_id=site.contract,
                    kind=kind,
                    label=label,
                    amount_cents=cents,
                    after_notice=kind is PenaltyKind.PER_DAY_LATE,
                    from_on=year.today - dt.timedelta(days=25) if late else None,
                    notice_on=year.today - dt.timedelta(days=14) if late else None,
                    to_on=year.today - dt.timedelta(days=4) if late else None,
                )

    def _reminders(self) -> None:
        year = self._year
        for turn, rank in enumerate(sorted(year.late)[:2]):
            self._loader.add(
                Reminder,
                id=year.new_id(),
                company_id=year.sites[rank].company,
                month=year.months[-1],
                reminded_on=year.today - dt.timedelta(days=2 + turn),
                channel=(ReminderChannel.LETTER, ReminderChannel.PHONE)[turn],
                note="" if turn == 0 else "La comptable revient lundi.",
            )

    def _deadline(self) -> None:
        since = first_day(self._year.months[0])
        self._loader.add(
            ReferenceEntry,
            id=natural_id("reference", "reporting_deadline", "monthly_statement", "demonstration", str(since)),
            table="reporting_deadline",
            code="monthly_statement",
            label="Relevé mensuel",
            network_code="demonstration",
            valid_from=since,
            valid_to=None,
            source="Réseau inventé pour la démonstration",
            data={"day": DEADLINE},
            position=1,
            organisation_id="",
        )
