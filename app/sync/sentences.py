"""What is said of the exchange, in French: one place, so that the window and the command line say the same.

No technical word (PRODUCT.md AC 13, AC 38): ``tests/sync/test_sentences.py`` reads every sentence. A problem is told in
three parts: what happened, what is safe, what to do.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.rules.french import (
    NBSP,
    NNBSP,
    capitalise_first,
    format_date,
    format_hours,
    format_integer,
    format_month,
    format_time,
    format_weekday_date,
    plural,
    quoted,
)
from app.rules.lease import words
from app.rules.record_words import (
    counted_all,
    field_label,
    linked_kind,
    noun,
    record_called,
    shortened,
    shown_value,
)
from app.rules.small_numbers import Masked, Shown
from app.store.history import ToldChange
from app.sync.state import (
    ExchangeState,
    FiguresRow,
    HeldCard,
    HeldReason,
    JournalKind,
    JournalLine,
    NetworkFigures,
    Problem,
    Progress,
    ReviewCard,
    ReviewKind,
    Situation,
    Stage,
    SyncReport,
    Verification,
    Version,
)

CLOCK_TOLD = 600
"""A clock off by more than ten minutes is told (SYNC.md §3), in seconds."""
NO_QUESTION = "Rien à relire."


@dataclass(frozen=True, slots=True)
class Told:
    """A problem in three parts, and what the button beside it says; empty when there is nothing to press."""

    happened: str
    safe: str
    todo: str
    button: str = ""

    @property
    def sentence(self) -> str:
        """The three parts in one paragraph."""
        return " ".join(part for part in (self.happened, self.safe, self.todo) if part)


RETRY = "Réessayer"
SIGN_IN = "Se connecter"

_TODO: dict[Problem, tuple[str, str, str]] = {
    Problem.OFFLINE: ("Il n’y a pas de réseau ici.", "L’envoi reprendra seul dès que le réseau revient.", RETRY),
    Problem.PORTAL: (
        "Vous êtes connecté au Wi-Fi, mais le serveur du réseau reste introuvable.",
        "Ouvrez votre navigateur et acceptez la page d’accueil du Wi-Fi, puis réessayez.",
        RETRY,
    ),
    Problem.UNREACHABLE: (
        "Le serveur du réseau ne répond pas pour le moment.",
        "L’envoi sera retenté seul. Si cela dure, prévenez votre réseau.",
        RETRY,
    ),
    Problem.SIGN_IN: (
        "Votre connexion au réseau est arrivée à son terme.",
        "Saisissez de nouveau votre mot de passe du réseau.",
        SIGN_IN,
    ),
    Problem.TOO_OLD: (
        "Ce programme est trop ancien pour recevoir ce que le réseau a changé.",
        "Mettez le programme à jour\u00a0: ce que vous saisissez continue d’être envoyé.",
        RETRY,
    ),
    Problem.TOO_NEW: (
        "Ce programme est plus récent que le serveur du réseau.",
        "Continuez à travailler. L’envoi reprendra quand le réseau aura mis son serveur à jour.",
        RETRY,
    ),
    Problem.REVOKED: (
        "Le réseau a retiré l’accès de ce carnet\u00a0: il ne peut plus être ouvert sur cet ordinateur.",
        "Demandez à la coordination de votre réseau ce qu’il faut faire.",
        "",
    ),
    Problem.DISK_FULL_HERE: (
        "Il n’y a plus de place sur cet ordinateur.",
        "Libérez de la place, puis réessayez.",
        RETRY,
    ),
    Problem.DISK_FULL_THERE: (
        "Il n’y a plus de place sur le serveur du réseau.",
        "Prévenez la coordination de votre réseau\u202f; l’envoi reprendra ensuite.",
        RETRY,
    ),
    Problem.NOT_SECURE: (
        "L’adresse du serveur n’est pas protégée\u00a0: rien n’y est envoyé.",
        "Demandez à votre réseau une adresse qui commence par «\u00a0https\u00a0», puis connectez-vous de nouveau.",
        SIGN_IN,
    ),
    Problem.NOT_ENROLLED: (
        "Ce carnet n’est rattaché à aucun réseau.",
        "Rejoignez votre réseau quand vous le voulez\u202f; tout fonctionne sans lui.",
        "",
    ),
    Problem.DEMONSTRATION: (
        "C’est une démonstration\u00a0: rien n’en est envoyé.",
        "Ouvrez votre carnet pour l’envoyer.",
        "",
    ),
    Problem.CANCELLED: ("Vous avez arrêté l’envoi.", "Il reprendra où il en était.", RETRY),
    Problem.LOCKED: ("Le carnet s’est verrouillé pendant l’envoi.", "Il reprendra où il en était.", RETRY),
}

_SHORT: dict[Problem, str] = {
    Problem.PORTAL: "Connecté, serveur introuvable",
    Problem.UNREACHABLE: "Connecté, le serveur ne répond pas",
    Problem.SIGN_IN: "Mot de passe du réseau à saisir",
    Problem.TOO_OLD: "Programme à mettre à jour",
    Problem.TOO_NEW: "Serveur du réseau à mettre à jour",
    Problem.REVOKED: "Accès retiré par le réseau",
    Problem.DISK_FULL_HERE: "Plus de place sur cet ordinateur",
    Problem.DISK_FULL_THERE: "Plus de place au réseau",
    Problem.NOT_SECURE: "Adresse du serveur non protégée",
    Problem.DEMONSTRATION: "Démonstration\u00a0: rien n’est envoyé",
}


def problem_told(problem: Problem, unsent: int = 0) -> Told | None:
    """``problem`` in three parts; ``None`` when there is none."""
    if problem is Problem.NONE:
        return None
    happened, todo, pressed = _TODO[problem]
    if problem is Problem.REVOKED:
        safe = "Ce qui avait été envoyé est en sécurité au réseau."
    else:
        safe = safe_words(unsent)
    return Told(happened, safe, todo, pressed)


def safe_words(unsent: int) -> str:
    """« Vos 7 modifications sont gardées sur cet ordinateur. »"""
    if not unsent:
        return "Tout ce que vous avez saisi est en sécurité."
    if unsent == 1:
        return "Votre modification est gardée sur cet ordinateur."
    return f"Vos {plural(unsent, 'modification')} sont gardées sur cet ordinateur."


# --- the indicator -------------------------------------------------------------------------------


def indicator(state: ExchangeState, now: dt.datetime, progress: Progress | None = None) -> str:
    """The words of the left corner (PRODUCT.md §3.6). ``progress`` of the session under way, when known."""
    situation = state.situation
    if situation in QUIET and (asked := lease_words(state, now)):
        return f"{asked} · {plural(state.unsent, 'modification')} à envoyer" if state.unsent else asked
    if situation is Situation.RUNNING:
        return running(progress)
    if situation is Situation.REFUSED:
        return f"{plural(state.held, 'élément refusé', 'éléments refusés')} — voir"
    if situation is Situation.ATTENTION:
        return _SHORT.get(state.problem, "Envoi à reprendre")
    if situation is Situation.TO_REVIEW:
        return plural(state.to_review, "fiche à relire", "fiches à relire")
    if situation in (Situation.OFFLINE, Situation.ALONE):
        return offline(state.unsent)
    if situation is Situation.TO_SEND:
        since = f" · synchro {when(state.last_success, now)}" if state.last_success else ""
        return f"{plural(state.unsent, 'modification')} à envoyer{since}"
    at = f" · {when(state.last_success, now)}" if state.last_success else ""
    return f"Tout est envoyé{at}"


QUIET = frozenset({Situation.OFFLINE, Situation.TO_SEND, Situation.UP_TO_DATE})
"""Where nothing else is to be done: there the end of the lease is told."""


def lease_words(state: ExchangeState, now: dt.datetime) -> str:
    """« À synchroniser avant le 12 décembre », some days before the notebook asks for its network; else nothing."""
    return words(state.warns_at, state.ends_at, now)


def lease_explained(state: ExchangeState, now: dt.datetime) -> str:
    """The same with its reason."""
    told = lease_words(state, now)
    return f"{told}\u00a0: ensuite, le carnet demandera le réseau avant de s’ouvrir." if told else ""


def offline(kept: int) -> str:
    """The normal state of a notebook without network: « Hors connexion · 7 modifications gardées ici »."""
    if not kept:
        return f"Hors connexion{NBSP}· tout est gardé ici"
    return f"Hors connexion{NBSP}· {plural(kept, 'modification')} {'gardées' if kept > 1 else 'gardée'} ici"


def running(progress: Progress | None) -> str:
    """« Envoi… 3/7 », « Réception… 340/1 200 », « Photos… 12/14 »."""
    if progress is None:
        return "Envoi…"
    words = {
        Stage.CONNECTING: "Connexion…",
        Stage.SENDING: "Envoi…",
        Stage.RECEIVING: "Réception…",
        Stage.APPLYING: "Rangement dans le carnet…",
        Stage.CHECKING: "Vérification…",
        Stage.PHOTOS: "Photos…",
    }[progress.stage]
    count = _of(progress.done, progress.total)
    return f"{words} {count}" if count else words


def _of(done: int, total: int) -> str:
    if total:
        return f"{_number(done)}/{_number(total)}"
    return _number(done) if done else ""


def _number(value: int) -> str:
    from app.rules.french import format_integer

    return format_integer(value)


def progress_words(progress: Progress) -> str:
    """The longer form, beside the bar: « 340 fiches reçues sur 1 200 », « 12 photos sur 14 »."""
    done, total = progress.done, progress.total
    if progress.stage is Stage.SENDING:
        return f"{plural(done, 'fiche envoyée', 'fiches envoyées')} sur {_number(total)}"
    if progress.stage is Stage.RECEIVING:
        return plural(done, "fiche reçue", "fiches reçues") + (f" sur {_number(total)}" if total else "")
    if progress.stage is Stage.PHOTOS:
        return f"{plural(done, 'photo')} sur {_number(total)}"
    return running(progress)


def photos_words(done: int, total: int) -> str:
    """« Photos\u00a0: 12/14 », or nothing when all are at both places."""
    return f"Photos{NBSP}: {done}/{total}" if done < total else ""


LATE_AFTER = dt.timedelta(days=3)
"""A structure not heard of for longer is named to the coordinator."""


def structures_words(state: ExchangeState, now: dt.datetime) -> str:
    """« 3 structures à jour. PLIE N-E : 6 jours, depuis le 16/11 à 17 h 42. », for a coordinator; else nothing."""
    if not state.structures:
        return ""
    late = [(name, seen) for name, seen in state.structures if now - seen > LATE_AFTER]
    fresh = len(state.structures) - len(late)
    parts = [f"{plural(fresh, 'structure')} à jour."] if fresh or not late else []
    parts += [f"{name}{NBSP}: {plural((now - seen).days, 'jour')}, depuis {when(seen, now)}." for name, seen in late]
    return " ".join(parts)


def clock_words(offset: int) -> str:
    """A clock that is more than ten minutes off; empty otherwise. ``offset`` in seconds, ahead when positive."""
    if abs(offset) <= CLOCK_TOLD:
        return ""
    minutes = abs(offset) // 60
    span = plural(minutes, "minute") if minutes < 120 else plural(minutes // 60, "heure")
    way = "avance" if offset > 0 else "retarde"
    return (
        f"L’horloge de cet ordinateur {way} de {span}. Vos saisies sont en sécurité\u202f; "
        "réglez l’heure pour qu’elles portent la bonne date."
    )


def when(moment: dt.datetime | None, now: dt.datetime) -> str:
    """« 10 h 42 » today, « hier 17 h 42 », « le 21/11 à 17 h 42 »."""
    if moment is None:
        return "jamais"
    at, today = moment.astimezone(), now.astimezone().date()
    if at.date() == today:
        return format_time(at)
    if at.date() == today - dt.timedelta(days=1):
        return f"hier {format_time(at)}"
    return f"le {at:%d/%m} à {format_time(at)}"


def last_words(state: ExchangeState, now: dt.datetime) -> str:
    """« Dernière synchronisation hier 17 h 42 · 7 modifications à envoyer »."""
    if state.last_success is None:
        return "Aucune synchronisation pour l’instant"
    sent = "tout est envoyé" if not state.unsent else f"{plural(state.unsent, 'modification')} à envoyer"
    return f"Dernière synchronisation {when(state.last_success, now)} · {sent}"


# --- what a session did --------------------------------------------------------------------------


def answer(report: SyncReport, now: dt.datetime) -> str:
    """What F5 answers, always (PRODUCT.md AC 15)."""
    told = problem_told(report.problem, report.state.unsent)
    if told is not None:
        last = report.state.last_success
        return told.sentence + (f" Dernière synchronisation {when(last, now)}." if last else "")
    parts = []
    if report.pushed:
        parts.append(plural(report.pushed, "fiche envoyée", "fiches envoyées"))
    came = report.pulled - report.pushed  # what was sent comes back: it is not news
    if came > 0:
        parts.append(plural(came, "fiche reçue", "fiches reçues"))
    if report.photos:
        parts.append(plural(report.photos, "photo"))
    done = f"{', '.join(parts)}." if parts else "Rien de nouveau à envoyer ni à recevoir."
    rest = []
    if report.held:
        rest.append(f"{plural(report.held, 'élément refusé', 'éléments refusés')} à voir.")
    if report.conflicts:
        rest.append(f"{plural(report.conflicts, 'fiche')} à relire.")
    return " ".join([done if parts else f"Tout est à jour. {done}", *rest])


# --- the journal ---------------------------------------------------------------------------------


def journal_sentence(line: JournalLine) -> str:
    """« 3 visites et 12 relevés envoyés à 17 h 42 »."""
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
        return f"{plural(total, 'photo ou document', 'photos et documents')} {at}."
    if kind is JournalKind.TO_REVIEW:
        return f"{plural(total, 'fiche')} à relire depuis la synchronisation {_of_time(line)}."
    if kind is JournalKind.HELD:
        return f"{plural(total, 'élément refusé', 'éléments refusés')} {at}\u00a0: à voir ci-dessus."
    if kind is JournalKind.LEFT:
        return f"{counted_all(counts)} {at}\u00a0: ne relève plus de votre organisation, retiré de ce carnet."
    if kind is JournalKind.PROBLEM:
        told = problem_told(line.problem)
        return capitalise_first(f"{at}\u00a0: {told.happened if told else 'envoi interrompu.'}")
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
    """« À 9 h 12, N. DIALLO a changé Téléphone (Julie MARTIN) : 06… → 07… »."""
    line = change.line
    who = line.author_name or "Vous"
    verb = "avez" if not line.author_name else "a"
    at = f"À {format_time(line.at.astimezone())}, {who} {verb}"
    name = noun(line.kind).one + (f"{NBSP}: {change.title}" if change.title else "")
    if not line.field:
        return f"{at} créé {name}."
    if line.field == "deleted_at":
        return f"{at} {'mis à la corbeille' if line.after else 'repris de la corbeille'} {name}."
    words = f"{at} changé {field_label(line.kind, line.field)}, {name}"
    if linked_kind(line.kind, line.field) or line.field in ("strokes", "sha256"):
        return f"{words}."
    before, after = (_short(shown_value(line.kind, line.field, one)) for one in (line.before, line.after))
    return f"{words}{NBSP}: {before} → {after}."


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def day_heading(day: dt.date, today: dt.date) -> str:
    """« Aujourd’hui », « Hier », « Lundi 16 novembre 2026 »."""
    if day == today:
        return "Aujourd’hui"
    if day == today - dt.timedelta(days=1):
        return "Hier"
    return capitalise_first(format_weekday_date(day))


# --- fiches à relire -----------------------------------------------------------------------------

Part = tuple[str, bool]
"""Some words of a text, and whether the other version has others in their place."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the two versions as it is read. ``parts`` are those of a long text, its difference marked; else empty."""

    who: str
    value: str
    at: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewWords:
    """One card as it is read. ``keep_both`` is empty when it is not offered, ``question`` when the title says it."""

    heading: str
    question: str
    mine: Choice
    theirs: Choice
    keep_mine: str
    keep_theirs: str
    keep_both: str
    before: str
    meanwhile: str


