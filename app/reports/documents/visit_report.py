"""Compte rendu de visite (PRODUCT.md §4.1)."""

from __future__ import annotations

from collections.abc import Sequence

from app.models.choices import MeetingStatus, PointState, PresenceStatus, Recipient
from app.reports.content import (
    ActionLine,
    BeneficiaryMet,
    EarlierPoint,
    ObservationLine,
    VisitReportContent,
    check_recipient,
)
from app.reports.documents.sections import (
    chapter,
    eligibility_table,
    facts,
    screen_signature_mention,
)
from app.reports.figures import (
    DottedLines,
    Framed,
    Photo,
    PhotoPair,
    PositionBar,
    Tick,
    signature_rows,
)
from app.reports.fonts import REGULAR, SEMIBOLD
from app.reports.layout import Block, Stack
from app.reports.page import Part, build, frame_of, notice
from app.reports.table import Cell, Row, Table, head
from app.reports.text import BODY, CELL, CELL_RIGHT, CELL_STRONG, HEAD_RIGHT, SMALL, Text
from app.rules import french


def render(content: VisitReportContent) -> bytes:
    """The PDF. Raises ``WrongRecipient`` when a dossier part is given to anybody but the file."""
    return build([part(content)])


def part(content: VisitReportContent) -> Part:
    """Frame and blocks, for counting pages or joining several documents."""
    check_recipient(content)
    identity = content.identity
    subject = f"{identity.operation}, {identity.lot}, {identity.company}, {french.format_date(identity.date)}"
    title = f"Compte rendu : {identity.kind_label[:1].lower()}{identity.kind_label[1:]}"
    return frame_of(content, title, subject), _blocks(content)


def _blocks(content: VisitReportContent) -> list[Block]:
    blocks: list[Block] = [_identity(content), *_correction(content), *_summary(content)]
    blocks += _present(content)
    blocks += _positions(content)
    blocks += _beneficiaries(content.beneficiaries)
    blocks += _observations(content.observations)
    blocks += _earlier(content.earlier_points)
    blocks += _actions(content.actions)
    blocks += _photos(content)
    blocks += _next(content)
    blocks += _dossier(content)
    blocks += _signatures(content)
    blocks += _mentions(content)
    return blocks


def _identity(content: VisitReportContent) -> Block:
    identity = content.identity
    when = french.format_weekday_date(identity.date)
    if identity.start_time:
        when += f", {french.format_time(identity.start_time)}"
        if identity.end_time:
            when += f" – {french.format_time(identity.end_time)}"
    company = identity.company
    if identity.company_siret:
        company += f" (SIRET {french.format_siret(identity.company_siret)})"
    who = identity.facilitator
    if identity.facilitator_phone:
        who += f", {french.format_phone(identity.facilitator_phone)}"
    buyer = identity.buyer
    if identity.contract_reference:
        buyer += f" (marché {identity.contract_reference})"
    return facts(
        [
            ("Date", french.capitalise_first(when)),
            ("Lieu", identity.place),
            ("Opération", ", ".join(filter(None, (identity.operation, identity.lot)))),
            ("Donneur d’ordre", buyer),
            ("Entreprise", company),
            ("Facilitation", who),
        ]
    )


def _correction(content: VisitReportContent) -> list[Block]:
    if not content.corrects_number:
        return []
    words = f"Ce compte rendu rectifie le n° {content.corrects_number}."
    if content.correction_reason:
        words += f" Motif : {content.correction_reason}"
    return [Framed(Text([(words, SEMIBOLD)]), pad=6, before=6, after=4)]


def _summary(content: VisitReportContent) -> list[Block]:
    if not content.summary:
        return []
    lines: list[Block] = [Text([("L’essentiel", SEMIBOLD)], BODY)]
    lines += [Text(f"• {line}", BODY, before=1) for line in content.summary]
    return [Framed(Stack(lines, stick=1, bookmark="L’essentiel"), pad=7, bar=True, before=8, after=4)]


