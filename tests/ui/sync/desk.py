"""An exchange that is only remembered: invented people, an invented server, no network."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.changes import Changes
from app.errors import InvalidInput, UnsentWork
from app.rules.french import NBSP
from app.rules.small_numbers import Masked
from app.store.unit import Outcome, Undo
from app.sync.state import (
    AskedField,
    Decision,
    ExchangeState,
    FiguresRow,
    HeldCard,
    HeldReason,
    JournalAct,
    JournalKind,
    JournalLine,
    MonthPaper,
    NamedRecord,
    NetworkFigures,
    Problem,
    Progress,
    ReviewCard,
    ReviewKind,
    Stage,
    SyncReport,
    Verb,
    Verification,
    VerifiedTable,
    Version,
)

NOW = dt.datetime(2026, 11, 22, 9, 42, tzinfo=dt.UTC)
SERVER = "https://reseau.exemple.fr"


def version(value: Any, words: str, *, mine: bool, day: int = 20, hour: int = 8) -> Version:
    """A value by Nadia (mine) or by Karim B."""
    at = dt.datetime(2026, 11, day, hour, 30, tzinfo=dt.UTC)
    return Version(value, words, "me" if mine else "karim", "Nadia D." if mine else "Karim B.", "PLIE N-E", at, mine)


def phone_card(card_id: str = "phone") -> ReviewCard:
    """Two phones for Julie Martin."""
    return ReviewCard(
        card_id,
        "beneficiary",
        "julie",
        "Julie MARTIN",
        "phone",
        ReviewKind.FIELD,
        version("0639981234", "06 39 98 12 34".replace(" ", NBSP), mine=True, day=19, hour=13),
        version("0639985432", "06 39 98 54 32".replace(" ", NBSP), mine=False),
        Decision.THEIRS,
        "06 39 98 00 00".replace(" ", NBSP),
        ("beneficiary", "julie"),
        can_keep_both=True,
    )


def address_card() -> ReviewCard:
    """Julie moved: Nadia and Karim each typed an address, and some of each shows meanwhile."""
    mine = ("12 rue des Lilas", "91000", "Évry")
    theirs = ("3 allée des Érables", "91100", "Corbeil-Essonnes")
    return ReviewCard(
        "address",
        "beneficiary",
        "julie",
        "Julie MARTIN",
        "address",
        ReviewKind.FIELD,
        version(mine, "12 rue des Lilas, 91000 Évry", mine=True),
        version(theirs, "3 allée des Érables, 91100 Corbeil-Essonnes", mine=False),
        Decision.BOTH,
        "1 place du Marché, 91300 Massy",
        ("beneficiary", "julie"),
        group="address",
        fields=tuple(
            AskedField(name, name, version(one, one, mine=True), version(other, other, mine=False), Decision(shown))
            for name, one, other, shown in zip(
                ("address", "postcode", "town"), mine, theirs, ("mine", "theirs", "theirs"), strict=True
            )
        ),
        standing="12 rue des Lilas, 91100 Corbeil-Essonnes",
    )


def hours_card() -> ReviewCard:
    """Two months of November for the same line."""
    return ReviewCard(
        "hours",
        "hour_line",
        "line",
        "Julie MARTIN, novembre 2026",
        "hours",
        ReviewKind.FIELD,
        version(14000, f"140{NBSP}h", mine=True),
        version(10400, f"104{NBSP}h", mine=False),
        Decision.MINE,
        "",
        ("statement", "bati/2026-11"),
        month="2026-11",
    )


LOOP = [[[100, 600, 500, 0], [300, 200, 600, 0], [500, 700, 500, 0], [800, 300, 400, 0]]]
CROSS = [[[200, 200, 500, 0], [800, 800, 500, 0]], [[800, 200, 500, 0], [200, 800, 500, 0]]]


def signature_card() -> ReviewCard:
    """The company signed twice, on two tablets."""
    return ReviewCard(
        "signature",
        "signature",
        "s",
        "Marc LEROY, VIS-2026-NO-0042",
        "strokes",
        ReviewKind.FIELD,
        version(LOOP, "1 trait tracé", mine=True),
        version(CROSS, "2 traits tracés", mine=False),
        Decision.MINE,
        "",
        ("visit", "visit-42"),
        drawings=(LOOP, CROSS),
    )


def caption_card() -> ReviewCard:
    """Two captions for a photograph."""
    return ReviewCard(
        "caption",
        "attachment",
        "p",
        "Accès du chantier",
        "caption",
        ReviewKind.FIELD,
        version("Accès du chantier", "Accès du chantier", mine=True),
        version("Entrée de la base vie", "Entrée de la base vie", mine=False),
        Decision.MINE,
        "",
        ("visit", "visit-42"),
        picture="5" * 64,
    )


def file_paper() -> MonthPaper:
    """The company's file of November."""
    return MonthPaper("Relevé novembre.xlsx", NOW, f"140{NBSP}h", ("company", "bati"))


