"""The visit report, from the very values of the visit's screen, for its recipient (PRODUCT.md §4.1, R5).

* company: no eligibility at all, no private talk told as such, no photo kept inside the organisation;
* buyer: people by their initials only, no internal note;
* file: everything, with the eligibility seen.
"""

from __future__ import annotations

from app.beneficiaries.service import BeneficiariesService
from app.documents import eligibility
from app.documents.heading import Desk, header, letter_name, stamp
from app.models.choices import (
    DocumentKind,
    EmploymentType,
    MeetingStatus,
    Modality,
    ObservationSection,
    PointState,
    PresenceStatus,
    Recipient,
    SignerRole,
    StatementState,
    VisitKind,
)
from app.reports.content import (
    ActionLine,
    BeneficiaryMet,
    CommitmentPosition,
    EarlierPoint,
    EligibilityLine,
    ObservationLine,
    ReportPhoto,
    SignatureBlock,
    SitePerson,
    VisitDossier,
    VisitIdentity,
    VisitReportContent,
)
from app.rules.french import NBSP, format_date, format_month, initials
from app.store.visit_sheet import LastStatement, Person, VisitSheet, read_sheet


def content(
    desk: Desk, visit_id: str, recipient: Recipient, people: BeneficiariesService | None = None
) -> VisitReportContent:
    """What the report of a visit shows to this recipient. Raises ``NotFound``.

    ``people`` tells the eligibility seen; the file's copy alone asks for it.
    """
    notebook = desk.notebook
    with notebook.read() as connection:
        sheet = read_sheet(connection, visit_id, notebook.clock.today())
    shown = _Shown(sheet, recipient)
    started = sheet.started_at.astimezone() if sheet.started_at else None
    finished = sheet.finished_at.astimezone() if sheet.finished_at else None
    dossier = None
    if recipient is Recipient.FILE and people is not None:
        dossier = VisitDossier(_eligibility(people, sheet), internal_note="")
    return VisitReportContent(
        stamp=stamp(
            desk,
            DocumentKind.VISIT_REPORT,
            sheet.number,
            recipient,
            at=sheet.finished_at,
            by=sheet.facilitator_name,
            draft=not sheet.is_final,
        ),
        organisation=header(desk, sheet.organisation_id),
        identity=VisitIdentity(
            kind_label=VisitKind(sheet.kind).label,
            date=started.date() if started else sheet.planned_on,
            start_time=started.time() if started else None,
            end_time=finished.time() if finished else None,
            place=sheet.place,
            operation=sheet.operation_name,
            lot=sheet.lot_label,
            buyer=sheet.buyer_name,
            company=sheet.company_name,
            facilitator=sheet.facilitator_name,
            contract_reference=sheet.contract_reference,
            company_siret=sheet.company_siret,
            facilitator_phone=sheet.facilitator_phone,
        ),
        summary=sheet.summary,
        site_people=tuple(
            SitePerson(
                letter_name(one.last_name, one.first_name), one.organisation_name, one.role_label, _presence(one)
            )
            for one in sheet.site_people
        ),
        positions=tuple(
            CommitmentPosition(
                label=f"{stand.company_name}, {stand.lot_label}",
                due=stand.position.due,
                validated=stand.position.validated,
                received=stand.position.received,
                projection=projection.sentence,
            )
            for stand, projection in sheet.positions
        ),
        last_statement=_last_statement(sheet.last_statement),
        beneficiaries=tuple(shown.beneficiary(one) for one in sheet.beneficiaries),
        observations=tuple(
            ObservationLine(
                number=one.label,
                section_label=ObservationSection(one.section).label,
                text=one.text,
                detail=one.detail,
                person=shown.name_of(one.beneficiary_id),
                photo_numbers=shown.photos_of(one.observation_id),
            )
            for one in sheet.findings
        ),
        earlier_points=tuple(
            EarlierPoint(one.label, one.text, PointState(one.state), one.age, one.note) for one in sheet.points
        ),
        actions=tuple(
            ActionLine(one.text, one.owner_name, one.due_on, one.done_on, shown.label_of(one.observation_id))
            for one in sheet.actions
        ),
        photos=shown.photos(desk),
        next_visit_on=sheet.next_visit_on,
        free_note=sheet.free_note if recipient is not Recipient.BUYER else "",
        signatures=_signatures(sheet),
        distribution=_distribution(sheet),
        corrects_number=sheet.corrects_number,
        correction_reason=sheet.correction_reason,
        dossier=dossier,
    )


