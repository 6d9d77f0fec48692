"""What the program says to the user outside a field: the message bar listens to this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.errors import InclusivError

UNDO_SECONDS = 10
"""How long a toast with « Annuler » stays (PRODUCT.md §3.8)."""
SAY_SECONDS = 6


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence. ``kind`` is ``info``, ``success``, ``warning`` or ``error``.

    ``seconds`` 0 means that it stays until it is closed: warnings and errors do.
    """

    text: str
    kind: str = "info"
    action_label: str = ""
    action: Callable[[], None] | None = None
    seconds: int = SAY_SECONDS


class Messages(QObject):
    """Where messages are said. ``said`` carries a :class:`Message`."""

    said = Signal(object)

    def say(
        self,
        text: str,
        kind: str = "info",
        action_label: str = "",
        action: Callable[[], None] | None = None,
        seconds: int | None = None,
    ) -> None:
        """Say ``text``; with a label and an action, a button is shown beside it."""
        if seconds is None:
            stays = kind in ("warning", "error")
            seconds = 0 if stays else UNDO_SECONDS if action else SAY_SECONDS
        self.said.emit(Message(text, kind, action_label, action, seconds))

    def error(self, problem: InclusivError) -> None:
        """Say an expected error, in its three parts."""
        self.say(problem.sentence, "warning" if problem.is_input else "error")

    def undoable(self, text: str, undo: Callable[[], None]) -> None:
        """Say what was done, with « Annuler » for ten seconds."""
        self.say(text, "success", "Annuler", undo, UNDO_SECONDS)


class RecordedMessages(Messages):
    """For tests: keeps what was said in ``messages``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.messages: list[Message] = []
        self.said.connect(self.messages.append)

    @property
    def texts(self) -> list[str]:
        """The sentences said, in order."""
        return [one.text for one in self.messages]
