"""One field of one record, read and written by its names: for support, and for those who test from outside.

A written value goes through the type and the list of its column, the rights (``rules.access``) and the locks of what is
signed or attested; it is captured like any other edit.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from app.clock import natural_id
from app.errors import InvalidInput, Locked, NotFound
from app.models.base import Record, table_of
from app.models.choices import Choice, StatementState, VisitState
from app.models.registry import model_of
from app.models.wire import field_of, fields_of, models_by_kind, to_wire
from app.rules.access import can_write_record, require
from app.rules.derived import derive, derived_fields, sources_of
from app.rules.french import parse_date, quoted
from app.rules.identifiers import parse_siret
from app.store.network import actor_of
from app.store.notebook import Notebook
from app.store.unit import Outcome, Unit, not_found, writing

_MACHINE = frozenset({"id", "created_at", "created_by", "updated_at"})
_DELETED = "deleted_at"


def read_record(notebook: Notebook, kind: str, record_id: str) -> dict[str, Any]:
    """All fields of a record, as they travel. Raises ``NotFound``, ``InvalidInput`` for an unknown table."""
    table = table_of(_model(kind))
    with notebook.read() as connection:
        row = connection.execute(select(table).where(table.c.id == record_id)).mappings().first()
    if row is None:
        raise not_found()
    return {field.name: to_wire(row[field.name]) for field in fields_of(kind)}


def read_field(notebook: Notebook, kind: str, record_id: str, field: str) -> Any:
    """One field of a record, as it travels. Raises as :func:`read_record`, ``InvalidInput`` for an unknown field."""
    _column(kind, field)
    return read_record(notebook, kind, record_id)[field]


def write_field(notebook: Notebook, kind: str, record_id: str, field: str, text: str) -> Outcome:
    """Change one field by its text: « 140,50 » is not read, ``14050`` is; dates as ``2026-11-22``; empty for none.

    ``deleted_at`` takes ``now`` or nothing. Raises ``InvalidInput``, ``NotFound``, ``NotAllowed``, ``Locked``.
    """
    model = _model(kind)
    if field in _MACHINE or field in derived_fields(kind) or kind == "conflict":
        raise InvalidInput(
            f"Le champ {quoted(field)} ne se modifie pas.", "Rien n’a été modifié.", "Choisir un autre champ."
        )
    with writing(notebook, f"{field} modifié en ligne de commande") as unit:
        before = unit.row(model, record_id)
        _allow(notebook, unit, model, kind, before)
        value = _read(notebook, unit, kind, field, text)
        fields = {field: value}
        if field in sources_of(kind):
            fields |= derive(kind, {name: fields.get(name, before[name]) for name in sources_of(kind)})
        unit.update(model, record_id, fields)
        return unit.outcome_of(record_id)


def make_record(notebook: Notebook, kind: str, texts: dict[str, str]) -> Outcome:
    """A new record from texts by column, as in :func:`write_field`; a company of a known SIRET gets its own id.

    Raises as :func:`write_field`, ``InvalidInput`` also for a column that is needed and not given.
    """
    model = _model(kind)
    if kind == "conflict":
        raise InvalidInput("Cette fiche ne se crée pas à la main.", "Rien n’a été modifié.", "Choisir une autre fiche.")
    with writing(notebook, "fiche créée en ligne de commande") as unit:
        values = {name: _read(notebook, unit, kind, name, text) for name, text in texts.items() if name != "id"}
        owner = "" if model.shared and kind not in ("facilitator",) else notebook.organisation_id
        fields = {"organisation_id": owner, **_defaults(model), **values}
        require(
            can_write_record(actor_of(notebook), fields["organisation_id"], shared=model.shared), "créer cette fiche"
        )
        for field in fields_of(kind):
            if (
                field.required
                and fields.get(field.name) is None
                and field.name not in {"id", "created_at", "created_by"}
            ):
                raise InvalidInput(
                    f"Il manque le champ {quoted(field.name)}.",
                    "Rien n’a été créé.",
                    "Le donner sous la forme champ=valeur.",
                )
        fields |= derive(kind, fields)
        chosen = natural_id("company", str(fields["siret"])) if kind == "company" and fields.get("siret") else ""
        return unit.outcome_of(unit.insert(model, fields, chosen))


def _defaults(model: type[Record]) -> dict[str, Any]:
    found = {}
    for name, field in model.model_fields.items():
        if name in ("id", "created_at", "updated_at", _DELETED, "created_by", "organisation_id"):
            continue
        if not field.is_required():
            found[name] = field.get_default(call_default_factory=True)
    return found


def _model(kind: str) -> type[Record]:
    if kind not in models_by_kind():
        raise InvalidInput(
            f"Il n’y a pas de table {quoted(kind)}.",
            "Rien n’a été modifié.",
            f"Choisir parmi\u00a0: {', '.join(sorted(models_by_kind()))}.",
        )
    return model_of(kind)


def _column(kind: str, field: str) -> str:
    _model(kind)
    found = field_of(kind, field)
    if found is None:
        raise InvalidInput(
            f"Il n’y a pas de champ {quoted(field)} dans {quoted(kind)}.",
            "Rien n’a été modifié.",
            f"Choisir parmi\u00a0: {', '.join(one.name for one in fields_of(kind))}.",
        )
    return found.type


def _allow(notebook: Notebook, unit: Unit, model: type[Record], kind: str, row: Any) -> None:
    require(can_write_record(actor_of(notebook), row["organisation_id"], shared=model.shared), "modifier cette fiche")
    visit = row if kind == "visit" else _parent(unit, row, "visit_id", "visit")
    if visit is not None and visit["state"] == VisitState.FINAL:
        raise Locked(
            "Ce compte rendu est signé\u00a0: il ne change plus.", "Rien n’a été modifié.", "Établir un rectificatif."
        )
    statement = row if kind == "monthly_statement" else _parent(unit, row, "statement_id", "monthly_statement")
    if statement is not None and statement["state"] in (StatementState.VALIDATED, StatementState.ATTESTED):
        raise Locked(
            "Ce relevé est validé\u00a0: il ne change plus.", "Rien n’a été modifié.", "Rouvrir ou rectifier le relevé."
        )


_AFTER_SIGNATURE = frozenset({"state", "closed_on", "done_on"})
"""Of a signed visit’s findings and actions: what later visits say of them."""


def refuse_printed(unit: Unit, kind: str, row: Any, field: str) -> None:
    """Raise ``Locked`` when the field stands on a signed report or in an attested month: its paper is out."""
    visit = row if kind == "visit" else _parent(unit, row, "visit_id", "visit")
    if visit is not None and visit["state"] == VisitState.FINAL and field not in _AFTER_SIGNATURE:
        raise Locked(
            "Ce compte rendu est signé\u00a0: il ne change plus.",
            "Les deux valeurs restent gardées.",
            "Garder celle du compte rendu, puis établir un rectificatif si l’autre est la bonne.",
        )
    statement = row if kind == "monthly_statement" else _parent(unit, row, "statement_id", "monthly_statement")
    if statement is not None and statement["state"] == StatementState.ATTESTED:
        raise Locked(
            "Ce relevé est attesté\u00a0: il ne change plus.",
            "Les deux valeurs restent gardées.",
            "Garder celle du relevé, puis rectifier le relevé si l’autre est la bonne.",
        )


def _parent(unit: Unit, row: Any, name: str, kind: str) -> Any:
    return unit.find(model_of(kind), row[name]) if row.get(name) else None


def _read(notebook: Notebook, unit: Unit, kind: str, field: str, text: str) -> Any:
    """The value of a text for a column. Raises ``InvalidInput``."""
    column_type = _column(kind, field)
    known = field_of(kind, field)
    assert known is not None  # checked by _column
    typed = text.strip()
    if field == _DELETED:
        return notebook.clock.now() if typed in ("now", "maintenant") else None
    if not typed and not known.required:
        return None
    if known.parent:
        if unit.find(model_of(known.parent), typed) is None:
            raise NotFound("La fiche désignée n’existe pas.", "Rien n’a été modifié.", "Vérifier son identifiant.")
        return typed
    wanted = _choice_of(kind, field)
    if wanted is not None and typed not in list(wanted):
        raise _refused(field, f"Choisir parmi\u00a0: {', '.join(one.value for one in wanted)}.")
    if column_type == "number":
        try:
            return int(typed)
        except ValueError:
            raise _refused(field, "Donner un nombre entier (heures en centièmes, montants en centimes).") from None
    if column_type == "truth":
        if typed.lower() not in ("oui", "non", "true", "false", "1", "0"):
            raise _refused(field, "Répondre oui ou non.")
        return typed.lower() in ("oui", "true", "1")
    if column_type == "day":
        try:
            return dt.date.fromisoformat(typed)
        except ValueError:
            return parse_date(typed, notebook.clock.today(), field=field)
    if column_type == "moment":
        try:
            read = dt.datetime.fromisoformat(typed)
        except ValueError:
            raise _refused(field, "Donner une date et une heure\u00a0: 2026-11-22T09:00+01:00.") from None
        return (read if read.tzinfo else read.astimezone()).astimezone(dt.UTC)
    if column_type == "data":
        raise _refused(field, "Ce champ ne se modifie pas en ligne de commande.")
    if field == "siret" and typed:
        return parse_siret(typed)
    return text


def _choice_of(kind: str, field: str) -> type[Choice] | None:
    """The closed list of a column: that of its default value."""
    declared = model_of(kind).model_fields.get(field)
    default = declared.default if declared is not None else None
    return type(default) if isinstance(default, Choice) else None


def _refused(field: str, todo: str) -> InvalidInput:
    return InvalidInput("Cette valeur ne convient pas.", "Rien n’a été modifié.", todo, field=field)
