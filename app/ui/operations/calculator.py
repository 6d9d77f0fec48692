"""The calculator of hours: four factors, live result, the range to negotiate, kept and printed (PRODUCT.md C2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSlider, QVBoxLayout, QWidget

from app.errors import InclusivError
from app.operations.values import CommitmentSheet, LotSheet, SizingDraft, SizingFacts
from app.rules.french import capitalise_first, format_date, format_hours_unit, format_money_short
from app.rules.hours import parse_hours
from app.rules.sizing import Sizing, check_retained, format_rate, from_basis_points, size_hours
from app.ui.kit.cards import Banner, Figure
from app.ui.kit.controls import button
from app.ui.kit.fields import ChoiceField, Field, HoursField, MoneyField, PercentField, TextField
from app.ui.kit.flow import Flow
from app.ui.kit.labels import label, rule
from app.ui.theme.appearance import appearance

LOW, HIGH, STEP = 500, 1_000, 50
"""The slider goes from 5 to 10 % by half a percent."""
RETAINED_MAXIMUM = 100_000_000


class Calculator(QScrollArea):
    """``kept(draft, failed)``, ``applied(sizing, commitment)``, ``printed(sizing)``, ``removed(sizing)``: ids."""

    kept = Signal(object, object)
    applied = Signal(str, str)
    printed = Signal(str)
    removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._operation_id, self._lot_id, self._place = "", "", ("", "")
        self._minimum = LOW
        self._sized: Sizing | None = None
        self._commitments: Sequence[CommitmentSheet] = ()
        page = QWidget()
        page.setObjectName("column")
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(12, 4, 12, 16)
        self._column.setSpacing(12)
        self._column.addWidget(label("Calcul des heures", "subtitle", page))
        self.where = label("", "secondary", page, wrap=True)
        self._column.addWidget(self.where)
        self.fields: dict[str, Field] = {}
        for field in (
            MoneyField("amount", "Montant hors taxes"),
            PercentField("labour_share", "Part de main d’œuvre"),
            PercentField("effort_rate", "Taux d’effort d’insertion"),
        ):
            self._put(field)
        self._column.addWidget(self._build_slider(page))
        self._put(MoneyField("hourly_cost", "Coût d’une heure de travail"))
        self._column.addWidget(rule(page))
        self.result = Figure("—", "heures calculées", page)
        self._column.addWidget(self.result)
        self.formula = label("", "secondary", page, wrap=True)
        self._column.addWidget(self.formula)
        self.warning = Banner("", "warning", parent=page)
        self.warning.hide()
        self._column.addWidget(self.warning)
        self._put(
            HoursField(
                "retained_hours",
                "Heures retenues",
                read=lambda text: parse_hours(text, maximum=RETAINED_MAXIMUM, field="retained_hours"),
                hint="À l’heure entière la plus proche, sauf raison.",
            )
        )
        self._put(TextField("retained_reason", "Raison de l’écart", max_length=300))
        self.keep_button = button("Garder ce calcul", "", "check", page)
        self.keep_button.clicked.connect(lambda _on=False: self.keep())
        self._column.addWidget(self.keep_button)
        self._column.addWidget(rule(page))
        self.target = ChoiceField("commitment", "Reporter un calcul sur")
        self._column.addWidget(self.target)
        self.history = QWidget(page)
        self._lines = QVBoxLayout(self.history)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(12)
        self._column.addWidget(self.history)
        self._column.addStretch(1)
        self.setWidget(page)
        self.fields["retained_reason"].hide()

    def _put(self, field: Field) -> None:
        self.fields[field.key] = field
        field.edited.connect(self._compute)
        field.committed.connect(lambda _value: self._compute())
        self._column.addWidget(field)

    def _build_slider(self, page: QWidget) -> QWidget:
        box = QWidget(page)
        line = QHBoxLayout(box)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.slider = QSlider(Qt.Orientation.Horizontal, box)
        self.slider.setRange(LOW // STEP, HIGH // STEP)
        self.slider.setPageStep(2)
        self.slider.setAccessibleName("Taux d’effort, de 5 à 10\u00a0%")
        self.slider.valueChanged.connect(self._slid)
        look = appearance()
        look.changed.connect(self._style_slider)
        self._style_slider()
        line.addWidget(label("5\u00a0%", "small", box))
        line.addWidget(self.slider, 1)
        line.addWidget(label("10\u00a0%", "small", box))
        return box

    def _style_slider(self) -> None:
        look = appearance()
        side, line = look.px(20), look.px(4)
        groove, handle = look.colour("control_border").name(), look.colour("primary").name()
        self.slider.setStyleSheet(
            f"QSlider {{ min-height: {side + 4}px; }}"
            f"QSlider::groove:horizontal {{ height: {line}px; background: {groove}; border-radius: {line // 2}px; }}"
            f"QSlider::handle:horizontal {{ width: {side}px; margin: -{(side - line) // 2}px 0;"
            f" background: {handle}; border-radius: {side // 2}px; }}"
        )

    # --- what is shown --------------------------------------------------------------------

    def show_for(
        self,
        operation_id: str,
        lot: LotSheet | None,
        commitments: Sequence[CommitmentSheet],
        sizings: Sequence[SizingFacts],
        minimum_rate: int,
    ) -> None:
        """Calculate for an operation or one of its lots. What is being typed stays while the place is the same."""
        place = (operation_id, lot.id if lot else "")
        self._minimum = minimum_rate
        self._operation_id, self._lot_id = place
        if place != self._place:
            self._place = place
            latest = sizings[0] if sizings else None
            self._set("amount", lot.facts.amount_cents if lot else None)
            self._set("labour_share", latest.labour_share if latest else None)
            self._set("effort_rate", latest.effort_rate if latest else minimum_rate)
            self._set("hourly_cost", latest.hourly_cost_cents if latest else None)
            self._set("retained_hours", None)
            self._set("retained_reason", "")
        self.where.setText(capitalise_first(lot.label) if lot else "Pour l’opération entière ou un lot à venir.")
        self._commitments = commitments
        pairs = [(one.id, f"{one.company_name}, {one.lot_label}") for one in commitments]
        self.target.set_choices(pairs)
        if commitments and self.target.value() not in {key for key, _ in pairs}:
            self.target.set_value(pairs[0][0])
        self.target.setVisible(bool(commitments and sizings))
        self._show_history(sizings)
        self._compute()

    def _set(self, key: str, value: Any) -> None:
        self.fields[key].revert()
        self.fields[key].set_value(value)

    def _show_history(self, sizings: Sequence[SizingFacts]) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.history.setVisible(bool(sizings))
        for one in sizings:
            self._lines.addWidget(self._line(one))

    def _line(self, one: SizingFacts) -> QWidget:
        box = QWidget(self.history)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(label(f"{one.number}, {format_date(one.sized_on)}", "strong", box, wrap=True))
        rates = (
            f"{format_rate(from_basis_points(one.labour_share))} × {format_rate(from_basis_points(one.effort_rate))}"
        )
        column.addWidget(
            label(
                f"{format_hours_unit(one.retained_hours)} retenues, {format_hours_unit(one.computed_hours)} calculées"
                f" · {format_money_short(one.amount_cents)} × {rates} ÷ {format_money_short(one.hourly_cost_cents)}",
                "secondary",
                box,
                wrap=True,
            )
        )
        acts = Flow(box)
        made: list[tuple[str, str, Callable[[], None]]] = [
            ("Imprimer le calcul", "printer", lambda: self.printed.emit(one.id)),
            ("Reporter", "check", lambda: self.applied.emit(one.id, self.target.value() or "")),
            ("Supprimer", "trash-2", lambda: self.removed.emit(one.id)),
        ]
        for text, icon, act in made:
            if text == "Reporter" and not self._commitments:
                continue
            link = button(text, "quiet", icon, acts)
            link.setAccessibleName(f"{text}, {one.number}")
            link.clicked.connect(lambda _on=False, act=act: act())
            acts.add(link)
        column.addWidget(acts)
        return box

    # --- calculating ----------------------------------------------------------------------

    def _typed(self, key: str) -> Any:
        """What stands in a field now, read as far as it can be."""
        field = self.fields[key]
        if not field.is_editing():
            return field.value()
        assert isinstance(field, TextField)
        try:
            return field.parse(field.edit.text().strip())
        except InclusivError:
            return None

    def _slid(self, step: int) -> None:
        if self._typed("effort_rate") != step * STEP:
            self._set("effort_rate", step * STEP)
            self._compute()

    def _compute(self) -> None:
        self._sized = None
        amount, share, rate, cost = (
            self._typed(key) for key in ("amount", "labour_share", "effort_rate", "hourly_cost")
        )
        if rate is not None:
            self.slider.blockSignals(True)
            self.slider.setValue(round(rate / STEP))
            self.slider.blockSignals(False)
        if None not in (amount, share, rate, cost):
            try:
                self._sized = size_hours(
                    amount,
                    from_basis_points(share),
                    from_basis_points(rate),
                    cost,
                    minimum_effort_rate=from_basis_points(self._minimum),
                )
            except InclusivError:
                self._sized = None
        sized = self._sized
        self.result.set(format_hours_unit(sized.computed_hours) if sized else "—")
        self.formula.setText(
            sized.formula if sized else "Montant × part de main d’œuvre × taux d’effort ÷ coût d’une heure."
        )
        self.warning.set_text(sized.warning if sized else "")
        retained = self._typed("retained_hours")
        differs = sized is not None and retained is not None and not _same(sized, retained)
        self.fields["retained_reason"].setVisible(differs)
        hint = f"Vide, {format_hours_unit(sized.retained_suggestion)}." if sized else ""
        self.fields["retained_hours"].set_hint(hint)
        self.keep_button.setEnabled(True)

    def keep(self) -> None:
        """Keep the calculation shown, or say which factor is missing."""
        missing = False
        for key in ("amount", "labour_share", "effort_rate", "hourly_cost"):
            field = self.fields[key]
            if not field.commit():
                missing = True
            elif field.value() is None:
                field.set_error("À renseigner pour calculer.")
                missing = True
        if missing or not self.fields["retained_hours"].commit() or not self.fields["retained_reason"].commit():
            return
        draft = SizingDraft(
            self._operation_id,
            self.fields["amount"].value(),
            self.fields["labour_share"].value(),
            self.fields["effort_rate"].value(),
            self.fields["hourly_cost"].value(),
            self._lot_id,
            self.fields["retained_hours"].value(),
            str(self.fields["retained_reason"].value() or ""),
        )
        self.kept.emit(draft, self.show_error)

    def show_error(self, problem: InclusivError) -> None:
        """Put a refusal under its field."""
        field = self.fields.get(problem.field, self.fields["amount"])
        field.show()
        field.set_error(" ".join(part for part in (problem.happened, problem.todo) if part))
        self.ensureWidgetVisible(field)

    def focus_first(self) -> None:
        """Give the focus to the first factor that is missing."""
        for key in ("amount", "labour_share", "hourly_cost"):
            if self.fields[key].value() is None:
                self.fields[key].setFocus()
                return
        self.fields["effort_rate"].setFocus()


def _same(sized: Sizing, retained: int) -> bool:
    try:
        check_retained(sized.computed_hours, retained, "")
    except InclusivError:
        return False
    return True
