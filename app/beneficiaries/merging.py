"""Two files of one person: likely pairs, a preview field by field, the merge, its undo (PRODUCT.md B2, B3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.beneficiaries.finding import Finding
from app.beneficiaries.values import LikelyPair, MergeField, MergeLine, MergePreview, PersonHit
from app.errors import InvalidInput
from app.models.beneficiaries import Beneficiary
from app.models.choices import Sex
from app.models.merges import PersonMerge
from app.rules.duplicates import Identity, Likeness
from app.rules.french import format_date, format_phone, format_time, person_name_letter, plural, sort_key
from app.rules.merging import UNDO_DAYS, fields_to_write, may_undo
from app.store import beneficiaries as people
from app.store import merges
from app.store.unit import Outcome, not_found, writing

Person = tuple[str, Identity]
"""(id, what is compared)."""


@dataclass(frozen=True, slots=True)
class _Field:
    """One choice of the preview: its columns go together."""

    key: str
    label: str
    columns: tuple[str, ...]
    words: Callable[[Mapping[Any, Any]], str]


def _plain(column: str) -> Callable[[Mapping[Any, Any]], str]:
    return lambda row: str(row[column] or "")


def _fields(facilitator: Callable[[str], str], prescriber: Callable[[str], str]) -> tuple[_Field, ...]:
    return (
        _Field("last_name", "Nom", ("last_name",), _plain("last_name")),
        _Field("first_name", "Prénom", ("first_name",), _plain("first_name")),
        _Field("birth_name", "Nom de naissance", ("birth_name",), _plain("birth_name")),
        _Field("birth_date", "Date de naissance", ("birth_date",), lambda row: format_date(row["birth_date"])),
        _Field("sex", "Sexe", ("sex",), lambda row: "" if row["sex"] == Sex.UNKNOWN else Sex(row["sex"]).label),
        _Field("phone", "Téléphone", ("phone",), lambda row: format_phone(row["phone"])),
        _Field("email", "Adresse électronique", ("email",), _plain("email")),
        _Field(
            "address", "Adresse", ("address", "postcode", "town"),
            lambda row: _joined(", ", row["address"], f"{row['postcode']} {row['town']}".strip()),
        ),
        _Field(
            "district", "Quartier prioritaire", ("district_code", "district_generation"),
            lambda row: f"{row['district_code']} ({row['district_generation']})" if row["district_code"] else "",
        ),
        _Field(
            "prescriber", "Prescripteur", ("prescriber_code", "prescriber_name"),
            lambda row: _joined(" · ", prescriber(row["prescriber_code"]), row["prescriber_name"]),
        ),
        _Field(
            "caseworker", "Référent de parcours", ("caseworker_name", "caseworker_phone"),
            lambda row: _joined(" · ", row["caseworker_name"], format_phone(row["caseworker_phone"])),
        ),
        _Field("facilitator", "Suivi par", ("facilitator_id",), lambda row: facilitator(row["facilitator_id"])),
        _Field("objectives", "Objectifs", ("objectives",), _plain("objectives")),
        _Field(
            "appointment", "Rendez-vous", ("next_appointment_at", "next_appointment_place"),
            lambda row: _appointment(row["next_appointment_at"]),
        ),
    )  # fmt: skip


class MergeActs(Finding):
    """Acts on the files of one person."""

    # --- likely pairs --------------------------------------------------------------------

    def people_to_compare(self) -> tuple[Person, ...]:
        """Everybody of the organisation as the comparison wants them: read on the store thread, compared elsewhere."""
        self._require_sight("consulter les bénéficiaires")
        with self._notebook.read() as connection:
            rows = merges.identities(connection, self._notebook.organisation_id)
        return tuple(
            (str(row[0]), Identity(str(row[1]), str(row[2]), str(row[3]), _date(row[4]), _digits(str(row[5]))))
            for row in rows
        )

    def likely_pairs(self, found: Sequence[tuple[str, str, Likeness]], limit: int = 100) -> tuple[LikelyPair, ...]:
        """The pairs found (``rules.duplicates.likely_pairs``) as the list shows them; those answered are left out."""
        with self._notebook.read() as connection:
            known = merges.distinct_pairs(connection)
            kept = [one for one in found if _pair(one[0], one[1]) not in known][:limit]
            ids = list(dict.fromkeys(one for pair in kept for one in pair[:2]))
            hits = {one.id: one for one in self._hits_of(connection, ids)}
        return tuple(
            LikelyPair(hits[first], hits[second], likeness.reason, likeness.score)
            for first, second, likeness in kept
            if first in hits and second in hits
        )

    def likely_of(self, person_id: str) -> tuple[PersonHit, ...]:
        """People who may be the one shown, for the banner of the page."""
        with self._notebook.read() as connection:
            person = people.find_person(connection, person_id)
            known = merges.distinct_pairs(connection)
        if person is None:
            return ()
        found = self.candidates(
            person["last_name"],
            person["first_name"],
            person["birth_date"],
            birth_name=person["birth_name"],
            phone=person["phone"],
        )
        return tuple(one for one in found if one.id != person_id and _pair(one.id, person_id) not in known)

    def keep_apart(self, first_id: str, second_id: str) -> Outcome:
        """« Ce sont deux personnes »: not asked again, on any laptop."""
        person, _other = self._person(first_id, archived=True), self._person(second_id, archived=True)
        with writing(self._notebook, f"deux personnes distinctes ({self._name(person)})") as unit:
            merges.note_distinct(unit, first_id, second_id)
            unit.touch("beneficiary", [first_id, second_id])
            return unit.outcome_of(first_id)

    # --- merging -------------------------------------------------------------------------

    def preview_merge(self, kept_id: str, other_id: str) -> MergePreview:
        """What the merge of ``other_id`` into ``kept_id`` would do. Raises ``InvalidInput``, ``NotFound``."""
        kept, other = self._both(kept_id, other_id)
        proposed = self._proposed(kept, other)
        lines: list[MergeField] = []
        for one in self._merge_fields():
            mine, theirs = one.words(kept), one.words(other)
            differs = bool(mine) and bool(theirs) and mine != theirs
            lines.append(MergeField(one.key, one.label, mine, theirs, differs, not mine and one.columns[0] in proposed))
        with self._notebook.read() as connection:
            hits = {one.id: one for one in self._hits_of(connection, [kept_id, other_id])}
            mine_, theirs_ = (people.contracts_of(connection, one) for one in (kept_id, other_id))
            notes = people.notes_of(connection, other_id)
            visits = people.visits_of(connection, other_id)
            checks = people.checks_of(connection, other_id)
            hours = sum(one[2] for one in people.hours_of(connection, [row["id"] for row in theirs_]))
        follows = ", ".join(
            (
                plural(len(theirs_), "contrat"),
                plural(hours // 100, "heure"),
                plural(len(visits), "visite"),
                plural(len(notes), "note"),
                plural(len(checks), "public vérifié", "publics vérifiés"),
            )
        )
        same = sum(_same_work(one, two) for one in mine_ for two in theirs_)
        warning = (
            f"{plural(same, 'contrat')} des deux fiches se ressemblent\u00a0: même entreprise, même lot, dates qui se "
            "croisent. Vérifier que les heures n’ont pas été saisies deux fois."
            if same
            else ""
        )
        return MergePreview(hits[kept_id], hits[other_id], tuple(lines), follows, warning)

    def merge(self, kept_id: str, other_id: str, taken: Collection[str] = ()) -> Outcome:
        """Put everything of ``other_id`` under ``kept_id``: contracts, hours, notes, visits, eligibility, documents.

        ``taken``: keys of the fields (``MergeField.key``) where the other file is right; an empty field is filled
        anyway. The absorbed number still finds the person. Raises ``InvalidInput``, ``NotFound``, ``NotAllowed``.
        """
        kept, other = self._both(kept_id, other_id)
        changed = self._proposed(kept, other, taken)
        last = max((day for day in (kept["last_contact_on"], other["last_contact_on"]) if day), default=None)
        if last != kept["last_contact_on"]:
            changed["last_contact_on"] = last
        now = self._notebook.clock.now()
        with writing(self._notebook, f"fusion de deux fiches ({self._name(kept)})") as unit:
            unit.put(
                PersonMerge,
                merges.merge_id(other_id, kept_id),
                {
                    "kept_id": kept_id,
                    "absorbed_id": other_id,
                    "merged_at": now,
                    "merged_by": self._notebook.actor_id,
                    "before": {name: _packed(kept[name]) for name in changed},
                    "after": {name: _packed(value) for name, value in changed.items()},
                    "undone_at": None,
                },
            )
            unit.update(Beneficiary, other_id, {"absorbed_into_id": kept_id, "deleted_at": now})
            unit.update(Beneficiary, kept_id, changed)
            merges.settle(unit)
            unit.touch("beneficiary", [kept_id, other_id])
            return unit.outcome_of(kept_id)

    def undo_merge(self, merge_id: str) -> Outcome:
        """Take a merge back during thirty days: both files are there again, each with its own records.

        A field changed since the merge keeps its newer value. Raises ``InvalidInput`` when it is too late.
        """
        with self._notebook.read() as connection:
            row = people.find_record(connection, PersonMerge, merge_id)
        if row is None:
            raise not_found()
        kept = self._person(row["kept_id"], archived=True)
        now = self._notebook.clock.now()
        if not may_undo(row["merged_at"], row["undone_at"], now):
            raise InvalidInput(
                f"Cette fusion a plus de {UNDO_DAYS} jours, ou a déjà été annulée.",
                "Rien n’a été modifié.",
                "Créer une nouvelle fiche si ce sont deux personnes.",
            )
        restored = {
            name: _unpacked(name, value)
            for name, value in row["before"].items()
            if _packed(kept[name]) == row["after"].get(name)
        }
        if {"last_name", "first_name"} & restored.keys():
            both = {**kept, **restored}
            restored["sort_name"] = sort_key(f"{both['last_name']} {both['first_name']}")
        with writing(self._notebook, f"annulation d’une fusion ({self._name(kept)})") as unit:
            unit.update(Beneficiary, row["absorbed_id"], {"absorbed_into_id": "", "deleted_at": None})
            unit.update(Beneficiary, row["kept_id"], restored)
            unit.update(PersonMerge, merge_id, {"undone_at": now})
            merges.settle(unit)
            unit.touch("beneficiary", [row["kept_id"], row["absorbed_id"]])
            return unit.outcome_of(row["absorbed_id"])

    def _merge_lines(self, connection: people.Reader, kept_id: str) -> tuple[MergeLine, ...]:
        now = self._notebook.clock.now()
        return tuple(
            MergeLine(
                row["id"],
                row["file_number"],
                row["last_name"],
                row["first_name"],
                row["merged_at"].astimezone().date(),
                row["merged_by_name"] or "",
                row["merged_at"].astimezone().date() + dt.timedelta(days=UNDO_DAYS)
                if may_undo(row["merged_at"], row["undone_at"], now)
                else None,
            )
            for row in merges.merges_into(connection, [kept_id])
        )

    # --- parts ---------------------------------------------------------------------------

    def _both(self, kept_id: str, other_id: str) -> tuple[people.Row, people.Row]:
        if kept_id == other_id:
            raise InvalidInput("C’est la même fiche.", "Rien n’a été modifié.", "Choisir une autre fiche.")
        kept, other = self._person(kept_id), self._person(other_id, archived=True)
        if kept["organisation_id"] != other["organisation_id"]:
            raise InvalidInput(
                "Ces deux fiches ne sont pas de la même organisation.",
                "Rien n’a été modifié.",
                "Choisir une autre fiche.",
            )
        return kept, other

    def _merge_fields(self) -> tuple[_Field, ...]:
        with self._notebook.read() as connection:
            team = {
                row["id"]: person_name_letter(row["last_name"], row["first_name"])
                for row in people.facilitators(connection, self._notebook.organisation_id)
            }
        return _fields(lambda one: team.get(one, ""), lambda code: self._label("prescriber", code, self._today))

    def _proposed(self, kept: people.Row, other: people.Row, taken: Collection[str] = ()) -> dict[str, Any]:
        """Columns to write: a field made of several columns is filled or taken whole."""
        changed: dict[str, Any] = {}
        for one in self._merge_fields():
            if one.key in taken or not one.words(kept):
                mine, theirs = ({name: row[name] for name in one.columns} for row in (kept, other))
                changed |= fields_to_write(mine, theirs, one.columns, one.columns if one.key in taken else ())
        if {"last_name", "first_name"} & changed.keys():
            both = {**kept, **changed}
            changed["sort_name"] = sort_key(f"{both['last_name']} {both['first_name']}")
        return changed

    def _hits_of(self, connection: people.Reader, ids: Sequence[str]) -> tuple[PersonHit, ...]:
        rows = people.people_by_ids(connection, self._notebook.organisation_id, ids)
        return self._hits(connection, rows, {}, set(ids))


def _joined(between: str, *parts: str) -> str:
    return between.join(part for part in parts if part)


def _appointment(at: dt.datetime | None) -> str:
    local = at.astimezone() if at is not None else None
    return f"{format_date(local.date())} à {format_time(local)}" if local else ""


def _same_work(one: people.Row, other: people.Row) -> bool:
    if (one["company_id"], one["lot_id"]) != (other["company_id"], other["lot_id"]):
        return False
    far = dt.date.max
    return bool(one["start_on"] <= (other["end_on"] or far) and other["start_on"] <= (one["end_on"] or far))


def _pair(first: str, second: str) -> tuple[str, str]:
    return (first, second) if first < second else (second, first)


def _digits(phone: str) -> str:
    return "".join(one for one in phone if one.isdigit())


def _date(value: object) -> dt.date | None:
    return value if isinstance(value, dt.date) else None


def _packed(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


_DATES, _INSTANTS = frozenset({"birth_date", "last_contact_on"}), frozenset({"next_appointment_at"})


def _unpacked(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _DATES:
        return dt.date.fromisoformat(value)
    return dt.datetime.fromisoformat(value) if name in _INSTANTS else value
