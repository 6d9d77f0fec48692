"""What a decision is about, when it is looked at and not read: two signatures side by side, a photograph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.rules.french import NBSP
from app.ui.kit.flow import Flow
from app.ui.kit.labels import label
from app.ui.kit.pictures import fitted, small_picture
from app.ui.kit.signature_pad import SignaturePicture, from_kept
from app.ui.theme.appearance import appearance

AskPicture = Callable[[str, Callable[[bytes | None], None], QObject], None]
"""(SHA-256, what takes the bytes or ``None`` while they are not here, who asks)."""
_SIGNED = 260
"""Width of a signature, at 100 %."""
_PHOTO = QSize(320, 200)
NOT_HERE = "Cette photo n’est pas encore arrivée sur cet ordinateur. Elle viendra avec une prochaine synchronisation."


class Drawings(Flow):
    """Signatures, each under whoever kept it; wrapped when the window is narrow."""

    def __init__(self, drawings: Sequence[tuple[str, Any]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for who, strokes in drawings:
            holder = QWidget(self)
            column = QVBoxLayout(holder)
            column.setContentsMargins(0, 0, 16, 0)
            column.setSpacing(2)
            if who:
                column.addWidget(label(who, "secondary", holder))
            kept = from_kept(strokes)
            if kept:
                name = f"Signature{NBSP}: {who}" if who else "Signature"
                column.addWidget(SignaturePicture(kept, name, appearance().px(_SIGNED), holder))
            else:
                column.addWidget(label("Aucun tracé", "strong", holder))
            column.addStretch(1)
            self.add(holder)


class Photograph(QLabel):
    """The photograph that a record is, or a sentence in its place until it arrives."""

    def __init__(self, sha256: str, name: str, ask: AskPicture, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sha256 = sha256
        self._ask = ask
        self.is_here = False
        self.setWordWrap(True)
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.look()

    def look(self) -> None:
        """Ask for it, unless it is shown."""
        if not self.is_here:
            self._ask(self._sha256, self._take, self)

    def _take(self, data: bytes | None) -> None:
        room = QSize(appearance().px(_PHOTO.width()), appearance().px(_PHOTO.height()))
        ratio = self.devicePixelRatioF()
        picture = QPixmap() if data is None else QPixmap.fromImage(small_picture(data, room * ratio))
        self.is_here = not picture.isNull()
        if self.is_here:
            self.setPixmap(fitted(picture, room, ratio))
        else:
            self.setText(NOT_HERE)
