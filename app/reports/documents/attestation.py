"""Attestation de réalisation d’heures d’insertion, at the end of a contract (PRODUCT.md §4.4)."""

from __future__ import annotations

from collections.abc import Sequence

from app.models.choices import SignerRole
from app.reports.content import AttestationContent, AttestedMonth, SignatureBlock
from app.reports.documents.sections import chapter, facts
from app.reports.figures import SIGNATURE_WIDTH, DottedLines, Framed, signature_rows
from app.reports.fonts import BOLD, REGULAR, SEMIBOLD
from app.reports.layout import Block, Columns, Space, Stack
from app.reports.page import WIDTH, Part, build, frame_of, notice
from app.reports.table import Cell, Look, Row, Table, head
from app.reports.text import BODY, CELL, CELL_RIGHT, CELL_RIGHT_STRONG, CELL_STRONG, HEAD_RIGHT, SMALL, Style, Text
from app.rules import french
from app.rules.calendar import month_of

TITLE = "Attestation d’heures d’insertion"
"""What the header has room for; the whole title stands above the declaration."""
_WHOLE_TITLE = Style(face=BOLD, size=14, leading=18, align="centre", role="H2")
_ROWS, _MOST_COLUMNS = 6, 3
"""Months under each other before another column is made: a contract of two years holds on one page."""
_TOTAL = Style(face=BOLD, size=15, leading=19)
_LIMITS = "Ce document n’est ni un certificat de travail ni l’attestation employeur destinée à France Travail."


def render(content: AttestationContent) -> bytes:
    """The PDF."""
    return build([part(content)])


def render_many(contents: Sequence[AttestationContent]) -> bytes:
    """Several attestations in one PDF to print, each beginning on its own page and numbered on its own."""
    return build([part(content) for content in contents])


def part(content: AttestationContent) -> Part:
    """Frame and blocks, for counting pages or joining several documents."""
    return frame_of(content, TITLE, content.person), _blocks(content)


def _blocks(content: AttestationContent) -> list[Block]:
    return [
        *_declaration(content),
        chapter("Contrat", [_contract(content)]),
        chapter("Heures réalisées", _hours(content)),
        *_shares(content),
        *_basis(content),
        _end(content),
    ]


def _declaration(content: AttestationContent) -> list[Block]:
    blocks: list[Block] = [Text("Attestation de réalisation d’heures d’insertion", _WHOLE_TITLE, after=4)]
    if content.replaces:
        blocks.append(Text([(f"Annule et remplace l’attestation {content.replaces}.", SEMIBOLD)], BODY, after=4))
    who = f", {content.born} le {french.format_long_date(content.birth_date)}" if content.birth_date else ""
    where = f", demeurant à {content.town}" if content.town else ""
    pieces = [
        (f"Je soussigné(e) {content.signer}, pour {content.organisation.name}, atteste que ", REGULAR),
        (content.person, SEMIBOLD),
        (f"{who}{where}, a réalisé au titre de la clause sociale d’insertion ", REGULAR),
        (french.format_hours_unit(content.total), SEMIBOLD),
        (" de travail, détaillées ci-dessous.", REGULAR),
    ]
    return [*blocks, Text(pieces, Style(size=11, leading=15), before=4)]


def _contract(content: AttestationContent) -> Block:
    company = content.company
    if content.company_siret:
        company += f" (SIRET {french.format_siret(content.company_siret)})"
    dates = f"depuis le {french.format_long_date(content.start_on)}"
    if content.end_on is not None:
        dates = f"du {french.format_long_date(content.start_on)} au {french.format_long_date(content.end_on)}"
    return facts(
        [
            ("Employeur", content.employer),
            ("Entreprise", company),
            ("Opération", ", ".join(filter(None, (content.operation, content.lot)))),
            ("Donneur d’ordre", content.buyer),
            ("Marché", content.contract_reference),
            ("Contrat", content.contract_label),
            ("Poste", content.job_title),
            ("Dates", dates),
        ]
    )


def _month(month: AttestedMonth) -> str:
    return french.capitalise_first(french.format_month(month_of(month.month)))


