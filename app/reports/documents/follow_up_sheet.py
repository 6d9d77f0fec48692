"""Fiche de suivi du bénéficiaire (PRODUCT.md §4.2): « pour la personne » and « pour le dossier »."""

from __future__ import annotations

from collections.abc import Sequence

from app.models.choices import Recipient
from app.reports.content import (
    ActionLine,
    CurrentContract,
    FollowUpDossier,
    FollowUpSheetContent,
    Referent,
    check_recipient,
)
from app.reports.documents.sections import (
    any_on_screen,
    chapter,
    eligibility_table,
    facts,
    screen_signature_mention,
)
from app.reports.figures import DottedLines, Framed, HoursBar, MonthStrip, Tick, signature_rows
from app.reports.fonts import BOLD, REGULAR, SEMIBOLD
from app.reports.layout import Block, Columns, Stack
from app.reports.page import Part, build, frame_of, notice
from app.reports.table import Cell, Row, Table, head
from app.reports.text import BODY, CELL, CELL_RIGHT, CELL_STRONG, HEAD_RIGHT, LABEL, SMALL, Style, Text
from app.rules import french

_NAME = Style(face=BOLD, size=20, leading=24)
_PHONE = Style(face=BOLD, size=20, leading=24)


def render(content: FollowUpSheetContent) -> bytes:
    """The PDF. Raises ``WrongRecipient`` when a dossier part is given to anybody but the file."""
    return build([part(content)])


def render_many(contents: Sequence[FollowUpSheetContent]) -> bytes:
    """All the sheets in one PDF to print, each beginning on its own page and numbered on its own."""
    return build([part(content) for content in contents])


def part(content: FollowUpSheetContent) -> Part:
    """Frame and blocks, for counting pages or joining several documents."""
    check_recipient(content)
    return frame_of(content, "Fiche de suivi", content.person_name), _blocks(content)


def _blocks(content: FollowUpSheetContent) -> list[Block]:
    mine = content.stamp.recipient is Recipient.PERSON
    blocks: list[Block] = [_who(content)]
    blocks += _current(content.current, mine)
    blocks += _contracts(content, mine)
    if content.months:
        blocks.append(chapter("Mes heures par mois" if mine else "Heures par mois", _months(content)))
    blocks += _agreed(content)
    blocks.append(_meeting_and_notes(content))
    blocks += _trainings(content, mine)
    if content.stamp.recipient is Recipient.FILE and content.dossier:
        blocks += _dossier(content.dossier)
    if content.signatures:
        boxes = signature_rows(content.signatures)
        if any_on_screen(content.signatures):
            boxes.append(screen_signature_mention())
        blocks.append(chapter("Signatures", boxes))
    blocks += _privacy(content)
    return blocks


def _who(content: FollowUpSheetContent) -> Block:
    lines: list[Block] = [Text(content.person_name, _NAME)]
    if content.stamp.recipient is Recipient.FILE and content.dossier:
        lines.append(_dossier_facts(content.dossier))
    elif content.birth_year:
        lines.append(Text(f"Année de naissance : {content.birth_year}", LABEL))
    return Columns([Stack(lines), _referent(content.referent)], (5, 4))


def _referent(referent: Referent) -> Block:
    lines: list[Block] = [
        Text([("La personne à appeler : ", REGULAR), (referent.name, SEMIBOLD)], CELL),
        Text(french.format_phone(referent.phone) or "…………………………", _PHONE),
    ]
    if referent.email:
        lines.append(Text(referent.email, LABEL))
    return Framed(Stack(lines), pad=6)


def _dossier_facts(dossier: FollowUpDossier) -> Block:
    born = french.format_long_date(dossier.birth_date) if dossier.birth_date else ""
    return facts(
        [
            ("Dossier", dossier.file_number),
            ("Naissance", born),
            ("Commune", dossier.town),
            ("Prescripteur", dossier.prescriber),
            ("Période", dossier.period),
        ],
        label_share=1.4,
        value_share=4,
    )


def _current(current: CurrentContract | None, mine: bool) -> list[Block]:
    title = "Où j’en suis" if mine else "Situation actuelle"
    if current is None:
        return [chapter(title, [Text("Pas de contrat en cours.", BODY)])]
    until = f"jusqu’au {french.format_long_date(current.end_on)}" if current.end_on else "sans date de fin"
    where = [(current.job_title or "Poste à préciser", SEMIBOLD), (" chez ", REGULAR), (current.company, SEMIBOLD)]
    if current.employer:
        where.append((f" (employeur : {current.employer})", REGULAR))
    since = f"{current.contract_label}, depuis le {french.format_long_date(current.start_on)}, "
    lines: list[Block] = [Text(where), Text([(since, REGULAR), (until, SEMIBOLD)])]
    more = []
    if current.weekly_hours:
        more.append(f"{french.format_hours_unit(current.weekly_hours)} par semaine")
    if current.tutor:
        more.append(f"tuteur : {current.tutor}")
    if current.operation:
        more.append(current.operation)
    if more:
        lines.append(Text(" · ".join(more), BODY))
    if current.planned_hours:
        lines.append(HoursBar(current.done_hours, current.planned_hours, before=5))
    else:
        done = french.format_hours_unit(current.done_hours)
        lines.append(Text([("Heures faites : ", REGULAR), (done, SEMIBOLD)]))
    return [chapter(title, lines)]