def review_words(card: ReviewCard) -> ReviewWords:
    """The card in sentences (PRODUCT.md §3.6)."""
    heading = review_heading(card)
    mine, theirs = _choice(card, card.mine, card.theirs), _choice(card, card.theirs, card.mine)
    if card.what is ReviewKind.DELETED_AND_CHANGED:
        return ReviewWords(
            heading,
            f"L’un a mis cette fiche à la corbeille, l’autre l’a modifiée. La garder{NNBSP}?",
            mine,
            theirs,
            _kept_or_thrown(card.mine),
            _kept_or_thrown(card.theirs),
            "",
            "",
            "En attendant, la fiche reste.",
        )
    question, keep_mine, keep_theirs = _paper_question(card) or _question(card)
    shown = mine if card.shown.value == "mine" else theirs
    return ReviewWords(
        heading,
        question,
        mine,
        theirs,
        keep_mine,
        keep_theirs,
        "Garder les deux" if card.can_keep_both else "",
        f"Avant{NBSP}: {shortened(card.before, _LONG)}" if card.before else "",
        f"En attendant, c’est {quoted(shortened(shown.value, _LONG))} qui compte."
        if shown.value != _NOTHING
        else "En attendant, ce champ reste vide.",
    )


def _question(card: ReviewCard) -> tuple[str, str, str]:
    asked = "Cette fiche a été créée deux fois, chacun de son côté." if card.twice else ""
    if card.mine.mine:
        return asked, "Garder le mien", "Garder le sien"
    return asked, _keep_of(card.mine, "premier"), _keep_of(card.theirs, "second")


