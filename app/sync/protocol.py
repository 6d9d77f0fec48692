"""The wire between a notebook and the network's server: calls, bodies, limits, errors (SYNC.md §5).

Shared by both sides; nothing here touches a database or the network. HTTPS, JSON, gzip both ways, the version
in the path. Every call but ``enrol``, ``sign-in`` and ``token`` carries ``Authorization: Bearer <access token>``.

==================================== =========================== ========================================
call                                 body                        answer
==================================== =========================== ========================================
``POST /sync/v1/enrol``              ``EnrolAsk``                ``EnrolAnswer``
``POST /sync/v1/sign-in``            ``SignInAsk``               ``TokenAnswer``
``POST /sync/v1/token``              ``TokenAsk``                ``TokenAnswer``
``POST /sync/v1/hello``              ``HelloAsk``                ``HelloAnswer``
``POST /sync/v1/known``              ``KnownAsk``                ``KnownAnswer``
``POST /sync/v1/push``               the sealed bytes            ``Receipt``
``POST /sync/v1/pull``               ``PullAsk``                 ``PullAnswer``
``POST /sync/v1/digest``             ``DigestAsk``               ``DigestAnswer``
``GET /sync/v1/figures?year=YYYY``   none                        ``FiguresAnswer``, for coordinators
``HEAD /sync/v1/files/{sha256}``     none                        headers ``Upload-Offset``, ``Upload-Length``
``PATCH /sync/v1/files/{sha256}``    bytes from ``Upload-Offset`` header ``Upload-Offset``
``GET /sync/v1/files/{sha256}``      none                        the bytes (``Range: bytes=N-`` honoured)
``GET /health``                      none                        ``{"status": "ok"}``
==================================== =========================== ========================================

**Push** sends the sealed bytes as they are, with three headers: ``Inclusiv-Batch`` (the number n, from 1, without a
gap), ``Inclusiv-Sha256`` (hexadecimal, of the sealed bytes), ``Inclusiv-Rolling`` (the rolling token of the last
receipt, or of the enrolment). The number stands outside the bytes: a device made anew after a fork sends the same bytes
under new numbers, and the server knows a batch **by its content** whatever device of the same user sent it. A batch
resent (same number, same content) answers the same receipt again, except its ``rolling``, which is made anew: the token
of a lost answer is never needed, since the token *used* with batch n is accepted again with batch n.

**Fork**: ``enrol`` again with ``Authorization: Bearer <access token>`` and no password: no question to the user.

**Errors** are ``Problem`` bodies; ``REACTIONS`` says the one thing to do for each code.

**Scopes** are ``"network"`` (what everybody shares) and the id of one's organisation (``rules.access``).
"""

from __future__ import annotations

import enum
import hashlib
import hmac
import zlib
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, TypeAdapter
from pydantic_core import from_json

from app.models.schemas import frozen
from app.models.wire import canonical, storable
from app.rules.small_numbers import Masked

PATH = "/sync/v1"

SCHEMAS: Mapping[int, Mapping[str, tuple[str, ...]]] = {
    number: {kind: tuple(fields) for kind, fields in schema.items()} for number, schema in frozen().items()
}
"""For each schema still accepted, the tables and their fields, in the order of the values of a row (``id`` first).

A batch is never refused for its age; a pull of an older schema receives the fields of that schema.
"""

SCHEMA = max(SCHEMAS)
"""The wire schema that this program writes and prefers to read: what its models say (tested)."""

HEADER_BATCH = "Inclusiv-Batch"
HEADER_SHA256 = "Inclusiv-Sha256"
HEADER_ROLLING = "Inclusiv-Rolling"


class Limits(BaseModel):
    """What one message may hold; the server says its own at ``hello``, never above these."""

    model_config = ConfigDict(frozen=True)

    batch_operations: int = 500
    batch_bytes: int = 1_000_000
    """Of the sealed bytes, before gzip."""
    page_rows: int = 1_000
    page_bytes: int = 2_000_000
    file_bytes: int = 20_000_000
    chunk_bytes: int = 1_000_000
    """Of one PATCH of a file."""
    known_batches: int = 500
    text_characters: int = 100_000
    """Of one text or JSON value."""


