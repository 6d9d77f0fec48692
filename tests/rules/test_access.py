"""Who may do what (PRODUCT.md K6): names stay in the organisation, readers never write."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.errors import NotAllowed
from app.models.choices import Role
from app.rules import access
from app.rules.access import Actor, require

FACILITATOR = Actor("f1", "atout", Role.FACILITATOR)
COORDINATOR = Actor("c1", "atout", Role.COORDINATOR)
READER = Actor("r1", "atout", Role.READER)
NOBODY = Actor("x", "", Role.COORDINATOR)
EVERYONE = {"facilitator": FACILITATOR, "coordinator": COORDINATOR, "reader": READER}

SEES_OWN = (access.can_see_person, access.can_see_statement, access.can_see_visit)
WRITES_OWN = (
    access.can_write_person,
    access.can_enter_hours,
    access.can_validate_statement,
    access.can_reopen_statement,
    access.can_attest_statement,
    access.can_write_visit,
    access.can_finalise_visit,
    access.can_merge_people,
    access.can_anonymise,
    access.can_export_names,
)
COORDINATES_OWN = (access.can_manage_organisation, access.can_manage_facilitators)
WRITES = (access.can_write, access.can_write_shared, access.can_share_phrase)


def allowed(right: Callable[[Actor, str], bool], organisation: str) -> set[str]:
    return {name for name, actor in EVERYONE.items() if right(actor, organisation)}


@pytest.mark.parametrize(
    ("rights", "own"),
    [
        (SEES_OWN, {"facilitator", "coordinator", "reader"}),
        (WRITES_OWN, {"facilitator", "coordinator"}),
        (COORDINATES_OWN, {"coordinator"}),
    ],
)
def test_rights_over_what_an_organisation_owns(rights: tuple[Callable[[Actor, str], bool], ...], own: set[str]) -> None:
    for right in rights:
        assert allowed(right, "atout") == own, right.__name__
        assert allowed(right, "mive") == set(), right.__name__
        assert not right(NOBODY, ""), right.__name__


def test_rights_over_what_the_network_shares() -> None:
    for right in WRITES:
        assert {name for name, actor in EVERYONE.items() if right(actor)} == {"facilitator", "coordinator"}
    assert {name for name, actor in EVERYONE.items() if access.can_manage_reference(actor)} == {"coordinator"}
    assert {name for name, actor in EVERYONE.items() if access.can_see_network_figures(actor)} == {"coordinator"}
    assert not access.can_see_network_figures(NOBODY)


def test_a_shared_record_is_written_by_any_writer_an_owned_one_by_its_own() -> None:
    assert access.can_write_record(FACILITATOR, "mive", shared=True)
    assert not access.can_write_record(FACILITATOR, "mive", shared=False)
    assert access.can_write_record(FACILITATOR, "atout", shared=False)
    assert not access.can_write_record(READER, "atout", shared=True)


def test_a_missing_right_is_told_in_french() -> None:
    require(True)
    with pytest.raises(NotAllowed) as refusal:
        require(False, "valider ce relevé")
    assert refusal.value.sentence == (
        "Vos droits ne permettent pas de valider ce relevé. Rien n’a été modifié. "
        "S’adresser à la coordination de votre structure."
    )


def test_a_notebook_holds_the_shared_scope_and_its_own_only() -> None:
    assert access.scopes_of(READER) == (access.NETWORK_SCOPE, "atout")
    assert access.scopes_of(NOBODY) == (access.NETWORK_SCOPE,)
    assert access.scope_of(True, "atout") == access.NETWORK_SCOPE
    assert access.scope_of(False, "mive") == "mive"


@pytest.mark.parametrize(
    ("kind", "row", "shared", "senders"),
    [
        ("company", {"id": "k", "organisation_id": "mive"}, True, {"facilitator", "coordinator"}),
        ("beneficiary", {"id": "b", "organisation_id": "atout"}, False, {"facilitator", "coordinator"}),
        ("beneficiary", {"id": "b", "organisation_id": "mive"}, False, set()),
        ("beneficiary", {"id": "b", "organisation_id": ""}, False, set()),
        ("reference_entry", {"id": "r", "organisation_id": ""}, True, {"coordinator"}),
        ("charter", {"id": "r", "organisation_id": ""}, True, {"coordinator"}),
        ("organisation", {"id": "atout", "organisation_id": "atout"}, True, {"coordinator"}),
        ("organisation", {"id": "mive", "organisation_id": "mive"}, True, set()),
        ("facilitator", {"id": "f1", "organisation_id": "atout"}, True, {"facilitator", "coordinator"}),
        ("facilitator", {"id": "f1", "organisation_id": "mive"}, True, set()),
        ("facilitator", {"id": "f9", "organisation_id": "atout"}, True, {"coordinator"}),
        ("conflict", {"id": "c", "organisation_id": ""}, False, {"facilitator", "coordinator"}),
        ("conflict", {"id": "c", "organisation_id": "mive"}, False, set()),
    ],
)
def test_what_each_role_may_send(kind: str, row: dict[str, str], shared: bool, senders: set[str]) -> None:
    allowed = {name for name, actor in EVERYONE.items() if access.can_send(actor, kind, row, shared=shared)}
    assert allowed == senders


def test_a_person_is_given_by_those_who_may_write_them() -> None:
    assert access.can_transfer(FACILITATOR, "atout", "beneficiary")
    assert not access.can_transfer(FACILITATOR, "mive", "beneficiary")
    assert not access.can_transfer(READER, "atout", "beneficiary")
    assert not access.can_transfer(COORDINATOR, "atout", "visit")