def attested_paper() -> MonthPaper:
    """The statement of November as it was attested."""
    return MonthPaper("releve.pdf", NOW, sha256="7" * 64, media_type="application/pdf", issued=True)


def photographed_paper() -> MonthPaper:
    """The paper of November, photographed."""
    return MonthPaper("papier.jpg", NOW, sha256="8" * 64, media_type="image/jpeg")


def deleted_card() -> ReviewCard:
    """Karim put a note in the bin that Nadia changed."""
    return ReviewCard(
        "note",
        "follow_up_note",
        "n",
        "Julie MARTIN, 12/11/2026",
        "",
        ReviewKind.DELETED_AND_CHANGED,
        version(None, "—", mine=True),
        version(NOW, "22/11/2026 à 10 h 42", mine=False),
        Decision.MINE,
        "",
    )


def company_card() -> ReviewCard:
    """Two companies for one lot."""
    return ReviewCard(
        "company",
        "commitment",
        "c",
        "Bâti-Sud 91, Lot 3",
        "company_id",
        ReviewKind.FIELD,
        version("bati", "Bâti-Sud 91", mine=True),
        version("val", "Maçonnerie du Val", mine=False),
        Decision.MINE,
        "",
    )


def held_card() -> HeldCard:
    """A visit on a lot that went to another organisation."""
    return HeldCard(
        "held",
        "visit",
        "visit-42",
        "VIS-2026-NO-0042, Bâti-Sud 91",
        HeldReason.NOT_YOURS,
        (("place", "Base vie, rue des Acacias"), ("planned_on", "22/11/2026")),
        NOW,
        ("visit", "visit-42"),
    )


def journal() -> list[JournalLine]:
    """Three days."""

    def at(day: int, hour: int, minute: int) -> dt.datetime:
        return dt.datetime(2026, 11, day, hour, minute, tzinfo=dt.UTC)

    bati = NamedRecord("Bâti-Sud 91", ("company", "bati"), ("phone", "town"))
    val = NamedRecord("Maçonnerie du Val", ("company", "val"))
    julie = NamedRecord("Julie MARTIN", ("beneficiary", "julie"), ("phone",))
    return [
        JournalLine(at(22, 9, 42), JournalKind.SENT, (("visit", 3), ("monthly_statement", 12))),
        JournalLine(at(22, 9, 42), JournalKind.TO_REVIEW, (("conflict", 1),)),
        JournalLine(
            at(22, 9, 42),
            JournalKind.RECEIVED,
            acts=(
                JournalAct("Karim Benali", False, Verb.CHANGED, "beneficiary", 1, (julie,)),
                JournalAct("Karim Benali", False, Verb.MADE, "observation", 4),
                JournalAct("PLIE Nord-Essonne", False, Verb.CHANGED, "company", 9, (bati, val)),
            ),
        ),
        JournalLine(at(21, 16, 42), JournalKind.RECEIVED, (("beneficiary", 2), ("hour_line", 34), ("attendance", 5))),
        JournalLine(at(21, 16, 43), JournalKind.PHOTOS, (("attachment", 14),)),
        JournalLine(at(19, 7, 5), JournalKind.PROBLEM, problem=Problem.PORTAL),
        JournalLine(at(16, 7, 0), JournalKind.ENROLLED),
    ]


def figures(year: int = 2026) -> NetworkFigures:
    """Four structures and the network, small counts masked."""
    few, kept = Masked.FEWER_THAN_FIVE, Masked.WITHHELD
    return NetworkFigures(
        year,
        NOW,
        (
            FiguresRow("Atout PLIE", 4_125_050, 312_000, 148, 61, 12, 7, 31),
            FiguresRow("Dynamique Emploi", 1_820_000, 94_075, 62, 25, 9, 5, 18),
            FiguresRow("MIVE", 46_000, 0, few, few, 2, 2, 2),
            FiguresRow("PLIE Nord-Essonne", 712_000, 35_000, kept, kept, 5, 3, 9),
        ),
        FiguresRow("", 6_703_050, 441_075, 246, 101, 19, 11, 44),
    )


