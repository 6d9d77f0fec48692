"""The dialogs of what leaves: named for a screen reader, never cut, honest about what they do."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence

import pytest
from PySide6.QtWidgets import QWidget

from app.documents.service import MadeDocument
from app.hours.values import Agreement, CompanyLine, GridRow, LotChoice, Rectified
from app.models.choices import HourKind, Recipient, StatementState
from app.reports import rendering
from app.store.attestations import AttestableContract
from app.ui.documents.papers import AttestationsDialog, RemindersDialog
from app.ui.hours.dialogs import AgreementDialog, RectifyDialog, ShareDialog
from app.ui.kit.dialogs import Dialog
from app.ui.operations.penalties import PenaltyDialog
from app.ui.shell.discretion import Discretion
from app.ui.theme.appearance import appearance
from tests.reports import samples
from tests.ui.accessibility import check, settle
from tests.ui.keys import press, type_text

DAY = dt.date(2026, 11, 22)

ROW = GridRow(
    rank=1,
    contract_id="c",
    lot_id="l",
    beneficiary_id="b",
    last_name="MARTIN",
    first_name="Julie",
    file_number="",
    contract_label="CDD",
    employer="",
    lot_label="École Simone-Veil, lot 3",
    own_lot=True,
    previous=None,
    worked=14_000,
    training=None,
    absence_code="",
    declared=None,
    difference_reason="",
    accepted=(),
    accepted_reason="",
    doubts=(),
    facts=None,
    rectified=(Rectified(HourKind.WORKED, -800, DAY, "8 h comptées deux fois", "N. DIALLO"),),
)
LOTS = (
    LotChoice("l", "École Simone-Veil, lot 3", 160_000),
    LotChoice("m", "Résidence des Tilleuls, lot 1", 60_000, False),
)


def contracts() -> list[AttestableContract]:
    """One to issue, one that waits, one already issued, one whose hours changed since."""
    base = AttestableContract(
        "1", "b1", "MARTIN", "Julie", "Bâti-Sud 91", dt.date(2026, 3, 2), dt.date(2026, 10, 31), 28_100, 0, "", None
    )
    return [
        base,
        dataclasses.replace(base, id="2", last_name="DIALLO", first_name="Aïssatou", waiting=7_000),
        dataclasses.replace(base, id="3", last_name="KÉÏTA", first_name="Ibrahim", number="ATT-1", issued_hours=28_100),
        dataclasses.replace(base, id="4", last_name="BENALI", first_name="Karim", number="ATT-2", issued_hours=28_900),
    ]


def missing() -> list[CompanyLine]:
    line = CompanyLine("a", "Bâti-Sud 91", "Massy", 12, StatementState.EXPECTED, None)
    return [line, dataclasses.replace(line, id="b", name="Éco Rénov’", reminded_on=DAY)]


def letters() -> MadeDocument:
    data = rendering.render(samples.reminder())
    return MadeDocument("reminder", "a/2026-11", Recipient.COMPANY, "Relance", "relance.pdf", data)


def attestations(parent: QWidget) -> AttestationsDialog:
    return AttestationsDialog(parent, contracts(), Discretion(), lambda *_given: None)


def reminders(parent: QWidget) -> RemindersDialog:
    def nothing(*_given: object) -> None: ...

    return RemindersDialog(parent, "2026-11", missing(), letters(), nothing, nothing, nothing, nothing)


MAKERS: dict[str, Callable[[QWidget], Dialog]] = {
    "attestations": attestations,
    "rectify": lambda parent: RectifyDialog(parent, "MARTIN Julie", ROW),
    "share": lambda parent: ShareDialog(
        parent, "MARTIN Julie", [ROW], LOTS, [Agreement("g", "GLOB-2026-04", dt.date(2026, 3, 12), LOTS)]
    ),
    "agreement": lambda parent: AgreementDialog(
        parent, "MARTIN Julie", ROW, lambda _text, answer: answer([]), lambda: DAY
    ),
    "penalty": PenaltyDialog,
    "reminders": reminders,
}


@pytest.fixture
def window(qtbot) -> QWidget:
    made = QWidget()
    made.resize(1366, 768)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    return made


@pytest.mark.parametrize("name", MAKERS)
def test_dialogs_are_named_and_never_cut(window: QWidget, name: str) -> None:
    problems: list[str] = []
    for zoom in (100, 150, 200):
        appearance().set(zoom=zoom)
        dialog = MAKERS[name](window)
        dialog.open()
        problems += [f"{zoom} %: {one}" for one in check(dialog)]
        dialog.reject()
    appearance().set(zoom=100)
    assert not problems, "\n".join(problems)


def test_only_what_can_be_issued_is_ticked(window: QWidget) -> None:
    given: list[tuple[Sequence[str], str]] = []
    dialog = AttestationsDialog(
        window, contracts(), Discretion(), lambda ids, recipient, _done, _failed: given.append((ids, recipient))
    )
    dialog.open()
    assert dialog.chosen() == ["1", "4"], "what waits and what was issued unchanged are left"
    assert not dialog.boxes["2"].isEnabled()
    assert "à valider d’abord" in dialog.boxes["2"].text()
    assert dialog.issue_button.text().replace("\u00a0", " ") == "Émettre 2 attestations"
    press(dialog, "Return")
    assert given == [(["1", "4"], "person")]
    dialog.reject()


def test_names_are_masked_in_discretion(window: QWidget) -> None:
    discretion = Discretion()
    discretion.set(True)
    dialog = AttestationsDialog(window, contracts(), discretion, lambda *_given: None)
    assert not [box.text() for box in dialog.boxes.values() if "MARTIN" in box.text()]


def test_a_rectification_is_given_with_its_reason_or_not_at_all(window: QWidget) -> None:
    given: list[tuple[HourKind, int, str]] = []
    dialog = RectifyDialog(window, "MARTIN Julie", ROW)
    dialog.given.connect(lambda kind, hours, reason: given.append((kind, hours, reason)))
    dialog.open()
    dialog.activateWindow()
    dialog.hours.edit.setFocus()
    settle()
    type_text(dialog, "132")
    press(dialog, "Tab")
    press(dialog, "Return")
    assert given == []
    assert dialog.hours.has_error(), "132 h already count"
    dialog.hours.edit.setFocus()
    dialog.hours.edit.selectAll()
    type_text(dialog, "140")
    assert dialog.difference.text().replace("\u00a0", " ") == "Différence : +8 h"
    press(dialog, "Tab")
    press(dialog, "Return")
    assert dialog.reason.has_error()
    type_text(dialog, "la journée était due")
    press(dialog, "Return")
    assert given == [(HourKind.WORKED, 14_000, "la journée était due")]


def test_hours_of_training_are_rectified_too(window: QWidget) -> None:
    given: list[tuple[HourKind, int, str]] = []
    dialog = RectifyDialog(window, "MARTIN Julie", dataclasses.replace(ROW, training=700))
    dialog.given.connect(lambda kind, hours, reason: given.append((kind, hours, reason)))
    dialog.open()
    dialog.activateWindow()
    settle()
    assert "de formation" not in dialog.said.text()
    dialog.kinds.focus_first()
    press(dialog, "Right")
    press(dialog, "Space")
    assert dialog.said.text().replace("\u00a0", " ").startswith("7 h de formation attestées.")
    dialog.hours.edit.setFocus()
    type_text(dialog, "14")
    assert dialog.difference.text().replace("\u00a0", " ") == "Différence : +7 h"
    press(dialog, "Tab")
    type_text(dialog, "une journée de plus")
    press(dialog, "Return")
    assert given == [(HourKind.TRAINING, 1_400, "une journée de plus")]


def test_a_reminder_is_logged_once_when_it_leaves_to_whom_is_ticked(window: QWidget) -> None:
    logged: list[tuple[str, Sequence[str]]] = []
    asked: list[Sequence[str]] = []

    def log(month: str, companies: Sequence[str], done: Callable[[], None]) -> None:
        logged.append((month, companies))
        done()

    def remake(_month: str, companies: Sequence[str], answer: Callable[[MadeDocument], None]) -> None:
        asked.append(companies)
        answer(letters())

    copied: list[tuple[str, str]] = []

    def copy(month: str, company: str, done: Callable[[], None]) -> None:
        copied.append((month, company))
        done()

    dialog = RemindersDialog(window, "2026-11", missing(), letters(), log, lambda _path, _data: None, remake, copy)
    dialog.open()
    dialog.activateWindow()
    settle()
    dialog.copies["b"].setFocus()
    press(dialog, "Space")
    assert copied == [("2026-11", "b")], "each company has its own text"
    assert [one.text() for one in dialog.copies.values()] == ["Copier le texte du courriel", "Texte copié"]
    assert dialog.preview.page_count == 1
    assert "relancée le 22/11/2026" in dialog.boxes["b"].text()
    assert logged == [], "looking logs nothing"
    dialog.boxes["b"].setChecked(False)
    assert asked == [["a"]], "the letters shown are those of the companies ticked"
    dialog.boxes["a"].setChecked(False)
    assert not dialog.preview.print_button.isEnabled()
    dialog.boxes["a"].setChecked(True)
    dialog.preview.printed.emit()
    dialog.preview.printed.emit()
    assert logged == [("2026-11", ["a"])]