LIMITS = Limits()


class _Message(BaseModel):
    """A body. Unknown members are ignored, so that one side may be newer; whole numbers are never guessed from text."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


def _held_by_all(text: str) -> str:
    if not storable(text):
        raise ValueError("a text that not every database holds")
    return text


Text = Annotated[str, AfterValidator(_held_by_all)]
Token = Annotated[Text, Field(min_length=1, max_length=200)]
Short = Annotated[Text, Field(max_length=200)]
Whole = StrictInt
Number = Annotated[StrictInt, Field(ge=0, le=2**62)]
SchemaNumber = Annotated[StrictInt, Field(alias="schema", ge=0, lt=2**31)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


# --- who ------------------------------------------------------------------------------------------


class EnrolAsk(_Message):
    """A notebook that the server does not know yet (also after a fork)."""

    user: Token
    password: Annotated[Text, Field(max_length=1000)] = ""
    """Empty when a valid access token of a device of the same user comes with the call (after a fork)."""
    device_name: Short = ""
    """« Portable de Nadia »: shown to the network's administrator, who may revoke it."""
    facilitator: Short = ""
    """Id of the notebook's own facilitator record. The account takes it when it has none yet."""
    schema_: SchemaNumber = SCHEMA
    program: Short = ""
    """Version of the program, e.g. ``0.1.0``."""
    platform: Short = ""


class Identity(_Message):
    """Who the device works for. Scopes are looked up at each call, never read from a token."""

    user: str
    facilitator: str
    """Id of the facilitator record to act under from now on (it may differ from the one given: the account had one)."""
    organisation: str
    """Id of the organisation."""
    role: Literal["facilitator", "coordinator", "reader"]
    network: str
    """Code of the network; a notebook of another network must refuse to go on."""
    scopes: tuple[str, ...]


class EnrolAnswer(_Message):
    """The new device. Keep ``refresh``, ``rolling`` and ``device_key`` in the system's keyring."""

    device: str
    access: str
    expires_in: int
    """Seconds the access token lives (900)."""
    refresh: str
    """Rotated at each use; the former one is accepted until the new one has been used once."""
    rolling: str
    """The rolling token to send with batch 1."""
    device_key: str
    """Hexadecimal secret shared for ever: a later order to erase is signed with it (``wipe_signature``), and a device
    proves with it that it is the one that a restored server knew (``restored_proof``)."""
    identity: Identity
    epoch: str
    lease_days: int
    """After this many days without contact the notebook asks for the network before it opens; 0: never."""


class SignInAsk(_Message):
    """The password again, for a device that exists: after ``sign_in`` (refresh token too old or withdrawn)."""

    user: Token
    password: Annotated[Text, Field(min_length=1, max_length=1000)]
    device: Token


class TokenAsk(_Message):
    """A new access token for a refresh token."""

    device: Token
    refresh: Token
    proof: Short = ""
    """``restored_proof``; always sent. A server restored from a backup does not know the latest refresh token: it
    then accepts this proof, once."""


class TokenAnswer(_Message):
    access: str
    expires_in: int
    refresh: str


class Wipe(_Message):
    """The order to erase this device's key (SYNC.md §7.10): with ``revoked``, whatever was asked. Obey only when
    ``wipe_signature`` agrees."""

    signature: str
    send_work_first: bool
    """Whether the server still takes the unsent batches, into quarantine (``push`` as usual, each answered held)."""


class Refused(NamedTuple):
    """An operation that was set aside, as an array: the first 32 digits of its batch's hash, its place there."""

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    position: Number


class HelloAsk(_Message):
    """The start of a session."""

    schema_: SchemaNumber
    clock: Short
    """The device's time now, a moment of ``models.wire``; the server keeps the offset and corrects the times sent."""
    epoch: Short = ""
    """The last epoch the device pulled in, empty at first."""
    last_n: Number = 0
    """Number of the last batch whose receipt the device has."""
    program: Short = ""
    unsent: Number = 0
    """Batches waiting."""
    refused: tuple[Refused, ...] = Field(default=(), max_length=LIMITS.known_batches)
    """Operations set aside about records that left this notebook: no erasure reaches it by them any more."""