def _contracts(content: FollowUpSheetContent, mine: bool) -> list[Block]:
    told = mine and content.current is not None and len(content.contracts) == 1
    if not content.contracts or told:  # the only contract is the one of « Où j’en suis »: the sheet stays one page
        return []
    rows = [
        Row(
            (
                Cell(one.company, CELL_STRONG),
                Cell(one.job_title),
                Cell(one.contract_label),
                Cell(french.format_date_range(one.start_on, one.end_on)),
                Cell(french.format_hours_short(one.hours), CELL_RIGHT),
            )
        )
        for one in content.contracts
    ]
    total = french.format_hours_short(sum(one.hours for one in content.contracts))
    if len(content.contracts) > 1:
        strong = Style(face=SEMIBOLD, size=9.5, leading=12, align="right")
        rows.append(Row((Cell("Total", CELL_STRONG, 4), Cell(total, strong)), stays=True, strong_top=True))
    heads = [head("Entreprise", "Poste", "Contrat", "Dates", Cell("Heures", HEAD_RIGHT))]
    table = Table((2.6, 2.2, 3, 3.4, 1.3), rows, heads=heads)
    return [chapter("Mes contrats" if mine else "Contrats", [table])]


def _months(content: FollowUpSheetContent) -> list[Block]:
    blocks: list[Block] = [MonthStrip(content.months[-12:], before=4)]
    if any(cell.hours is not None and not cell.validated for cell in content.months):
        blocks.append(Text("* heures reçues, pas encore validées", LABEL, before=2))
    return blocks


def _agreed(content: FollowUpSheetContent) -> list[Block]:
    blocks: list[Block] = []
    if content.objectives:
        blocks.append(Text(content.objectives, BODY))
    rows = [_action(action) for action in content.actions]
    if not rows:
        rows = [Row((Cell(Tick()), Cell(""), Cell(""), Cell("")), minimum=22) for _ in range(2)]
    heads = [head("", "Ce qui est convenu", "Par", "Avant le")]
    blocks.append(Table((0.6, 7, 2.6, 2), rows, heads=heads, before=4))
    return [chapter("Objectifs et actions convenues", blocks)]


def _action(action: ActionLine) -> Row:
    when = french.format_date(action.due_on)
    if action.done_on:
        when = f"fait le {french.format_date(action.done_on)}"
    cells = (
        Cell(Tick(action.done_on is not None)),
        Cell(action.text),
        Cell(action.owner, CELL_STRONG),
        Cell(when),
    )
    return Row(cells, minimum=18)


def _meeting_and_notes(content: FollowUpSheetContent) -> Block:
    appointment = content.appointment
    lines: list[Block] = [Text([("Prochain rendez-vous", BOLD)], BODY)]
    if appointment.at:
        day = french.capitalise_first(french.format_weekday_date(appointment.at.date()))
        lines.append(Text(day, Style(face=BOLD, size=13, leading=17)))
        lines.append(Text(f"à {french.format_time(appointment.at)}", Style(face=BOLD, size=13, leading=17)))
        if appointment.place:
            lines.append(Text(appointment.place, BODY))
        if appointment.with_whom:
            lines.append(Text(f"avec {appointment.with_whom}", BODY))
    else:
        lines += [Text(words, BODY, before=8) for words in ("Le …… / …… / ………… à …… h ……", "Lieu : ……………………………………")]
    notes = Stack([Text([("Notes", BOLD)], BODY), DottedLines(3, step=20)])
    return Columns([Framed(Stack(lines), pad=7), notes], (1, 1), before=12, after=4)


def _trainings(content: FollowUpSheetContent, mine: bool) -> list[Block]:
    if not content.trainings:
        return []
    rows = []
    for one in content.trainings:
        when = french.format_date_range(one.start_on, one.end_on) if one.start_on else ""
        if one.start_on and one.end_on is None:
            when = f"le {french.format_date(one.start_on)}"
        rows.append(
            Row(
                (
                    Cell(one.label, CELL_STRONG),
                    Cell(one.organiser),
                    Cell(when),
                    Cell(french.format_hours_short(one.hours), CELL_RIGHT),
                    Cell(one.outcome),
                )
            )
        )
    heads = [head("Formation", "Organisme", "Dates", Cell("Heures", HEAD_RIGHT), "Résultat")]
    table = Table((3.4, 2.6, 3.3, 1.2, 2.2), rows, heads=heads)
    return [chapter("Mes formations et attestations" if mine else "Formations et attestations", [table])]


def _dossier(dossier: FollowUpDossier) -> list[Block]:
    blocks: list[Block] = []
    if dossier.eligibility:
        blocks.append(chapter("Éligibilité vérifiée", [eligibility_table(dossier.eligibility)]))
    if dossier.contact_log:
        rows = []
        for line in dossier.contact_log:
            pieces = [(line.text, REGULAR)]
            if line.next_step:
                due = f" (avant le {french.format_date(line.next_step_on)})" if line.next_step_on else ""
                pieces.append((f"\nÀ suivre : {line.next_step}{due}", SEMIBOLD))
            kind = line.kind_label + (f"\n{line.author}" if line.author else "")
            cells = (Cell(french.format_date(line.noted_on)), Cell(kind), Cell(Text(pieces, CELL)))
            rows.append(Row(cells))
        heads = [head("Date", "Contact", "Compte rendu")]
        blocks.append(chapter("Journal des contacts", [Table((1.6, 2.6, 8), rows, heads=heads)]))
    return blocks


def _privacy(content: FollowUpSheetContent) -> list[Block]:
    if content.stamp.recipient is Recipient.FILE:
        return notice(content.organisation)
    paragraphs: list[Block] = [
        Text([(f"{title}. ", SEMIBOLD), (words, REGULAR)], SMALL, before=2)
        for title, words in content.organisation.privacy_long
    ]
    if not paragraphs:
        return []
    return [chapter("Vos données personnelles", paragraphs)]