def _paper_question(card: ReviewCard) -> tuple[str, str, str] | None:
    """Hours are asked from the paper (SYNC.md §3); a figure that somebody emptied is not on it."""
    values = [version.words for version in (card.mine, card.theirs)]
    if not card.month or any(version.value is None for version in (card.mine, card.theirs)):
        return None
    question = (
        f"Deux relevés différents pour {format_month(card.month).split(' ')[0]}{NBSP}: {values[0]} et {values[1]}. "
        f"Lequel est sur le papier{NNBSP}?"
    )
    keep_mine, keep_theirs = (f"{value} est sur le papier" for value in values)
    return question, keep_mine, keep_theirs


def review_heading(card: ReviewCard) -> str:
    """« Fiche de Julie MARTIN — Téléphone »."""
    label = field_label(card.kind, card.field) if card.field else "Corbeille"
    return f"{record_called(card.kind, card.title)} — {label}"


def _choice(card: ReviewCard, version: Version, other: Version) -> Choice:
    author = version.author_name or "Une autre personne"
    who = "Vous avez noté" if version.mine else author
    if not version.mine and version.organisation:
        who = f"{author} ({version.organisation})"
    at = ""
    if version.at is not None:
        local = version.at.astimezone()
        at = f"le {format_date(local.date())} à {format_time(local)}"
    if card.what is ReviewKind.DELETED_AND_CHANGED:
        return Choice(who, "à la corbeille" if _is_deletion(version) else "fiche modifiée", at)
    words = version.words
    if version.value is None or version.value == "":
        return Choice(who, _NOTHING, at)
    long = isinstance(version.value, str) and isinstance(other.value, str) and max(len(words), len(other.words)) > _LONG
    return Choice(who, words, at, marked(words, other.words) if long else ())


