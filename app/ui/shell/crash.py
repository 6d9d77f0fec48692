"""The crash dialog: what to say, that the data are safe, details to copy; no name in them."""

from __future__ import annotations

import logging
import platform
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QtMsgType, qVersion
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from app.ui.kit.dialogs import Dialog
from app.ui.kit.labels import label
from app.ui.theme.appearance import appearance

log = logging.getLogger(__name__)


def details(problem: BaseException, version: str = "") -> str:
    """Where it happened: types, modules, lines. Never the values nor the message, which could name someone."""
    lines = [
        f"Inclusiv’Terrain {version}".strip(),
        f"Python {platform.python_version()}, Qt {qVersion()}, {platform.system()}",
    ]
    one: BaseException | None = problem
    while one is not None:
        lines.append(type(one).__name__)
        lines += [
            f"  {Path(step.filename).stem}:{step.lineno} {step.name}"
            for step in traceback.extract_tb(one.__traceback__)
        ]
        one = one.__cause__ or one.__context__
    return "\n".join(lines)


class CrashDialog(Dialog):
    """Opened for what was not expected. The program goes on."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, "Une erreur est survenue", width=560)
        for sentence in (
            "Le programme n’a pas pu terminer cette action.",
            "Vos données sont en sécurité\u00a0: chaque champ quitté est enregistré en une seule fois.",
            "Vous pouvez continuer. Si cela se reproduit, copiez les détails et envoyez-les à votre réseau\u202f; "
            "ils ne contiennent aucun nom.",
        ):
            self.body.addWidget(label(sentence, "", self, wrap=True))
        self.text = QPlainTextEdit(text, self)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("Détails techniques")
        self.text.setMinimumHeight(appearance().px(160))
        self.body.addWidget(self.text)
        self.add_button("Copier les détails", act=self.copy)
        self.add_button("Continuer", "primary").setFocus()

    def copy(self) -> None:
        """Put the details on the clipboard."""
        QApplication.clipboard().setText(self.text.toPlainText())


class CrashReporter:
    """Shows one dialog at a time. Give :meth:`report` to the bridge, :meth:`install` for the last resort."""

    def __init__(self, parent: Callable[[], QWidget | None] = lambda: None, version: str = "") -> None:
        self._parent = parent
        self._version = version
        self._open = False
        self.last = ""

    def report(self, problem: BaseException) -> None:
        """Log it and show it."""
        self.last = details(problem, self._version)
        log.error("bug\n%s", self.last)  # places only: the message of an exception may name someone
        if self._open or QApplication.instance() is None:
            return
        self._open = True
        dialog = CrashDialog(self.last, self._parent())
        dialog.finished.connect(self._closed)
        dialog.open()

    def install(self) -> None:
        """Catch what nothing else caught, in Python."""

        def hook(kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
            if issubclass(kind, KeyboardInterrupt):
                sys.__excepthook__(kind, problem, trace)
                return
            self.report(problem)

        sys.excepthook = hook

    def _closed(self, _result: int) -> None:
        self._open = False


def qt_messages(kind: QtMsgType, _context: object, text: str) -> None:
    """Qt's own warnings go to the log, not to a console; for ``qInstallMessageHandler``."""
    levels = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.INFO,
        QtMsgType.QtWarningMsg: logging.WARNING,
        QtMsgType.QtCriticalMsg: logging.ERROR,
        QtMsgType.QtFatalMsg: logging.CRITICAL,
    }
    if "propagateSizeHints" not in text:
        log.log(levels.get(kind, logging.WARNING), "qt: %s", text)
