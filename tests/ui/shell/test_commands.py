"""What the palette understands (PRODUCT.md §3.9)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.ui.shell.actions import BY_ID
from app.ui.shell.commands import MOST, Entry, Group, Hit, Recents, arrange, understand
from app.ui.shell.navigation import Location

MARTIN = Hit("beneficiary", "p1", "MARTIN Julie", "Bâti-Sud")
BATI = Hit("company", "c1", "Bâti-Sud", "Entreprise")
SCHOOL = Hit("operation", "o1", "École Simone-Veil")


def titles(text: str, *hits: Hit, verb: str = "", recents: tuple[Entry, ...] = ()) -> list[str]:
    return [one.title for one in arrange(understand(text, verb), hits, recents)]


def test_a_verb_before_a_name_is_that_action_for_the_records_found():
    query = understand("imprimer mart")
    assert (query.verb, query.search) == ("print", "mart")
    assert titles("imprimer mart", MARTIN, SCHOOL) == ["Imprimer\u00a0: MARTIN Julie"]
    assert understand("heures bati").verb == "hours"
    assert titles("heures bati", BATI, MARTIN) == ["Saisir les heures\u00a0: Bâti-Sud"]
    assert understand("visite bâti").verb == "visit"
    assert understand("VISITE Bâti").search == "Bâti"


def test_a_verb_alone_or_a_short_word_is_an_ordinary_search():
    assert understand("heures").verb == ""
    assert understand("he bati").verb == ""
    assert "Saisir les heures" in titles("heures")


def test_prefixes_limit_what_is_shown():
    assert titles("> verr", MARTIN) == ["Verrouiller"]
    assert titles("# ecole", MARTIN, SCHOOL) == ["École Simone-Veil"]
    assert titles("?") == ["Touches du clavier"]


def test_accents_and_order_do_not_matter_for_commands():
    assert titles("annee texte agr") == []
    assert titles("texte agrandir") == ["Agrandir le texte"]
    assert titles("retablir") == ["Rétablir"]


def test_opened_for_one_action_only_its_records_are_offered():
    assert titles("", MARTIN, BATI, verb="hours") == ["Saisir les heures\u00a0: Bâti-Sud"]
    assert titles("bat", BATI, verb="hours") == ["Saisir les heures\u00a0: Bâti-Sud"]


def test_recent_records_come_first():
    other = Hit("beneficiary", "p2", "MARTINET Paul")
    recents = (Entry(Group.RECENT, "", other),)
    assert titles("mart", MARTIN, other, recents=recents)[:2] == ["MARTINET Paul", "MARTIN Julie"]
    assert titles("", recents=recents)[0] == "MARTINET Paul"


def test_a_command_named_from_its_first_letters_stands_before_records():
    assert titles("verr", Hit("company", "c", "Verrerie Dupont"))[0] == "Verrouiller"


def test_unavailable_commands_are_not_offered():
    shown = arrange(understand("synchro"), (), (), lambda action: action.id not in ("sync", "exchange"))
    assert shown == []


@given(
    st.text(max_size=20),
    st.lists(st.sampled_from(["beneficiary", "company", "operation", "visit", "unknown"]), max_size=40),
)
def test_never_more_than_eight_lines_and_groups_are_never_mixed(text, kinds):
    hits = [Hit(kind, str(at), f"Fiche {at}") for at, kind in enumerate(kinds)]
    entries = arrange(understand(text), hits)
    assert len(entries) <= MOST
    groups = [one.group for one in entries]
    assert groups == sorted(groups, key=groups.index)
    for one in entries:
        assert one.title
        assert one.said.startswith(one.group.value)


def test_where_a_record_opens():
    assert MARTIN.where() == Location("beneficiaries", ("p1",))
    assert Hit("document", "d", "Fiche").where() is None
    assert Hit("document", "d", "Fiche", location=Location("visits", ("v",))).where() == Location("visits", ("v",))


def test_the_latest_is_first_and_once():
    recents = Recents(2)
    for one in (Entry(Group.RECORDS, "", MARTIN), Entry(Group.RECORDS, "", BATI), Entry(Group.RECORDS, "", MARTIN)):
        recents.note(one)
    assert [one.title for one in recents.entries()] == ["MARTIN Julie", "Bâti-Sud"]
    recents.note(Entry(Group.COMMANDS, "lock"))
    assert [one.title for one in recents.entries()] == ["Verrouiller", "MARTIN Julie"]


def test_every_target_of_an_action_can_be_shown_somewhere():
    from app.ui.shell.commands import PLACE_OF_KIND

    for one in BY_ID.values():
        assert set(one.target) <= set(PLACE_OF_KIND)