def _month_table(months: Sequence[AttestedMonth], training: bool) -> Table:
    rows = [
        Row(
            (
                Cell(_month(one), CELL),
                Cell(french.format_hours(one.worked), CELL_RIGHT),
                *((Cell(french.format_hours(one.training or None), CELL_RIGHT),) if training else ()),
            )
        )
        for one in months
    ]
    heads: list[str | Cell] = ["Mois", Cell("Heures", HEAD_RIGHT)]
    if training:
        heads.append(Cell("Dont formation", HEAD_RIGHT))
    return Table((3, 1.6, *((1.9,) if training else ())), rows, heads=[head(*heads)], look=Look(pad_x=3, pad_y=1.4))


def _hours(content: AttestationContent) -> list[Block]:
    training = bool(content.training_total)
    months = content.months
    table: Block
    if months:
        columns = min(_MOST_COLUMNS, max(2, -(-len(months) // _ROWS)))
        rows = -(-len(months) // columns)
        parts = [months[at : at + rows] for at in range(0, len(months), rows)]
        tables: list[Block] = [_month_table(part, training) for part in parts]
        tables += [Space(0)] * (columns - len(tables))
        table = Columns(tables, (1,) * columns, gap=20)
    else:
        table = Text("Aucune heure validée.", BODY)
    lines: list[Block] = [
        Text(f"Total : {french.format_hours_unit(content.total)}", _TOTAL),
        Text(f"soit {french.hours_in_words(content.total)}", Style(face=SEMIBOLD, size=11, leading=14)),
    ]
    if training:
        words = f"dont {french.format_hours_unit(content.training_total)} de formation"
        lines.append(Text(words, BODY))
    blocks: list[Block] = [table, Framed(Stack(lines, whole=True), pad=7, bar=True, before=8)]
    for one in content.rectifications:
        sign = "+" if one.difference > 0 else "−"
        words = f"Rectification {french.of(french.format_month(month_of(one.month)))} comprise : {sign}"
        words += f"{french.format_hours_unit(abs(one.difference))}, le {french.format_date(one.on)}"
        blocks.append(Text(f"{words} ({one.reason.rstrip('.')})." if one.reason else f"{words}.", SMALL, before=3))
    if content.pending:
        names = french.join_words([french.format_month(month_of(one)) for one in content.pending])
        blocks.append(
            Text([("À valider avant d’émettre l’attestation : ", SEMIBOLD), (f"{names}.", REGULAR)], BODY, before=5)
        )
    return blocks


def _shares(content: AttestationContent) -> list[Block]:
    if not content.shares:
        return []
    rows = [
        Row((Cell(one.label, CELL_STRONG), Cell(french.format_hours(one.hours), CELL_RIGHT))) for one in content.shares
    ]
    total = sum(one.hours for one in content.shares)
    rows.append(
        Row(
            (Cell("Total", CELL_RIGHT_STRONG), Cell(french.format_hours(total), CELL_RIGHT_STRONG)),
            stays=True,
            strong_top=True,
        )
    )
    blocks: list[Block] = [Table((6, 1.4), rows, heads=[head("Opération, lot", Cell("Heures", HEAD_RIGHT))])]
    if content.agreement:
        blocks.append(Text(f"{content.agreement}. Aucune heure n’est comptée deux fois.", SMALL, before=3))
    return [chapter("Répartition entre les opérations", blocks)]


def _basis(content: AttestationContent) -> list[Block]:
    if not content.statements:
        return []
    words = f"Heures établies d’après les relevés mensuels validés {', '.join(content.statements)}."
    return [Text(words, SMALL, before=6)]


def _end(content: AttestationContent) -> Block:
    signature = SignatureBlock(content.signer, SignerRole.FACILITATOR, content.organisation.name)
    left = Stack(
        [
            Text([("Appréciation de l’entreprise (facultative)", SEMIBOLD)], CELL),
            DottedLines(3),
            Text(_LIMITS, SMALL, before=10),
        ]
    )
    boxes = Columns([left, *signature_rows([signature])], (WIDTH - SIGNATURE_WIDTH - 18, SIGNATURE_WIDTH), gap=18)
    return Stack([boxes, *notice(content.organisation)], whole=True, before=10)