class _Shown:
    """The names and photos that one recipient sees."""

    def __init__(self, sheet: VisitSheet, recipient: Recipient) -> None:
        self._sheet = sheet
        self._recipient = recipient
        self._photos = [one for one in sheet.photos if one.for_reports or recipient is Recipient.FILE]

    def beneficiary(self, one: Person) -> BeneficiaryMet:
        sheet = self._sheet
        remarks = ["RAS"] if one.all_well else []
        remarks += [finding.text for finding in sheet.findings_about(one.beneficiary_id)]
        meeting = MeetingStatus(one.meeting)
        if meeting is MeetingStatus.ALONE and self._recipient is not Recipient.FILE:
            meeting = MeetingStatus.SEEN  # a private talk is nobody else's business
        kind = EmploymentType(one.contract_type).label if one.contract_type else ""
        through = Modality(one.modality).label if one.modality else ""
        return BeneficiaryMet(
            name=self._name(one),
            job_title=one.job_title or one.role_label,
            contract_label=", ".join(part for part in (kind, through[:1].lower() + through[1:]) if part),
            start_on=one.start_on,
            end_on=one.end_on,
            meeting=meeting,
            remarks=tuple(dict.fromkeys(remarks)),
            hours_to_date=one.hours_to_date,
            planned_hours=one.planned_hours,
            employer=one.organisation_name if one.organisation_name != sheet.company_name else "",
            tutor=one.tutor_name,
        )

    def _name(self, one: Person) -> str:
        if self._recipient is Recipient.BUYER:
            return initials(one.last_name, one.first_name)
        return letter_name(one.last_name, one.first_name)

    def name_of(self, beneficiary_id: str | None) -> str:
        person = self._sheet.person_of(beneficiary_id)
        return self._name(person) if person else ""

    def label_of(self, observation_id: str | None) -> str:
        return next((one.label for one in self._sheet.findings if one.observation_id == observation_id), "")

    def photos_of(self, observation_id: str) -> tuple[int, ...]:
        return tuple(rank for rank, one in enumerate(self._photos, 1) if one.observation_id == observation_id)

    def photos(self, desk: Desk) -> tuple[ReportPhoto, ...]:
        return tuple(
            ReportPhoto(
                number=rank,
                data=desk.files.get(one.sha256),
                width=one.width,
                height=one.height,
                caption=one.caption,
                observation_number=self.label_of(one.observation_id),
                taken_at=one.taken_at.astimezone() if one.taken_at else None,
                sha256=one.sha256,
            )
            for rank, one in enumerate(self._photos, 1)
        )


def _presence(one: Person) -> PresenceStatus:
    return PresenceStatus(one.presence)


def _last_statement(found: LastStatement | None) -> str:
    if found is None:
        return "Aucun relevé reçu à ce jour."
    month = format_month(found.month)
    state = StatementState(found.state).label.lower()
    when = found.validated_at.astimezone().date() if found.validated_at else found.received_on
    return f"Dernier relevé reçu{NBSP}: {month} ({state}{f' le {format_date(when)}' if when else ''})."


def _signatures(sheet: VisitSheet) -> tuple[SignatureBlock, ...]:
    given = [
        SignatureBlock(
            signer_name=one.signer_name,
            role=SignerRole(one.role),
            role_label=one.role_label,
            strokes=tuple(tuple((point[0], point[1], point[2]) for point in stroke) for stroke in one.strokes),
            signed_at=one.signed_at.astimezone(),
            place=one.place,
            refused=one.refused,
            refusal_reason=one.refusal_reason,
        )
        for one in sheet.signatures
    ]
    roles = {one.role for one in given}
    if SignerRole.FACILITATOR not in roles:
        given.append(SignatureBlock(sheet.facilitator_name, SignerRole.FACILITATOR))
    if SignerRole.COMPANY not in roles:
        given.append(SignatureBlock("", SignerRole.COMPANY, sheet.company_name))
    return tuple(given)


def _distribution(sheet: VisitSheet) -> tuple[str, ...]:
    return tuple(dict.fromkeys((sheet.company_name, sheet.buyer_name, sheet.organisation_name)))


def _eligibility(people: BeneficiariesService, sheet: VisitSheet) -> tuple[EligibilityLine, ...]:
    return tuple(
        line
        for one in sheet.beneficiaries
        if one.beneficiary_id
        for line in eligibility.lines_of(
            letter_name(one.last_name, one.first_name), people.eligibility_of(one.beneficiary_id)
        )
    )