_NOTHING = "rien"
_LONG = 120
"""Characters above which only the difference of two texts is worth reading."""
_AROUND = 6
"""Words kept before and after a difference."""


def marked(text: str, other: str) -> tuple[Part, ...]:
    """``text`` in parts, those that differ from ``other`` marked; long passages that both have are shortened by « … ».

    Nothing that differs is ever left out.
    """
    words, others = (re.findall(r"\S+\s*", one.strip()) for one in (text, other))
    parts: list[Part] = []
    matcher = difflib.SequenceMatcher(None, [one.strip() for one in words], [one.strip() for one in others], False)
    blocks = [(tag == "equal", first, last) for tag, first, last, _, _ in matcher.get_opcodes() if last > first]
    for at, (alike, first, last) in enumerate(blocks):
        run = words[first:last]
        if not alike:
            parts.append(("".join(run), True))
            continue
        head = run if at == 0 else run[:_AROUND]
        tail = run if at == len(blocks) - 1 else run[-_AROUND:]
        if len(run) <= 3 * _AROUND or len(blocks) == 1:
            parts.append(("".join(run), False))
        elif at == 0:
            parts.append((f"… {''.join(tail[-_AROUND:])}", False))
        elif at == len(blocks) - 1:
            parts.append((f"{''.join(head[:_AROUND])}…", False))
        else:
            parts.append((f"{''.join(head)}… {''.join(tail)}", False))
    return tuple(parts)


