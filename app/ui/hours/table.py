"""What the lists and the grid of the hours show, cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.hours.values import CompanyLine, GridRow
from app.models.choices import HourKind, StatementState
from app.rules.absences import absence_label
from app.rules.french import NBSP, format_date, format_hours_short, format_month
from app.ui.hours.viewmodel import ABSENCE, TRAINING, WORKED, GridViewModel
from app.ui.kit.table import ID_ROLE, ROW_ROLE, Cell, Column

AnyIndex = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()

STATE_TONES = {
    StatementState.EXPECTED: "text_secondary",
    StatementState.RECEIVED: "info",
    StatementState.TO_CHECK: "warning",
    StatementState.VALIDATED: "success",
    StatementState.ATTESTED: "success",
}
STATE_ICONS = {
    StatementState.EXPECTED: "circle",
    StatementState.RECEIVED: "circle-dot",
    StatementState.TO_CHECK: "triangle-alert",
    StatementState.VALIDATED: "circle-check",
    StatementState.ATTESTED: "badge-check",
}

COMPANIES: tuple[Column[CompanyLine], ...] = (
    Column("name", "Entreprise", lambda row: row.name, 0, bold=True, sortable=False),
    Column("town", "Ville", lambda row: row.town, 200, sortable=False),
    Column(
        "people",
        "Personnes",
        lambda row: str(row.people) if row.people else "aucune",
        110,
        "right",
        sortable=False,
    ),
    Column(
        "state",
        "Relevé",
        lambda row: row.state.label,
        160,
        sortable=False,
        tone=lambda row: STATE_TONES[row.state],
        icon=lambda row: STATE_ICONS[row.state],
    ),
    Column("received", "Reçu le", lambda row: format_date(row.received_on), 120, sortable=False),
    Column(
        "due",
        "À rendre avant",
        lambda row: f"{format_date(row.due_on)}, en retard" if row.late else format_date(row.due_on),
        190,
        sortable=False,
        tone=lambda row: "warning" if row.late else "",
        icon=lambda row: "triangle-alert" if row.late else "",
    ),
    Column("reminded", "Relancée le", lambda row: format_date(row.reminded_on), 130, sortable=False),
)

NOTE_ROLE = int(Qt.ItemDataRole.UserRole) + 20
"""Whether the line is the sentence under another."""
KEY_ROLE = NOTE_ROLE + 1
"""Key of the column."""

_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

KEYS = ("rank", "name", "contract", "previous", WORKED, TRAINING, ABSENCE, "lot", "check")
EDITABLE = (WORKED, TRAINING, ABSENCE)
_FIGURES = ("rank", "previous", WORKED, TRAINING)
_SPOKEN = {WORKED: "heures", TRAINING: "formation", ABSENCE: "absence"}


class GridTable(QAbstractTableModel):
    """Lines of the month; under a line that has something to say, a second one that carries its sentence."""

    def __init__(self, model: GridViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._items: list[tuple[str, bool]] = []
        self._rows: dict[str, GridRow] = {}
        self._shown: dict[str, tuple[Any, ...]] = {}
        self._at: dict[str, int] = {}
        model.rows_changed.connect(self.refresh)
        model.opened.connect(self.refresh)

    # --- keeping up ----------------------------------------------------------------------

    def refresh(self) -> None:
        """Show what the view-model holds. Lines that only changed are repainted; others come and go."""
        grid = self._model.grid
        rows = grid.rows if grid is not None else ()
        items = [
            item for row in rows for item in ((row.id, False), *(((row.id, True),) if self._model.note(row) else ()))
        ]
        self._rows = {row.id: row for row in rows}
        if [one for one, note in items if not note] != [one for one, note in self._items if not note]:
            self.beginResetModel()
            self._items = items
            self._index()
            self.endResetModel()
        else:
            self._move_notes(items)
        self._repaint()

    def _move_notes(self, items: list[tuple[str, bool]]) -> None:
        wanted = {one for one, note in items if note}
        for at in range(len(self._items) - 1, -1, -1):
            row_id, note = self._items[at]
            if note and row_id not in wanted:
                self.beginRemoveRows(QModelIndex(), at, at)
                del self._items[at]
                self._index()
                self.endRemoveRows()
        present = {one for one, note in self._items if note}
        for row_id in wanted - present:
            at = self._at[row_id] + 1
            self.beginInsertRows(QModelIndex(), at, at)
            self._items.insert(at, (row_id, True))
            self._index()
            self.endInsertRows()

    def _repaint(self) -> None:
        """Tell of the lines whose cells differ only, so that an open editor elsewhere is left alone."""
        fresh = {row_id: self._cells(row) for row_id, row in self._rows.items()}
        for row_id, cells in fresh.items():
            if self._shown.get(row_id) != cells:
                at = self._at[row_id]
                below = at + 1 < len(self._items) and self._items[at + 1] == (row_id, True)
                self.dataChanged.emit(self.index(at, 0), self.index(at + below, len(KEYS) - 1))
        self._shown = fresh

    def _cells(self, row: GridRow) -> tuple[Any, ...]:
        texts = tuple(self._text(row, key) for key in KEYS)
        return (*texts, self._model.is_proposal(row, WORKED), self._model.note(row))

    def _index(self) -> None:
        self._at = {row_id: at for at, (row_id, note) in enumerate(self._items) if not note}

    # --- asked by the view ---------------------------------------------------------------

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        return 0 if parent.isValid() else len(self._items)

    def columnCount(self, parent: AnyIndex = ROOT) -> int:
        return 0 if parent.isValid() else len(KEYS)

    def row_at(self, at: int) -> GridRow | None:
        """The line shown at a place, or the line whose sentence is shown there."""
        return self._rows.get(self._items[at][0]) if 0 <= at < len(self._items) else None

    def is_note(self, at: int) -> bool:
        """Whether a place shows a sentence."""
        return 0 <= at < len(self._items) and self._items[at][1]

    def place_of(self, row_id: str) -> int | None:
        """Where a line is shown."""
        return self._at.get(row_id)

    def notes(self) -> list[tuple[int, str]]:
        """(place, id of the line) of the sentences shown."""
        return [(at, row_id) for at, (row_id, note) in enumerate(self._items) if note]

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if not index.isValid() or self.is_note(index.row()):
            return Qt.ItemFlag.ItemIsEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if KEYS[index.column()] in EDITABLE and self._model.editable:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.row_at(index.row())
        if row is None:
            return None
        key = KEYS[index.column()]
        if role == ID_ROLE:
            return row.id
        if role == ROW_ROLE:
            return row
        if role == KEY_ROLE:
            return key
        if role == NOTE_ROLE:
            return self.is_note(index.row())
        if self.is_note(index.row()):
            return self._note_data(row, role)
        answer = _ANSWERS.get(role)
        return answer(self, row, key) if answer is not None else None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self.row_at(index.row())
        if role != Qt.ItemDataRole.EditRole or row is None or not self.flags(index) & Qt.ItemFlag.ItemIsEditable:
            return False
        key = KEYS[index.column()]
        if str(value).strip() == self._model.shown(row, key) and not self._model.is_proposal(row, key):
            return False
        return self._model.type_cell(row.id, key, str(value))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        key = KEYS[section]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._title(key)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if key in _FIGURES else _LEFT
        return None

    # --- cells ---------------------------------------------------------------------------

    def cell_at(self, row: int, column: int) -> Cell:
        """What is painted there: nothing under a sentence, which is a widget."""
        line, key = self.row_at(row), KEYS[column]
        if line is None or self.is_note(row):
            return Cell("")
        return Cell(
            self._text(line, key),
            self._tone(line, key),
            self._icon(line, key),
            "right" if key in _FIGURES else "left",
            italic=self._model.is_proposal(line, key),
        )

    def _title(self, key: str) -> str:
        if key == "previous":
            return format_month(self._model.previous_month).split(" ")[0].capitalize() if self._model.month else ""
        return {
            "rank": "N°",
            "name": "Personne",
            "contract": "Contrat",
            WORKED: "Heures",
            TRAINING: "Formation",
            ABSENCE: "Absence",
            "lot": "Opération, lot",
            "check": "Contrôle",
        }[key]

    def _text(self, row: GridRow, key: str) -> str:
        if key == WORKED and any(one.kind is HourKind.WORKED for one in row.rectified):
            return format_hours_short(row.counted(HourKind.WORKED))  # « Contrôle » says what was attested
        if key in EDITABLE:
            return self._model.shown(row, key)
        if key == "rank":
            return str(row.rank)
        if key == "name":
            return self._model.name(row)
        if key == "contract":
            return row.contract_label
        if key == "previous":
            return format_hours_short(row.previous)
        if key == "lot":
            return row.lot_label
        return self._model.check(row)

    def _spoken(self, row: GridRow, key: str) -> str:
        """« MARTIN Julie, heures, 140, octobre, ligne 3 sur 12, à vérifier » (PRODUCT.md X2)."""
        grid = self._model.grid
        if grid is None:
            return ""
        text = self._text(row, key)
        if key == "previous":
            what = f"heures de {self._title(key).lower()}"
        else:
            what = _SPOKEN.get(key, self._title(key).lower())
        if key == ABSENCE:
            text = absence_label(text)
        if self._model.is_proposal(row, key):
            text = f"{text} proposées, Entrée pour confirmer"
        month = format_month(grid.month).split(" ")[0]
        said = [
            self._model.name(row),
            what,
            text or "vide",
            month,
            f"ligne {row.rank} sur {len(grid.rows)}",
            self._model.spoken_check(row),
        ]
        return ", ".join(said)

    def _tone(self, row: GridRow, key: str) -> str:
        if key in EDITABLE and self._model.is_wrong(row, key):
            return "error"
        if key in ("rank", "previous", "contract", "lot") or self._model.is_proposal(row, key):
            return "text_secondary"
        if key == "check":
            if row.open_doubts:
                return "warning"
            return "error" if self._model.check(row) == "À corriger" else "success"
        return ""

    def _icon(self, row: GridRow, key: str) -> str:
        if key != "check":
            return ""
        if row.open_doubts:
            return "triangle-alert"
        return "circle-alert" if self._model.check(row) == "À corriger" else ""

    def _tip(self, row: GridRow, key: str) -> str | None:
        if key == "contract":
            return f"{row.contract_label}\nEmployeur{NBSP}: {row.employer}" if row.employer else row.contract_label
        if key == ABSENCE and row.absence_code:
            return absence_label(row.absence_code)
        if key == "check" and row.doubts:
            return "\n".join(one.sentence for one in row.doubts)
        if key in ("lot", "check", "name"):
            return self._text(row, key) or None
        return None

    def _note_data(self, row: GridRow, role: int) -> Any:
        note = self._model.note(row)
        if note is None:
            return None
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return f"Ligne {row.rank}, {note.sentence}"
        return None


_Answer = Callable[[GridTable, GridRow, str], Any]
_ANSWERS: dict[int, _Answer] = {
    int(Qt.ItemDataRole.DisplayRole): GridTable._text,
    int(Qt.ItemDataRole.EditRole): GridTable._text,
    int(Qt.ItemDataRole.AccessibleTextRole): GridTable._spoken,
    int(Qt.ItemDataRole.AccessibleDescriptionRole): GridTable._spoken,
    int(Qt.ItemDataRole.ToolTipRole): GridTable._tip,
    int(Qt.ItemDataRole.TextAlignmentRole): lambda _table, _row, key: _RIGHT if key in _FIGURES else _LEFT,
}
