"""What the screens and the command line are told of the exchange: small frozen values, no sentence.

Counts are of records, photographs or decisions; times are aware UTC. The sentences are the screens' affair: a
value here names *what is the case*, never how it is said.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, field
from typing import Any

from app.changes import Changes
from app.rules.small_numbers import Shown


class Problem(enum.Enum):
    """Why the last contact did not go to its end. ``NONE`` is the ordinary case; ``OFFLINE`` is no alarm."""

    NONE = "none"
    OFFLINE = "offline"
    """No network, or no answer from that address."""
    PORTAL = "portal"
    """Somebody answers, but not the server: the page of a captive portal, of a proxy."""
    UNPROVEN = "unproven"
    """Whoever answers does not prove the server's name: somebody in between, or its certificate is over."""
    UNREACHABLE = "unreachable"
    """The server answers that it cannot work for the moment (or too slowly to end)."""
    SIGN_IN = "sign_in"
    """The password is to be given again."""
    TOO_OLD = "too_old"
    """This program must be updated before it receives again; what is typed here is still sent."""
    TOO_NEW = "too_new"
    """The server must be updated before it understands this program."""
    REVOKED = "revoked"
    """The network withdrew this notebook: its key was erased."""
    DISK_FULL_HERE = "disk_full_here"
    DISK_FULL_THERE = "disk_full_there"
    NOT_SECURE = "not_secure"
    """The address is not ``https``."""
    NOT_ENROLLED = "not_enrolled"
    DEMONSTRATION = "demonstration"
    """A demonstration is never synchronised (PRODUCT.md O1)."""
    CANCELLED = "cancelled"
    """The user stopped it; what had gone through stays done."""
    LOCKED = "locked"
    """The notebook was locked meanwhile; it goes on after the unlock."""


NOT_REACHED = frozenset({Problem.OFFLINE, Problem.PORTAL, Problem.UNPROVEN, Problem.UNREACHABLE})
"""The server was not spoken to, or not to the end: it is tried again by itself."""


class Situation(enum.Enum):
    """The states of the indicator (PRODUCT.md §3.6), the most important first when several hold.

    ``RUNNING`` beats all; then ``REFUSED`` (something held), ``ATTENTION`` (a problem with something to do),
    ``TO_REVIEW``, ``OFFLINE``, ``TO_SEND``, ``UP_TO_DATE``. ``ALONE``: this notebook knows no server.
    """

    ALONE = "alone"
    RUNNING = "running"
    REFUSED = "refused"
    ATTENTION = "attention"
    TO_REVIEW = "to_review"
    OFFLINE = "offline"
    TO_SEND = "to_send"
    UP_TO_DATE = "up_to_date"


class Stage(enum.Enum):
    """Where a session stands, in its order."""

    CONNECTING = "connecting"
    SENDING = "sending"
    """``done`` of ``total`` records sent."""
    RECEIVING = "receiving"
    """``done`` records received; ``total`` as announced, 0 while unknown."""
    APPLYING = "applying"
    """Received records are being put in the notebook."""
    CHECKING = "checking"
    PHOTOS = "photos"
    """``done`` of ``total`` photographs and documents."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of a session."""

    stage: Stage
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class ExchangeState:
    """The exchange at rest; ``SyncService.state``."""

    enrolled: bool = False
    server: str = ""
    user: str = ""
    unsent: int = 0
    """Records with changes that the server has not confirmed."""
    last_success: dt.datetime | None = None
    to_review: int = 0
    """Decisions that only a person can take."""
    held: int = 0
    """Changes that the server set aside; kept here and there."""
    photos_done: int = 0
    photos_total: int = 0
    """Photographs and documents whose bytes are at both places, and all that should be."""
    problem: Problem = Problem.NONE
    clock_offset: int = 0
    """Seconds by which this computer's clock is ahead of the server's (negative: late); told above ten minutes."""
    unsent_since: dt.datetime | None = None
    """When the oldest unsent change was typed: a safety copy is offered after three days (PRODUCT.md S8)."""
    running: bool = False
    structures: tuple[tuple[str, dt.datetime], ...] = ()
    """For a coordinator: (short name, how far its data go) of each structure that has a notebook, by name."""
    coordinator: bool = False
    """Whether the account at the server is a coordinator's, who may ask the network's figures."""
    warns_at: dt.datetime | None = None
    """From when it is told that the network must be joined; ``None`` without lease (``rules.lease``)."""
    ends_at: dt.datetime | None = None
    """From when the notebook asks for the network before it opens."""

    @property
    def situation(self) -> Situation:
        """Which of the indicator's states is shown."""
        if not self.enrolled:
            return Situation.ALONE
        if self.running:
            return Situation.RUNNING
        if self.held:
            return Situation.REFUSED
        if self.problem not in UNTROUBLED:
            return Situation.ATTENTION
        if self.to_review:
            return Situation.TO_REVIEW
        if self.problem is Problem.OFFLINE:
            return Situation.OFFLINE
        return Situation.TO_SEND if self.unsent else Situation.UP_TO_DATE