class StructureSeen(NamedTuple):
    """How late a structure of the network may be, as an array: its organisation, when its latest user synchronised."""

    organisation: Short
    seen: str
    """The earliest, among its users, of each user's latest contact: what it has not sent yet is after this."""


class HelloAnswer(_Message):
    identity: Identity
    epoch: str
    """When it differs from the device's: react as to ``rebase`` (ask ``known`` for the batches kept, pull from 0)."""
    head: int
    """Sequence of the last change of the network."""
    last_n: int
    """Number of the last batch of this device that the server holds (0: none)."""
    last_sha256: str
    """Its content; differs from the device's own: the server was restored, ask ``known``."""
    clock: str
    """The server's time."""
    limits: Limits
    schema_: SchemaNumber
    """The schema the server prefers; lower than the device's: the program is newer than the server (``too new``)."""
    oldest_schema: int
    """The oldest it still projects pulls to; above the device's: ``upgrade`` before pulling, pushing still works."""
    lease_days: int
    """As in ``EnrolAnswer``; counted from this answer."""
    structures: tuple[StructureSeen, ...] = ()
    """For coordinators only: every structure that has a notebook (PRODUCT.md §5.3)."""
    kept: tuple[tuple[str, ...] | None, ...] = ()
    """For each of ``refused``, in that order: the fields that the server still keeps of it (an erasure leaves some, or
    none); ``None`` when it keeps nothing to compare with."""


class KnownBatch(NamedTuple):
    """One batch asked about, as an array: device that sent it, number, content."""

    device: Short
    n: Number
    sha256: Short


class KnownAsk(_Message):
    batches: Annotated[tuple[KnownBatch, ...], Field(max_length=LIMITS.known_batches)]


class KnownAnswer(_Message):
    """For each batch, in order, its receipt, or null when the server does not know this content from this user."""

    receipts: tuple[Receipt | None, ...]


# --- push -----------------------------------------------------------------------------------------


class Edit(NamedTuple):
    """One field of an update, as an array ``[value, base, at, old]``. One that went back to ``old`` is not sent."""

    value: Any
    base: Number
    """The sequence of the row that stood on the screen when the field was written (§7.16): bases decide conflicts."""
    at: str
    """When it was written, by the laptop's clock."""
    old: Any = None
    """The value that stood there; told to whoever decides a conflict."""


class Insert(_Message):
    """A new record, all its fields. Its base is always 0: over a record that exists it is merged field by field."""

    op: Literal["insert"] = "insert"
    table: str
    id: str
    at: str
    fields: dict[str, Any]
    """Every field of the schema except ``id``; one absent takes the value of the record that exists, or the default."""


class Update(_Message):
    """Fields of a record changed. A deletion is the field ``deleted_at``."""

    op: Literal["update"] = "update"
    table: str
    id: str
    fields: dict[str, Edit]
    rescue: Short = ""
    """Not typed here, but received in this lost epoch: after a restoration (§7.13), values that the server may have
    lost. It sets aside (``rescued``) those that it does not hold, and never merges them by itself."""


Operation = Annotated[Insert | Update, Field(discriminator="op")]
"""One record's change. All changes of one record in one batch are one operation: fields never straddle two batches."""

OPERATION: TypeAdapter[Insert | Update] = TypeAdapter(Operation)


class Batch(_Message):
    """What the sealed bytes hold. Operations in the order of the laptop; parents before children when both are new."""

    schema_: SchemaNumber
    epoch: Short
    """The epoch in which the bases were counted; empty before the first pull."""
    operations: tuple[Any, ...]
    """Each an ``Insert`` or ``Update``; one that is neither is answered held, the others go through."""


class Status(enum.StrEnum):
    """The answer of one operation. Each is final: nothing is to be sent again."""

    OK = "ok"
    MERGED = "merged"
    """Applied beside what others changed meanwhile in other fields, or equal to what stood there."""
    CONFLICT = "conflict"
    """At least one field met another's value: a ``conflict`` record says both; the pull brings it with the row."""
    HELD = "held"
    """Not applied, kept here and there; ``code`` says why."""


