"""Joining the network, giving the password again, the answer of « Vérifier »."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.errors import InclusivError
from app.sync import sentences
from app.sync.state import ExchangeState, Verification
from app.ui import texts
from app.ui.kit.dialogs import Dialog
from app.ui.kit.fields import Help, TextField
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


class JoinDialog(Dialog):
    """Server, name and password; the first session follows by itself. ``again`` asks only for the password."""

    def __init__(self, parent: QWidget | None, model: SyncModel, state: ExchangeState, *, again: bool = False) -> None:
        super().__init__(parent, "Se connecter au réseau" if again else "Rejoindre mon réseau", width=520)
        self.model = model
        self._again = again
        self.body.addWidget(label(_AGAIN if again else _JOIN, "secondary", self, wrap=True))
        self.server = TextField("server", "Adresse du serveur du réseau", required=True, help=SERVER_HELP)
        self.user = TextField("user", "Nom d’utilisateur", required=True, help=USER_HELP)
        self.server.set_value(state.server)
        self.user.set_value(state.user)
        self.password = PassphraseField("Mot de passe du réseau", self)
        for one in (self.server, self.user):
            one.setVisible(not again)
            self.body.addWidget(one)
        self.body.addWidget(self.password)
        self.error = label("", "error", self, wrap=True)
        self.error.hide()
        self.body.addWidget(self.error)
        self.password.entered.connect(self.join)
        self.add_button(texts.CANCEL)
        self.join_button = self.add_button("Se connecter" if again else "Rejoindre", "primary", self.join)
        model.enrolled.connect(self.accept)
        model.refused.connect(self._refused)
        (self.password if again or state.user else self.server).setFocus()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width(), max(hint.height(), self.minimumSizeHint().height()))

    def join(self) -> None:
        """Try with what was typed; a missing answer is said under its field."""
        self.error.hide()
        if not self._again:
            for field in (self.server, self.user):
                field.commit()
                if not str(field.value() or "").strip():
                    field.set_error("À remplir.")
                    field.setFocus(Qt.FocusReason.OtherFocusReason)
                    return
        if not self.password.text():
            self.password.set_error("Saisissez votre mot de passe du réseau.")
            self.password.setFocus()
            return
        self.join_button.setEnabled(False)
        self.join_button.setText("Connexion…")
        if self._again:
            self.model.sign_in(self.password.text())
        else:
            self.model.enrol(str(self.server.value()), str(self.user.value()), self.password.text())

    def _refused(self, problem: InclusivError) -> None:
        self.join_button.setEnabled(True)
        self.join_button.setText("Se connecter" if self._again else "Rejoindre")
        if problem.field == "server" and not self._again:
            self.server.set_error(problem.sentence)
            self.server.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if problem.field in ("password", "user"):
            self.password.set_error(problem.sentence)
        else:
            self.error.setText(problem.sentence)
            self.error.show()
        self.password.setFocus()


_JOIN = (
    "Vos fiches seront envoyées au réseau et vous recevrez celles de votre organisation. Cela peut prendre quelques "
    "minutes la première fois\u202f; vous pourrez travailler pendant ce temps."
)
_AGAIN = "Votre connexion est arrivée à son terme. Vos saisies sont gardées ici et partiront ensuite."


_AROUND = 230
"""What stands above and under the table of « Vérifier », in pixels at 100 %."""


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
            from app.ui.kit.scroll import ScrollColumn

            area = ScrollColumn(self)
            look = appearance()
            room = self.screen().availableGeometry().height() - look.px(_AROUND)
            area.setMinimumHeight(min(look.px(40 + 26 * len(lines)), 360, room))
            table = QGridLayout()
            table.setHorizontalSpacing(32)
            table.setVerticalSpacing(4)
            table.setColumnStretch(0, 1)
            for column, title in enumerate(("", "Ici", "Au réseau", "")):
                table.addWidget(label(title, "small", self), 0, column)
            for row, line in enumerate(lines, 1):
                for column, text in enumerate(line):
                    cell = label(text, "strong" if line[-1] == "différent" else "", self)
                    if column in (1, 2):
                        cell.setAlignment(Qt.AlignmentFlag.AlignRight)
                    table.addWidget(cell, row, column)
            area.body.addLayout(table)
            area.body.addStretch(1)
            self.body.addWidget(area, 1)
            self.area: QWidget | None = area
        else:
            self.area = None
        if print_check is not None and lines:  # nothing was compared: no sheet says so
            self.print_button = self.add_button(texts.PRINT, "", lambda: print_check(found, self._show_sheet))
        self.close_button = self.add_button(texts.CLOSE, "primary", self.accept)
        self.close_button.setFocus()

    def _show_sheet(self, data: bytes) -> None:
        """The page as it will come out, then the printer."""
        from app.ui.kit.pdf_preview import PdfPreview

        preview = PdfPreview(self)
        preview.setMinimumHeight(appearance().px(420))
        preview.printed.connect(self.accept)
        if self.area is not None:
            self.area.hide()
        self.print_button.hide()
        self.body.addWidget(preview, 1)
        preview.show_bytes(data, "Vérification.pdf")
        preview.print_button.setFocus()
