"""Calcul des heures d’insertion: the formula, its four factors, what is computed and what is retained.

Source: charte Inclusiv’Essonne art. 4.3 (DOMAIN.md §3.1). Every figure comes from the content: a document
computes nothing, an auditor can redo it by hand.
"""

from __future__ import annotations

from fractions import Fraction

from app.reports.content import HoursSizingContent
from app.reports.documents.sections import chapter, facts
from app.reports.figures import Formula, Framed, signature_rows
from app.reports.fonts import BOLD, REGULAR, SEMIBOLD
from app.reports.layout import Block, Columns, Stack
from app.reports.page import Part, build, frame_of
from app.reports.table import Cell, Row, Table, head
from app.reports.text import (
    BODY,
    CELL_RIGHT,
    CELL_RIGHT_STRONG,
    CELL_STRONG,
    HEAD,
    HEAD_RIGHT,
    SMALL,
    Style,
    Text,
)
from app.rules import french

_VARIANTS = 7
"""Rates that hold on a line."""
_BIG = Style(face=BOLD, size=22, leading=27)


def render(content: HoursSizingContent) -> bytes:
    """The PDF."""
    return build([part(content)])


def part(content: HoursSizingContent) -> Part:
    """Frame and blocks, for counting pages or joining several documents."""
    subject = ", ".join(filter(None, (content.operation, content.lot)))
    return frame_of(content, "Calcul des heures d’insertion", subject), _blocks(content)


def _rate(hundredths_of_percent: int) -> str:
    text = french.format_decimal(Fraction(hundredths_of_percent, 100))
    return f"{text.rstrip('0').rstrip(',')} %"


def _blocks(content: HoursSizingContent) -> list[Block]:
    blocks: list[Block] = [
        facts(
            [
                ("Opération", ", ".join(filter(None, (content.operation, content.lot)))),
                ("Donneur d’ordre", content.buyer),
                ("Calcul du", french.format_long_date(content.sized_on)),
            ]
        ),
        chapter("La formule", _formula(content)),
        chapter("Les quatre facteurs", [_factors(content)]),
        Columns([_computed(content), _retained(content)], (1, 1), before=12),
    ]
    if content.retained_reason:
        words = [("Motif des heures retenues : ", SEMIBOLD), (content.retained_reason, REGULAR)]
        blocks.append(Text(words, BODY, before=8))
    blocks.append(Text(_minimum(content), SMALL, before=6))
    blocks += _variants(content)
    if content.signatures:
        blocks.append(chapter("Accord", signature_rows(content.signatures)))
    return blocks


def _formula(content: HoursSizingContent) -> list[Block]:
    source = f"Source : {content.charter_name}, article {content.charter_article}."
    words = Formula(
        "Heures d’insertion =",
        "montant HT des travaux × taux de main d’œuvre × taux d’insertion",
        "coût d’une heure de travail",
    )
    figures = Formula(
        f"{french.format_hours_unit(content.computed_hours)} =",
        f"{french.format_money_short(content.amount_cents)} × {_rate(content.labour_share)} × "
        f"{_rate(content.effort_rate)}",
        french.format_money_short(content.hourly_cost_cents),
    )
    return [Stack([words, figures], whole=True, before=6), Text(source, SMALL, before=2)]


def _factors(content: HoursSizingContent) -> Table:
    rows = [
        ("Montant HT des travaux", french.format_money(content.amount_cents), "estimation ou marché"),
        ("Taux de main d’œuvre", _rate(content.labour_share), "part de la main d’œuvre dans le montant"),
        ("Taux d’insertion", _rate(content.effort_rate), "part de la main d’œuvre consacrée à l’insertion"),
        ("Coût d’une heure de travail", french.format_money(content.hourly_cost_cents), "charges comprises"),
    ]
    return Table(
        (4, 2.6, 6),
        [Row((Cell(name, CELL_STRONG), Cell(value, CELL_RIGHT_STRONG), Cell(remark))) for name, value, remark in rows],
        heads=[head("Facteur", Cell("Valeur", HEAD_RIGHT), "Ce que c’est")],
    )


def _computed(content: HoursSizingContent) -> Block:
    return Framed(
        Stack([Text("Heures calculées", BODY), Text(french.format_hours_unit(content.computed_hours), _BIG)]), pad=9
    )


def _retained(content: HoursSizingContent) -> Block:
    lines: list[Block] = [
        Text([("Heures retenues", SEMIBOLD)], BODY),
        Text(french.format_hours_unit(content.retained_hours), _BIG),
    ]
    return Framed(Stack(lines), pad=9, bar=True)


def _minimum(content: HoursSizingContent) -> str:
    minimum = _rate(content.minimum_effort_rate)
    words = f"La charte fixe un minimum de {minimum} de la main d’œuvre. "
    if content.effort_rate < content.minimum_effort_rate:
        words += f"Le taux de ce calcul, {_rate(content.effort_rate)}, est inférieur à ce minimum."
    else:
        words += f"Le taux de ce calcul, {_rate(content.effort_rate)}, le respecte."
    if content.full_time_hours:
        years = french.format_decimal(Fraction(content.retained_hours, content.full_time_hours), 2)
        words += (
            f" Ordre de grandeur des heures retenues : {years} équivalent temps plein sur un an "
            f"({french.format_hours_unit(content.full_time_hours)})."
        )
    return words


def _variants(content: HoursSizingContent) -> list[Block]:
    if not content.variants:
        return []
    rates, hours = [Cell("Taux d’insertion", HEAD)], [Cell("Heures calculées", CELL_STRONG)]
    for one in content.variants[:_VARIANTS]:
        here = one.effort_rate == content.effort_rate
        rates.append(Cell(_rate(one.effort_rate), HEAD_RIGHT))
        style = CELL_RIGHT_STRONG if here else CELL_RIGHT
        hours.append(Cell(french.format_hours_unit(one.computed_hours), style))
    table = Table((2, *[1.3] * (len(rates) - 1)), [Row(tuple(hours))], heads=[head(*rates)])
    return [chapter("Selon le taux d’insertion, les trois autres facteurs inchangés", [table])]