class HeldCode(enum.StrEnum):
    """Why an operation was held."""

    MALFORMED = "malformed"
    """Not an operation of the protocol, unknown table or field."""
    INVALID = "invalid"
    """A value is not of its field's type, too long, or refused by a rule; ``field`` names it."""
    READ_ONLY = "read_only"
    """A reader never writes; nobody writes this table."""
    FORBIDDEN = "forbidden"
    """The row, its target organisation or the record itself is outside what this user may write."""
    UNKNOWN_RECORD = "unknown_record"
    """An update of a record that the server has never seen."""
    PARENT = "parent"
    """A record it points to is unknown or itself held; released by itself when that record arrives."""
    ERASED = "erased"
    """The record was erased for good (GDPR); the operation was not kept."""
    RESCUED = "rescued"
    """Received by this device from a history that the server lost: kept for the administrator, not applied."""
    QUARANTINED = "quarantined"
    """Sent by a revoked device: kept for the administrator, not applied."""


class Result(NamedTuple):
    """The answer of one operation, as an array ``[status, seq, code, field]``."""

    status: Status
    seq: int = 0
    """The row's new sequence: an answered operation bumps it, so that the pull brings the row. 0 when held unseen."""
    code: HeldCode | None = None
    field: str = ""


class Receipt(_Message):
    """The answer of a batch: results in the order of its operations. Stored with the merge, given again unchanged."""

    n: int
    sha256: str
    epoch: str
    seq: int
    """The sequence stamped on every row the batch touched."""
    results: tuple[Result, ...]
    rolling: str
    """The token for the next batch (empty in the answer of ``known``)."""


# --- pull -----------------------------------------------------------------------------------------


class Cursor(NamedTuple):
    """Where a device stands in a scope, as an array; to be given back as it is. ``tag`` proves the server's history."""

    seq: Number
    table: Short
    id: Short
    tag: Short


class PullAsk(_Message):
    schema_: SchemaNumber
    epoch: Short = ""
    cursors: dict[str, Cursor] = {}
    """By scope; a scope without cursor starts from 0."""
    limit: Annotated[StrictInt, Field(ge=1, le=LIMITS.page_rows)] = LIMITS.page_rows
    tables: tuple[str, ...] | None = None
    """Only these tables, when they are pulled again (schema raised, difference found); with cursors of their own."""
    buckets: dict[str, tuple[Number, ...]] | None = None
    """With ``tables``: only the rows of these buckets (``bucket_of``), by table."""
    since: dict[str, Number] | None = None
    """By scope, the sequence that the tables stand at: who wrote since is told, for the journal. A scope that is not
    here (a first reception) is told nothing of."""


class WireRow(NamedTuple):
    """One row as an array ``[seq, hash, values]``: values in the order of ``SCHEMAS[schema][table]``."""

    seq: int
    hash: str
    """``row_hash`` of it."""
    values: list[Any]


class ScopePage(_Message):
    """The rows of one scope in a page: state, not log. The same row may come again in a later page: the later wins."""

    rows: dict[str, tuple[WireRow, ...]]
    """By table. The page as a whole is to be applied with the others, after ``more`` is false, in one transaction."""
    gone: dict[str, tuple[tuple[str, int], ...]]
    """By table, (id, seq): left this scope, or erased; removed unless the row stands by now in another of my scopes."""
    cursor: Cursor
    by: dict[str, dict[str, dict[str, tuple[str, ...]]]] | None = None
    """With ``since`` of this scope: author → table → id → fields written since by others, the empty name for a record
    made. The author is a facilitator's id in the asker's organisation, else the organisation's id only; empty: the
    server."""


class PullAnswer(_Message):
    epoch: str
    last_n: int
    """Last batch of this device contained in this very snapshot: only later ones are laid over (§7.16)."""
    scopes: dict[str, ScopePage]
    """The scopes the device may see now. What stands in the notebook under any other scope is to be purged."""
    more: bool
    head: int
    """Sequence of the snapshot."""
    remaining: int = 0
    """About how many rows still to come after this page, for progress; exact in the first page of a pull from 0."""