class FakeDesk:
    """Answers as asked; ``calls`` remembers what was done."""

    def __init__(self, **state: Any) -> None:
        self.calls: list[Any] = []
        self.now = ExchangeState(**{"enrolled": True, "server": SERVER, "user": "nadia", "last_success": NOW, **state})
        self.cards: list[ReviewCard] = []
        self.decided: list[ReviewCard] = []
        self.refusals: list[HeldCard] = []
        self.contents: dict[str, bytes] = {}
        self.lines: list[JournalLine] = []
        self.report = SyncReport()
        self.steps: list[Progress] = []
        self.refusal: Exception | None = None
        self.check = Verification(NOW, (VerifiedTable("org", "beneficiary", 12, 12, True),))

    def state(self) -> ExchangeState:
        return replace(self.now, to_review=len(self.cards), held=len(self.refusals))

    def enrol(self, server: str, user: str, password: str, *, device_name: str = "") -> ExchangeState:
        self.calls.append(("enrol", server, user, password))
        if self.refusal:
            raise self.refusal
        self.now = replace(self.now, enrolled=True, server=server, user=user, problem=Problem.NONE)
        return self.state()

    def sign_in(self, password: str) -> ExchangeState:
        self.calls.append(("sign_in", password))
        if password != "bon":
            raise InvalidInput("Le serveur ne reconnaît pas ce mot de passe.", "Rien n’a changé.", field="password")
        self.now = replace(self.now, problem=Problem.NONE)
        return self.state()

    def synchronise(self, progress: Any = None, cancelled: Any = None) -> SyncReport:
        self.calls.append("synchronise")
        for step in self.steps:
            if cancelled is not None and cancelled():
                self.calls.append("cancelled")
                break
            progress(step)
        return replace(self.report, state=self.state())

    def verify(self, progress: Any = None) -> Verification:
        self.calls.append("verify")
        if progress is not None:
            progress(Progress(Stage.CHECKING))
        return self.check

    def network_figures(self, year: int) -> NetworkFigures:
        self.calls.append(("figures", year))
        if self.refusal:
            raise self.refusal
        return figures(year)

    def journal(self, limit: int = 100) -> list[JournalLine]:
        return self.lines[:limit]

    def to_review(self) -> list[ReviewCard]:
        return list(self.cards)

    def reviewed(self) -> list[ReviewCard]:
        return list(self.decided)

    def _decide(self, card_id: str, decision: Decision) -> Outcome:
        self.calls.append((decision.value, card_id))
        found = next(one for one in (*self.cards, *self.decided) if one.card_id == card_id)
        self.cards = [one for one in self.cards if one.card_id != card_id]
        self.decided = [
            replace(found, decided=decision, decided_at=NOW),
            *(one for one in self.decided if one.card_id != card_id),
        ]
        return Outcome(Changes.of(found.kind, found.record_id), Undo("choix", ()))

    def keep_mine(self, card_id: str) -> Outcome:
        return self._decide(card_id, Decision.MINE)

    def keep_theirs(self, card_id: str) -> Outcome:
        return self._decide(card_id, Decision.THEIRS)

    def keep_both(self, card_id: str) -> Outcome:
        return self._decide(card_id, Decision.BOTH)

    def content(self, sha256: str) -> bytes | None:
        return self.contents.get(sha256)

    def held(self) -> list[HeldCard]:
        return list(self.refusals)

    def send_again(self, held_id: str) -> Outcome:
        self.calls.append(("send_again", held_id))
        self.refusals = []
        return Outcome(Changes(), Undo("", ()))

    def give_up(self, held_id: str) -> Outcome:
        self.calls.append(("give_up", held_id))
        self.refusals = []
        return Outcome(Changes(), Undo("", ()))

    def write_held(self, target: Path) -> Path:
        self.calls.append(("write_held", target))
        return target

    def refuse_sign_out(self) -> None:
        if self.now.unsent:
            raise UnsentWork(
                "7 modifications ne sont que sur cet ordinateur.",
                "Elles sont en sécurité dans le carnet.",
                "Synchronisez, ou faites une copie de secours.",
            )

    def sign_out(self) -> ExchangeState:
        self.refuse_sign_out()
        self.calls.append("sign_out")
        self.now = replace(self.now, problem=Problem.SIGN_IN)
        return self.state()

    def note_copied(self) -> None:
        self.calls.append("note_copied")
