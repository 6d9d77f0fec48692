"""The list of companies: filtered, ordered and paged by the store."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.ui.companies.table import COLUMNS
from app.ui.companies.viewmodel import FILTERS, CompaniesViewModel
from app.ui.kit.record_list import ListWords, RecordList

_WORDS = ListWords(
    title="Entreprises",
    one="entreprise",
    new="Nouvelle entreprise",
    first="Créer la première entreprise",
    purpose="Entreprises et structures d’insertion, interlocuteurs, relevés.",
    not_found="Aucune entreprise ne correspond. Essayer un autre mot, ou Toutes.",
    none_there="Aucune entreprise ne correspond. Essayer un autre mot, ou Toutes.",
    icon="building-2",
)


class CompaniesPage(RecordList):
    """The list. ``opened(id)``; ``create()`` is called by the button."""

    def __init__(self, model: CompaniesViewModel, create: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(model, _WORDS, COLUMNS, [(key, text) for key, text, _ in FILTERS], ("all",), create, parent)
