"""The promises of resources/reference/README.md."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from typing import Any

import pytest

from app.models.choices import ClauseArticle, CompanyKind, Modality, OrganisationKind
from tests.architecture.source import ROOT

FOLDER = ROOT / "resources" / "reference"
KEYS = ["table", "code", "label", "valid_from", "valid_to", "network", "source", "data"]
ENTRIES: list[dict[str, Any]] = [
    entry
    for path in sorted((FOLDER / "charters").glob("*.json"))
    for entry in json.loads(path.read_text(encoding="utf-8"))
]


def _of(table: str, network: str | None = None) -> list[dict[str, Any]]:
    return [one for one in ENTRIES if one["table"] == table and network in (None, one["network"])]


def _codes(table: str) -> set[str]:
    return {one["code"] for one in _of(table)}


def test_every_entry_has_the_eight_keys_and_a_source() -> None:
    assert ENTRIES
    for entry in ENTRIES:
        assert list(entry) == KEYS
        assert re.fullmatch(r"[a-z0-9_]+", entry["code"]), entry
        assert re.fullmatch(r"[a-z_]+", entry["table"]), entry
        assert entry["label"].strip(), entry
        assert entry["source"].strip(), entry
        assert entry["network"] in ("inclusiv_essonne", "gpsea", None), entry
        assert isinstance(entry["data"], dict), entry


def test_decimals_are_text_and_durations_whole() -> None:
    def numbers(value: Any) -> list[Any]:
        if isinstance(value, dict):
            return [found for one in value.values() for found in numbers(one)]
        if isinstance(value, list):
            return [found for one in value for found in numbers(one)]
        return [value] if isinstance(value, float) else []

    assert [entry["code"] for entry in ENTRIES if numbers(entry["data"])] == []


def test_entries_never_overlap_in_time() -> None:
    def key(entry: dict[str, Any]) -> tuple[str, str, str]:
        return (entry["table"], entry["code"], entry["network"] or "")

    def limits(entry: dict[str, Any]) -> tuple[dt.date, dt.date]:
        first, last = entry["valid_from"], entry["valid_to"]
        return (
            dt.date.fromisoformat(first) if first else dt.date.min,
            dt.date.fromisoformat(last) if last else dt.date.max,
        )

    for one, group in itertools.groupby(sorted(ENTRIES, key=key), key):
        spans = sorted(map(limits, group))
        assert all(first <= last for first, last in spans), one
        assert all(before[1] < after[0] for before, after in itertools.pairwise(spans)), one


def test_every_table_is_described() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert {one["table"] for one in ENTRIES if f"`{one['table']}`" not in readme} == set()


@pytest.mark.parametrize(
    ("table", "key", "target"),
    [
        ("network", "coordinator", "organisation"),
        ("charter", "public_scheme", "public_scheme"),
        ("charter", "exit_scheme", "exit_scheme"),
        ("charter_target", "charter", "charter"),
        ("public", "scheme", "public_scheme"),
        ("milestone", "scheme", "milestone_scheme"),
        ("exit_kind", "scheme", "exit_scheme"),
    ],
)
def test_references_lead_somewhere(table: str, key: str, target: str) -> None:
    wanted = {one["data"][key] for one in _of(table)} - {None}
    assert wanted
    assert wanted <= _codes(target)


def test_proofs_are_known_kinds() -> None:
    used = {proof["kind"] for one in _of("public") for proof in one["data"]["proofs"]}
    assert used
    assert used <= _codes("proof_kind")


def test_closed_lists_are_those_of_the_program() -> None:
    assert {one["data"]["kind"] for one in _of("organisation")} <= set(OrganisationKind)
    assert _codes("modality") <= set(Modality)
    assert {one["data"]["clause_article"] for one in _of("legal_article")} <= set(ClauseArticle)
    kinds = {kind for one in ENTRIES for kind in one["data"].get("company_kinds", [])}
    assert kinds <= set(CompanyKind)


def test_the_network_of_essonne_is_the_charter_s() -> None:
    """Charter, art. 3, 4.1, 4.3, 6: five organisations, seven publics, 5 %, the targets."""
    kinds = [one["data"]["kind"] for one in _of("organisation", "inclusiv_essonne")]
    assert sorted(kinds) == ["intermunicipal", "plie", "plie", "plie", "plie"]
    assert len({one["code"] for one in _of("public") if one["data"]["scheme"] == "ie2018"}) == 7
    (minimum,) = _of("effort_rate", "inclusiv_essonne")
    assert minimum["data"]["percent"] == "5"
    targets = {one["data"]["indicator"]: one["data"]["target"] for one in _of("charter_target")}
    assert targets == {
        "hours": "2000000",
        "beneficiaries": "3500",
        "buyers": "149.5",
        "operations": "419.75",
        "mean_contract_length": "3",
        "lasting_jobs": None,
        "women": None,
        "rsa": None,
    }


def test_what_gpsea_does_not_publish_stays_empty() -> None:
    (charter,) = _of("charter", "gpsea")
    assert charter["data"]["formula"] is None
    assert charter["data"]["minimum_effort_rate"] is None
    assert _of("charter_target", "gpsea") == []


def test_thresholds_of_2026() -> None:
    """DOMAIN.md §10, §12 fact 29."""
    amounts = sorted(one["data"]["amount_cents"] for one in _of("procurement_threshold"))
    assert amounts == [140_000_00, 216_000_00, 5_404_000_00]
