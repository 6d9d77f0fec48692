"""The page of a record and its cards: what is being typed stays, another record begins at its top."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.ui.kit.card_column import CardColumn
from app.ui.kit.cards import Card
from app.ui.kit.fields import TextField
from app.ui.kit.record_page import RecordPage
from tests.ui.keys import type_text


@dataclass(frozen=True)
class Line:
    key: str
    name: str


class LineCard(Card):
    def __init__(self, line: Line, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self.field = TextField("name", "Nom")
        self.body.addWidget(self.field)
        self.load(line)

    def load(self, line: Line) -> None:
        self.field.set_value(line.name)


def column() -> CardColumn:
    return CardColumn(LineCard, lambda line: line.key, empty="Aucune ligne.")


def test_the_cards_of_the_same_records_stay_with_what_is_being_typed(show):
    cards = column()
    show(cards)
    cards.load([Line("a", "Bâti-Sud"), Line("b", "Élec 91")])
    first, second = cards.cards
    first.field.control.setFocus()
    type_text(first.field.control, "Nord")
    cards.load([Line("a", "Bâti-Sud"), Line("b", "Élec 91 SARL")])
    assert cards.cards == [first, second]
    assert first.field.control.hasFocus()
    assert "Nord" in first.field.control.text()
    assert second.field.value() == "Élec 91 SARL"


def test_other_records_have_other_cards_and_none_has_a_sentence(show):
    cards = column()
    show(cards)
    cards.load([Line("a", "Bâti-Sud")])
    assert not cards.empty.isVisible()
    former = cards.cards[0]
    cards.load([Line("b", "Élec 91"), Line("a", "Bâti-Sud")])
    assert [card.field.value() for card in cards.cards] == ["Élec 91", "Bâti-Sud"]
    assert former not in cards.cards
    cards.load([])
    assert cards.cards == []
    assert cards.empty.isVisible()


def test_a_page_stays_where_it_is_for_its_record_and_begins_at_the_top_of_another(show):
    page = RecordPage()
    section = page.form.section("fields", "Champs")
    for place in range(30):
        section.add(TextField(f"field{place}", f"Champ {place}"))
    show(page)
    page.resize(500, 400)
    page.show_head("a", "Bâti-Sud", "SIRET à renseigner", "")
    bar = page.form.verticalScrollBar()
    QTest.qWaitForWindowExposed(page)
    bar.setValue(bar.maximum())
    assert bar.value() > 0
    page.show_head("a", "Bâti-Sud SARL", "SIRET à renseigner", "Évry")
    assert bar.value() == bar.maximum()
    assert page.subtitle.text() == "SIRET à renseigner · Évry"
    page.show_head("b", "Élec 91")
    assert bar.value() == 0


def test_an_act_that_cannot_be_done_here_is_not_shown(show):
    done: list[str] = []
    page = RecordPage()
    can = page.add_act("Supprimer", "quiet", "trash-2", lambda: done.append("deleted"))
    cannot = page.add_act("Attestations d’heures", "", "badge-check", None)
    show(page)
    assert not cannot.isVisible()
    can.click()
    assert done == ["deleted"]
    assert not page.state.isVisible()
    page.show_state("En cours", "info", "circle-dot")
    assert page.state.isVisible()