# --- digest ---------------------------------------------------------------------------------------

Sum = tuple[Number, str]
"""(count, sum modulo 2^64 of ``row_hash`` as 16 hexadecimal digits)."""

BUCKETS = 256


class DigestAsk(_Message):
    schema_: SchemaNumber
    epoch: Short
    cursors: dict[str, Cursor]
    """Where the device stands: the server says ``moved`` when it has gone further since."""
    sums: dict[str, dict[str, Sum]]
    """By scope, by table: live rows and deleted ones (``deleted_at`` is a field), not those gone. Absent means none."""


class TableDigest(_Message):
    count: int
    sum: str
    equal: bool
    buckets: tuple[Sum, ...] | None = None
    """When different: the server's ``BUCKETS`` sums by ``bucket_of``; pull the differing ones again."""


class DigestAnswer(_Message):
    moved: bool
    """Others wrote since: pull, then ask again. ``scopes`` is then empty."""
    scopes: dict[str, dict[str, TableDigest]]

    @property
    def equal(self) -> bool:
        """Whether both hold the same everywhere."""
        return not self.moved and all(one.equal for tables in self.scopes.values() for one in tables.values())


# --- figures --------------------------------------------------------------------------------------

CountOfPeople = Number | Masked
"""A count of people, or what stands in its place: 1 to 4 are never said (``rules.small_numbers``)."""


class FiguresLine(_Message):
    """What an organisation, or the whole network, did in a year. Hours in hundredths; a difference may be negative."""

    organisation: Short
    """Its id; empty for the whole network."""
    name: Short
    hours_validated: Whole
    """Of statements validated or attested."""
    hours_received: Whole
    """Typed, of statements not validated yet."""
    people: CountOfPeople
    """With hours, or with a contract of work that ran in the year."""
    women: CountOfPeople
    operations: Number
    """Where it had somebody at work; the network counts once what several organisations share."""
    buyers: Number
    companies: Number


class FiguresAnswer(_Message):
    year: Whole
    at: str
    """When it was counted: what notebooks had not sent by then is not in it."""
    organisations: tuple[FiguresLine, ...]
    """By name; every organisation of the network."""
    network: FiguresLine


# --- errors ---------------------------------------------------------------------------------------


class Reaction(enum.Enum):
    """The one thing a client does about an error."""

    REFRESH = "refresh"
    """Ask a new access token, then the same call once more."""
    SIGN_IN = "sign_in"
    """Ask the user for the password, then ``sign-in``."""
    WIPE = "wipe"
    """Check the signature of ``wipe``, then destroy the key."""
    FORK = "fork"
    """Enrol as a new device, ask ``known`` for the batches kept, take those receipts, renumber the rest, go on."""
    REBASE = "rebase"
    """Drop the inbox, ask ``known`` for the batches kept and requeue the unknown ones, pull from 0 and replace."""
    HALVE = "halve"
    """Send half as many operations, or ask half as many rows; also after a time-out."""
    UPGRADE = "upgrade"
    """Tell the user to update the program; go on pushing."""
    WAIT = "wait"
    """Back off with jitter (``Retry-After`` seconds when given), then the same bytes."""
    SEEK = "seek"
    """Ask HEAD for the offset of the file and go on from there."""
    TELL = "tell"
    """Tell the user; repeating is of no use."""


class Code(enum.StrEnum):
    """Stable codes of errors; never renamed."""

    BAD_CREDENTIALS = "bad_credentials"
    EXPIRED = "expired"
    SIGN_IN = "sign_in"
    DISABLED = "disabled"
    REVOKED = "revoked"
    FORBIDDEN = "forbidden"
    """This account may not ask that."""
    FORK = "fork"
    REBASE = "rebase"
    OFFSET = "offset"
    TOO_LARGE = "too_large"
    UPGRADE = "upgrade"
    TOO_NEW = "too_new"
    MALFORMED = "malformed"
    NOT_FOUND = "not_found"
    WRONG_HASH = "wrong_hash"
    SLOW_DOWN = "slow_down"
    BUSY = "busy"
    FULL = "full"
    FAILED = "failed"


