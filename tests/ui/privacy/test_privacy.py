"""Deciding about files past their time, by keys and taps (PRODUCT.md B11, §5.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QWidget

from app.models.beneficiaries import Beneficiary
from app.privacy.service import PrivacyService
from app.rules.french import NBSP
from app.store.attachments import AttachmentFiles
from app.store.notebook import Notebook
from app.store.unit import revert, writing
from app.ui.privacy.view import PrivacyView
from app.ui.privacy.viewmodel import PrivacyViewModel
from app.ui.shell.navigation import Frame, Place
from app.ui.shell.window import Workspace
from tests.factories import KEY, fresh_notebook, site_with_people
from tests.ui.accessibility import check_sizes, settle
from tests.ui.keys import press, type_text

Show = Callable[..., QMainWindow]


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    with fresh_notebook(tmp_path) as made:
        ended = site_with_people(made, 6, start_on=dt.date(2023, 3, 1), end_on=dt.date(2023, 9, 30))
        with writing(made, "dates anciennes") as unit:
            for one in ended.beneficiaries:
                unit.update(Beneficiary, one, {"created_at": dt.datetime(2023, 3, 1, 9, tzinfo=dt.UTC)})
        yield made


@pytest.fixture
def view(frame: Frame, notebook: Notebook, show: Show) -> PrivacyView:
    service = PrivacyService(notebook, AttachmentFiles(notebook.folder, KEY))

    def build(frame: Frame) -> PrivacyView:
        model = PrivacyViewModel(
            service, lambda undo: revert(notebook, undo), frame.bridge, frame.bus, frame.messages, frame.undo
        )
        return PrivacyView(frame, model)

    window = Workspace(frame, [Place("privacy", "Confidentialité", "shield-check", build)])
    show(window, 1366, 768)
    frame.navigation.go("privacy")
    settle()
    found = window._views["privacy"]
    assert isinstance(found, PrivacyView)
    return found


def tap(target: QWidget) -> None:
    assert target.isVisible()
    assert target.isEnabled()
    QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=target.rect().center())
    settle()


def test_six_files_are_anonymised_once_the_word_is_typed(view: PrivacyView, notebook: Notebook, frame: Frame) -> None:
    assert view.rows.rowCount() == 6
    assert "24 mois après le dernier contact" in view.rule.text().replace(NBSP, " ")
    assert not view.erase_button.isEnabled(), "nobody is chosen"
    tap(view.all_button)
    assert view.count.text().replace(NBSP, " ") == "6 fiches, 6 choisies"
    tap(view.erase_button)
    dialog = view.dialog
    assert dialog is not None
    press(dialog, "Enter")
    settle()
    count = "SELECT count(*) FROM beneficiary WHERE anonymised_on IS NOT NULL"
    assert notebook.raw.execute(count).fetchone() == (0,), "Enter alone erases nobody"
    if view.dialog is None:
        tap(view.erase_button)
        dialog = view.dialog
    assert dialog is not None
    type_text(dialog, "anonymise")
    assert not dialog.accept_button.isEnabled()  # type: ignore[attr-defined]
    type_text(dialog, "r")
    tap(dialog.accept_button)  # type: ignore[attr-defined]
    assert notebook.raw.execute(count).fetchone() == (6,)
    assert view.nobody.isVisible()
    assert not frame.undo.undo_label
    assert "6 fiches anonymisées" in frame.messages.texts[-1].replace(NBSP, " ")  # type: ignore[attr-defined]


def test_one_is_kept_with_a_reason_by_keys_and_the_others_archived(view: PrivacyView, frame: Frame) -> None:
    view.table.setFocus()
    view.table.select_id(view.rows.rows[0].file.beneficiary_id)
    press(view.table, "Space")
    settle()
    assert view.count.text().replace(NBSP, " ") == "6 fiches, 1 choisie"
    tap(view.keep_button)
    dialog = view.dialog
    assert dialog is not None
    press(dialog, "Enter")
    settle()
    assert view.dialog is dialog, "a reason is asked"
    type_text(dialog, "Contentieux en cours")
    press(dialog, "Enter")
    settle()
    assert view.rows.rowCount() == 5
    tap(view.all_button)
    tap(view.archive_button)
    assert all(line.file.archived_on is not None for line in view.rows.rows), "archived, still to be anonymised one day"
    assert frame.undo.undo_label, "archiving is taken back, unlike erasing"


def test_names_are_initials_over_somebodys_shoulder(view: PrivacyView, frame: Frame) -> None:
    shown = str(view.rows.index(0, 1).data())
    frame.discretion.set(True)
    settle()
    assert str(view.rows.index(0, 1).data()) != shown
    check_sizes(view)
