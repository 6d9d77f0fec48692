"""The files of a company on its page: where to drop one, what is remembered of them, those saved (E6, M2, M8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.changes import Changes
from app.hours.imports.values import ImportLine, LayoutLine, TakenBack
from app.rules.french import NBSP, format_long_date, plural
from app.store.unit import Outcome, Undo
from app.ui.bridge.changes import Bus
from app.ui.bridge.messages import Messages
from app.ui.bridge.tasks import Runner
from app.ui.imports.recent import ImportLines
from app.ui.kit.cards import Card
from app.ui.kit.controls import button
from app.ui.kit.labels import label
from app.ui.shell.acts import Acts
from app.ui.shell.undo import UndoStack

RELOAD_ON = frozenset({"timesheet_layout", "timesheet_import"})
SHOWN_IMPORTS = 8


class FilesCalls(Protocol):
    """What is asked of the service (``app.hours.imports.service.ImportsService``)."""

    def layouts(self, company_id: str) -> tuple[LayoutLine, ...]: ...
    def forget_layout(self, layout_id: str) -> Outcome: ...
    def list_imports(self, company_id: str = "", limit: int = 50) -> tuple[ImportLine, ...]: ...
    def cancel(self, import_id: str) -> TakenBack: ...
    def redo(self, undo: Undo) -> Outcome: ...


class FilesModel(QObject):
    """What is known of the files of the company shown. ``changed``: :attr:`layouts` or :attr:`imports` are others."""

    changed = Signal()

    def __init__(
        self,
        service: FilesCalls,
        run: Runner,
        bus: Bus,
        messages: Messages,
        undo: UndoStack,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._run = run
        self._messages = messages
        self._acts = Acts(run, messages, undo, service.redo, self)
        self._company_id = ""
        self.layouts: tuple[LayoutLine, ...] = ()
        self.imports: tuple[ImportLine, ...] = ()
        bus.published.connect(self._changed)

    def open(self, company_id: str) -> None:
        """Read what is known of a company's files."""
        if company_id != self._company_id:
            self._company_id = company_id
            self.layouts, self.imports = (), ()

        def read() -> tuple[str, tuple[LayoutLine, ...], tuple[ImportLine, ...]]:
            recent = self._service.list_imports(company_id, SHOWN_IMPORTS)
            return company_id, self._service.layouts(company_id), recent

        self._run.run(read, done=self._read, owner=self)

    def _read(self, found: tuple[str, tuple[LayoutLine, ...], tuple[ImportLine, ...]]) -> None:
        if found[0] == self._company_id:
            _, self.layouts, self.imports = found
            self.changed.emit()

    def _changed(self, changes: Changes) -> None:
        if self._company_id and changes.touches(RELOAD_ON):
            self.open(self._company_id)

    def forget(self, layout_id: str) -> None:
        """« Oublier »."""
        self._acts.do(lambda: self._service.forget_layout(layout_id), told="Présentation oubliée.")

    def cancel(self, import_id: str) -> None:
        """« Annuler l’import »."""
        answers: list[TakenBack] = []

        def work() -> Outcome:
            answers.append(self._service.cancel(import_id))
            return answers[0].outcome

        def done(_outcome: Outcome) -> None:
            lines, kept = answers[0].lines, answers[0].kept
            said = f"Import annulé{NBSP}: {plural(lines, 'ligne retirée', 'lignes retirées')}."
            if kept:
                said += f" {plural(kept, 'ligne corrigée', 'lignes corrigées')} depuis, laissée telle quelle."
            self._messages.say(said, "success")

        self._acts.do(work, done, self._messages.error)


class FilesPart(QWidget):
    """The part of the page. ``choose`` opens the file chooser for this company."""

    def __init__(self, model: FilesModel, choose: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        drop = Card(parent=self)
        row = QHBoxLayout()
        row.setSpacing(12)
        self.hint = label(
            "Déposez ici un fichier d’heures, sous la forme où l’entreprise l’envoie.", "", drop, wrap=True
        )
        row.addWidget(self.hint, 1)
        self.choose = button("Choisir un fichier", "", "upload", drop)
        self.choose.setToolTip("Lire un fichier d’heures de cette entreprise (Ctrl+O)")
        self.choose.clicked.connect(lambda _on=False: choose())
        row.addWidget(self.choose)
        drop.body.addLayout(row)
        column.addWidget(drop)
        self.known = label("Présentations retenues", "strong", self)
        column.addWidget(self.known)
        self._layouts = QVBoxLayout()
        self._layouts.setSpacing(4)
        column.addLayout(self._layouts)
        self.recent = label("Fichiers enregistrés récemment", "strong", self)
        column.addWidget(self.recent)
        self.imports = ImportLines(by_company=False, parent=self)
        self.imports.cancel_wanted.connect(model.cancel)
        column.addWidget(self.imports)
        self.nothing = label(
            "Aucun fichier de cette entreprise n’a encore été enregistré. "
            "Sa présentation sera retenue, et le suivant lu sans question.",
            "secondary",
            self,
            wrap=True,
        )
        column.addWidget(self.nothing)
        model.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what is known."""
        model = self._model
        while (item := self._layouts.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for one in model.layouts:
            self._layouts.addWidget(self._layout(one))
        self.imports.load(model.imports)
        self.known.setVisible(bool(model.layouts))
        for shown in (self.recent, self.imports):
            shown.setVisible(bool(model.imports))
        self.nothing.setVisible(not model.layouts and not model.imports)

    def _layout(self, one: LayoutLine) -> QWidget:
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        since = f"Depuis le {format_long_date(one.since)}"
        row.addWidget(label(f"{one.sentence} {since}.", "", line, wrap=True), 1)
        act = button("Oublier", "", "eraser", line)
        act.setAccessibleName(f"Oublier la présentation retenue depuis le {format_long_date(one.since)}")
        act.setToolTip("Le prochain fichier de cette forme sera compris de nouveau, et demandé s’il y a un doute")
        act.clicked.connect(lambda _on=False: self._model.forget(one.id))
        row.addWidget(act)
        return line