REACTIONS: Mapping[Code, tuple[int, Reaction]] = {
    Code.BAD_CREDENTIALS: (401, Reaction.TELL),
    Code.EXPIRED: (401, Reaction.REFRESH),
    Code.SIGN_IN: (401, Reaction.SIGN_IN),
    Code.DISABLED: (403, Reaction.TELL),
    Code.REVOKED: (403, Reaction.WIPE),
    Code.FORBIDDEN: (403, Reaction.TELL),
    Code.FORK: (409, Reaction.FORK),
    Code.REBASE: (409, Reaction.REBASE),
    Code.OFFSET: (409, Reaction.SEEK),
    Code.TOO_LARGE: (413, Reaction.HALVE),
    Code.UPGRADE: (426, Reaction.UPGRADE),
    Code.TOO_NEW: (400, Reaction.TELL),
    Code.MALFORMED: (400, Reaction.TELL),
    Code.NOT_FOUND: (404, Reaction.TELL),
    Code.WRONG_HASH: (422, Reaction.TELL),
    Code.SLOW_DOWN: (429, Reaction.WAIT),
    Code.BUSY: (503, Reaction.WAIT),
    Code.FULL: (507, Reaction.WAIT),
    Code.FAILED: (500, Reaction.WAIT),
}
"""HTTP status and reaction of each code."""


class Problem(_Message):
    """The body of every error. An error whose body is not one did not come from the server (a portal, a proxy)."""

    code: Code
    message: str
    """French, for a person who looks at the answer; the program goes by the code."""
    wipe: Wipe | None = None
    offset: int | None = None
    """With ``offset``: where the file stands."""

    @property
    def reaction(self) -> Reaction:
        """The one thing to do."""
        return REACTIONS[self.code][1]


KnownAnswer.model_rebuild()


# --- bytes and hashes -----------------------------------------------------------------------------


def seal(schema: int, epoch: str, operations: Sequence[Mapping[str, Any]]) -> bytes:
    """The bytes of a batch, canonical: kept as they are and never made again.

    Each operation is the JSON of an ``Insert`` or ``Update`` (arrays for ``Edit``). UTF-8, keys sorted, no blank.
    """
    return canonical({"epoch": epoch, "operations": list(operations), "schema": schema}).encode()


def unseal(body: bytes) -> Batch:
    """The batch of sealed bytes; raises ``ValueError``. Operations stay plain JSON: see ``OPERATION``."""
    return Batch.model_validate(from_json(body))


def sha256_of(body: bytes) -> str:
    """SHA-256 of bytes, hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def row_hash(table: str, seq: int, body: str) -> int:
    """The 64-bit hash of a row; ``body`` is ``canonical`` of its values in the order of the schema, id first."""
    return int.from_bytes(hashlib.blake2b(f"{table}\x1f{seq}\x1f{body}".encode(), digest_size=8).digest())


def hash_text(value: int) -> str:
    """A 64-bit hash or sum on the wire: 16 hexadecimal digits."""
    return f"{value & _MASK:016x}"


def add_hashes(*values: int) -> int:
    """Sum modulo 2^64: free of order, so that both sides keep it as rows come and go."""
    return sum(values) & _MASK


_MASK = 2**64 - 1


def bucket_of(record_id: str) -> int:
    """Which of the ``BUCKETS`` sub-sums a record belongs to (ids made the same day begin alike: hashed)."""
    return zlib.crc32(record_id.encode()) & (BUCKETS - 1)


def wipe_signature(device_key: str, device: str) -> str:
    """What signs the order to erase a device: HMAC-SHA256 of « wipe:device » under the key given at enrolment."""
    return _signed(device_key, f"wipe:{device}")


def restored_proof(device_key: str, device: str, refresh: str) -> str:
    """What a device proves itself by to a restored server: HMAC-SHA256 of « token:device:refresh »."""
    return _signed(device_key, f"token:{device}:{refresh}")


def _signed(device_key: str, text: str) -> str:
    return hmac.new(bytes.fromhex(device_key), text.encode(), hashlib.sha256).hexdigest()