def _is_deletion(version: Version) -> bool:
    return version.value is not None


def _kept_or_thrown(version: Version) -> str:
    return "Mettre à la corbeille" if _is_deletion(version) else "Garder la fiche"


def _keep_of(version: Version, rank: str) -> str:
    return f"Garder celui de {version.author_name}" if version.author_name else f"Garder le {rank}"


def decided_sentence(card: ReviewCard) -> str:
    """« Fiche de Julie MARTIN — Téléphone : les deux gardés le 22/11/2026. »"""
    words = review_words(card)
    mine, theirs = shortened(words.mine.value, _LONG), shortened(words.theirs.value, _LONG)
    kept = {
        "mine": mine,
        "theirs": theirs,
        "both": f"{mine} et {theirs}",
    }[card.decided.value if card.decided else "mine"]
    day = f" le {format_date(card.decided_at.astimezone().date())}" if card.decided_at else ""
    return f"{words.heading}{NBSP}: {kept}, choisi{day}."


# --- what was refused ----------------------------------------------------------------------------

_REASONS: dict[HeldReason, tuple[str, str]] = {
    HeldReason.NOT_YOURS: (
        "cette fiche relève maintenant d’une autre organisation.",
        "Demandez à la coordination de reprendre votre saisie, gardée ci-dessous.",
    ),
    HeldReason.READ_ONLY: (
        "votre compte permet de lire cette fiche, pas de la modifier.",
        "Demandez à la coordination de faire cette modification, ou de changer vos droits puis envoyez de nouveau.",
    ),
    HeldReason.PARENT_MISSING: (
        "la fiche dont elle dépend n’est pas encore au réseau.",
        "Elle sera acceptée dès que l’autre le sera. Vous pouvez l’envoyer de nouveau.",
    ),
    HeldReason.UNKNOWN: (
        "le réseau n’a pas encore reçu la fiche qu’elle modifie.",
        "Elle sera acceptée dès que la fiche y sera. Vous pouvez l’envoyer de nouveau.",
    ),
    HeldReason.INVALID: (
        "une valeur n’est pas acceptée par le réseau.",
        "Ouvrez la fiche, corrigez la valeur, puis envoyez de nouveau.",
    ),
    HeldReason.UNREADABLE: (
        "le réseau n’a pas su la lire.",
        "Mettez le programme à jour, puis envoyez de nouveau. Si le refus revient, transmettez-le à la coordination.",
    ),
    HeldReason.GONE: (
        "cette fiche a été effacée pour de bon, à la demande de la personne ou de la coordination.",
        "Rien à faire\u00a0: fermez cette ligne.",
    ),
    HeldReason.SET_APART: (
        "l’accès de ce carnet avait été retiré quand elle est arrivée.",
        "La coordination l’a reçue à part\u00a0: demandez-lui de la reprendre.",
    ),
    HeldReason.OTHER: (
        "le réseau n’a pas pu la prendre.",
        "Envoyez de nouveau. Si le refus revient, transmettez-le à la coordination.",
    ),
}


