"""The columns of the list of operations."""

from __future__ import annotations

from app.operations.values import OperationLine
from app.rules.french import format_date, format_hours_unit
from app.ui.kit.table import Column

COLUMNS: tuple[Column[OperationLine], ...] = (
    Column("name", "Opération", lambda line: line.row.name, 300, bold=True, tooltip=lambda line: line.row.name),
    Column("buyer", "Donneur d’ordre", lambda line: line.row.buyer_name, 0, tooltip=lambda line: line.row.buyer_name),
    Column("town", "Commune", lambda line: line.row.town, 160),
    Column("lots", "Lots", lambda line: str(line.lots), 60, "right", sortable=False),
    Column("due", "Heures dues", lambda line: format_hours_unit(line.due_hours), 120, "right", sortable=False),
    Column("end_on", "Fin prévue", lambda line: format_date(line.row.end_on), 110),
    Column(
        "state",
        "État",
        lambda line: "Close" if line.row.closed_on else "En cours",
        110,
        sortable=False,
        icon=lambda line: "archive" if line.row.closed_on else "circle-dot",
        tone=lambda line: "text_secondary" if line.row.closed_on else "",
    ),
)
