"""First run: two large choices, then three short steps; the recovery sheet exists before it is needed (K3)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from app.ui import texts
from app.ui.kit.controls import button, set_kind
from app.ui.kit.dialogs import Choice, Question
from app.ui.kit.fields import ChoiceField, Field, Help, TextField
from app.ui.kit.form import FieldRow
from app.ui.kit.labels import label
from app.ui.kit.passphrase_field import PassphraseField
from app.ui.shell.copy_step import CopyStep
from app.ui.shell.creation_viewmodel import Creation, CreationViewModel
from app.ui.shell.unlock import CenteredPage
from app.ui.theme.appearance import appearance

SHEET_NAME = "Fiche de secours Inclusiv’Terrain.pdf"


class FirstRunPage(CenteredPage):
    """Nothing is written before the passphrase is chosen."""

    def __init__(self, model: CreationViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=560)
        self.model = model
        self.joining = False
        """Whether the network is to be joined once the notebook is made."""
        self.body.addWidget(label(texts.PRODUCT, "title", self.column))
        self.steps = QStackedWidget(self.column)
        self.body.addWidget(self.steps)
        self.choices = self._build_choices()
        self.identity = self._build_identity()
        self.secret = self._build_secret()
        self.sheet = QWidget(self.steps)
        self.copy = CopyStep(model, lambda: self._go(self.choices), self.steps)
        for one in (self.choices, self.identity, self.secret, self.sheet, self.copy):
            self.steps.addWidget(one)
        model.organisations_ready.connect(self._organisations)
        model.refused.connect(self._refused)
        model.busy_changed.connect(self._busy)
        model.created.connect(self._show_sheet)
        model.sheet_kept.connect(self._sheet_kept)

    # --- the choices ------------------------------------------------------------------------

    def _build_choices(self) -> QWidget:
        page, column = _page(self.steps)
        column.addWidget(
            label(
                "Le carnet de terrain des facilitatrices et facilitateurs des clauses sociales. Il fonctionne sans "
                "connexion\u202f; tout ce qu’il contient est chiffré sur cet ordinateur.",
                "secondary",
                page,
                wrap=True,
            )
        )
        self.create_button = self._choice("Créer mon carnet", "notebook-pen", page)
        self.create_button.clicked.connect(self.start_creation)
        column.addWidget(self.create_button)
        column.addWidget(
            label(
                "Trois étapes, deux minutes. Votre nom, un mot de passe, une fiche à imprimer.",
                "small",
                page,
                wrap=True,
            )
        )
        column.addSpacing(8)
        self.join_button = self._choice("Rejoindre mon réseau", "log-in", page)
        self.join_button.clicked.connect(lambda _on=False: self.start_creation(join=True))
        column.addWidget(self.join_button)
        column.addWidget(
            label(
                "Votre réseau vous a donné une adresse, un nom et un mot de passe. Le carnet est créé ici, puis relié.",
                "small",
                page,
                wrap=True,
            )
        )
        column.addSpacing(8)
        self.copy_button = self._choice("Reprendre une copie de secours", "usb", page)
        self.copy_button.clicked.connect(self._start_copy)
        self.copy_button.setVisible(self.model.can_take_up)
        column.addWidget(self.copy_button)
        self.copy_words = label(
            "Votre carnet d’un autre ordinateur, écrit sur une clé USB. Vous en verrez le contenu avant de choisir.",
            "small",
            page,
            wrap=True,
        )
        self.copy_words.setVisible(self.model.can_take_up)
        column.addWidget(self.copy_words)
        column.addSpacing(8)
        self.demo_button = self._choice("Essayer la démonstration", "play", page)
        self.demo_button.clicked.connect(self.model.demonstrate)
        self.demo_button.setVisible(self.model.can_demonstrate)
        column.addWidget(self.demo_button)
        self.demo_words = label(
            "Une année d’un territoire inventé, dans un fichier à part. Rien ne peut en être envoyé.",
            "small",
            page,
            wrap=True,
        )
        self.demo_words.setVisible(self.model.can_demonstrate)
        column.addWidget(self.demo_words)
        self.choice_error = label("", "error", page, wrap=True)
        self.choice_error.hide()
        column.addWidget(self.choice_error)
        column.addStretch(1)
        return page

    def _choice(self, text: str, icon: str, parent: QWidget) -> QPushButton:
        made = button(text, "choice", icon, parent)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return made

    def start_creation(self, _on: bool = False, *, join: bool = False) -> None:
        """Go to the first step; with ``join``, the network is asked once the notebook is made."""
        self.joining = join
        self.model.load()
        self._go(self.identity)
        self.organisation.setFocus(Qt.FocusReason.OtherFocusReason)

    def _start_copy(self) -> None:
        self._go(self.copy)
        self.copy.start()

    # --- first step -------------------------------------------------------------------------

    def _build_identity(self) -> QWidget:
        page, column = _page(self.steps, "Étape 1 sur 3\u00a0: vous")
        self.organisation = ChoiceField("organisation", "Votre organisation", required=True)
        self.last_name = TextField("last_name", "Votre nom", required=True, max_length=80)
        self.first_name = TextField("first_name", "Votre prénom", required=True, max_length=80)
        self.prefix = TextField(
            "prefix",
            "Deux lettres pour ce poste",
            required=True,
            max_length=2,
            hint="Elles commencent les numéros faits ici, par exemple vos initiales\u00a0: VIS-2026-ND-0001.",
            help=Help(
                "Deux ordinateurs sans connexion ne doivent pas donner le même numéro à deux visites.",
                "ND pour Nadia D., ou BV pour le bureau d’Évry.",
                "Les numéros figurent sur les comptes rendus signés et ne changent jamais.",
            ),
        )
        self._fields: dict[str, Field] = {}
        for one in (self.organisation, self.last_name, self.first_name, self.prefix):
            self._fields[one.key] = one
        column.addWidget(self.organisation)
        column.addWidget(FieldRow((self.last_name, self.first_name), parent=page))
        column.addWidget(self.prefix)
        self.identity_next = button("Continuer", "primary", parent=page)
        self.identity_next.clicked.connect(self._identity_done)
        column.addStretch(1)
        column.addLayout(self._foot(page, self.identity_next, lambda: self._go(self.choices)))
        self.prefix.edit.returnPressed.connect(self._identity_done)
        return page

    def _organisations(self, found: Sequence[tuple[str, str]]) -> None:
        self.organisation.set_choices(found)

    def _identity_done(self) -> None:
        for one in self._fields.values():
            one.commit()
        if self.model.check_identity(
            str(self.organisation.value() or ""),
            str(self.last_name.value() or ""),
            str(self.first_name.value() or ""),
            str(self.prefix.value() or ""),
        ):
            self._go(self.secret)
            self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- second step ------------------------------------------------------------------------

    def _build_secret(self) -> QWidget:
        page, column = _page(self.steps, "Étape 2 sur 3\u00a0: le mot de passe")
        column.addWidget(
            label(
                "Il chiffre tout le carnet. Personne d’autre ne le connaît\u00a0: quatre mots sans lien entre eux sont "
                "faciles à retenir et difficiles à deviner.",
                "secondary",
                page,
                wrap=True,
            )
        )
        self.passphrase = PassphraseField("Mot de passe", page)
        self.strength = label("", "small", page, wrap=True)
        self.again = PassphraseField("Mot de passe, une seconde fois", page, hints=False)
        self.passphrase.edited.connect(self._show_strength)
        self.again.entered.connect(self._secret_done)
        column.addWidget(self.passphrase)
        column.addWidget(self.strength)
        column.addWidget(self.again)
        self.secret_error = label("", "error", page, wrap=True)
        self.secret_error.hide()
        column.addWidget(self.secret_error)
        self.secret_next = button("Créer le carnet", "primary", parent=page)
        self.secret_next.clicked.connect(self._secret_done)
        column.addStretch(1)
        column.addLayout(self._foot(page, self.secret_next, lambda: self._go(self.identity)))
        return page

    def _show_strength(self) -> None:
        self.strength.setText(self.model.strength(self.passphrase.text())[1])

    def _secret_done(self) -> None:
        self.passphrase.set_error("")
        self.again.set_error("")
        self.secret_error.hide()
        self.model.create(
            Creation(
                str(self.organisation.value()),
                str(self.last_name.value()),
                str(self.first_name.value()),
                str(self.prefix.value()).upper(),
                self.passphrase.text(),
            ),
            self.again.text(),
        )

    # --- third step -------------------------------------------------------------------------

    def _show_sheet(self, data: bytes) -> None:
        from app.ui.kit.pdf_preview import PdfPreview

        self.passphrase.clear()
        self.again.clear()
        page, column = _page(self.steps, "Étape 3 sur 3\u00a0: la fiche de secours")
        column.addWidget(
            label(
                "Sans elle, un mot de passe oublié ferme le carnet pour toujours. Imprimez-la, puis remettez-la sous "
                "enveloppe fermée à votre direction.",
                "",
                page,
                wrap=True,
            )
        )
        line = QHBoxLayout()
        line.setSpacing(8)
        self.preview = PdfPreview(page, write=lambda path, content: self.model.write_sheet(path, content), tools=False)
        self.preview.printed.connect(self.model.keep_sheet)
        self.preview.setMinimumHeight(appearance().px(300))
        self.print_button = button("Imprimer la fiche de secours", "primary", "printer", page)
        self.print_button.clicked.connect(self.preview.print_pages)
        self.save_button = button(texts.SAVE_AS, "", "download", page)
        self.save_button.clicked.connect(self.preview.save_as)
        line.addWidget(self.print_button)
        line.addWidget(self.save_button)
        line.addStretch(1)
        column.addLayout(line)
        column.addWidget(self.preview, 1)
        self.open_button = button("Continuer sans la fiche", "quiet", parent=page)
        self.open_button.clicked.connect(self._finish)
        last = QHBoxLayout()
        last.addStretch(1)
        last.addWidget(self.open_button)
        column.addLayout(last)
        old = self.sheet
        self.sheet = page
        self.steps.removeWidget(old)
        old.deleteLater()
        self.steps.addWidget(page)
        self.set_width(720)
        self.preview.show_bytes(data, SHEET_NAME)
        self._go(page)
        self.print_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _sheet_kept(self) -> None:
        self.open_button.setText("Ouvrir mon carnet")
        for one, kind in ((self.open_button, "primary"), (self.print_button, "")):
            set_kind(one, kind)
        self.open_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _finish(self) -> None:
        if self.model.sheet_is_kept:
            self.model.finish()
            return
        question = Question(
            self,
            texts.question("Continuer sans la fiche de secours"),
            "Si le mot de passe est oublié, personne ne pourra rouvrir ce carnet, pas même votre réseau. "
            "Vous pourrez encore refaire une fiche plus tard.",
            [Choice("without", "Continuer sans la fiche", "danger"), Choice("back", "Revenir à la fiche", "primary")],
        )
        question.answered.connect(lambda key: self.model.finish() if key == "without" else None)
        question.open()

    # --- all steps --------------------------------------------------------------------------

    def _foot(self, page: QWidget, forward: QWidget, back: object) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        backwards = button("Revenir", "quiet", parent=page)
        backwards.clicked.connect(back)
        line.addWidget(backwards)
        line.addStretch(1)
        line.addWidget(forward)
        return line

    def _go(self, page: QWidget) -> None:
        self.steps.setCurrentWidget(page)

    def _refused(self, sentence: str, field: str) -> None:
        if field in self._fields and self.steps.currentWidget() is self.identity:
            self._fields[field].set_error(sentence)
            self._fields[field].setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.steps.currentWidget() is self.secret and field in ("passphrase", "again"):
            target = self.passphrase if field == "passphrase" else self.again
            target.set_error(sentence)
            target.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.steps.currentWidget() is self.copy:
            self.copy.refuse(sentence, field)
        else:
            target_label = self.secret_error if self.steps.currentWidget() is self.secret else self.choice_error
            target_label.setText(sentence)
            target_label.show()

    def _busy(self, doing: str) -> None:
        for one in (self.secret_next, self.create_button, self.join_button, self.copy_button, self.demo_button):
            one.setEnabled(not doing)
        self.copy.set_busy(doing)
        self.secret_next.setText(doing or "Créer le carnet")
        self.demo_button.setText(doing if doing.startswith("Préparation") else "Essayer la démonstration")


def _page(parent: QWidget, title: str = "") -> tuple[QWidget, QVBoxLayout]:
    page = QWidget(parent)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(12)
    if title:
        column.addWidget(label(title, "subtitle", page, wrap=True))
    return page, column
