"""What leaves the notebook from several places: exports, letters to companies, attestations together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.errors import InclusivError
from app.models.choices import Recipient
from app.rules.french import NBSP, format_date, format_hours_unit, format_month, plural
from app.ui import texts
from app.ui.bridge.messages import Messages
from app.ui.bridge.tasks import Runner
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.controls import CheckBox, button
from app.ui.kit.dialogs import Dialog, choose_folder, save_file
from app.ui.kit.flow import Flow
from app.ui.kit.labels import label
from app.ui.kit.pdf_preview import PdfPreview
from app.ui.kit.scroll import ScrollColumn
from app.ui.shell.discretion import Discretion
from app.ui.shell.navigation import Listed
from app.ui.shell.undo import UndoStack
from app.ui.theme.appearance import appearance

XLSX, CSV = "Classeur (*.xlsx)", "Texte séparé par des points-virgules (*.csv)"

Write = Callable[[Path, bytes], object]


class PapersServices(Protocol):
    """The services of the open notebook that papers are made with."""

    @property
    def documents(self) -> Any: ...
    @property
    def exchange(self) -> Any: ...
    @property
    def hours(self) -> Any: ...


class DesktopPapers(QObject):
    """Asks over ``window``; everything is made on the store thread and written on the io threads."""

    def __init__(
        self,
        window: QWidget,
        services: Callable[[], PapersServices],
        run: Runner,
        messages: Messages,
        discretion: Discretion,
        undo: UndoStack,
        write: Write,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._services = services
        self._run = run
        self._messages = messages
        self._discretion = discretion
        self._undo = undo
        self._write = write
        self.folder: Path | None = None
        """Where the last files were written: proposed first the next time."""

    # --- exports -------------------------------------------------------------------------

    def export_list(self, kind: str, listed: Listed) -> None:
        """Ask the rows shown, then where to write them."""
        listed.everything(lambda ids: self._export(kind, {"ids": ids}, len(ids)))

    def export_month(self, month: str, company_id: str = "") -> None:
        """Ask where to write the hours of a month."""
        self._export("month", {"month": month, "company_id": company_id}, None)

    def _export(self, kind: str, options: dict[str, Any], rows: int | None) -> None:
        if rows == 0:
            self._messages.say("Rien à exporter ici.")
            return
        self._run.run(
            lambda: self._services().exchange.export(kind, "xlsx", **options),
            lambda made: self._ask_where(kind, options, made),
            owner=self,
        )

    def _ask_where(self, kind: str, options: dict[str, Any], made: Any) -> None:
        """The workbook is ready and given its name; a name in .csv makes the other file."""

        def chosen(path: Path) -> None:
            self.folder = path.parent
            if path.suffix.lower() != ".csv":
                self._write_export(path, made)
                return
            self._run.run(
                lambda: self._services().exchange.export(kind, "csv", **options),
                lambda other: self._write_export(path, other),
                owner=self,
            )

        dialog = save_file(self._window, "Exporter", [XLSX, CSV], made.name, chosen, folder=self.folder)

        def follow(chosen_filter: str) -> None:
            suffix = "csv" if "csv" in chosen_filter else "xlsx"
            dialog.setDefaultSuffix(suffix)
            dialog.selectFile(f"{Path(made.name).stem}.{suffix}")

        dialog.filterSelected.connect(follow)

    def template(self, month: str, company_id: str = "") -> None:
        """Ask where to write the hours sheet that a company fills in."""

        def ready(made: Any) -> None:
            def chosen(path: Path) -> None:
                self.folder = path.parent
                said = f"Modèle enregistré{NBSP}: {path.name} ({plural(made.rows, 'personne')})"
                self._run.run(
                    lambda: self._write(path, made.data),
                    lambda _done: self._messages.say(said, "success"),
                    on="io",
                    owner=self,
                )

            save_file(self._window, "Enregistrer le modèle vierge", [XLSX], made.name, chosen, folder=self.folder)

        self._run.run(lambda: self._services().exchange.template(month, company_id), ready, owner=self)

    def _write_export(self, path: Path, made: Any) -> None:
        said = f"Exporté{NBSP}: {path.name} ({plural(made.rows, 'ligne')})"
        self._run.run(
            lambda: self._write(path, made.data),
            lambda _done: self._messages.say(said, "success"),
            on="io",
            owner=self,
        )

    # --- letters -------------------------------------------------------------------------

    def remind(self, month: str) -> None:
        """The letters of every company whose statement has not come, in one PDF; logged once printed or saved."""

        def read() -> tuple[tuple[Any, ...], Any]:
            services = self._services()
            missing = services.hours.missing_statements(month)
            return missing, services.documents.reminders(month, [one.id for one in missing]) if missing else None

        def ready(found: tuple[tuple[Any, ...], Any]) -> None:
            missing, made = found
            if made is None:
                self._messages.say(f"Aucun relevé manquant en {format_month(month)}.")
                return
            dialog = RemindersDialog(
                self._window, month, missing, made, self._log, self._save, self._letters, self._copy_email
            )
            dialog.open()

        self._run.run(read, ready, owner=self)

    def _letters(self, month: str, companies: Sequence[str], answer: Callable[[Any], None]) -> None:
        self._run.run(lambda: self._services().documents.reminders(month, list(companies)), answer, owner=self)

    def _copy_email(self, month: str, company: str, done: Callable[[], None]) -> None:
        def made(email: Any) -> None:
            QGuiApplication.clipboard().setText(email.text)
            self._messages.say(f"Texte du courriel à {email.company} copié.", "success")
            done()

        self._run.run(lambda: self._services().documents.reminder_email(month, company), made, owner=self)

    def _log(self, month: str, companies: Sequence[str], done: Callable[[], None]) -> None:
        def logged(outcome: Any) -> None:
            held = [outcome.undo]

            def flip() -> None:  # the undo of an undo logs them again
                self._run.run(
                    lambda: self._services().hours.take_back(held[0]),
                    lambda back: held.__setitem__(0, back.undo),
                    owner=self,
                )

            self._undo.push(outcome.undo.label, flip, flip)
            said = f"{plural(len(companies), 'relance notée', 'relances notées')}."
            self._messages.undoable(said, self._take_back)
            done()

        self._run.run(lambda: self._services().hours.remind(month, list(companies)), logged, owner=self)

    def _take_back(self) -> None:
        self._undo.undo()

    def _save(self, path: Path, data: bytes) -> None:
        self.folder = path.parent
        self._run.run(
            lambda: self._write(path, data),
            lambda _done: self._messages.say(f"PDF enregistré{NBSP}: {path.name}", "success"),
            on="io",
            owner=self,
        )

    # --- attestations --------------------------------------------------------------------

    def attestations(self, scope: str, record_id: str) -> None:
        """Choose among the contracts of a company or a lot, issue their attestations, write and print them."""

        def ready(found: tuple[Any, ...]) -> None:
            if not found:
                self._messages.say("Aucun contrat n’a d’heures à attester ici.")
                return
            AttestationsDialog(self._window, found, self._discretion, self._issue).open()

        self._run.run(lambda: self._services().documents.attestable(**{f"{scope}_id": record_id}), ready, owner=self)

    def _issue(
        self, contracts: Sequence[str], recipient: str, done: Callable[[], None], failed: Callable[[str], None]
    ) -> None:
        def issued(batch: Any) -> None:
            done()
            self._write_batch(batch)

        def refused(problem: InclusivError) -> None:
            failed(problem.sentence)

        self._run.run(
            lambda: self._services().documents.issue_batch(list(contracts), recipient), issued, refused, owner=self
        )

    def _write_batch(self, batch: Any) -> None:
        """A file for each and one to print, in the folder chosen."""
        files = (*batch.files, (batch.printed.file_name, batch.printed.data))

        def chosen(folder: Path) -> None:
            self.folder = folder

            def write() -> None:
                for name, data in files:
                    self._write(folder / name, data)

            count = plural(len(batch.files), "attestation enregistrée", "attestations enregistrées")
            said = f"{count}, et {batch.printed.file_name} pour tout imprimer."
            self._run.run(write, lambda _done: self._messages.say(said, "success"), on="io", owner=self)

        choose_folder(self._window, "Où ranger les attestations", chosen, folder=self.folder)


class RemindersDialog(Dialog):
    """The letters as they will be printed, to the companies ticked; « relancée le » is logged when they leave."""

    def __init__(
        self,
        parent: QWidget,
        month: str,
        missing: Sequence[Any],
        made: Any,
        log: Callable[[str, Sequence[str], Callable[[], None]], None],
        save: Write,
        letters: Callable[[str, Sequence[str], Callable[[Any], None]], None],
        copy_email: Callable[[str, str, Callable[[], None]], None],
    ) -> None:
        super().__init__(parent, f"Relances pour {format_month(month)}", width=880)
        self._month = month
        self._log, self._save_file, self._letters = log, save, letters
        self._logged = False
        said = "Une lettre et le relevé à remplir pour chaque entreprise cochée."
        self.body.addWidget(label(said, "secondary", self, wrap=True))
        rows = ScrollColumn(self)
        rows.setMaximumHeight(appearance().px(148))
        rows.body.setSpacing(4)
        self.boxes: dict[str, CheckBox] = {}
        self.copies: dict[str, QPushButton] = {}
        self._copy_email = copy_email
        for one in missing:
            since = f" (relancée le {format_date(one.reminded_on)})" if one.reminded_on else ""
            box = CheckBox(f"{one.name}{since}", rows)
            box.setChecked(True)
            box.toggled.connect(lambda _on: self._remake())
            copy = button("Copier le texte du courriel", "quiet", "copy", rows)
            copy.setAccessibleName(f"Copier le texte du courriel, {one.name}")
            copy.setToolTip("Mois, échéance et code du relevé, sans le nom d’une personne")
            copy.clicked.connect(lambda _on=False, company=one.id: self._copy(company))
            line = Flow(rows)
            line.add(box)
            line.add(copy)
            rows.body.addWidget(line)
            self.boxes[one.id] = box
            self.copies[one.id] = copy
        self.body.addWidget(rows)
        self.preview = PdfPreview(self, write=self._save)
        self.preview.setMinimumHeight(appearance().px(300))
        self.preview.print_button.setText("Imprimer et noter la relance")
        self.preview.print_button.setAccessibleName(self.preview.print_button.text())
        self.preview.print_button.setDefault(True)
        self.preview.printed.connect(self._note)
        self.body.addWidget(self.preview, 1)
        self.note_button: QPushButton = self.add_button("Noter la relance sans imprimer", "", self._note)
        self.add_button(texts.CLOSE)
        self.resize(appearance().px(940), appearance().px(820))
        self._show(made)
        self.preview.print_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def chosen(self) -> list[str]:
        """Companies ticked."""
        return [company for company, box in self.boxes.items() if box.isChecked()]

    def _copy(self, company: str) -> None:
        copy = self.copies[company]
        self._copy_email(self._month, company, lambda: copy.setText("Texte copié"))

    def _remake(self) -> None:
        chosen = self.chosen()
        for one in (self.preview.print_button, self.preview.save_button, self.note_button):
            one.setEnabled(bool(chosen))
        if chosen:
            self._letters(self._month, chosen, lambda made: self._show(made) if chosen == self.chosen() else None)

    def _show(self, made: Any) -> None:
        self.preview.show_bytes(made.data, made.file_name)

    def _save(self, path: Path, data: bytes) -> None:
        self._save_file(path, data)
        self._note()

    def _note(self) -> None:
        if not self._logged:
            self._logged = True
            self._log(self._month, self.chosen(), self.accept)


class AttestationsDialog(Dialog):
    """Contracts with hours, those that need an attestation ticked. « Émettre » gives numbers and locks statements."""

    def __init__(
        self,
        parent: QWidget,
        contracts: Sequence[Any],
        discretion: Discretion,
        issue: Callable[[Sequence[str], str, Callable[[], None], Callable[[str], None]], None],
    ) -> None:
        super().__init__(parent, "Attestations d’heures", width=680)
        self._issue = issue
        said = (
            "Chaque attestation reçoit son numéro, et les relevés de ses mois sont verrouillés. "
            "Un fichier par personne, et un seul pour tout imprimer."
        )
        self.body.addWidget(label(said, "secondary", self, wrap=True))
        rows = ScrollColumn(self)
        rows.setMinimumHeight(appearance().px(240))
        rows.setAccessibleName("Contrats à attester")
        self.boxes: dict[str, CheckBox] = {}
        for one in contracts:
            box = CheckBox(_contract_words(one, discretion), rows)
            ready = one.hours > 0 and not one.waiting
            box.setEnabled(ready)
            box.setChecked(ready and one.issued_hours != one.hours)
            box.toggled.connect(lambda _on: self._tell())
            rows.body.addWidget(box)
            self.boxes[one.id] = box
        rows.body.addStretch(1)
        self.body.addWidget(rows, 1)
        self.recipient = ChipRow(
            "Pour",
            [
                Chip(Recipient.PERSON.value, "La personne"),
                Chip(Recipient.COMPANY.value, "L’entreprise"),
                Chip(Recipient.FILE.value, "Le dossier"),
            ],
            may_be_empty=False,
            parent=self,
        )
        self.recipient.set_chosen((Recipient.PERSON.value,))
        self.body.addWidget(self.recipient)
        self.refused: QLabel = label("", "error", self, wrap=True)
        self.refused.hide()
        self.body.addWidget(self.refused)
        self.add_button(texts.CANCEL)
        self.issue_button: QPushButton = self.add_button("", "primary", self._give)
        self._tell()
        self.issue_button.setFocus()

    def chosen(self) -> list[str]:
        """Contracts ticked."""
        return [contract for contract, box in self.boxes.items() if box.isChecked()]

    def _tell(self) -> None:
        count = len(self.chosen())
        self.issue_button.setText(f"Émettre {plural(count, 'attestation')}" if count else "Émettre")
        self.issue_button.setAccessibleName(self.issue_button.text())
        self.issue_button.setEnabled(bool(count))

    def _give(self) -> None:
        self.issue_button.setEnabled(False)
        self._issue(self.chosen(), next(iter(self.recipient.chosen())), self.accept, self._refuse)

    def _refuse(self, sentence: str) -> None:
        self.refused.setText(sentence)
        self.refused.show()
        self._tell()


def _contract_words(one: Any, discretion: Discretion) -> str:
    """« MARTIN Julie — 281 h, fin le 31/10/2026 — attestation ATT-2026-NO-0001 »."""
    words = f"{discretion.name(one.last_name, one.first_name)} — {format_hours_unit(one.hours)}"
    words += f", fin le {format_date(one.end_on)}" if one.end_on else ", en cours"
    if one.waiting:
        words += f" — {format_hours_unit(one.waiting)} à valider d’abord"
    elif one.number:
        since = "" if one.issued_hours == one.hours else f" pour {format_hours_unit(one.issued_hours)}"
        words += f" — attestation {one.number}{since}"
    return words
