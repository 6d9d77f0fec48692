"""The columns of « À archiver ou anonymiser » and of the access log."""

from __future__ import annotations

from collections.abc import Callable

from app.privacy.values import ACTS, DueLine
from app.rules.french import format_date, format_hours_unit, format_time
from app.store.access_log import AccessLine
from app.ui.kit.table import Column
from app.ui.shell.discretion import Discretion


def due_columns(discretion: Discretion, chosen: Callable[[str], bool]) -> tuple[Column[DueLine], ...]:
    """People whose time is over; names become initials in discretion."""

    def state(line: DueLine) -> str:
        if line.file.binned:
            return "Dans la corbeille"
        return "Archivée" if line.file.archived_on else "Active"

    def mark(line: DueLine) -> str:
        return "square-check" if chosen(line.file.beneficiary_id) else "square"

    return (
        Column(
            "chosen", "Choix", lambda line: "Choisie" if chosen(line.file.beneficiary_id) else "", 90, icon=mark,
            sort=lambda line: not chosen(line.file.beneficiary_id),
        ),
        Column(
            "name", "Nom", lambda line: discretion.name(line.file.last_name, line.file.first_name), 0, bold=True
        ),
        Column("number", "Dossier", lambda line: line.file.file_number, 140),
        Column(
            "contact", "Dernier contact", lambda line: format_date(line.file.last_contact_on), 130,
            sort=lambda line: line.file.last_contact_on,
        ),
        Column("due", "Terme", lambda line: format_date(line.due_on), 110, sort=lambda line: line.due_on),
        Column("hours", "Heures", lambda line: format_hours_unit(line.file.hours), 110, "right",
               sort=lambda line: line.file.hours),
        Column("state", "Fiche", state, 130),
    )  # fmt: skip


def access_columns(discretion: Discretion) -> tuple[Column[AccessLine], ...]:
    """Who saw whom, when."""
    return (
        Column(
            "at", "Quand",
            lambda line: f"{format_date(line.at.astimezone().date())} {format_time(line.at.astimezone())}", 150,
            sort=lambda line: line.at,
        ),
        Column("who", "Qui", lambda line: line.author_name, 200, bold=True),
        Column("act", "Quoi", lambda line: ACTS.get(line.act, line.act), 180),
        Column("person", "Fiche", lambda line: discretion.name(line.last_name, line.first_name), 0),
        Column("number", "Dossier", lambda line: line.file_number, 140),
    )  # fmt: skip
