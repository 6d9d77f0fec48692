"""Two files of one person: the list of likely pairs, and the merge field by field (PRODUCT.md B2, B3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.beneficiaries.values import LikelyPair, MergeLine, MergePreview, PersonHit
from app.errors import InclusivError
from app.rules.french import NBSP, NNBSP, format_date, plural
from app.ui import texts
from app.ui.beneficiaries.parts import Act, act_button, acts, person_card
from app.ui.beneficiaries.suggest import SuggestField
from app.ui.beneficiaries.viewmodel import BeneficiariesViewModel
from app.ui.kit.cards import EmptyState
from app.ui.kit.chips import Chip, ChipRow
from app.ui.kit.controls import button
from app.ui.kit.dialogs import Dialog
from app.ui.kit.form import FieldRow, Form
from app.ui.kit.labels import label
from app.ui.kit.scroll import ScrollColumn
from app.ui.kit.table import Column, TableModel
from app.ui.kit.table_view import TableView
from app.ui.shell.discretion import Discretion
from app.ui.theme.appearance import appearance

KEPT, OTHER = "kept", "other"


class MergeDialog(Dialog):
    """« Est-ce la même personne ? », then field by field what the kept file will say. ``merged(id)``, ``apart()``."""

    merged = Signal(str)
    apart = Signal()

    def __init__(
        self, parent: QWidget, model: BeneficiariesViewModel, preview: MergePreview, discretion: Discretion
    ) -> None:
        super().__init__(parent, f"Est-ce la même personne{NNBSP}?", width=820)
        self._model = model
        self._preview = preview
        self._sent = False
        cards = [
            person_card(title, one, discretion.name)
            for title, one in (("Fiche gardée", preview.kept), ("Fiche à réunir", preview.other))
        ]
        self.body.addWidget(FieldRow(cards, parent=self))
        self.area = ScrollColumn(self)
        self.rows: dict[str, ChipRow] = {}
        for one in preview.fields:
            if not one.differs and not one.taken:
                continue
            if one.taken:
                said = f"{one.label}{NBSP}: {one.other} (repris de la fiche à réunir)"
                self.area.body.addWidget(label(said, "secondary", self, wrap=True))
                continue
            row = ChipRow(one.label, [Chip(KEPT, one.kept), Chip(OTHER, one.other)], may_be_empty=False)
            row.set_chosen((KEPT,))
            self.rows[one.key] = row
            self.area.body.addWidget(row)
        if not self.rows and not any(one.taken for one in preview.fields):
            self.area.body.addWidget(label("Les deux fiches disent la même chose.", "secondary", self, wrap=True))
        self.area.body.addStretch(1)
        self.body.addWidget(self.area, 1)
        self.body.addWidget(label(f"Suivront la personne{NBSP}: {preview.follows}.", "", self, wrap=True))
        if preview.warning:
            self.body.addWidget(label(preview.warning, "warning", self, wrap=True))
        self.body.addWidget(
            label(
                f"Le n°{NBSP}{preview.other.file_number} retrouvera encore la personne. "
                f"La fusion s’annule pendant 30{NBSP}jours.",
                "secondary",
                self,
                wrap=True,
            )
        )
        self._refusal = label("", "error", self, wrap=True)
        self._refusal.hide()
        self.body.addWidget(self._refusal)
        self.add_button(texts.CANCEL)
        self.add_button("Ce sont deux personnes", "", self._apart)
        self.submit_button = self.add_button("Réunir les deux fiches", "primary", self.submit)
        self.area.setMinimumHeight(appearance().px(min(64 + 64 * len(self.rows), 260)))
        if self.rows:
            next(iter(self.rows.values())).focus_first()
        else:
            self.submit_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def taken(self) -> tuple[str, ...]:
        """Keys of the fields where the other file was said to be right."""
        return tuple(key for key, row in self.rows.items() if row.chosen() == (OTHER,))

    def submit(self) -> None:
        """Merge; the dialog closes once it is done."""
        if self._sent:
            return
        self._sent = True
        kept, other = self._preview.kept.id, self._preview.other.id

        def done() -> None:
            self.merged.emit(kept)
            self.accept()

        self._model.merge(kept, other, self.taken(), done, self._failed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter merges, as it confirms elsewhere."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.submit()
            return
        super().keyPressEvent(event)

    def _apart(self) -> None:
        self._model.keep_apart(self._preview.kept.id, self._preview.other.id)
        self.apart.emit()
        self.accept()

    def _failed(self, problem: InclusivError) -> None:
        self._sent = False
        self._refusal.setText(problem.sentence)
        self._refusal.show()


class PickDialog(Dialog):
    """Who is the other file? ``picked(id)``."""

    picked = Signal(str)

    def __init__(self, parent: QWidget, model: BeneficiariesViewModel) -> None:
        super().__init__(parent, "Réunir avec une autre fiche", width=560)
        self.form = Form(self, width=520)
        self.form.setMinimumWidth(0)
        self.form.setMinimumHeight(appearance().px(200))
        section = self.form.section("all")
        self.person = SuggestField("person", "Autre fiche de la même personne", ask=model.find_people, required=True)
        self.person.edit.setPlaceholderText("Nom, date de naissance ou n° de dossier")
        section.add(self.person)
        self.body.addWidget(self.form, 1)
        self.add_button(texts.CANCEL)
        self.add_button("Comparer les deux fiches", "primary", self.submit).setDefault(False)
        self.form.focus_first()

    def submit(self) -> None:
        """Compare with the person chosen."""
        value = self.person.value() if self.form.commit_all() else None
        if value and value[0]:
            self.picked.emit(value[0])
            self.accept()


def pair_columns(discretion: Discretion) -> tuple[Column[LikelyPair], ...]:
    """Two files side by side, and why they may be of one person."""

    def who(one: PersonHit) -> str:
        return discretion.name(one.last_name, one.first_name)

    def born(one: PersonHit) -> str:
        return discretion.detail(format_date(one.birth_date))

    return (
        Column("first", "Une fiche", lambda one: who(one.first), 208, bold=True, sortable=False),
        Column("first_birth", "Naissance", lambda one: born(one.first), 104, sortable=False),
        Column("second", "Une autre", lambda one: who(one.second), 208, bold=True, sortable=False),
        Column("second_birth", "Naissance", lambda one: born(one.second), 104, sortable=False),
        Column("reason", "Ressemblance", lambda one: one.reason, 0, sortable=False, tooltip=lambda one: one.reason),
    )


class DuplicatesPage(QWidget):
    """Likely duplicates, the likeliest first: Enter compares."""

    unsaid = Signal(object)

    def __init__(self, model: BeneficiariesViewModel, discretion: Discretion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._discretion = discretion
        self.table = TableView("Doublons probables", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 16, 16)
        column.setSpacing(12)
        column.addWidget(label("Doublons probables", "title", self))
        self.said = label("", "secondary", self, wrap=True)
        column.addWidget(self.said)
        line = QHBoxLayout()
        self.compare_button = button("Comparer les deux fiches", "primary", "columns-3", self)
        self.compare_button.clicked.connect(lambda _on=False: self.compare(self.table.current_id()))
        self.apart_button = button("Ce sont deux personnes", "", "users", self)
        self.apart_button.clicked.connect(lambda _on=False: self._apart())
        line.addWidget(self.compare_button)
        line.addWidget(self.apart_button)
        line.addStretch(1)
        column.addLayout(line)
        self.rows: TableModel[LikelyPair] = TableModel(pair_columns(discretion), self)
        self.table.setModel(self.rows)
        self.table.opened.connect(self.compare)
        column.addWidget(self.table, 1)
        self.empty = EmptyState("Aucun doublon probable parmi les personnes suivies.", icon="badge-check", parent=self)
        column.addWidget(self.empty, 1)
        self._pairs: tuple[LikelyPair, ...] = ()
        model.pairs_found.connect(self._show_pairs)
        discretion.changed.connect(lambda _on: self.rows.set_rows(self._pairs))
        self._show(waiting=True)

    def start(self) -> None:
        """Arrive: look for pairs again."""
        self._show(waiting=True)
        self.model.look_for_pairs()

    def compare(self, pair_id: str) -> None:
        """Show both files side by side."""
        first, _, second = pair_id.partition("/")
        if second:
            self.model.preview_merge(*self._kept_first(first, second), self._open)

    def _kept_first(self, first: str, second: str) -> tuple[str, str]:
        """The file with the latest contract is proposed to be kept."""
        pair = next((one for one in self._pairs if one.id == f"{first}/{second}"), None)
        if pair is not None and pair.second.company_name and not pair.first.company_name:
            return second, first
        return first, second

    def _open(self, preview: MergePreview) -> None:
        dialog = MergeDialog(self, self.model, preview, self._discretion)
        dialog.finished.connect(lambda _result: self.model.look_for_pairs())
        dialog.open()

    def _apart(self) -> None:
        first, _, second = self.table.current_id().partition("/")
        if second:
            self.model.keep_apart(first, second)
            self.model.look_for_pairs()

    def _show_pairs(self, pairs: Sequence[LikelyPair]) -> None:
        self._pairs = tuple(pairs)
        self.rows.set_rows(self._pairs)
        self._show(waiting=False)
        if pairs and self.isVisible():
            self.table.select_id(pairs[0].id)
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, *, waiting: bool) -> None:
        count = len(self._pairs)
        if count:
            pairs = plural(count, "paire de fiches", "paires de fiches")
            self.said.setText(f"{pairs} à comparer, les plus proches d’abord. Rien n’est réuni sans vous.")
        else:
            self.said.setText("Recherche en cours." if waiting else "")
        self.table.setVisible(bool(count))
        self.compare_button.setVisible(bool(count))
        self.apart_button.setVisible(bool(count))
        self.empty.setVisible(not waiting and not count)


def merge_parts(
    lines: Sequence[MergeLine], act: Act, name: Callable[[str, str], str], *, writable: bool
) -> list[QWidget]:
    """Files put in the one shown, each to be taken back during thirty days."""
    made: list[QWidget] = []
    for one in lines:
        by = f" par {one.merged_by}" if one.merged_by else ""
        who = f"Fiche {one.file_number} ({name(one.last_name, one.first_name)})"
        words = f"{who} réunie à celle-ci le {format_date(one.merged_on)}{by}."
        made.append(label(words, "secondary", wrap=True))
        if writable and one.until is not None:
            undo = act_button("Annuler la fusion", act, "unmerge", one.id, one.file_number, "undo-2")
            undo.setToolTip(f"Possible jusqu’au {format_date(one.until)}")
            made.append(acts(undo))
    return made
