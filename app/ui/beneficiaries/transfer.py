"""« Confier à une autre structure »: which one, and what that means, before the file leaves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.beneficiaries.values import Option
from app.ui.beneficiaries.viewmodel import BeneficiariesViewModel
from app.ui.kit.fields import ChoiceField
from app.ui.kit.form_dialog import FormDialog
from app.ui.kit.labels import label


class TransferDialog(FormDialog):
    """Closed once the file is given."""

    def __init__(self, parent: QWidget | None, model: BeneficiariesViewModel, structures: Sequence[Option]) -> None:
        super().__init__(parent, "Confier à une autre structure", "Confier la fiche")
        self._model = model
        self._structures = {one.code: one for one in structures}
        for sentence in (
            "Toute la fiche part\u00a0: publics vérifiés, contrats, heures, notes, formations, documents. "
            "Les visites que vous avez faites restent à votre structure, sans lien avec la fiche.",
            "Elle quittera votre carnet et ceux de vos collègues à la prochaine synchronisation, "
            "et apparaîtra dans ceux de la structure choisie. D’ici là, vous pouvez annuler.",
        ):
            self.column.addWidget(label(sentence, "secondary", self, wrap=True))
        choice = ChoiceField("organisation_id", "Structure", [(one.code, one.label) for one in structures])
        self.put(choice)
        self.finish(choice)

    def give(self) -> None:
        structure = self._structures.get(self.text("organisation_id"))
        if structure is None:
            self.fields["organisation_id"].set_error("Choisir la structure qui suivra la personne.")
        else:
            self._model.transfer(structure, self.accept, self.show_error)
