"""What the journal says: who did what, what was sent and received, what was typed here (PRODUCT.md E10, K5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from app.rules.french import NBSP, NNBSP, capitalise_first, format_time, format_weekday_date, plural
from app.rules.record_words import (
    KINDS,
    counted,
    counted_all,
    field_label,
    noun,
    record_called,
    shortened,
)
from app.store.history import ToldChange
from app.sync.sentences import problem_told
from app.sync.state import JournalAct, JournalKind, JournalLine, Verb


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a line of the journal. ``kind`` of the record they name, and the page where it is seen."""

    text: str
    kind: str = ""
    door: tuple[str, str] = ("", "")


Sentence = tuple[Piece, ...]


def journal_lines(line: JournalLine) -> tuple[Sentence, ...]:
    """One line of the journal in sentences: one for each author and act, then what is only counted.

    « À 17 h 42, Karim Benali a modifié 3 entreprises (Bâti-Sud 91, Maçonnerie du Val et 1 autre). »
    """
    at = format_time(line.at.astimezone())
    groups: dict[tuple[str, bool, str], list[JournalAct]] = {}
    for act in line.acts:
        verb = _DECIDED if act.kind == "conflict" else _VERBS[act.verb]
        groups.setdefault((act.author, act.mine, verb), []).append(act)
    said = [_told(f"À {at}, {_who(author, mine=mine)} {verb}", acts) for (author, mine, verb), acts in groups.items()]
    if line.counts or not line.acts:
        said.append((Piece(journal_sentence(line)),))
    return tuple(said)


def _who(author: str, *, mine: bool) -> str:
    return "vous, sur un autre ordinateur, avez" if mine else f"{author or 'le réseau'} a"


def _told(begins: str, acts: Sequence[JournalAct]) -> Sentence:
    """What one author did in one way, table by table: the chief kinds first, the parts of others counted last."""
    if acts[0].kind == "conflict":
        return (Piece(f"{begins} {plural(sum(one.count for one in acts), 'fiche')}."),)
    order = list(KINDS)
    chief = sorted((one for one in acts if not noun(one.kind).minor), key=lambda one: order.index(one.kind))
    minor = sum(one.count for one in acts if noun(one.kind).minor)
    told = [_counted_and_named(one) for one in chief]
    if minor:
        told.append([Piece(plural(minor, "autre élément", "autres éléments") if told else plural(minor, "élément"))])
    pieces = [Piece(f"{begins} ")]
    for rank, some in enumerate(told):
        pieces += [Piece("" if not rank else " et " if rank == len(told) - 1 else ", "), *some]
    return (*pieces, Piece(f"{_ENDS[acts[0].verb]}."))


def _counted_and_named(act: JournalAct) -> list[Piece]:
    """« 3 visites (A, B et 1 autre) »; a single record by its name, with the fields written when they are few."""
    if act.count == 1 and act.records:
        (record,) = act.records
        fields = [field_label(act.kind, name) for name in record.fields[:_FIELDS]]
        more = len(record.fields) - len(fields)
        named = Piece(record_called(act.kind, record.title), act.kind, record.door)
        if act.verb is not Verb.CHANGED or not fields:
            return [named]
        listed = ", ".join(fields) + (f" et {plural(more, 'autre')}" if more else "")
        return [named, Piece(f" ({listed})")]
    pieces = [Piece(counted(act.kind, act.count))]
    between = f"{NNBSP}; " if any("," in record.title for record in act.records) else ", "
    for rank, record in enumerate(act.records):
        pieces += [Piece(between if rank else " ("), Piece(shortened(record.title), act.kind, record.door)]
    if act.records:
        left = act.count - len(act.records)
        pieces.append(Piece(f" et {plural(left, 'autre')})" if left else ")"))
    return pieces


_FIELDS = 3
_VERBS = {Verb.MADE: "ajouté", Verb.CHANGED: "modifié", Verb.BINNED: "mis"}
_DECIDED = "relu"
_ENDS = {Verb.MADE: "", Verb.CHANGED: "", Verb.BINNED: " à la corbeille"}


def journal_sentence(line: JournalLine) -> str:
    """« 3 visites et 12 relevés envoyés à 17 h 42 »: what is counted of a line."""
    at = f"à {format_time(line.at.astimezone())}"
    total, counts = line.total, line.counts
    kind = line.kind
    if kind is JournalKind.SENT:
        return f"{counted_all(counts, 'envoyé')} {at}."
    if kind is JournalKind.RECEIVED:
        return f"{counted_all(counts, 'reçu')} {at}."
    if kind is JournalKind.MERGED:
        return f"{counted_all(counts, 'complété')} par vous et par d’autres {at}\u00a0: tout a été gardé."
    if kind is JournalKind.PHOTOS:
        return f"{plural(total, 'photo ou document échangé', 'photos et documents échangés')} {at}."
    if kind is JournalKind.TO_REVIEW:
        return f"{plural(total, 'fiche')} à relire depuis la synchronisation {_of_time(line)}."
    if kind is JournalKind.HELD:
        return f"{plural(total, 'élément refusé', 'éléments refusés')} {at}\u00a0: à voir ci-dessus."
    if kind is JournalKind.LEFT:
        return f"{counted_all(counts)} {at}\u00a0: ne relève plus de votre organisation, retiré de ce carnet."
    if kind is JournalKind.PROBLEM:
        told = problem_told(line.problem)
        happened = told.happened if told else "envoi interrompu."
        return capitalise_first(f"{at}{NBSP}: {happened[:1].lower()}{happened[1:]}")
    return _EVENTS[kind].format(at=at)


_EVENTS = {
    JournalKind.ENROLLED: "Carnet rattaché au réseau {at}.",
    JournalKind.RESTORED: "Le serveur a repris une sauvegarde\u00a0: tout a été reçu et envoyé de nouveau {at}.",
    JournalKind.COPIED: "Ce carnet venait d’une copie\u00a0: il a été rattaché de nouveau au réseau {at}.",
    JournalKind.MENDED: "Une différence a été trouvée et réparée {at}.",
    JournalKind.DECIDED: "Une fiche relue {at}.",
}


def _of_time(line: JournalLine) -> str:
    return f"de {format_time(line.at.astimezone())}"


def change_sentence(change: ToldChange) -> str:
    """« À 9 h 12, N. DIALLO a changé Téléphone : 06… → 07… (Fiche de Julie MARTIN). »"""
    line = change.line
    who = f"{line.author_name} a" if line.author_name else "vous avez"
    at = f"À {format_time(line.at.astimezone())}, {who}"
    name = record_called(line.kind, change.title)
    if not line.field:
        return f"{at} créé {name}."
    if line.field == "deleted_at":
        return f"{at} {'mis à la corbeille' if line.after else 'repris de la corbeille'} {name}."
    before, after = (_short(one) or "rien" for one in (change.before, change.after))
    return f"{at} changé {field_label(line.kind, line.field)}{NBSP}: {before} → {after} ({name})."


def _short(text: str) -> str:
    return shortened(text, 60)


def day_heading(day: dt.date, today: dt.date) -> str:
    """« Aujourd’hui », « Hier », « Lundi 16 novembre 2026 »."""
    if day == today:
        return "Aujourd’hui"
    if day == today - dt.timedelta(days=1):
        return "Hier"
    return capitalise_first(format_weekday_date(day))
