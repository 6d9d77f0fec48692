"""Offres ouvertes: the list sent to prescribers. No name of a person has a place here."""

from __future__ import annotations

from app.reports.figures import Framed
from app.reports.fonts import BOLD, REGULAR, SEMIBOLD
from app.reports.layout import Block, Columns, Stack
from app.reports.page import Part, build, frame_of
from app.reports.person_content import OpenOffer, OpenOffersContent
from app.reports.text import BODY, LABEL, SMALL, Style, Text
from app.rules import french

_TITLE = Style(face=BOLD, size=12.5, leading=16, role="H2")


def render(content: OpenOffersContent) -> bytes:
    """The PDF."""
    return build([part(content)])


def part(content: OpenOffersContent) -> Part:
    """Frame and blocks."""
    title = "Offres d’emploi ouvertes"
    return frame_of(content, title, f"au {french.format_long_date(content.on)}"), _blocks(content)


def _blocks(content: OpenOffersContent) -> list[Block]:
    posts = sum(one.left for one in content.offers)
    offers = french.plural(len(content.offers), "offre")
    if not content.offers:
        return [Text(f"Aucune offre ouverte au {french.format_long_date(content.on)}.", BODY)]
    intro = (
        f"{offers}, {french.plural(posts, 'poste')} à pourvoir au {french.format_long_date(content.on)}, "
        "dans le cadre de clauses sociales d’insertion. Proposez une personne en appelant l’interlocuteur indiqué : "
        "il vérifie avec vous que les conditions du marché sont remplies."
    )
    return [Text(intro, BODY), *(_offer(one) for one in content.offers)]


def _offer(one: OpenOffer) -> Block:
    week = f"{french.format_hours_unit(one.weekly_hours)} par semaine" if one.weekly_hours else ""
    dates = ""
    if one.start_on:
        dates = f"à partir du {french.format_long_date(one.start_on)}" + (
            f", jusqu’au {french.format_long_date(one.end_on)}" if one.end_on else ""
        )
    posts = french.plural(one.left, "poste") + (f" sur {one.posts}" if one.left != one.posts else "")
    left: list[Block] = [Text([(one.title, BOLD), (f"  ·  {posts}", REGULAR)], _TITLE)]
    if one.trade:
        left.append(Text(one.trade, LABEL))
    left.append(Text([(one.company, SEMIBOLD), (f", {one.operation}" if one.operation else "", REGULAR)], BODY))
    place = one.place if one.place != one.operation else ""
    for words in (place, ", ".join(part for part in (one.contract_label, week) if part), dates):
        if words:
            left.append(Text(french.capitalise_first(words), BODY))
    if one.description:
        left.append(Text(one.description, BODY, before=2))
    right: list[Block] = [Text([(one.number, SEMIBOLD)], BODY)]
    if one.apply_before:
        right.append(Text([("Avant le ", REGULAR), (french.format_long_date(one.apply_before), SEMIBOLD)], BODY))
    right.append(Text("Proposer une personne à :", SMALL, before=4))
    right.append(Text([(one.apply_to.name, SEMIBOLD)], BODY))
    phone = french.format_phone(one.apply_to.phone)
    right += [Text(words, BODY) for words in (phone, one.apply_to.email) if words]
    return Framed(Columns([Stack(left), Stack(right)], (3, 1.35), gap=12), pad=8, before=9)
