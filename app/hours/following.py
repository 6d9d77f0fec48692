"""What follows a statement: attest, rectify, remind, pool hours over several lots (PRODUCT.md H6, H7, H9)."""

from __future__ import annotations

from collections.abc import Sequence

from app.clock import natural_id
from app.errors import InvalidInput, Locked
from app.hours import grid as grids
from app.hours.reading import HoursReading
from app.hours.values import AgreementDraft
from app.models.beneficiaries import EmploymentContract
from app.models.choices import HourKind, ReminderChannel, StatementState
from app.models.hours import HourLine, MonthlyStatement, PoolingAgreement, PoolingLot, Rectification, Reminder
from app.models.operations import Lot
from app.rules import access
from app.rules.french import format_hours_unit, format_month, of, plural
from app.rules.hours import check_transition
from app.rules.statements import check_difference, statement_id
from app.store.unit import Outcome, Undo, not_found, writing


class HoursFollowing(HoursReading):
    """Acts on statements that came, or did not; each opens one unit of work."""

    # --- attested and rectified ----------------------------------------------------------

    def attest_month(self, company_id: str, month: str) -> Outcome:
        """« Attester »: a validated month is locked for good; from then on it is rectified, never changed.

        Nothing undoes it. Raises ``InvalidInput`` (not validated), ``NotAllowed``, ``NotFound``.
        """
        organisation = self._notebook.organisation_id
        access.require(access.can_attest_statement(self._actor, organisation), "attester ce relevé")
        record_id = statement_id(organisation, company_id, month)
        with writing(self._notebook, f"attestation du relevé {of(format_month(month))}") as unit:
            row = unit.row(MonthlyStatement, record_id)
            check_transition(StatementState(row["state"]), StatementState.ATTESTED)
            unit.update(MonthlyStatement, record_id, {"state": StatementState.ATTESTED})
            return Outcome(unit.outcome.changes, Undo("", ()), record_id)

    def rectify(
        self,
        company_id: str,
        month: str,
        contract_id: str,
        lot_id: str,
        wanted: int | None,
        reason: str,
        kind: HourKind = HourKind.WORKED,
    ) -> Outcome:
        """Make ``wanted`` hundredths count for a line of an attested month, by a rectification with its reason.

        What was attested stays as it was; the difference counts in every total from today on. Main record: the
        rectification. Raises ``InvalidInput`` (field ``hours`` or ``reason``), ``Locked`` when the month is not
        attested, ``NotAllowed``, ``NotFound``.
        """
        organisation = self._notebook.organisation_id
        access.require(access.can_rectify_statement(self._actor, organisation), "rectifier ce relevé")
        grid = self.open_month(company_id, month)
        row = grid.row(contract_id, lot_id)
        if row is None:
            raise not_found()
        if grid.state is not StatementState.ATTESTED:
            raise Locked(
                "Ce relevé n’est pas attesté.",
                "Les heures restent inchangées.",
                "Le rouvrir pour corriger la ligne elle-même.",
            )
        said = " ".join(reason.split())
        difference = check_difference(row.counted(kind), wanted, said)
        sign = "+" if difference > 0 else "−"
        label = f"rectification {of(grids.spoken(row.last_name))} {sign}{format_hours_unit(abs(difference))}"
        with writing(self._notebook, label) as unit:
            made = unit.insert(
                Rectification,
                {"statement_id": grid.statement_id, "rectified_on": self._notebook.clock.today(), "reason": said},
            )
            unit.insert(
                HourLine,
                {
                    "statement_id": grid.statement_id,
                    "contract_id": contract_id,
                    "lot_id": lot_id,
                    "month": month,
                    "kind": kind,
                    "hours": difference,
                    "declared_hours": None,
                    "difference_reason": "",
                    "absence_code": "",
                    "accepted_doubts": "",
                    "accepted_reason": "",
                    "proof_seen": False,
                    "rectification_id": made,
                },
                natural_id("hour_line", contract_id, lot_id, month, str(kind), made),
            )
            unit.touch("monthly_statement", [grid.statement_id])
            return unit.outcome_of(made)

    # --- reminders -----------------------------------------------------------------------

    def remind(
        self,
        month: str,
        company_ids: Sequence[str],
        channel: ReminderChannel = ReminderChannel.LETTER,
        note: str = "",
    ) -> Outcome:
        """Log that companies were reminded today of a statement that has not come: « relancé le 22/11 ».

        Raises ``InvalidInput`` when a statement came meanwhile, or nobody was at work.
        """
        self._check_month(month)
        organisation = self._notebook.organisation_id
        access.require(access.can_enter_hours(self._actor, organisation), "relancer une entreprise")
        waiting = {one.id for one in self.missing_statements(month)}
        if not company_ids or not set(company_ids) <= waiting:
            raise InvalidInput(
                "Aucun relevé n’est attendu de cette entreprise." if company_ids else "Aucune entreprise à relancer.",
                todo="Choisir parmi les relevés manquants.",
            )
        today = self._notebook.clock.today()
        label = f"{plural(len(company_ids), 'relance')} pour {format_month(month)}"
        with writing(self._notebook, label) as unit:
            made = ""
            for company in company_ids:
                made = unit.insert(
                    Reminder,
                    {
                        "company_id": company,
                        "month": month,
                        "reminded_on": today,
                        "channel": channel,
                        "note": " ".join(note.split()),
                    },
                )
            unit.touch("company", company_ids)
            return unit.outcome_of(made)

    # --- pooling -------------------------------------------------------------------------

    def agree(self, draft: AgreementDraft) -> Outcome:
        """Keep the pooling agreement of an employment contract: from then on its hours may be shared over its lots.

        Main record: the agreement. Raises ``InvalidInput`` with the field ``reference``, ``signed_on`` or ``lots``.
        """
        organisation = self._notebook.organisation_id
        access.require(access.can_enter_hours(self._actor, organisation), "ajouter une convention")
        reference = " ".join(draft.reference.split())
        if not reference:
            raise InvalidInput("La référence de la convention manque.", todo="La renseigner.", field="reference")
        if draft.signed_on is None or draft.signed_on > self._notebook.clock.today():
            raise InvalidInput(
                "La date de signature manque." if draft.signed_on is None else "La convention n’est pas encore signée.",
                todo="Indiquer le jour où elle a été signée.",
                field="signed_on",
            )
        with writing(self._notebook, f"convention {reference}") as unit:
            contract = unit.find(EmploymentContract, draft.contract_id)
            if contract is None or contract["organisation_id"] != organisation or contract["deleted_at"] is not None:
                raise not_found()
            lots = [one for one in dict.fromkeys(draft.lot_ids) if one != contract["lot_id"]]
            if not lots:
                raise InvalidInput(
                    "La convention ne nomme aucun autre lot.", todo="Ajouter au moins un lot.", field="lots"
                )
            if any((lot := unit.find(Lot, one)) is None or lot["deleted_at"] is not None for one in lots):
                raise not_found()
            made = unit.insert(
                PoolingAgreement,
                {
                    "contract_id": draft.contract_id,
                    "reference": reference,
                    "signed_on": draft.signed_on,
                    "note": draft.note.strip(),
                },
            )
            for lot_id in (contract["lot_id"], *lots):
                unit.insert(
                    PoolingLot, {"agreement_id": made, "lot_id": lot_id}, natural_id("pooling_lot", made, lot_id)
                )
            unit.touch("employment_contract", [draft.contract_id])
            return unit.outcome_of(made)
