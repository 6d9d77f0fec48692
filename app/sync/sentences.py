"""What is said of the exchange, in French: one place, so that the window and the command line say the same.

No technical word (PRODUCT.md AC 13, AC 38): ``tests/sync/test_sentences.py`` reads every sentence. A problem is told in
three parts: what happened, what is safe, what to do.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from app.rules.french import (
    NBSP,
    NNBSP,
    capitalise_first,
    fold,
    format_date,
    format_hours,
    format_integer,
    format_time,
    plural,
)
from app.rules.lease import words
from app.rules.record_words import noun
from app.rules.small_numbers import Masked, Shown
from app.sync.state import (
    UNTROUBLED,
    ExchangeState,
    FiguresRow,
    NetworkFigures,
    Problem,
    Progress,
    Situation,
    Stage,
    SyncReport,
    Verification,
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
    Problem.UNPROVEN: (
        "Ce qui répond n’a pas prouvé être le serveur du réseau\u00a0: rien ne lui a été envoyé.",
        "Vérifiez la date de cet ordinateur. Sur un Wi-Fi public, acceptez d’abord sa page d’accueil dans votre "
        "navigateur. Si cela dure, prévenez votre réseau.",
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
        "Mettez le programme à jour, avec l’aide de votre réseau\u00a0: ce que vous saisissez continue d’être envoyé.",
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
        "Prévenez la coordination de votre réseau\u202f; l’envoi reprendra ensuite.",
        RETRY,
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
    Problem.UNPROVEN: "Connecté, serveur non reconnu",
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
    said = heading(state, now, progress)
    return f"{said} — voir" if state.situation is Situation.REFUSED else said


def heading(state: ExchangeState, now: dt.datetime, progress: Progress | None = None) -> str:
    """The same over the place itself, where nothing is left to be opened."""
    situation = state.situation
    if situation in QUIET and (asked := lease_words(state, now)):
        return f"{asked} · {plural(state.unsent, 'modification')} à envoyer" if state.unsent else asked
    if situation is Situation.RUNNING:
        photos = state.photos_total if state.photos_done < state.photos_total else 0
        words = running(progress)
        if progress is not None and progress.stage is Stage.SENDING and photos:
            words += f", photos {_of(state.photos_done, photos)}"
        return words
    if situation is Situation.REFUSED:
        return plural(state.held, "élément refusé", "éléments refusés")
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
    """What follows, for the place; with the date when the indicator says something more urgent."""
    told = lease_words(state, now)
    if not told:
        return ""
    if state.situation in QUIET:
        return "Passé ce délai, le carnet demandera le réseau avant de s’ouvrir."
    return f"{told}\u00a0: passé ce délai, le carnet demandera le réseau avant de s’ouvrir."


def offline(kept: int) -> str:
    """The normal state of a notebook without network: « Hors connexion · 7 modifications gardées ici »."""
    if not kept:
        return f"Hors connexion{NBSP}· tout est gardé ici"
    return f"Hors connexion{NBSP}· {plural(kept, 'modification')} {'gardées' if kept > 1 else 'gardée'} ici"


def running(progress: Progress | None) -> str:
    """« Envoi… 3/7 », « Réception… 340/1 200 », « Photos… 12/14 »."""
    if progress is None:
        return "Connexion…"
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
        return f"{format_integer(done)}/{format_integer(total)}"
    return format_integer(done) if done else ""


def progress_words(progress: Progress) -> str:
    """The longer form, beside the bar: « 340 fiches reçues sur 1 200 », « 12 photos sur 14 »."""
    done, total = progress.done, progress.total
    if progress.stage is Stage.SENDING:
        return f"{plural(done, 'fiche envoyée', 'fiches envoyées')} sur {format_integer(total)}"
    if progress.stage is Stage.RECEIVING:
        return plural(done, "fiche reçue", "fiches reçues") + (f" sur {format_integer(total)}" if total else "")
    if progress.stage is Stage.PHOTOS:
        return f"{plural(done, 'photo')} sur {format_integer(total)}"
    return running(progress)


def bar_words(progress: Progress | None, *, first: bool) -> str:
    """What stands under the bar; ``first``: nothing was ever received here, which takes some minutes."""
    words = progress_words(progress) if progress else "Connexion…"
    return f"{words.rstrip('.…')}. Vous pouvez travailler pendant ce temps." if first else words


def photos_words(done: int, total: int) -> str:
    """« Photos et documents : 12 échangés sur 14. », or nothing when all are at both places."""
    return f"Photos et documents{NBSP}: {plural(done, 'échangé')} sur {format_integer(total)}." if done < total else ""


LATE_AFTER = dt.timedelta(days=3)
"""A structure not heard of for longer is named to the coordinator."""


def structures_words(state: ExchangeState, now: dt.datetime) -> str:
    """« 3 structures à jour. Sans nouvelles depuis 6 jours : PLIE N-E (le 16/11 à 17 h 42). », for a coordinator; else
    nothing. Those heard of longest ago come first.
    """
    if not state.structures:
        return ""
    late = sorted((one for one in state.structures if now - one[1] > LATE_AFTER), key=lambda one: one[1])
    fresh = len(state.structures) - len(late)
    parts = [f"{plural(fresh, 'structure')} à jour."] if fresh else []
    for days, some in itertools.groupby(late, key=lambda one: (now - one[1]).days):
        named = ", ".join(f"{name} ({when(seen, now)})" for name, seen in some)
        parts.append(f"Sans nouvelles depuis {plural(days, 'jour')}{NBSP}: {named}.")
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


def place_words(state: ExchangeState, now: dt.datetime) -> str:
    """Under the heading of the place: what it does not say already, and whether something is to be done."""
    situation, troubled = state.situation, state.problem not in UNTROUBLED
    if state.last_success is None:
        if situation is Situation.RUNNING:
            return "Première synchronisation\u00a0: vous recevez les fiches de votre organisation."
        none = "Rien n’a encore été échangé avec votre réseau."
        return none if troubled else f"{none} {safe_words(state.unsent)}"
    last = f"Dernière synchronisation {when(state.last_success, now)}."
    if situation is Situation.OFFLINE:
        return f"{last} L’envoi reprendra seul dès que le réseau revient."
    if situation in QUIET and not lease_words(state, now):
        return f"Rien à faire{NBSP}: l’échange se fait seul dès que le réseau est là."
    if situation not in (Situation.REFUSED, Situation.TO_REVIEW) or troubled or not state.unsent:
        return last
    return f"{last} {plural(state.unsent, 'modification')} à envoyer."


def last_words(state: ExchangeState, now: dt.datetime) -> str:
    """« Dernière synchronisation hier 17 h 42 · 7 modifications à envoyer », on one line."""
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


# --- Vérifier ------------------------------------------------------------------------------------


def verification_sentence(found: Verification) -> str:
    """« Ce carnet et le réseau contiennent exactement la même chose : 1 240 fiches comparées. »"""
    told = problem_told(found.problem, found.unsent)
    if told is not None:
        return f"Rien n’a pu être comparé. {told.sentence}"
    total = plural(sum(one.here for one in found.tables), "fiche comparée", "fiches comparées")
    same = f"contiennent exactement la même chose{NBSP}: {total}."
    if found.equal and found.mended:
        said = (
            "Une différence a été trouvée\u00a0: les fiches concernées ont été reçues de nouveau. "
            f"Maintenant, ce carnet et le réseau {same}"
        )
    elif found.equal:
        said = f"Ce carnet et le réseau {same}"
    else:
        said = (
            "Ce carnet et le réseau diffèrent encore. Rien n’est perdu\u202f; synchronisez, puis vérifiez encore. "
            "Si cela dure, prévenez votre réseau."
        )
    if found.unsent:
        said += f" {plural(found.unsent, 'modification')} à envoyer, non comptées comme différence."
    return said


def verification_lines(found: Verification) -> tuple[tuple[str, str, str, str], ...]:
    """(what, here, at the network, verdict): a line a kind of record, those that differ first; photographs last."""
    by_kind: dict[str, tuple[int, int, bool]] = {}
    for one in found.tables:
        here, there, equal = by_kind.get(one.kind, (0, 0, True))
        by_kind[one.kind] = here + one.here, there + one.there, equal and one.equal
    first = sorted(by_kind.items(), key=lambda item: (item[1][2], fold(noun(item[0]).many)))
    lines = [
        (
            capitalise_first(noun(kind).many),
            format_integer(here),
            format_integer(there),
            "identique" if equal else "différent",
        )
        for kind, (here, there, equal) in first
        if here or there
    ]
    missing: Sequence[tuple[str, int]] = (
        ("Photos à recevoir", found.photos_missing_here),
        ("Photos à envoyer", found.photos_missing_there),
    )
    lines += [(words, format_integer(count), "", "en attente") for words, count in missing if count]
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
