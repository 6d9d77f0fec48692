"""Joining the network, giving the password again, the answer of « Vérifier »."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.errors import InclusivError
from app.sync import sentences
from app.sync.state import ExchangeState, Verification
from app.ui import texts
from app.ui.kit.controls import set_kind
from app.ui.kit.dialogs import Dialog
from app.ui.kit.fields import Help, TextField
from app.ui.kit.form_dialog import FormDialog
from app.ui.kit.icons import icon_label
from app.ui.kit.labels import label
from app.ui.kit.passphrase_field import PassphraseField
from app.ui.sync.viewmodel import SyncModel
from app.ui.theme.appearance import appearance

SERVER_HELP = Help(
    "L’adresse donnée par la coordination de votre réseau.",
    "https://reseau.exemple.fr",
    "Vos fiches ne sont envoyées qu’à cette adresse, et seulement si elle est protégée.",
)
USER_HELP = Help(
    "Le nom donné par la coordination de votre réseau avec votre mot de passe.",
    "nadia.diallo",
    "Il dit au réseau quelles fiches vous pouvez voir et modifier.",
)


class JoinDialog(FormDialog):
    """Server, name and password; the first session follows by itself. ``again`` asks only for the password."""

    def __init__(self, parent: QWidget | None, model: SyncModel, state: ExchangeState, *, again: bool = False) -> None:
        title, act = ("Se connecter au réseau", "Se connecter") if again else ("Rejoindre mon réseau", "Rejoindre")
        super().__init__(parent, title, act, width=520)
        self.model = model
        self._again = again
        self.column.addWidget(label(_AGAIN if again else _JOIN, "secondary", self, wrap=True))
        self.server = TextField(
            "server",
            "Adresse du serveur du réseau",
            hint="Par exemple\u00a0: https://reseau.exemple.fr",
            help=SERVER_HELP,
        )
        self.user = TextField("user", "Nom d’utilisateur", help=USER_HELP)
        if not again:
            self.server.set_value(state.server)
            self.user.set_value(state.user)
            self.put(self.server)
            self.put(self.user)
        self.password = PassphraseField("Mot de passe du réseau", self)
        self.column.addWidget(self.password)
        self.error = label("", "error", self, wrap=True)
        self.error.hide()
        self.column.addWidget(self.error)
        self.finish(self.password if again or state.user else self.server)
        model.enrolled.connect(self.accept)
        model.refused.connect(self.show_error)

    def give(self) -> None:
        """Try with what was typed; a missing answer is said under its field."""
        self._clear()
        for field in self.fields.values():
            if not str(field.value() or "").strip():
                field.set_error("À remplir.")
                self._reach(field)
                return
        if not self.password.text():
            self.password.set_error("Saisissez votre mot de passe du réseau.")
            self._reach(self.password)
            return
        self.accept_button.setEnabled(False)
        self.accept_button.setText("Connexion…")
        if self._again:
            self.model.sign_in(self.password.text())
        else:
            self.model.enrol(self.text("server"), self.text("user"), self.password.text())

    def show_error(self, problem: InclusivError) -> None:
        """Say what was refused, and what is safe, at its place."""
        self._clear()
        self.accept_button.setEnabled(True)
        self.accept_button.setText(self._act)
        if problem.field == "server" and not self._again:
            self.server.set_error(problem.sentence)
            self._reach(self.server)
            return
        if problem.field in ("password", "user"):
            self.password.set_error(problem.sentence)
        else:
            self.error.setText(problem.sentence)
            self.error.show()
        self._reach(self.password)

    def _clear(self) -> None:
        """Forget what was said of the former try."""
        for field in self.fields.values():
            field.set_error("")
        self.password.set_error("")
        self.error.hide()

    def _reach(self, widget: QWidget) -> None:
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        self.bring(self.error if self.error.isVisibleTo(self) else widget)


_JOIN = (
    "Recopiez l’adresse, le nom et le mot de passe donnés par votre réseau. Vos fiches lui seront envoyées et vous "
    "recevrez celles de votre organisation\u202f; vous pourrez travailler pendant ce temps."
)
_AGAIN = "Votre connexion est arrivée à son terme. Vos saisies sont gardées ici et partiront ensuite."


_AROUND = 230
"""What stands above and under the table of « Vérifier », in pixels at 100 %; then its first line, and each other."""
_TITLES, _LINE = 48, 24
_HIGHEST = 470


class CheckDialog(Dialog):
    """What « Vérifier » found, line by line; it can be printed."""

    def __init__(
        self,
        parent: QWidget | None,
        found: Verification,
        print_check: Callable[[Verification, Callable[[bytes], None]], None] | None = None,
    ) -> None:
        super().__init__(parent, "Vérification", width=620)
        line_icon, role = ("circle-check", "success") if found.equal else ("triangle-alert", "warning")
        self.area: QWidget | None = None
        self.sentence = label(sentences.verification_sentence(found), "strong", self, wrap=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        grid.addWidget(icon_label(line_icon, role, self), 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.sentence, 0, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        lines = sentences.verification_lines(found)
        if lines:
            self.area = self._table(lines)
            self.body.addWidget(self.area, 1)
        if print_check is not None and lines:  # nothing was compared: no sheet says so
            self.print_button = self.add_button(texts.PRINT, "", lambda: print_check(found, self._show_sheet))
        self.close_button = self.add_button(texts.CLOSE, "primary", self.accept)
        self.close_button.setFocus()

    def _table(self, lines: Sequence[Sequence[str]]) -> QWidget:
        from app.ui.kit.scroll import ScrollColumn

        area = ScrollColumn(self)
        look = appearance()
        room = self.screen().availableGeometry().height() - look.px(_AROUND)
        area.setMinimumHeight(min(look.px(_TITLES + _LINE * len(lines)), look.px(_HIGHEST), room))
        table = QGridLayout()
        table.setHorizontalSpacing(32)
        table.setVerticalSpacing(4)
        table.setColumnStretch(0, 1)
        for row, line in enumerate((("", "Ici", "Au réseau", ""), *lines)):
            differs = line[-1] == "différent"
            for column, text in enumerate(line):
                cell = label(text, "small" if not row else "strong" if differs else "", self)
                if column in (1, 2):
                    cell.setAlignment(Qt.AlignmentFlag.AlignRight)
                table.addWidget(cell, row, column)
        area.body.addLayout(table)
        area.body.addStretch(1)
        return area

    def _show_sheet(self, data: bytes) -> None:
        """The page as it will come out, then the printer."""
        from app.ui.kit.pdf_preview import PdfPreview

        preview = PdfPreview(self)
        preview.setMinimumHeight(appearance().px(420))
        preview.printed.connect(self.accept)
        if self.area is not None:
            self.area.hide()
        self.print_button.hide()
        set_kind(self.close_button, "")  # what is to be done now is on the sheet
        self.body.addWidget(preview, 1)
        preview.show_bytes(data, "Vérification.pdf")
        preview.print_button.setFocus()
