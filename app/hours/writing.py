"""One unit of work on a company's month: its statement begun and unlocked, its lines put by their natural ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.errors import InvalidInput, Locked
from app.hours.values import (
    Entry,
)
from app.models.beneficiaries import EmploymentContract
from app.models.choices import HourKind, StatementSource, StatementState
from app.models.hours import HourLine, MonthlyStatement
from app.models.operations import Company
from app.rules.statements import statement_id
from app.store import commitments, hours
from app.store.notebook import Notebook
from app.store.unit import Outcome, Unit, not_found, writing


class MonthWriting:
    """One unit of work on a company's month, with its statement begun and unlocked."""

    def __init__(
        self,
        notebook: Notebook,
        company_id: str,
        month: str,
        label: str,
        source: StatementSource | None,
        begin: bool,
    ) -> None:
        self._notebook = notebook
        self._company_id = company_id
        self._month = month
        self._source = source
        self._begin = begin
        self._id = statement_id(notebook.organisation_id, company_id, month)
        self._writing = writing(notebook, label)
        self._unit: Unit
        self.state = StatementState.EXPECTED
        self.received_on = notebook.clock.today()

    @classmethod
    def within(
        cls, notebook: Notebook, unit: Unit, company_id: str, month: str, source: StatementSource
    ) -> MonthWriting:
        """The same inside a unit already open: an act that writes several months or companies."""
        made = cls(notebook, company_id, month, unit.label, source, True)
        made._unit = unit
        made._open()
        return made

    def __enter__(self) -> MonthWriting:
        self._unit = self._writing.__enter__()
        try:
            self._open()
        except BaseException as problem:
            self._writing.__exit__(type(problem), problem, problem.__traceback__)
            raise
        return self

    def __exit__(self, *problem: object) -> bool | None:
        return self._writing.__exit__(*problem)  # type: ignore[arg-type]

    @property
    def outcome(self) -> Outcome:
        return self._unit.outcome_of(self._id)

    def _open(self) -> None:
        found = self._unit.find(MonthlyStatement, self._id)
        if found is None or found["deleted_at"] is not None:
            if self._unit.find(Company, self._company_id) is None:
                raise not_found()
            # the paper code of a statement taken back is kept: the paper may still be out there
            self._unit.put(MonthlyStatement, self._id, fresh_statement(self._company_id, self._month) | self._begun())
            return
        self.state = StatementState(found["state"])
        if self.state in commitments.SETTLED:
            raise locked(self.state)
        self.received_on = found["received_on"] or self.received_on
        if self.state is StatementState.EXPECTED:
            self.set_statement(self._begun())
        elif self._source is not None:
            self.set_statement({"source": self._source})

    def _begun(self) -> dict[str, object]:
        """What the first figure of a month changes in its statement."""
        if not self._begin:
            return {}
        self.state = StatementState.RECEIVED
        return {
            "state": StatementState.RECEIVED,
            "received_on": self.received_on,
            "source": self._source or StatementSource.PAPER,
        }

    def set_statement(self, fields: Mapping[str, object]) -> None:
        self._unit.update(MonthlyStatement, self._id, fields)

    def line(self, contract_id: str, lot_id: str, kind: HourKind) -> Mapping[str, object] | None:
        found = self._unit.find(HourLine, hours.line_id(contract_id, lot_id, self._month, kind))
        return None if found is None or found["deleted_at"] is not None else dict(found)

    def put_hours(self, entry: Entry) -> None:
        known = self.line(entry.contract_id, entry.lot_id, entry.kind)
        if known is None and entry.hours is None:
            return
        fields: dict[str, object] = {"hours": entry.hours}
        if known is not None and known["hours"] != entry.hours:
            fields |= {"accepted_doubts": "", "accepted_reason": ""}
        self.put_line(entry.contract_id, entry.lot_id, entry.kind, fields)

    def put_line(self, contract_id: str, lot_id: str, kind: HourKind, fields: Mapping[str, object]) -> None:
        """Change the line that nature names, or make it; a line taken back earlier comes back blank."""
        record_id = hours.line_id(contract_id, lot_id, self._month, kind)
        found = self._unit.find(HourLine, record_id)
        if found is not None and found["deleted_at"] is None:
            if found["statement_id"] != self._id:
                self._refuse_other_statement(found)
            self._unit.update(HourLine, record_id, {**fields, "statement_id": self._id}, found)
            return
        contract = self._unit.find(EmploymentContract, contract_id)
        if (
            contract is None
            or contract["company_id"] != self._company_id
            or contract["organisation_id"] != self._notebook.organisation_id
        ):
            raise not_found()
        self._unit.put(HourLine, record_id, {**self._fresh_line(contract_id, lot_id, kind), **fields})

    def add_hours(self, entries: Sequence[Entry]) -> None:
        """Make many lines at once, none of which exists: contracts of this company, as the caller has read them."""
        self._unit.insert_many(
            HourLine,
            [
                {
                    **self._fresh_line(one.contract_id, one.lot_id, one.kind),
                    "id": hours.line_id(one.contract_id, one.lot_id, self._month, one.kind),
                    "hours": one.hours,
                }
                for one in entries
            ],
        )

    def _fresh_line(self, contract_id: str, lot_id: str, kind: HourKind) -> dict[str, object]:
        return {
            "statement_id": self._id,
            "contract_id": contract_id,
            "lot_id": lot_id,
            "month": self._month,
            "kind": kind,
            "hours": None,
            "declared_hours": None,
            "difference_reason": "",
            "absence_code": "",
            "accepted_doubts": "",
            "accepted_reason": "",
            "proof_seen": False,
        }

    def _refuse_other_statement(self, found: Mapping[Any, Any]) -> None:
        if found["hours"] is None and not found["absence_code"]:
            return
        other = self._unit.row(MonthlyStatement, found["statement_id"])
        if other["deleted_at"] is not None:
            return
        company = self._unit.row(Company, other["company_id"])["name"]
        raise InvalidInput(
            f"Les heures de ce contrat sont déjà saisies dans le relevé de {company}.",
            "Elles restent inchangées.",
            "Les effacer de cet autre relevé avant de les saisir ici.",
            field="hours",
        )


def fresh_statement(company_id: str, month: str) -> dict[str, object]:
    return {
        "company_id": company_id,
        "month": month,
        "state": StatementState.EXPECTED,
        "declared_total": None,
        "source": "",
        "received_on": None,
        "validated_at": None,
        "validated_by": "",
        "note": "",
    }


def locked(state: StatementState) -> Locked:
    if state is StatementState.ATTESTED:
        return Locked(
            "Ce relevé est attesté.",
            "Les heures attestées restent inchangées.",
            "Établir une rectification pour les corriger.",
        )
    return Locked("Ce relevé est validé.", "Les heures restent inchangées.", "Rouvrir le relevé pour le corriger.")