UNTROUBLED = frozenset({Problem.NONE, Problem.OFFLINE, Problem.CANCELLED, Problem.LOCKED})
"""Where nothing is asked of the user: the exchange goes on by itself."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one session did. ``changes`` is what the screens must reload (published by the bridge)."""

    pushed: int = 0
    """Records sent and answered."""
    pulled: int = 0
    """Records received."""
    conflicts: int = 0
    """Decisions waiting after this session (all, not only the new ones)."""
    held: int = 0
    """Changes set aside by the server, waiting after this session."""
    photos: int = 0
    """Photographs and documents exchanged."""
    problem: Problem = Problem.NONE
    state: ExchangeState = field(default_factory=ExchangeState)
    changes: Changes = field(default_factory=Changes)

    @property
    def complete(self) -> bool:
        """Whether the session went to its end."""
        return self.problem is Problem.NONE


class JournalKind(enum.Enum):
    """What a line of the journal tells."""

    ENROLLED = "enrolled"
    SENT = "sent"
    RECEIVED = "received"
    MERGED = "merged"
    """Two people wrote different fields of the same records: both kept, nothing asked."""
    TO_REVIEW = "to_review"
    HELD = "held"
    LEFT = "left"
    """Records that no longer belong to what this user may see left the notebook."""
    PHOTOS = "photos"
    PROBLEM = "problem"
    RESTORED = "restored"
    """The server came back from a backup: everything was taken and sent again."""
    COPIED = "copied"
    """This notebook had been copied to another computer: it took a new identity."""
    MENDED = "mended"
    """The check found a difference; the records concerned were received again."""
    DECIDED = "decided"


class Verb(enum.Enum):
    """What somebody else did to records."""

    MADE = "made"
    CHANGED = "changed"
    BINNED = "binned"


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A record of an act: what it is called, the page where it is seen, the columns that were written."""

    title: str
    door: tuple[str, str]
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JournalAct:
    """What one person did to ``count`` records of one table; the first of them are named."""

    author: str
    """« Karim Benali » of the own organisation, the short name of another, empty when it is not known here."""
    mine: bool
    """Whether the user did it, on another computer."""
    verb: Verb
    kind: str
    count: int
    records: tuple[NamedRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line, latest first. ``counts`` are (kind of record, how many), e.g. ``("beneficiary", 3)``; ``acts`` what
    others did, by author.
    """

    at: dt.datetime
    kind: JournalKind
    counts: tuple[tuple[str, int], ...] = ()
    problem: Problem = Problem.NONE
    acts: tuple[JournalAct, ...] = ()

    @property
    def total(self) -> int:
        """Records in all."""
        return sum(count for _, count in self.counts)


@dataclass(frozen=True, slots=True)
class Version:
    """One of the two values. ``value`` as stored by the models (``dt.date``, ``int`` hundredths, ``str``…); of fields
    decided together, the tuple of theirs.

    ``words``: the same as a person reads it, names in the place of ids and codes.
    """

    value: Any
    words: str
    author_id: str
    author_name: str
    """« Karim B. », empty when the author is not known here."""
    organisation: str
    """Short name of the author's organisation, « PLIE N-E », or empty."""
    at: dt.datetime | None
    mine: bool
    """Whether the user of this notebook wrote it."""


class ReviewKind(enum.Enum):
    """What is asked."""

    FIELD = "field"
    """Two values for one field."""
    DELETED_AND_CHANGED = "deleted_and_changed"
    """One deleted the record, the other changed it: it stays until somebody decides."""


class Decision(enum.Enum):
    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class AskedField:
    """One field of a decision, as its ``conflict`` record has it."""

    conflict_id: str
    field: str
    """Column; ``deleted_at`` for a deletion against a change."""
    mine: Version
    theirs: Version
    shown: Decision
    """``MINE`` or ``THEIRS``."""


