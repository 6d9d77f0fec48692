"""PRODUCT.md §5.3, Hélène, coordinator, three days before the steering committee: lines 1 and 2, by keys.

The five structures of Inclusiv’Essonne, from the charter shipped with the program, and a real server.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from app.models.beneficiaries import BeneficiaryDraft
from app.models.choices import Role
from tests.day import Day
from tests.end2end.conftest import OpenHands
from tests.end2end.hands import Hands, plain
from tests.end2end.network import NetworkServer
from tests.end2end.test_synchronisation import indicator, join, network, place, quiet
from tests.factories import Site, site_with_people
from tests.scenarios.network import Blank, Notebook, all_meet
from tests.server import house
from tests.sync.test_sentences import faults

__all__ = ["network"]

pytestmark = pytest.mark.expected_logs

COORDINATION = "atout_plie_nord_ouest_91"
FACILITATORS = {
    "aminata": (COORDINATION, "SOW", "Aminata", "AS"),
    "nadia": (house.DYNAMIQUE, "DIALLO", "Nadia", "NO"),
    "karim": (house.DYNAMIQUE, "BELLO", "Karim", "KB"),
    "lea": (house.MIVE, "ROY", "Léa", "LR"),
    "omar": ("plie_nord_essonne", "SAÏDI", "Omar", "OS"),
    "ines": ("coeur_essonne", "PEREIRA", "Inès", "IP"),
}
CARDS = {"Bâti-Sud 91 — Téléphone": "l", "MOREAU": "g", "École Simone-Veil — Description": "d"}
"""What the three cards are about, as their headings say, and the key that answers."""
STILL = ("omar", "ines")
"""Those whose structures are not heard of any more."""


@pytest.fixture
def team(network: NetworkServer, tmp_path: Path) -> Iterator[dict[str, Notebook]]:
    """Everybody has synchronised on Sunday 22 November, once Nadia’s building site was known."""
    blank = Blank(tmp_path / "modele")
    made = {}
    for user, (organisation, last, first, prefix) in FACILITATORS.items():
        network.add_user(user, organisation)
        made[user] = blank.notebook(tmp_path / user, network.clock, last, first, prefix, organisation)
        made[user].join(network.address, user)
    network.add_user("helene", COORDINATION, Role.COORDINATOR)
    blank.notebook(tmp_path / "helene", network.clock, "MARCHAND", "Hélène", "HM", COORDINATION).close()
    yield made
    for one in made.values():
        one.close()


@pytest.fixture
def site(team: dict[str, Notebook]) -> Site:
    made = site_with_people(team["nadia"].workstation.notebook, 6)
    all_meet(*team.values(), times=1)
    return made


def test_lines_1_and_2_five_structures_two_of_them_late_and_three_cards_of_the_network(
    team: dict[str, Notebook], site: Site, network: NetworkServer, open_hands: OpenHands, tmp_path: Path
) -> None:
    assert len({organisation for organisation, *_ in FACILITATORS.values()}) == 5
    hands = open_hands(tmp_path / "helene", network.clock)
    hands.unlock()
    join(hands, network, "helene")
    quiet(hands)
    view = place(hands)
    assert "5 structures à jour." in read(hands, view)

    six_days_apart(team, site, network.clock)
    hands.press("F5")
    quiet(hands)
    said = read(hands, view)
    assert "3 structures à jour." in said
    (late,) = [line for line in said.splitlines() if "Sans nouvelles depuis" in line]
    late = late[late.index("Sans nouvelles") :]
    assert late.startswith("Sans nouvelles depuis 6 jours")
    for name in ("Cœur d’Essonne", "PLIE Nord-Essonne"):
        assert f"{name} (le 22/11 à 10 h 00)" in late
    for up_to_date in ("Atout PLIE", "Dynamique Emploi", "MIVE"):
        assert up_to_date not in late

    assert indicator(hands) == "3 fiches à relire"
    raw = hands.desktop.workstation.notebook.raw
    people = hands.ask(lambda: raw.execute("SELECT last_name FROM beneficiary").fetchall())
    assert people == [("KONÉ",)], "nobody of another structure is in her notebook"
    hands.go("today")
    place(hands)
    keys, seen = hands.keys, []
    for left in (2, 1, 0):
        assert view.review is not None
        said = read(hands, view.review)
        seen.append(next(one for one in CARDS if one in said))
        assert not any(name in said for name in ("MARTIN", "Julie"))
        assert not [text for text in hands.texts(view) if faults(text)]
        hands.type(CARDS[seen[-1]])
        quiet(hands)
        assert hands.ask(hands.services.sync.state).to_review == left
    assert sorted(seen) == sorted(CARDS)
    assert hands.keys - keys == 3, "one key each"
    hands.press("F5")
    quiet(hands)
    assert indicator(hands) == "Tout est envoyé · 10 h 00"

    # her decisions reach everybody; what is only Dynamique Emploi’s own waits for Dynamique Emploi
    both = "0160000001 / 0160000002"
    all_meet(team["nadia"], team["karim"], team["lea"], team["omar"])
    for user in ("nadia", "lea", "omar"):
        assert set(team[user].value("company", site.company, "phone").split(" / ")) == set(both.split(" / "))
    for field, kind, record in (("last_name", "contact", site.contact), ("description", "operation", site.operation)):
        assert len({team[user].value(kind, record, field) for user in ("nadia", "karim", "lea", "omar")}) == 1
    assert [card.kind for card in team["nadia"].sync.to_review()] == ["beneficiary"]
    assert team["lea"].sync.to_review() == []


def six_days_apart(team: dict[str, Notebook], site: Site, clock: Day) -> None:
    """Nadia and Léa write the same three fields of what they share; Nadia and Karim the same telephone of Julie."""
    for rank, user in enumerate(("nadia", "lea"), 1):
        services = team[user].workstation.services
        services.companies.set_company(site.company, "phone", f"016000000{rank}")
        services.companies.set_contact(site.contact, "last_name", ("MOREAU-PETIT", "MOREAU-LENOIR")[rank - 1])
        services.operations.set_operation(site.operation, "description", f"Préau et {rank} classes.")
    for rank, user in enumerate(("nadia", "karim"), 1):
        team[user].people.set_field(site.beneficiaries[0], "phone", f"063998000{rank}")
    team["aminata"].people.create(BeneficiaryDraft(last_name="KONÉ", first_name="Awa"))
    clock.move(dt.timedelta(days=6))
    for user, one in team.items():
        if user not in STILL:
            one.meet()


def read(hands: Hands, within: QWidget) -> str:
    """All that can be read there."""
    return plain("\n".join(hands.texts(within)))
