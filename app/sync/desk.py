"""What the screens and the command line may ask of the exchange; ``app.sync.service`` answers it, tests may fake it.

Where to call: methods marked « store » on the store thread (``bridge.run(…, on="store")``); methods marked « io » on
the io executor (``on="io"``), never on the window's thread nor on the store's: they wait for both. ``progress`` is
called on the io thread. What changed comes in ``changes`` of the answer, so that the bridge publishes it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from app.store.unit import Outcome
from app.sync.state import (
    ExchangeState,
    HeldCard,
    JournalLine,
    NetworkFigures,
    Progress,
    ReviewCard,
    SyncReport,
    Verification,
)

Tell = Callable[[Progress], None]
IsCancelled = Callable[[], bool]


class ExchangeDesk(Protocol):
    """The exchange of one notebook with its network's server."""

    def state(self) -> ExchangeState:
        """Where things stand (store; a few milliseconds)."""

    def enrol(self, server: str, user: str, password: str, *, device_name: str = "") -> ExchangeState:
        """Make this notebook known to the server, and take the identity and rights of ``user`` there (io).

        ``server`` is an ``https`` address (plain ``http`` on this very machine only). Raises ``InvalidInput`` (address,
        name or password), ``NotAllowed`` (a demonstration, a notebook of another network, an account closed),
        ``ExchangeFailed`` (its ``problem`` says which). Nothing is sent before :meth:`synchronise`. A notebook that is
        known already is only signed in.
        """

    def sign_in(self, password: str) -> ExchangeState:
        """Give the password again after ``Problem.SIGN_IN`` (io). Raises as :meth:`enrol`."""

    def synchronise(self, progress: Tell = ..., cancelled: IsCancelled = ...) -> SyncReport:
        """One whole session: send, receive, apply, check, photographs (io). Always answers, never raises for the
        network's sake: ``report.problem``. A second call meanwhile waits for the first and answers its report.
        """

    def verify(self, progress: Tell = ...) -> Verification:
        """Compare every record with the server's, to the last field; receive again what differs (io)."""

    def network_figures(self, year: int) -> NetworkFigures:
        """The network's figures of a calendar year, asked of the server each time (io).

        Raises ``NotAllowed`` (an account that is not a coordinator's, a notebook alone), ``ExchangeFailed`` (offline…).
        """

    def journal(self, limit: int = 100) -> list[JournalLine]:
        """What the sessions did, latest first (store)."""

    def to_review(self) -> list[ReviewCard]:
        """Decisions to take, oldest first (store)."""

    def reviewed(self) -> list[ReviewCard]:
        """Decisions of the last thirty days, latest first; each can be taken again by ``keep_…`` (store)."""

    def keep_mine(self, card_id: str) -> Outcome:
        """Let the user's version stand: an ordinary edit, undone by its ``undo`` (store). Raises ``NotFound``."""

    def keep_theirs(self, card_id: str) -> Outcome:
        """Let the other version stand (store). Raises as :meth:`keep_mine`."""

    def keep_both(self, card_id: str) -> Outcome:
        """Keep both values in the field, where it can hold two (store). Raises also ``InvalidInput``."""

    def content(self, sha256: str) -> bytes | None:
        """A picture or a document by its content, ``None`` while it is not here yet (io)."""

    def held(self) -> list[HeldCard]:
        """Changes set aside by the server, oldest first (store)."""

    def send_again(self, held_id: str) -> Outcome:
        """Offer a change set aside once more at the next session, e.g. after it was mended (store)."""

    def give_up(self, held_id: str) -> Outcome:
        """Stop asking about a change set aside; its values stay in the record's history (store)."""

    def write_held(self, target: Path) -> Path:
        """Write all changes set aside as a readable text file for the coordination (store)."""

    def refuse_sign_out(self) -> None:
        """Raise ``UnsentWork`` while changes wait that no safety copy on a key holds (store)."""

    def sign_out(self) -> ExchangeState:
        """Forget the server's tokens; the notebook stays whole and readable (io). Raises ``UnsentWork``."""

    def note_copied(self) -> None:
        """Say that a safety copy that holds everything typed until now was made and verified (store)."""
