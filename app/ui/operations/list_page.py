"""The list of operations: filtered, ordered and paged by the store."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.ui.kit.record_list import ListWords, RecordList
from app.ui.operations.table import COLUMNS
from app.ui.operations.viewmodel import FILTERS, OperationsViewModel

_WORDS = ListWords(
    title="Opérations",
    one="opération",
    new="Nouvelle opération",
    first="Créer la première opération",
    purpose="Les opérations décrivent ce que chaque entreprise doit\u00a0: lots, heures d’insertion, échéances.",
    not_found="Aucune opération ne porte ces mots. Essayer un autre mot, ou choisir Toutes.",
    none_there="Aucune opération close.",
    icon="factory",
)


class OperationsPage(RecordList):
    """The list. ``opened(id)``; ``create()`` is called by the button."""

    def __init__(self, model: OperationsViewModel, create: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(
            model, _WORDS, COLUMNS, [(key, text) for key, text, _ in FILTERS], ("open", "all"), create, parent
        )