def _present(content: VisitReportContent) -> list[Block]:
    if not content.site_people:
        return []
    rows = [
        Row(
            (
                Cell(person.name, CELL_STRONG),
                Cell(person.organisation),
                Cell(person.role_label),
                Cell(_presence(person.presence)),
            )
        )
        for person in content.site_people
    ]
    heads = [head("Nom", "Organisme", "Fonction", "Présence")]
    return [chapter("Présents", [Table((3, 3, 3, 1.6), rows, heads=heads)])]


def _presence(status: PresenceStatus) -> str:
    shapes = {
        PresenceStatus.PRESENT: "●",
        PresenceStatus.LATE: "●",
        PresenceStatus.ABSENT: "○",
        PresenceStatus.EXCUSED: "○",
        PresenceStatus.UNKNOWN: "",
    }
    words = "non noté" if status is PresenceStatus.UNKNOWN else status.label.lower()
    return f"{shapes[status]} {words}".strip()


def _positions(content: VisitReportContent) -> list[Block]:
    if not content.positions and not content.last_statement:
        return []
    blocks: list[Block] = []
    for position in content.positions:
        group: list[Block] = [PositionBar(position, before=4, after=2)]
        if position.projection:
            group.append(Text(position.projection, BODY, before=1))
        blocks.append(Stack(group, whole=True, before=4, after=4))
    if content.last_statement:
        blocks.append(Text(content.last_statement, SMALL, before=2))
    return [chapter("Situation de la clause", blocks)]


def _beneficiaries(people: Sequence[BeneficiaryMet]) -> list[Block]:
    if not people:
        return []
    rows = [
        Row((Cell(_person(one)), Cell(_contract(one)), Cell(_seen(one)), Cell(_hours(one), CELL_RIGHT)))
        for one in people
    ]
    heads = [head("Personne", "Contrat", "Constaté", Cell("Heures faites", HEAD_RIGHT))]
    return [chapter("Bénéficiaires rencontrés", [Table((2.7, 4.6, 3.6, 2.2), rows, heads=heads)])]


def _person(one: BeneficiaryMet) -> Text:
    pieces = [(one.name, SEMIBOLD)]
    if one.job_title:
        pieces.append((f"\n{one.job_title}", REGULAR))
    return Text(pieces, CELL)


def _contract(one: BeneficiaryMet) -> str:
    when = french.format_date_range(one.start_on, one.end_on) if one.start_on else ""
    people = (
        f"employeur : {one.employer}" if one.employer else "",
        f"tuteur : {one.tutor}" if one.tutor else "",
    )
    return "\n".join(filter(None, (one.contract_label, when, " ; ".join(filter(None, people)))))


def _seen(one: BeneficiaryMet) -> Text:
    pieces = []
    if one.meeting is not MeetingStatus.UNKNOWN:
        pieces.append((one.meeting.label, SEMIBOLD))
    if one.remarks:
        words = " · ".join(one.remarks)
        pieces.append((f" — {words}" if pieces else words, REGULAR))
    return Text(pieces or french.DASH, CELL)


def _hours(one: BeneficiaryMet) -> str:
    done = french.format_hours_short(one.hours_to_date) or french.DASH
    if one.planned_hours is None:
        return done
    return f"{done} sur {french.format_hours_short(one.planned_hours)}"


def _observations(lines: Sequence[ObservationLine]) -> list[Block]:
    if not lines:
        return []
    rows = []
    for line in lines:
        pieces = [(line.text, SEMIBOLD)]
        if line.detail:
            pieces.append((f"\n{line.detail}", REGULAR))
        about = [line.section_label]
        if line.person:
            about.append(line.person)
        if line.photo_numbers:
            photos = french.join_words([str(number) for number in line.photo_numbers])
            about.append(f"{french.plural_word(len(line.photo_numbers), 'photo')} {photos}")
        rows.append(
            Row((Cell(line.number, CELL_STRONG), Cell(Text(pieces, CELL)), Cell("\n".join(filter(None, about)))))
        )
    heads = [head("N°", "Constat", "Objet")]
    return [chapter("Constats", [Table((1, 8.6, 3.4), rows, heads=heads)])]


