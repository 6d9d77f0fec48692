"""Contracts that end soon: renewed, or ended, several at once (issue 5)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.beneficiaries.values import EndingLine
from app.errors import InclusivError
from app.models.choices import PeriodEnd
from app.rules.french import format_date, plural
from app.ui import texts
from app.ui.beneficiaries.viewmodel import BeneficiariesViewModel
from app.ui.kit.controls import CheckBox
from app.ui.kit.dialogs import Dialog
from app.ui.kit.fields import ChoiceField, DateField
from app.ui.kit.form import FieldRow
from app.ui.kit.labels import label
from app.ui.kit.scroll import ScrollColumn
from app.ui.shell.discretion import Discretion
from app.ui.theme.appearance import appearance


class TogetherDialog(Dialog):
    """The contracts that end within fifteen days, ticked; one day to renew them, or one reason to end them."""

    def __init__(
        self, parent: QWidget, model: BeneficiariesViewModel, lines: Sequence[EndingLine], discretion: Discretion
    ) -> None:
        super().__init__(parent, "Fins de contrat des 15 prochains jours", width=680)
        self._model = model
        self._sent = False
        self.body.addWidget(
            label("Les contrats cochés sont traités ensemble\u00a0: tous, ou aucun.", "secondary", self, wrap=True)
        )
        self.area = ScrollColumn(self)
        self.boxes: dict[str, CheckBox] = {}
        for one in lines:
            name = discretion.name(one.last_name, one.first_name)
            box = CheckBox(f"{name} · {one.company_name} · {format_date(one.end_on)}")
            box.setChecked(True)
            box.toggled.connect(lambda _on: self._count())
            self.boxes[one.id] = box
            self.area.body.addWidget(box)
        self.area.body.addStretch(1)
        self.area.setMinimumHeight(appearance().px(min(40 + 36 * len(lines), 280)))
        self.body.addWidget(self.area, 1)
        self.until = DateField("end_on", "Renouveler jusqu’au", today=model.clock.today, required=False)
        self.reason = ChoiceField("reason", "Ou motif de fin", PeriodEnd)
        self.reason.set_value(PeriodEnd.CONTRACT_END)
        self.body.addWidget(FieldRow([self.until, self.reason], parent=self))
        self._refusal = label("", "error", self, wrap=True)
        self._refusal.hide()
        self.body.addWidget(self._refusal)
        self.add_button(texts.CANCEL)
        self.end_button = self.add_button("", "", self._end)
        self.renew_button = self.add_button("", "primary", self._renew)
        self._count()
        self.until.setFocus(Qt.FocusReason.OtherFocusReason)

    def chosen(self) -> tuple[str, ...]:
        """Ids of the contracts ticked."""
        return tuple(key for key, box in self.boxes.items() if box.isChecked())

    def _count(self) -> None:
        count = plural(len(self.chosen()), "contrat")
        self.end_button.setText(f"Terminer {count}")
        self.renew_button.setText(f"Renouveler {count}")
        for one in (self.end_button, self.renew_button):
            one.setEnabled(bool(self.chosen()))

    def _renew(self) -> None:
        if not self.until.commit():
            return
        day = self.until.value()
        if day is None:
            self.until.set_error("La date manque. L’écrire.")
            return
        if not self._sent:
            self._sent = True
            self._model.renew_contracts(self.chosen(), day, self.accept, self._failed)

    def _end(self) -> None:
        if not self._sent:
            self._sent = True
            self._model.end_contracts(
                self.chosen(), self.reason.value() or PeriodEnd.CONTRACT_END, self.accept, self._failed
            )

    def _failed(self, problem: InclusivError) -> None:
        self._sent = False
        self._refusal.setText(problem.sentence)
        self._refusal.show()
