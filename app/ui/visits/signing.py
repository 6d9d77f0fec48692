"""« Relire et signer »: the whole window shows the summary and the signer's name, nothing else (PRODUCT.md V7, V13)."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.errors import InclusivError
from app.models.choices import AttendanceKind, SignerRole
from app.rules.french import NBSP, format_long_date, format_time, person_name_letter, plural
from app.rules.visits import SignatureGiven, missing_signatures
from app.store.visit_sheet import Person, Task, VisitSheet
from app.ui.kit.controls import button
from app.ui.kit.labels import label
from app.ui.kit.message_bar import MessageBar
from app.ui.kit.signature_pad import SignaturePad
from app.ui.shell.discretion import Discretion
from app.ui.theme.appearance import appearance
from app.ui.visits.strokes import written
from app.ui.visits.summary import content_of
from app.ui.visits.viewmodel import VisitModel


class SigningMode(QWidget):
    """Covers the workspace while people sign. ``left`` when it is closed, signed or not.

    Two steps: whose turn it is (one tap on a name), then the pad. Names of others are hidden meanwhile.
    """

    left = Signal()

    def __init__(self, model: VisitModel, discretion: Discretion, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._model = model
        self._discretion = discretion
        self._over = over
        self._sheet: VisitSheet | None = None
        self._signer: Person | None = None
        self._was_masked = False
        self._disabled: list[QWidget] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 16, 24, 16)
        outer.setSpacing(12)
        head = QHBoxLayout()
        self.title = label("", "title", self)
        head.addWidget(self.title, 1)
        self.back_button = button("Revenir à la visite", "", "arrow-left", self)
        self.back_button.clicked.connect(lambda _on=False: self.close_mode())
        head.addWidget(self.back_button)
        outer.addLayout(head)
        self._middle = QHBoxLayout()
        self._middle.setSpacing(32)
        outer.addLayout(self._middle, 1)
        self._middle.addWidget(self._build_summary(), 1)
        self._middle.addWidget(self._build_right(), 1)
        self.hide()
        over.installEventFilter(self)
        model.sheet_changed.connect(self._show)
        model.finalised.connect(self.close_mode)
        model.report_measured.connect(self._count_pages)

    # --- building --------------------------------------------------------------------------

    def _build_summary(self) -> QWidget:
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("Résumé de la visite")
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget(area)
        inner.setObjectName("column")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(10)
        self.where = label("", "secondary", inner, wrap=True)
        column.addWidget(self.where)
        column.addWidget(label("L’essentiel", "subtitle", inner))
        self.essential = label("", "", inner, wrap=True)
        column.addWidget(self.essential)
        self.decided_title = label("Actions décidées", "subtitle", inner)
        column.addWidget(self.decided_title)
        self.decided = label("", "", inner, wrap=True)
        column.addWidget(self.decided)
        column.addWidget(label("Contenu du compte rendu", "subtitle", inner))
        self.content = label("", "", inner, wrap=True)
        column.addWidget(self.content)
        self.pages = label("", "strong", inner, wrap=True)
        self.pages.hide()
        column.addWidget(self.pages)
        column.addStretch(1)
        area.setWidget(inner)
        return area

    def _build_right(self) -> QWidget:
        right = QWidget(self)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.choosing = QWidget(right)
        choice = QVBoxLayout(self.choosing)
        choice.setContentsMargins(0, 0, 0, 0)
        choice.setSpacing(10)
        choice.addWidget(label("Qui signe", "subtitle", self.choosing))
        self.hint = label("", "secondary", self.choosing, wrap=True)
        choice.addWidget(self.hint)
        self._names = QVBoxLayout()
        self._names.setSpacing(8)
        choice.addLayout(self._names)
        self.signers: dict[str, QPushButton] = {}
        self.finish_button = button("Valider et créer le PDF", "primary", "file-check", self.choosing)
        self.finish_button.clicked.connect(lambda _on=False: self._model.finalise())
        choice.addWidget(self.finish_button)
        choice.addStretch(1)
        column.addWidget(self.choosing)
        column.addWidget(self._build_pad(right))
        return right

    def _build_pad(self, parent: QWidget) -> QWidget:
        self.signing = QWidget(parent)
        column = QVBoxLayout(self.signing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.name = label("", "title", self.signing, wrap=True)
        self.quality = label("", "secondary", self.signing, wrap=True)
        column.addWidget(self.name)
        column.addWidget(self.quality)
        self.pad = SignaturePad(self.signing)
        self.pad.changed.connect(self._enable)
        column.addWidget(self.pad)
        self.written_button = button(f"Inscrire le nom et «{NBSP}lu et approuvé{NBSP}»", "quiet", "type", self.signing)
        self.written_button.clicked.connect(lambda _on=False: self._write_name())
        column.addWidget(self.written_button, 0, Qt.AlignmentFlag.AlignLeft)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        self.confirm_button = button("Valider la signature", "primary", "check", self.signing)
        self.confirm_button.clicked.connect(lambda _on=False: self._confirm())
        self.only_button = button("Faire signer quelqu’un d’autre", "", "user-plus", self.signing)
        self.only_button.clicked.connect(lambda _on=False: self._sign(finish=False))
        self.other_button = button("Changer de personne", "", "arrow-left", self.signing)
        self.other_button.clicked.connect(lambda _on=False: self._choose(None))
        acts.addWidget(self.confirm_button)
        acts.addWidget(self.only_button)
        acts.addWidget(self.other_button)
        acts.addStretch(1)
        column.addLayout(acts)
        self.refusal = QWidget(self.signing)
        refusal = QVBoxLayout(self.refusal)
        refusal.setContentsMargins(0, 8, 0, 0)
        refusal.setSpacing(6)
        self.refuse_button = button("Cette personne refuse de signer", "quiet", "ban", self.refusal)
        self.refuse_button.clicked.connect(lambda _on=False: self._unfold_refusal(True))
        refusal.addWidget(self.refuse_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._reason_box = QWidget(self.refusal)
        line = QHBoxLayout(self._reason_box)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        title = QLabel("Motif du refus", self._reason_box)
        title.setProperty("role", "label")
        line.addWidget(title)
        self.reason = QLineEdit(self._reason_box)
        self.reason.setAccessibleName("Motif du refus")
        self.reason.setMaxLength(300)
        self.reason.returnPressed.connect(self._refuse)
        title.setBuddy(self.reason)
        line.addWidget(self.reason, 1)
        self.refused_button = button("Noter le refus", "danger", "", self._reason_box)
        self.refused_button.clicked.connect(lambda _on=False: self._refuse())
        line.addWidget(self.refused_button)
        refusal.addWidget(self._reason_box)
        self.reason_error = label("", "error", self.refusal, wrap=True)
        self.reason_error.hide()
        refusal.addWidget(self.reason_error)
        column.addWidget(self.refusal)
        column.addStretch(1)
        return self.signing

    # --- opening and closing -----------------------------------------------------------------

    def open_mode(self, sheet: VisitSheet) -> None:
        """Cover the window; other people's names are hidden until it is closed."""
        self._was_masked = self._discretion.masked
        self._discretion.set(True)
        self._sheet = sheet
        self._disabled = [
            one
            for one in self._over.children()
            if isinstance(one, QWidget)
            and one is not self
            and not one.isWindow()
            and one.isEnabled()
            and not isinstance(one, MessageBar)
        ]
        for one in self._disabled:
            one.setEnabled(False)  # Tab stays here
        self.setGeometry(self._over.rect())
        self._choose(None)
        self._show(sheet)
        self.show()
        self.raise_()
        for bar in self._over.findChildren(MessageBar):
            bar.raise_()
        self._focus_first()
        self.pages.hide()
        self._model.measure_report()

    def _count_pages(self, data: bytes) -> None:
        from PySide6.QtPdf import QPdfDocument

        if self.isHidden():
            return
        buffer = QBuffer()
        buffer.setData(QByteArray(data))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        document = QPdfDocument()
        document.load(buffer)
        count = document.pageCount()
        document.close()
        self.pages.setText(f"Le compte rendu tient en {plural(count, 'page')}.")
        self.pages.setVisible(count > 0)

    def close_mode(self) -> None:
        """Back to the visit."""
        if self.isHidden():
            return
        self.hide()
        for one in self._disabled:
            one.setEnabled(True)
        self._disabled = []
        self._discretion.set(self._was_masked)
        self.pad.clear()
        self._signer = None
        self.left.emit()

    def step_back(self) -> None:
        """Esc: from the pad to the names, from the names to the visit."""
        if self._signer is not None:
            self._choose(None)
            self._focus_first()
        else:
            self.close_mode()

    # --- showing -----------------------------------------------------------------------------

    def _show(self, sheet: VisitSheet) -> None:
        self._sheet = sheet
        self.title.setText(f"Relire et signer · {sheet.number}")
        self.where.setText(
            f"{sheet.company_name} · {sheet.operation_name}, {sheet.lot_label} · {format_long_date(sheet.planned_on)}"
        )
        self.essential.setText("\n".join(sheet.summary))
        self.decided.setText("\n".join(_decision(one) for one in sheet.actions))
        self.decided_title.setVisible(bool(sheet.actions))
        self.decided.setVisible(bool(sheet.actions))
        self.content.setText("\n".join(content_of(sheet)))
        self._show_signers(sheet)
        self._enable()

    def _show_signers(self, sheet: VisitSheet) -> None:
        for one in self.signers.values():
            self._names.removeWidget(one)
            one.hide()
            one.deleteLater()
        self.signers = {}
        given = {one.attendance_id: one for one in sheet.signatures}
        for person in sheet.signers:
            if person.kind == AttendanceKind.BENEFICIARY:
                name = self._discretion.name(person.last_name, person.first_name)
            else:
                name = person_name_letter(person.last_name, person.first_name)
            done = given.get(person.attendance_id)
            said = ""
            if done is not None:
                moment = format_time(done.signed_at.astimezone())
                said = f"a refusé à {moment}" if done.refused else f"a signé à {moment}"
            parts = [name, person.role_label, said]
            icon = "circle-check" if done is not None else "pen-line"
            made = button(" · ".join(part for part in parts if part), "", icon, self.choosing)
            made.clicked.connect(lambda _on=False, person=person: self._choose(person))
            made.setMinimumHeight(appearance().px(44))
            self._names.addWidget(made)
            self.signers[person.attendance_id] = made
        there = any(one.kind == AttendanceKind.SITE_PERSON and not one.is_facilitator for one in sheet.signers)
        self.hint.setText(
            "Toucher le nom de la personne qui signe."
            if there
            else "Personne de l’entreprise n’est noté présent\u00a0: revenir à la visite pour noter qui est là."
        )
        self.finish_button.setVisible(not sheet.missing)

    def _choose(self, person: Person | None) -> None:
        self._signer = person
        self.choosing.setVisible(person is None)
        self.signing.setVisible(person is not None)
        self.pad.clear()
        self._unfold_refusal(False)
        if person is not None:
            self.name.setText(person_name_letter(person.last_name, person.first_name))
            self.quality.setText(", ".join(part for part in (person.role_label, person.organisation_name) if part))
            self.refusal.setVisible(not person.is_facilitator)
            self._enable()
            self.pad.area.setFocus(Qt.FocusReason.OtherFocusReason)

    def _enable(self) -> None:
        signer = self._signer
        if signer is None or self._sheet is None:
            return
        last = not self._missing_after(signer, refused=False)
        self.confirm_button.setText("Valider et créer le PDF" if last else "Valider la signature")
        self.confirm_button.setAccessibleName(self.confirm_button.text())
        self.confirm_button.setEnabled(not self.pad.is_blank())
        self.only_button.setVisible(last)
        self.only_button.setEnabled(not self.pad.is_blank())

    def _missing_after(self, signer: Person, *, refused: bool) -> tuple[str, ...]:
        assert self._sheet is not None
        role = SignerRole.COMPANY
        if signer.is_facilitator:
            role = SignerRole.FACILITATOR
        elif signer.kind == AttendanceKind.BENEFICIARY:
            role = SignerRole.BENEFICIARY
        given = [
            SignatureGiven(one.role, one.refused)
            for one in self._sheet.signatures
            if one.attendance_id != signer.attendance_id
        ]
        return missing_signatures([*given, SignatureGiven(role, refused)])

    def _focus_first(self) -> None:
        first = next(iter(self.signers.values()), self.back_button)
        target = self.finish_button if not self.finish_button.isHidden() else first
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- acts --------------------------------------------------------------------------------

    def _confirm(self) -> None:
        if self._signer is not None:
            self._sign(finish=not self._missing_after(self._signer, refused=False))

    def _sign(self, *, finish: bool) -> None:
        signer = self._signer
        if signer is None or self.pad.is_blank():
            return
        self._model.sign(signer.attendance_id, self.pad.strokes(), lambda: self._signed(finish))

    def _signed(self, finish: bool) -> None:
        if finish:
            self._model.finalise()
            return
        self._choose(None)
        self._focus_first()

    def _refuse(self) -> None:
        if self._signer is None:
            return

        def failed(problem: InclusivError) -> None:
            self.reason_error.setText(problem.sentence)
            self.reason_error.show()

        self._model.refuse(self._signer.attendance_id, self.reason.text(), lambda: self._signed(False), failed)

    def _unfold_refusal(self, on: bool) -> None:
        self._reason_box.setVisible(on)
        self.refuse_button.setVisible(not on)
        self.reason_error.hide()
        self.reason.clear()
        if on:
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _write_name(self) -> None:
        self.pad.set_strokes(written(self.name.text()))
        self._enable()
        self.confirm_button.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- size --------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize and not self.isHidden():
            self.setGeometry(self._over.rect())
        return False


def _decision(task: Task) -> str:
    due = f"avant le {format_long_date(task.due_on)}" if task.due_on else "sans échéance"
    return " · ".join(part for part in (task.text, task.owner_name, due) if part)
