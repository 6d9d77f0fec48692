"""Sections 1 and 8 of a visit, and its free notes: where we are, where the clause stands, who has signed."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.models.choices import StatementState, VisitKind
from app.rules.french import NBSP, format_date, format_month, format_time, format_weekday_date, plural
from app.store.visit_sheet import Signed, VisitSheet
from app.ui.kit.bar import CommitmentBar, Position
from app.ui.kit.cards import Banner
from app.ui.kit.controls import button
from app.ui.kit.fields import ChoiceField, MultilineField, TextField
from app.ui.kit.form import FieldRow
from app.ui.kit.icons import icon_label
from app.ui.kit.labels import label
from app.ui.visits.rows import Row, RowList, SectionBox, keep_field
from app.ui.visits.viewmodel import VisitModel
from app.visits.values import Section


class ContextSection(SectionBox):
    """« Contexte »: filled from the operation; nothing to type."""

    def __init__(self, model: VisitModel, parent: QWidget | None = None) -> None:
        super().__init__(Section.CONTEXT.label, parent)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)
        self._lines: dict[str, tuple[QLabel, QLabel]] = {}
        for title in ("Opération", "Donneur d’ordre", "Entreprise", "Date", "Visite précédente", "Dernier relevé"):
            at = len(self._lines)
            words = label("", "", self, wrap=True)
            name = label(title, "secondary", self)
            self._grid.addWidget(name, at, 0)
            self._grid.addWidget(words, at, 1)
            self._lines[title] = (name, words)
        self.bars = QVBoxLayout()
        self.bars.setSpacing(4)
        self.body.addLayout(self.bars)
        self._bars: list[tuple[CommitmentBar, QLabel]] = []
        self.kind = ChoiceField("kind", "Nature de la visite", VisitKind)
        self.kind.committed.connect(lambda value: model.set_kind(value))
        self.place = TextField("place", "Lieu", max_length=200)
        self.place.committed.connect(lambda value: model.set_place(value))
        keep_field(self.place, lambda text: model.keep_typing("place", "Lieu", text))
        self.body.addWidget(FieldRow((self.kind, self.place), parent=self))

    def show_sheet(self, sheet: VisitSheet, force: bool = False) -> None:
        """Show where we are."""
        market = f" (marché {sheet.contract_reference})" if sheet.contract_reference else ""
        self._say("Opération", f"{sheet.operation_name}, {sheet.lot_label}{market}")
        self._say("Donneur d’ordre", sheet.buyer_name)
        self._say("Entreprise", sheet.company_name)
        moment = format_weekday_date(sheet.planned_on)
        if sheet.started_at is not None:
            moment += f", commencée à {format_time(sheet.started_at.astimezone())}"
        self._say("Date", moment)
        previous = sheet.previous
        self._say(
            "Visite précédente", f"{previous.number}, le {format_date(previous.planned_on)}" if previous else "Aucune"
        )
        statement = sheet.last_statement
        self._say(
            "Dernier relevé",
            f"{format_month(statement.month)}, {StatementState(statement.state).label.lower()}"
            if statement
            else "Aucun relevé reçu de cette entreprise",
        )
        self._show_bars(sheet)
        self.kind.set_value(VisitKind(sheet.kind))
        self.place.set_value(sheet.place)
        self.kind.set_read_only(sheet.is_final)
        self.place.set_read_only(sheet.is_final)

    def _say(self, title: str, text: str) -> None:
        self._lines[title][1].setText(text)

    def _show_bars(self, sheet: VisitSheet) -> None:
        while len(self._bars) < len(sheet.positions):
            bar, words = CommitmentBar(parent=self), label("", "secondary", self, wrap=True)
            self.bars.addWidget(bar)
            self.bars.addWidget(words)
            self._bars.append((bar, words))
        for at, (bar, words) in enumerate(self._bars):
            shown = at < len(sheet.positions)
            bar.setVisible(shown)
            words.setVisible(shown)
            if shown:
                stand, projection = sheet.positions[at]
                bar.set(Position(stand.position.due, stand.position.validated, stand.position.received))
                words.setText(projection.sentence)


class NotesSection(SectionBox):
    """« Observations libres »."""

    def __init__(self, model: VisitModel, parent: QWidget | None = None) -> None:
        super().__init__("Observations libres", parent)
        self.note = MultilineField("free_note", "Ce qui n’entre pas ailleurs", lines=3, required=False, autosave=False)
        self.note.committed.connect(lambda value: model.set_free_note(value))
        self.kept = keep_field(self.note, lambda text: model.keep_typing("free_note", "Observations libres", text))
        self.body.addWidget(self.note)

    def show_sheet(self, sheet: VisitSheet, force: bool = False) -> None:
        """Show the note."""
        self.note.set_value(sheet.free_note)
        self.note.set_read_only(sheet.is_final)
        self.setVisible(not sheet.is_final or bool(sheet.free_note))


class SignedRow(Row):
    """A signature or a refusal, in words."""

    def __init__(self) -> None:
        super().__init__()
        line = QHBoxLayout()
        line.setSpacing(12)
        self._icon = icon_label("signature", "success", self)
        line.addWidget(self._icon)
        words = QVBoxLayout()
        words.setSpacing(0)
        self.name = label("", "strong", self)
        self.detail = label("", "secondary", self, wrap=True)
        words.addWidget(self.name)
        words.addWidget(self.detail)
        line.addLayout(words, 1)
        self.column.addLayout(line)

    def show_value(self, value: Signed) -> None:
        from app.ui.kit.icons import set_icon

        set_icon(self._icon, "ban" if value.refused else "signature", "warning" if value.refused else "success")
        self.name.setText(value.signer_name)
        moment = format_time(value.signed_at.astimezone())
        words = f"refuse de signer{NBSP}: {value.refusal_reason}" if value.refused else f"a signé à {moment}"
        self.detail.setText(" · ".join(part for part in (value.role_label, words) if part))


class SignaturesSection(SectionBox):
    """« Signatures »: who has signed, what lacks, the way to the signing mode."""

    def __init__(self, model: VisitModel, parent: QWidget | None = None) -> None:
        super().__init__(Section.SIGNATURES.label, parent)
        self.frozen = Banner(
            "Le compte rendu porte une signature\u00a0: son contenu ne change plus.",
            "info",
            "Retirer les signatures",
            model.remove_signatures,
            self,
        )
        self.body.addWidget(self.frozen)
        self.rows: RowList[Signed] = RowList(lambda _one: SignedRow(), lambda one: one.signature_id)
        self.body.addWidget(self.rows)
        self.missing = label("", "secondary", self, wrap=True)
        self.body.addWidget(self.missing)
        self.sign_button = button("Relire et signer", "", "signature", self)
        line = QHBoxLayout()
        line.addWidget(self.sign_button)
        line.addStretch(1)
        self.body.addLayout(line)

    def show_sheet(self, sheet: VisitSheet, force: bool = False) -> None:
        """Show the signatures."""
        self.rows.show_values(sheet.signatures, force=force)
        self.frozen.setVisible(bool(sheet.signatures) and not sheet.is_final)
        self.missing.setText(" ".join(sheet.missing))
        self.missing.setVisible(bool(sheet.missing) and not sheet.is_final)
        self.sign_button.setVisible(not sheet.is_final)
        self.set_count(plural(len(sheet.signatures), "signature") if sheet.signatures else "")
