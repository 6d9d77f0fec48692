"""Ma fiche de suivi, facile à lire: big type, one idea a line, pictograms, no table (PRODUCT.md B7).

From the very values of the follow-up sheet « pour la personne ». Rules of plain language: short sentences, « je »,
no abbreviation, dates in words, figures in digits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from app.models.choices import Recipient
from app.reports.content import Appointment, CurrentContract, FollowUpSheetContent, Referent, WrongRecipient
from app.reports.figures import DottedLines, Framed, Tick
from app.reports.fonts import BOLD, REGULAR, SEMIBOLD
from app.reports.layout import Block, Columns, Stack
from app.reports.page import Part, build, frame_of
from app.reports.pictograms import Pictogram
from app.reports.text import Style, Text
from app.rules import french

SIZE = 14.0
PLAIN = Style(size=SIZE, leading=19)
STRONG = Style(face=SEMIBOLD, size=SIZE, leading=19)
HEAD = Style(face=BOLD, size=16, leading=21, role="H2")
NAME = Style(face=BOLD, size=22, leading=27)
BIG = Style(face=BOLD, size=24, leading=30)
WHEN = Style(face=BOLD, size=19, leading=25)
_MOST = 4
"""Agreed things shown: more would not be read."""


def render(content: FollowUpSheetContent) -> bytes:
    """The PDF. Raises ``WrongRecipient`` for a content made for the file."""
    return build([part(content)])


def render_many(contents: Sequence[FollowUpSheetContent]) -> bytes:
    """All the sheets in one PDF to print, each beginning on its own page."""
    return build([part(content) for content in contents])


def part(content: FollowUpSheetContent) -> Part:
    """Frame and blocks."""
    if content.stamp.recipient is not Recipient.PERSON or content.dossier is not None:
        raise WrongRecipient(f"plain sheet for {content.stamp.recipient.value}")
    return frame_of(content, "Ma fiche de suivi", content.person_name), _blocks(content)


def _blocks(content: FollowUpSheetContent) -> list[Block]:
    blocks: list[Block] = [
        Text(content.person_name, NAME),
        _appointment(content.appointment),
        _call(content.referent),
        _work(content.current),
    ]
    if content.current is not None:
        blocks += [_dates(content.current), _hours(content.current)]
    blocks += _agreed(content)
    blocks += _learnt(content)
    blocks.append(_rights(content))
    return blocks


def _line(picture: str, title: str, lines: Sequence[Block]) -> Block:
    words = Stack([Text(title, HEAD), *lines])
    return Columns([Pictogram(picture), words], (1, 11), gap=10, before=13)


def _appointment(appointment: Appointment) -> Block:
    lines: list[Block] = [Text("Mon prochain rendez-vous", HEAD)]
    if appointment.at is not None:
        day = french.capitalise_first(french.format_weekday_date(appointment.at.date()))
        lines += [Text(day, WHEN), Text(f"à {french.format_time(appointment.at)}", WHEN)]
        if appointment.place:
            lines.append(Text(f"Lieu : {appointment.place}", PLAIN))
        if appointment.with_whom:
            lines.append(Text(f"Avec : {appointment.with_whom}", PLAIN))
    else:
        lines += [Text("Je note ici mon rendez-vous :", PLAIN), DottedLines(1, step=30)]
    return Framed(Columns([Pictogram("calendar", 44), Stack(lines)], (1, 9), gap=12), pad=10, before=8, after=2)


def _call(referent: Referent) -> Block:
    name = referent.name or "mon référent"
    lines: list[Block] = [Text([("Je peux appeler ", REGULAR), (name, SEMIBOLD), (".", REGULAR)], PLAIN)]
    lines.append(Text(french.format_phone(referent.phone) or "…………………………", BIG))
    return _line("phone", "J’ai une question", lines)


def _work(current: CurrentContract | None) -> Block:
    if current is None:
        return _line("work", "Mon travail", [Text("Je n’ai pas de contrat en ce moment.", PLAIN)])
    lines: list[Block] = [Text([("Je travaille chez ", REGULAR), (current.company, SEMIBOLD), (".", REGULAR)], PLAIN)]
    if current.job_title:
        lines.append(Text([("Mon métier : ", REGULAR), (_lower(current.job_title), SEMIBOLD), (".", REGULAR)], PLAIN))
    if current.employer:
        lines.append(Text(f"{current.employer} me paie.", PLAIN))
    if current.tutor:
        lines.append(Text([("Sur place, ", REGULAR), (current.tutor, SEMIBOLD), (" m’aide.", REGULAR)], PLAIN))
    return _line("work", "Mon travail", lines)


def _dates(current: CurrentContract) -> Block:
    lines: list[Block] = [Text(f"Mon contrat a commencé le {french.format_long_date(current.start_on)}.", PLAIN)]
    if current.end_on is not None:
        end = french.format_long_date(current.end_on)
        lines.append(Text([("Il finit le ", REGULAR), (end, SEMIBOLD), (".", REGULAR)], PLAIN))
    else:
        lines.append(Text("Il n’a pas de date de fin.", PLAIN))
    return _line("calendar", "Mon contrat", lines)


def _hours(current: CurrentContract) -> Block:
    done = _hours_in_words(current.done_hours)
    lines: list[Block] = [Text([("J’ai fait ", REGULAR), (done, SEMIBOLD), (".", REGULAR)], PLAIN)]
    if current.planned_hours and current.planned_hours > current.done_hours:
        left = _hours_in_words(current.planned_hours - current.done_hours)
        lines.append(Text([("Il reste ", REGULAR), (left, SEMIBOLD), (".", REGULAR)], PLAIN))
    return _line("clock", "Mes heures", lines)


def _agreed(content: FollowUpSheetContent) -> list[Block]:
    actions = [one for one in content.actions if one.done_on is None][:_MOST]
    if not actions:
        return []
    lines: list[Block] = []
    for one in actions:
        who = f"{one.owner} : " if one.owner else ""
        when = f" Avant le {french.format_long_date(one.due_on)}." if one.due_on else ""
        words = Text(f"{who}{one.text.rstrip('.')}.{when}", PLAIN)
        lines.append(Columns([Tick(side=15), words], (1, 20), gap=8, before=4))
    return [_line("agreed", "Ce que nous avons décidé", lines)]


def _learnt(content: FollowUpSheetContent) -> list[Block]:
    if not content.trainings:
        return []
    lines: list[Block] = [Text(f"{one.label}{_year(one.start_on)}.", PLAIN) for one in content.trainings[:_MOST]]
    return [_line("learn", "Ce que j’ai appris", lines)]


def _rights(content: FollowUpSheetContent) -> Block:
    whom = content.organisation.privacy_contact or content.organisation.name
    return _line(
        "rights",
        "Mes droits",
        [
            Text("Cette fiche est à moi.", PLAIN),
            Text(f"{content.organisation.name} garde ces informations pour suivre mon contrat.", PLAIN),
            Text("Je peux demander à les voir, à les corriger ou à les effacer.", PLAIN),
            Text(f"Je demande à : {whom}.", PLAIN),
        ],
    )


def _hours_in_words(hundredths: int) -> str:
    """« 312 heures », « 312 heures et 30 minutes »."""
    hours, rest = divmod(hundredths, 100)
    minutes = (rest * 60 + 50) // 100
    told = french.plural(hours, "heure")
    return f"{told} et {french.plural(minutes, 'minute')}" if minutes else told


def _lower(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"


def _year(day: dt.date | None) -> str:
    return f", en {day.year}" if day else ""
