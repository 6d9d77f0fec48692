"""Présentation d’un candidat: one page for a company, without a word of why the person is eligible (PRODUCT.md R5)."""

from __future__ import annotations

from app.models.choices import Recipient
from app.reports.content import WrongRecipient
from app.reports.documents.sections import chapter, facts
from app.reports.figures import FillIn, Framed, Tick
from app.reports.fonts import BOLD, REGULAR, SEMIBOLD
from app.reports.layout import Block, Columns, Stack
from app.reports.page import Part, build, frame_of, notice
from app.reports.person_content import IntroductionContent, OfferFacts
from app.reports.table import Cell, Row, Table, head
from app.reports.text import BODY, CELL_RIGHT, CELL_STRONG, HEAD_RIGHT, LABEL, Style, Text
from app.rules import french

_NAME = Style(face=BOLD, size=22, leading=27)
_PHONE = Style(face=BOLD, size=16, leading=20)
_MOST = 6


def render(content: IntroductionContent) -> bytes:
    """The PDF. Raises ``WrongRecipient`` for anybody but a company or the file."""
    return build([part(content)])


def part(content: IntroductionContent) -> Part:
    """Frame and blocks."""
    if content.stamp.recipient not in (Recipient.COMPANY, Recipient.FILE):
        raise WrongRecipient(f"introduction for {content.stamp.recipient.value}")
    return frame_of(content, "Présentation d’un candidat", content.person_name), _blocks(content)


def _blocks(content: IntroductionContent) -> list[Block]:
    free = f"à partir du {french.format_long_date(content.available_on)}" if content.available_on else "immédiatement"
    who: list[Block] = [Text(content.person_name, _NAME)]
    if content.job_title:
        who.append(Text(content.job_title, Style(face=SEMIBOLD, size=13, leading=17)))
    who.append(Text([("Disponible ", REGULAR), (free, SEMIBOLD)], BODY, before=2))
    if content.prescriber:
        who.append(Text(f"Candidature proposée par {content.prescriber}", LABEL))
    blocks: list[Block] = [Columns([Stack(who), _contact(content)], (5, 4))]
    if content.offer is not None:
        blocks.append(chapter("Le poste", [_offer(content.offer)]))
    if content.presentation:
        blocks.append(chapter("En quelques mots", [Text(content.presentation, BODY)]))
    blocks.append(chapter("Expérience", _experience(content)))
    if content.trainings:
        lines: list[Block] = []
        for one in content.trainings[:_MOST]:
            more = ", ".join(part for part in (one.organiser, one.outcome) if part)
            year = f" ({one.start_on.year})" if one.start_on else ""
            lines.append(Text([(f"{one.label}{year}", SEMIBOLD), (f" — {more}" if more else "", REGULAR)], BODY))
        blocks.append(chapter("Formations et attestations", lines))
    blocks.append(chapter("Votre réponse", [_answer()]))
    blocks += notice(content.organisation)
    return blocks


def _contact(content: IntroductionContent) -> Block:
    referent = content.referent
    lines: list[Block] = [
        Text([("Votre interlocuteur : ", REGULAR), (referent.name, SEMIBOLD)], LABEL),
        Text(french.format_phone(referent.phone) or "…………………………", _PHONE),
    ]
    if referent.email:
        lines.append(Text(referent.email, LABEL))
    return Framed(Stack(lines), pad=6)


def _offer(offer: OfferFacts) -> Block:
    dates = french.format_date_range(offer.start_on, offer.end_on) if offer.start_on else ""
    week = f"{french.format_hours_unit(offer.weekly_hours)} par semaine" if offer.weekly_hours else ""
    return facts(
        [
            ("Offre", f"{offer.number} · {offer.title}".strip(" ·")),
            ("Entreprise", offer.company),
            ("Lieu", offer.place),
            ("Contrat", ", ".join(part for part in (offer.contract_label, week) if part)),
            ("Dates", dates),
        ]
    )


def _experience(content: IntroductionContent) -> list[Block]:
    if not content.experiences:
        return [Text("Première expérience dans ce métier. La personne vous en parlera.", BODY)]
    rows = [
        Row(
            (
                Cell(one.job_title or one.trade, CELL_STRONG),
                Cell(one.trade if one.job_title else ""),
                Cell(french.format_date_range(one.start_on, one.end_on)),
                Cell(french.format_hours_short(one.hours), CELL_RIGHT),
            )
        )
        for one in content.experiences[:_MOST]
    ]
    heads = [head("Poste", "Métier", "Dates", Cell("Heures", HEAD_RIGHT))]
    return [Table((3, 3.4, 3.2, 1.2), rows, heads=heads)]


def _answer() -> Block:
    choices = ("Je souhaite rencontrer la personne le …… / …… / ………… à …… h ……", "J’embauche", "Je ne retiens pas")
    rows = [Row((Cell(Tick()), Cell(words)), minimum=18) for words in choices]
    table = Table((0.5, 10), rows)
    return Stack([table, FillIn([("Nom", 3), ("Date", 1.4), ("Signature", 2.6)], before=8, size=10)])