@dataclass(frozen=True, slots=True)
class MonthPaper:
    """Something that the notebook holds of the paper that a question about hours is asked from."""

    name: str
    """Of the file, or of the document."""
    at: dt.datetime
    figure: str = ""
    """What a file saved as hours gave for the figure asked, in words; empty when it gave none."""
    door: tuple[str, str] = ("", "")
    """Of a file: (kind, id) of the page that lists it. The file itself is not kept."""
    sha256: str = ""
    """Of a document: its content."""
    media_type: str = ""
    issued: bool = False
    """Whether it is the statement as it was attested."""


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """One decision: « Fiche à relire ». Nothing waits for it: what shows counts meanwhile.

    ``mine`` is the version of this notebook's user, or the one that shows when neither is; ``theirs`` the other.
    """

    card_id: str
    kind: str
    """Table of the record."""
    record_id: str
    title: str
    """« Julie MARTIN », « Bâti-Sud 91 »: what the record is called here."""
    field: str
    """Column, the first one of several decided together; empty for a deletion against a change."""
    what: ReviewKind
    mine: Version
    theirs: Version
    shown: Decision
    """``MINE`` or ``THEIRS``: the one that shows now; ``BOTH`` when some of one shows with some of the other."""
    before: str
    """The value both started from, in words; empty when there was none."""
    door: tuple[str, str] = ("", "")
    """(kind, id) of the page where the record is seen, empty when there is none."""
    twice: bool = False
    """Whether the record itself was made twice, each apart."""
    month: str = ""
    """``YYYY-MM`` of a line of hours: the question is then « lequel est sur le papier ? »."""
    can_keep_both: bool = False
    """Whether the field can hold two values (telephone, note)."""
    decided: Decision | None = None
    decided_at: dt.datetime | None = None
    """A decision can be taken again for thirty days."""
    group: str = ""
    """Name of the fields decided together (``models.clashes``), when several are asked."""
    fields: tuple[AskedField, ...] = ()
    """What is asked, one by one: a decision answers all of them."""
    standing: str = ""
    """When ``shown`` is ``BOTH``: what counts meanwhile, in words."""
    papers: tuple[MonthPaper, ...] = ()
    """Of a question about hours: where the answer may be read, the latest first."""
    drawings: tuple[Any, ...] = ()
    """Of a signature: the strokes of mine and theirs when they are asked, else those of the record alone, as kept."""
    picture: str = ""
    """SHA-256 of the picture that the record is; empty for any other record."""
    beside: str = ""
    """What goes with the fields asked and nobody disputes, in words: the town when only the street is asked."""


class HeldReason(enum.Enum):
    """Why the server set a change aside."""

    NOT_YOURS = "not_yours"
    """The record belongs, or was moved, to another organisation."""
    READ_ONLY = "read_only"
    """This account may see the record and not write it."""
    PARENT_MISSING = "parent_missing"
    """The record it belongs to is unknown to the server, or itself set aside."""
    UNKNOWN = "unknown"
    """The server has never seen the record that it changes."""
    INVALID = "invalid"
    """The server's rules refuse a value."""
    UNREADABLE = "unreadable"
    """The server does not understand it: another version of the program, or a fault."""
    GONE = "gone"
    """The record was erased for good (right to erasure)."""
    SET_APART = "set_apart"
    """It came after the network withdrew this notebook: kept for the coordination."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class HeldCard:
    """A change that the server set aside, kept here and there. ``values`` are what was typed: (column, words)."""

    held_id: str
    kind: str
    record_id: str
    title: str
    """What the record is called, or empty when it left the notebook and the change does not say."""
    reason: HeldReason
    values: tuple[tuple[str, str], ...]
    at: dt.datetime
    """When it was typed."""
    door: tuple[str, str] = ("", "")
    """(kind, id) of the page where the record is seen; empty when it left this notebook, or has none."""
    field: str = ""
    """The column that was refused, when one was."""


@dataclass(frozen=True, slots=True)
class VerifiedTable:
    """The comparison of one kind of record in one scope."""

    scope: str
    kind: str
    here: int
    there: int
    equal: bool
    """Same number and same contents, to the last field."""


@dataclass(frozen=True, slots=True)
class Verification:
    """« Vérifier »: what this notebook and the server hold, compared."""

    at: dt.datetime
    tables: tuple[VerifiedTable, ...] = ()
    problem: Problem = Problem.NONE
    unsent: int = 0
    """Changes waiting meanwhile: they are not counted as a difference."""
    photos_missing_here: int = 0
    photos_missing_there: int = 0
    mended: bool = False
    """Whether a difference was found and the records concerned were received again."""
    changes: Changes = field(default_factory=Changes)

    @property
    def equal(self) -> bool:
        """Whether both hold the same."""
        return self.problem is Problem.NONE and all(one.equal for one in self.tables)


@dataclass(frozen=True, slots=True)
class FiguresRow:
    """What one organisation, or the whole network, did in a year. Hours in hundredths."""

    name: str
    """Short name of the organisation; empty for the whole network."""
    hours_validated: int
    hours_received: int
    people: Shown
    """With hours or a contract of work in the year; 1 to 4 are never said (``rules.small_numbers``)."""
    women: Shown
    operations: int
    buyers: int
    companies: int


@dataclass(frozen=True, slots=True)
class NetworkFigures:
    """The network's figures of a calendar year, as the server counted them; no person."""

    year: int
    at: dt.datetime
    organisations: tuple[FiguresRow, ...]
    network: FiguresRow
