"""Droit d’accès: everything held on a person, for the person (RGPD art. 15)."""

from __future__ import annotations

from app.models.choices import Recipient
from app.reports.content import WrongRecipient
from app.reports.documents.sections import chapter
from app.reports.fonts import BOLD, REGULAR, SEMIBOLD
from app.reports.layout import Block, Stack
from app.reports.page import Part, build, frame_of
from app.reports.person_content import AccessReportContent, HeldRecord
from app.reports.table import Cell, Look, Row, Table, head
from app.reports.text import BODY, CELL, CELL_STRONG, SMALL, Style, Text
from app.rules import french

_NAME = Style(face=BOLD, size=18, leading=22)


def render(content: AccessReportContent) -> bytes:
    """The PDF. Raises ``WrongRecipient`` for anybody but the person."""
    return build([part(content)])


def part(content: AccessReportContent) -> Part:
    """Frame and blocks."""
    if content.stamp.recipient is not Recipient.PERSON:
        raise WrongRecipient(f"access report for {content.stamp.recipient.value}")
    return frame_of(content, "Mes données personnelles", content.person_name), _blocks(content)


def _blocks(content: AccessReportContent) -> list[Block]:
    at = content.stamp.established_at
    blocks: list[Block] = [
        Text(content.person_name, _NAME),
        Text(
            f"Voici tout ce que {content.organisation.name} conserve sur vous dans son carnet de suivi, au "
            f"{french.format_long_date(at.date())} à {french.format_time(at)}. Ce document répond à votre droit "
            "d’accès (article 15 du règlement général sur la protection des données).",
            BODY,
            before=2,
            after=4,
        ),
    ]
    if content.retention:
        until = (
            f" Si rien de nouveau n’est noté, ce sera à partir du {french.format_long_date(content.purge_on)}."
            if (content.purge_on)
            else ""
        )
        blocks.append(Text(f"Conservation : {content.retention}.{until}", BODY, after=2))
    for one in content.chapters:
        count = f" ({len(one.records)})" if len(one.records) > 1 else ""
        blocks.append(chapter(f"{one.title}{count}", [_record(record) for record in one.records]))
    if content.consultations:
        rows = [
            Row((Cell(_moment(when)), Cell(who, CELL_STRONG), Cell(what))) for when, who, what in content.consultations
        ]
        table = Table((2.2, 3, 4), rows, heads=[head("Quand", "Qui", "Quoi")])
        blocks.append(chapter("Qui a consulté vos données", [table, _note_on_log()]))
    if content.changes:
        rows = [
            Row((Cell(_moment(when)), Cell(who), Cell(field, CELL_STRONG), Cell(before), Cell(after)))
            for when, who, field, before, after in content.changes
        ]
        heads = [head("Quand", "Qui", "Information", "Avant", "Après")]
        blocks.append(chapter("Changements de votre fiche", [Table((2, 2.2, 2.6, 2.8, 2.8), rows, heads=heads)]))
    paragraphs: list[Block] = [
        Text([(f"{title}. ", SEMIBOLD), (words, REGULAR)], SMALL, before=2)
        for title, words in content.organisation.privacy_long
    ]
    if paragraphs:
        blocks.append(chapter("Vos droits", paragraphs))
    return blocks


def _record(record: HeldRecord) -> Block:
    lines: list[Block] = [Text([(record.title, SEMIBOLD)], BODY, before=4)] if record.title else []
    rows = [Row((Cell(label, CELL), Cell(value, CELL_STRONG))) for label, value in record.facts]
    lines.append(Table((2.4, 7), rows, look=Look(pad_x=2, pad_y=0.8, plain=True)))
    return Stack(lines, stick=1 if record.title else 0, before=3)


def _note_on_log() -> Block:
    return Text("Consultations faites sur cet ordinateur, un an au plus.", SMALL, before=2)


def _moment(when: object) -> str:
    import datetime as dt

    assert isinstance(when, dt.datetime)
    return f"{french.format_date(when.date())} {french.format_time(when)}"