def held_heading(card: HeldCard) -> str:
    """« Visite VIS-2026-NO-0042 »."""
    return record_called(card.kind, card.title)


def held_sentence(card: HeldCard) -> str:
    """Why it was refused, what is safe, what to do."""
    why, todo = _REASONS[card.reason]
    if card.reason is HeldReason.INVALID and card.field:
        why = f"la valeur de {quoted(field_label(card.kind, card.field))} n’est pas acceptée par le réseau."
    return f"Le réseau n’a pas pris cette saisie\u00a0: {why} Elle est gardée ici. {todo}"


def held_values(card: HeldCard) -> tuple[str, ...]:
    """« Téléphone : 06 39 98 00 01 », one line a field."""
    return tuple(f"{field_label(card.kind, name)}{NBSP}: {words}" for name, words in card.values)


# --- Vérifier ------------------------------------------------------------------------------------


def verification_sentence(found: Verification) -> str:
    """« Ce carnet et le réseau contiennent exactement la même chose : 1 240 fiches comparées. »"""
    told = problem_told(found.problem, found.unsent)
    if told is not None:
        return told.sentence
    total = plural(sum(one.here for one in found.tables), "fiche comparée", "fiches comparées")
    if found.equal:
        said = f"Ce carnet et le réseau contiennent exactement la même chose{NBSP}: {total}."
    elif found.mended:
        said = "Une différence a été trouvée. Les fiches concernées ont été reçues de nouveau\u202f; rien n’est perdu."
    else:
        said = "Ce carnet et le réseau diffèrent encore. Rien n’est perdu\u202f; synchronisez, puis vérifiez encore."
    if found.unsent:
        said += f" {plural(found.unsent, 'modification')} à envoyer, non comptées comme différence."
    return said


