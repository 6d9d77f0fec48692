"""Relance: a letter to a company whose monthly statement has not come (PRODUCT.md H9)."""

from __future__ import annotations

from reportlab.lib.units import mm

from app.reports.content import ReminderContent
from app.reports.figures import QrCode
from app.reports.fonts import BOLD, REGULAR, SEMIBOLD, Face
from app.reports.layout import Block, Columns, Space, Stack
from app.reports.page import Part, build, frame_of, notice
from app.reports.text import SMALL, Style, Text
from app.rules import french
from app.rules.calendar import month_of

TITLE = "Relance"
_LETTER = Style(size=11, leading=15)
_ADDRESS = Style(face=SEMIBOLD, size=11, leading=14)
_CODE = Style(face=BOLD, size=15, leading=18)


def render(content: ReminderContent) -> bytes:
    """The PDF of the letter alone."""
    return build([part(content)])


def part(content: ReminderContent) -> Part:
    """Frame and blocks, for counting pages or joining several documents."""
    return frame_of(content, TITLE, f"{content.company}, {_month(content)}"), _blocks(content)


def _month(content: ReminderContent) -> str:
    return french.format_month(month_of(content.month))


def _blocks(content: ReminderContent) -> list[Block]:
    address = [Text(content.company, _ADDRESS)]
    if content.contact:
        address.append(Text(f"À l’attention de {content.contact}", _LETTER))
    address += [Text(line, _LETTER) for line in content.address_lines]
    day = french.format_long_date(content.stamp.established_at.date())
    where = f"{content.place}, le {day}" if content.place else f"Le {day}"
    blocks: list[Block] = [
        Columns([Space(0), Stack([*address, Space(10), Text(where, _LETTER)])], (1, 1), before=14 * mm, after=12 * mm),
        Text(
            [("Objet : ", SEMIBOLD), (f"relevé mensuel des heures d’insertion, {_month(content)}", SEMIBOLD)],
            _LETTER,
            after=8,
        ),
        Text("Madame, Monsieur,", _LETTER, after=8),
        Text(_facts(content), _LETTER, after=8),
    ]
    if content.earlier:
        days = french.join_words([french.format_long_date(one) for one in content.earlier])
        blocks.append(Text(f"Cette relance fait suite à celle du {days}.", _LETTER, after=8))
    blocks += [
        Text(_request(content), _LETTER, after=8),
        Text(
            "Si aucune personne n’a travaillé ce mois-ci, le relevé le dit avec des zéros. Tout autre tableau "
            "d’heures de votre choix (paie, agence d’intérim) convient aussi.",
            _LETTER,
            after=10,
        ),
        _code(content),
        Text("Nous restons à votre disposition et vous remercions de votre engagement.", _LETTER, before=10, after=16),
        Columns([Space(0), Text(_signature(content), _LETTER)], (1, 1), after=18),
        *notice(content.organisation),
    ]
    return blocks


def _facts(content: ReminderContent) -> str:
    people = french.plural(content.people, "personne")
    places = french.join_words(list(content.operations))
    month = french.of(_month(content))
    words = f"Sauf erreur de notre part, le relevé des heures d’insertion {month} ne nous est pas parvenu."
    if content.people:
        words += f" Il concerne {people} en parcours d’insertion" + (f" ({places})." if places else ".")
    return words


def _request(content: ReminderContent) -> str:
    if content.due_on is None:
        return "Nous vous remercions de nous retourner le relevé joint, complété, daté et signé."
    day = french.format_long_date(content.due_on)
    if content.late:
        return (
            f"Il était attendu pour le {day}. Nous vous remercions de nous retourner dès que possible le relevé joint, "
            "complété, daté et signé."
        )
    return f"Nous vous remercions de nous retourner le relevé joint, complété, daté et signé, avant le {day}."


def _code(content: ReminderContent) -> Block:
    side = 62.0
    words = Stack(
        [
            Space(8),
            Text("Code du relevé, à rappeler dans votre réponse", SMALL),
            Text(content.paper_code, _CODE),
        ]
    )
    qr = QrCode(content.paper_code, side, f"Code QR : {content.paper_code}")
    return Columns([qr, words], (side, 300), gap=8)


def _signature(content: ReminderContent) -> list[tuple[str, Face]]:
    person = content.referent
    reach = ", ".join(filter(None, (french.format_phone(person.phone), person.email)))
    return [(person.name, SEMIBOLD), (f"\n{content.organisation.name}" + (f"\n{reach}" if reach else ""), REGULAR)]