_POINT_SHAPES = {PointState.CLOSED: "☑", PointState.OPEN: "☐", PointState.CARRIED: "☐", PointState.DROPPED: "—"}


def _earlier(points: Sequence[EarlierPoint]) -> list[Block]:
    if not points:
        return []
    rows = []
    for point in points:
        pieces = [(point.text, REGULAR)]
        if point.note:
            pieces.append((f"\n{point.note}", REGULAR))
        closed = point.state is PointState.CLOSED
        state = "Levé ce jour" if closed else point.state.label
        rows.append(
            Row(
                (
                    Cell(point.number, CELL_STRONG),
                    Cell(Text(pieces, CELL)),
                    Cell(point.age),
                    Cell(f"{_POINT_SHAPES[point.state]} {state}", CELL_STRONG if closed else CELL),
                )
            )
        )
    heads = [head("N°", "Point", "Âge", "État")]
    return [chapter("Points des visites précédentes", [Table((1, 6.6, 3, 2.4), rows, heads=heads)])]


def _actions(actions: Sequence[ActionLine]) -> list[Block]:
    if not actions:
        return []
    rows = []
    for action in actions:
        text = action.text
        if action.observation_number:
            text += f" (constat {action.observation_number})"
        done = french.format_date(action.done_on)
        rows.append(
            Row(
                (
                    Cell(Tick(action.done_on is not None)),
                    Cell(text),
                    Cell(action.owner, CELL_STRONG),
                    Cell(french.format_date(action.due_on) or "à fixer"),
                    Cell(done),
                ),
                minimum=22,
            )
        )
    heads = [head("", "À faire", "Par", "Avant le", "Fait le")]
    return [chapter("Actions", [Table((0.6, 6.4, 2.8, 1.8, 1.8), rows, heads=heads)])]


def _photos(content: VisitReportContent) -> list[Block]:
    if not content.photos:
        return []
    photos = [Photo(photo) for photo in content.photos]
    pairs = [PhotoPair(photos[at : at + 2], before=8, after=6) for at in range(0, len(photos), 2)]
    return [chapter("Photos", pairs)]


def _next(content: VisitReportContent) -> list[Block]:
    blocks: list[Block] = []
    if content.next_visit_on:
        day = french.format_weekday_date(content.next_visit_on)
        blocks.append(Text([("Prochaine visite : ", SEMIBOLD), (day, REGULAR)]))
    else:
        blocks.append(Text([("Prochaine visite : ", SEMIBOLD), ("……………………………………………", REGULAR)]))
    if content.free_note:
        blocks.append(Text(content.free_note, BODY, before=4))
    blocks.append(DottedLines(3, before=2))
    return [chapter("Prochaine visite et observations libres", blocks)]


def _dossier(content: VisitReportContent) -> list[Block]:
    dossier = content.dossier
    if content.stamp.recipient is not Recipient.FILE or dossier is None:
        return []
    blocks: list[Block] = []
    if dossier.internal_note:
        blocks.append(Text([("Note interne : ", SEMIBOLD), (dossier.internal_note, REGULAR)]))
    if dossier.eligibility:
        blocks.append(eligibility_table(dossier.eligibility, with_person=True))
    if not blocks:
        return []
    return [chapter("Réservé au dossier : éligibilité vérifiée", blocks)]


def _signatures(content: VisitReportContent) -> list[Block]:
    if not content.signatures:
        return []
    return [chapter("Signatures", signature_rows(content.signatures))]


def _mentions(content: VisitReportContent) -> list[Block]:
    blocks: list[Block] = []
    if content.distribution:
        blocks.append(Text([("Diffusion : ", SEMIBOLD), (", ".join(content.distribution), REGULAR)], SMALL))
    if any(one.strokes for one in content.signatures):
        blocks.append(screen_signature_mention())
    blocks += notice(content.organisation)
    return [Stack(blocks, whole=True, before=10)] if blocks else []