def verification_lines(found: Verification) -> tuple[tuple[str, str, str, str], ...]:
    """(what, here, at the network, verdict), one line a kind of record; then the photographs."""
    by_kind: dict[str, tuple[int, int, bool]] = {}
    for one in found.tables:
        here, there, equal = by_kind.get(one.kind, (0, 0, True))
        by_kind[one.kind] = here + one.here, there + one.there, equal and one.equal
    lines = [
        (capitalise_first(noun(kind).many), _number(here), _number(there), "identique" if equal else "différent")
        for kind, (here, there, equal) in sorted(by_kind.items(), key=lambda item: noun(item[0]).many)
        if here or there
    ]
    missing: Sequence[tuple[str, int]] = (
        ("Photos à recevoir", found.photos_missing_here),
        ("Photos à envoyer", found.photos_missing_there),
    )
    lines += [(words, _number(count), "", "en attente") for words, count in missing if count]
    return tuple(lines)


# --- the network's figures -----------------------------------------------------------------------

NETWORK = "Ensemble du réseau"
FIGURES_TITLES = (
    "Structure",
    "Heures validées",
    "Heures reçues",
    "Personnes",
    "Dont femmes",
    "Opérations",
    "Donneurs d’ordre",
    "Entreprises",
)
_MASKED = {Masked.FEWER_THAN_FIVE: "moins de 5", Masked.WITHHELD: "non communiqué"}


def figures_cells(row: FiguresRow) -> tuple[str, ...]:
    """One line of the network's figures, under ``FIGURES_TITLES``."""
    return (
        row.name or NETWORK,
        format_hours(row.hours_validated),
        format_hours(row.hours_received),
        _people(row.people),
        _people(row.women),
        format_integer(row.operations),
        format_integer(row.buyers),
        format_integer(row.companies),
    )


def figures_note(figures: NetworkFigures) -> str:
    """When they were counted, and why some people are not told."""
    local = figures.at.astimezone()
    said = (
        f"Année {figures.year}, comptée par le réseau le {format_date(local.date())} à {format_time(local)}. "
        "Les saisies pas encore envoyées n’y sont pas. Une opération commune à plusieurs structures compte une fois "
        "dans l’ensemble."
    )
    shown = [count for row in (*figures.organisations, figures.network) for count in (row.people, row.women)]
    if any(isinstance(count, Masked) for count in shown):
        said += (
            f" De 1 à 4 personnes, le nombre n’est pas dit{NNBSP}; «{NBSP}non communiqué{NBSP}» évite qu’une "
            "soustraction le donne."
        )
    return said


def _people(count: Shown) -> str:
    return _MASKED[count] if isinstance(count, Masked) else format_integer(count)
