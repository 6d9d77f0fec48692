"""« Importer » by keys on real widgets: decide, correct, create, save, take back; nothing is written before."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFileDialog

from app.hours.timesheets.vocabulary import Role
from app.ui.beneficiaries.dialogs import SamePersonDialog
from app.ui.imports.dialogs import HireDialog
from app.ui.imports.viewmodel import Step
from tests.hours.imports.conftest import statement
from tests.ui.accessibility import check_sizes, settle
from tests.ui.imports.conftest import Window
from tests.ui.keys import press, type_text

READY = [("MARTIN", "Julie", "10/2026", "151,67"), ("DESCHAMPS", "Benoit", "10/2026", "140")]
ASKED = [
    ("J.", "MARTIN", "10/2026", "35"),
    ("DIALO", "Aïssatou", "10/2026", "70"),
    ("ABDALLAH", "Nour", "10/2026", "12"),
    ("KÉÏTA", "Ibrahim", "10/2026", "15O"),
    ("LEFÈVRE", "Éloïse", "octobre", "20"),
    ("de SOUSA", "Manuel", "10/2026", "320"),
]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def said(window: Window) -> list[str]:
    return [plain(one) for one in window.frame.messages.texts]  # type: ignore[attr-defined]


def choose_role(page: Any, text: str) -> None:
    assert page.roles.isVisible()
    next(one for one in page.roles.actions() if one.text() == text).trigger()
    page.roles.close()


def test_a_clear_file_needs_one_key(window):
    page = window.take(READY)
    assert window.model.step is Step.REVIEW
    assert page.save.hasFocus()
    assert plain(page.save.text()) == "Enregistrer 2 lignes"
    assert not page.question_card.isVisible()
    assert window.worked() == {}
    press(window.main, "Space")
    assert window.worked() == {"MARTIN": 15_167, "DESCHAMPS": 14_000}
    assert window.frame.navigation.here.path == (window.site.company, "2026-10")
    press(window.main, "Ctrl+Z")
    assert window.worked() == {}
    press(window.main, "Ctrl+Y")
    assert window.worked() == {"MARTIN": 15_167, "DESCHAMPS": 14_000}


def test_each_question_has_its_key(window):
    page = window.take(ASKED)
    assert page.question_table.hasFocus()
    assert page.questions.rowCount() == 6
    order = [one.first.last_name for one in page.questions.rows]
    assert order == ["J.", "DIALO", "ABDALLAH", "KÉÏTA", "LEFÈVRE", "de SOUSA"]
    press(window.main, "Return")  # J. MARTIN is MARTIN Julie
    press(window.main, "Return")  # DIALO is DIALLO
    press(window.main, "I")  # nobody knows ABDALLAH
    press(window.main, "Return")  # hours to be written: the caret goes to the field
    assert page.answers.hours.edit.hasFocus()
    type_text(window.main, "quinze")
    press(window.main, "Return")
    assert page.answers.hours.has_error(), "a figure that cannot be read is said under its field"
    press(window.main, "Ctrl+A")
    type_text(window.main, "150")
    press(window.main, "Return")
    page.question_table.setFocus()
    press(window.main, "Return")
    assert page.answers.month.edit.hasFocus()
    type_text(window.main, "10/2026")
    press(window.main, "Return")
    page.question_table.setFocus()
    press(window.main, "Return")  # 320 h: accepted as they are
    assert window.model.questions == ()
    assert page.save.hasFocus(), "the next key saves"
    press(window.main, "Ctrl+Return")
    assert window.worked() == {
        "MARTIN": 3_500, "DIALLO": 7_000, "KÉÏTA": 15_000, "LEFÈVRE": 2_000, "de SOUSA": 32_000,
    }  # fmt: skip
    page = window.take([("J.", "MARTIN", "09/2026", "36"), ("DIALO", "Aïssatou", "09/2026", "71")], "septembre.csv")
    assert window.model.questions == (), "both names are known from now on"
    assert not page.right.isVisible(), "and the layout"


def test_a_decision_is_taken_back_by_name(window):
    page = window.take(ASKED[:3])
    press(window.main, "I")
    assert page.questions.rowCount() == 2
    assert plain(window.frame.undo.undo_label) == "1 ligne ignorée"
    press(window.main, "Ctrl+Z")
    assert page.questions.rowCount() == 3
    press(window.main, "Ctrl+Y")
    assert page.questions.rowCount() == 2


def test_hours_are_corrected_in_the_summary(window):
    page = window.take(READY)
    index = page.rows.index(0, page.rows.column_of("hours"))
    assert page.rows.setData(index, "100,5")
    assert window.model.review.total == 10_050 + 14_000
    assert page.rows.setData(page.rows.index(0, page.rows.column_of("hours")), "cent")
    assert any("cent" in one for one in said(window))
    assert window.model.review.total == 10_050 + 14_000


def test_somebody_new_is_created_with_a_contract(window):
    page = window.take([*READY, ASKED[2]])
    press(window.main, "N")
    (dialog,) = window.main.findChildren(HireDialog)
    assert (dialog.last.value(), dialog.first.value()) == ("ABDALLAH", "Nour")
    assert dialog.lot.value() == window.site.lot, "the only lot is chosen"
    dialog.end.edit.setText("31/12/2026")
    dialog.end._touched()
    dialog.hire()
    settle()
    assert window.model.questions == ()
    assert plain(page.save.text()) == "Enregistrer 3 lignes"
    page.confirm()
    assert window.worked()["ABDALLAH"] == 1_200


def test_a_person_already_known_is_asked_about_before(window, notebook):
    from app.beneficiaries.service import BeneficiariesService
    from app.models.beneficiaries import BeneficiaryDraft

    known = BeneficiariesService(notebook).create(BeneficiaryDraft(last_name="ABDALAH", first_name="Nour")).record_id
    page = window.take([*READY, ASKED[2]])
    page.new_person()
    (dialog,) = window.main.findChildren(HireDialog)
    dialog.end.edit.setText("31/12/2026")
    dialog.end._touched()
    dialog.hire()
    (question,) = dialog.findChildren(SamePersonDialog)
    question._choose(known)
    settle()
    assert window.model.questions == ()
    assert notebook.raw.execute("SELECT count(*) FROM beneficiary WHERE last_name LIKE 'ABDAL%'").fetchone()[0] == 1
    page.confirm()
    assert window.worked()["ABDALAH"] == 1_200


def test_a_column_is_corrected_and_remembered(window):
    heading = ("Nom", "Prénom", "Mois", "Heures", "Heures payées")
    page = window.take([("MARTIN", "Julie", "10/2026", "35", "36")], heading=heading)
    assert window.model.review.total == 3_500
    page.correct.click()
    assert page.column_table.hasFocus()
    assert [one.role for one in page.columns.rows][-2:] == [Role.HOURS, Role.IGNORED]
    for _line in range(3):
        press(window.main, "Down")
    press(window.main, "Return")
    choose_role(page, "Rien d’utile")
    assert not page.save.isEnabled(), "nothing is left, for a moment"
    page.column_table.setFocus()
    press(window.main, "Down")
    press(window.main, "Return")
    choose_role(page, "Heures à compter")
    assert window.model.review.total == 3_600
    assert not page.right.isVisible(), "a correction is a confirmation"
    press(window.main, "Esc")
    assert not page.column_table.isVisible()
    window.take([("MARTIN", "Julie", "09/2026", "10", "11")], "septembre.csv", heading=heading)
    assert window.model.review.total == 1_100
    assert window.model.prepared.layout_known


def test_a_file_that_does_not_say_whose_it_is(window):
    path = window.folder / "anonyme.csv"
    path.write_text("Nom;Prénom;Mois;Heures\nMARTIN;Julie;10/2026;35\n", encoding="utf-8")
    window.workspace.take_file(path)
    page = window.page
    assert window.model.step.value == "company"
    assert page.company.edit.hasFocus()
    assert not page.save.isVisible()
    type_text(window.main, "bati")
    page.company._search()
    window.model.choose_company(page.company.proposals[0].id)
    assert window.model.step is Step.REVIEW
    assert plain(page.save.text()) == "Enregistrer 1 ligne"

    window.frame.navigation.go("hours", window.site.company)
    window.workspace.take_file(path)
    assert window.model.step is Step.REVIEW, "dropped on the company's own screen: it is that company's"


def test_a_file_without_a_month_is_given_one(window):
    page = window.take([("MARTIN", "Julie", "35")], heading=("Nom", "Prénom", "Heures"))
    assert page.month.isVisible()
    page.month.edit.setText("10/2026")
    page.month._touched()
    page.month.commit()
    assert plain(page.save.text()) == "Enregistrer 1 ligne"
    assert window.model.review.months == ("2026-10",)


def test_what_cannot_be_read_says_why_and_leaves_the_month(window):
    path = window.folder / "photo.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    window.workspace.take_file(path)
    page = window.page
    assert window.model.step is Step.NOTHING
    assert page.failure.isVisible()
    assert "image" in page.failure.label.text()
    window.take(READY)
    assert not page.failure.isVisible()


def test_the_same_file_twice(window):
    window.take(READY)
    press(window.main, "Space")
    page = window.take(READY)
    assert page.already.isVisible()
    assert plain(page.already.label.text()) == "Déjà importé il y a 1 min, rien à faire."
    assert not page.save.isEnabled()


def test_an_import_is_taken_back_from_the_list(window):
    window.take(READY)
    press(window.main, "Space")
    window.frame.navigation.go("hours", "import")
    settle()
    (act,) = [one for one in window.page.recent.findChildren(type(window.page.save)) if one.isVisible()]
    assert act.accessibleName() == "Annuler l’import du 22/11, Bâti-Sud 91"
    act.click()
    assert window.worked() == {}
    assert any("Import annulé" in one for one in said(window))


def test_the_rows_left_are_exported(window):
    page = window.take([*READY, ("=CMD()", "Nour", "10/2026", "12"), ASKED[3]])
    page.export.click()
    dialog = next(one for one in page.findChildren(QFileDialog))
    out = window.folder / "laissees.csv"
    dialog.fileSelected.emit(str(out))
    dialog.close()
    text = out.read_bytes().decode("utf-8-sig")
    assert text.count("\r\n") == 3
    assert "'=CMD()" in text, "made harmless"
    assert "KÉÏTA" in text
    assert "MARTIN" not in text


def test_names_are_masked_like_everywhere(window):
    page = window.take([*READY, ASKED[0]])
    window.frame.discretion.set(True)
    shown = [str(page.rows.index(row, 0).data()) for row in range(page.rows.rowCount())]
    shown += [str(page.questions.index(0, column).data()) for column in range(5)]
    shown += [one.text() for one in page.answers.findChildren(type(page.save)) if one.isVisible()]
    assert not any("MARTIN" in one or "DESCHAMPS" in one for one in shown), shown


def test_every_step_is_readable_at_every_size(window):
    window.frame.navigation.go("hours", "import")
    check_sizes(window.main)
    page = window.take([*READY, *ASKED])
    check_sizes(window.main)
    page.correct.click()
    check_sizes(window.main)


def test_ctrl_o_asks_for_a_file_from_anywhere(window):
    window.frame.navigation.go("hours", window.site.company)
    press(window.main, "Ctrl+O")
    dialog = next(one for one in window.main.findChildren(QFileDialog) if one.isVisible())
    path = window.folder / "releve.csv"
    path.write_bytes(statement(READY))
    dialog.filesSelected.emit([str(path)])
    dialog.close()
    assert plain(window.page.save.text()) == "Enregistrer 2 lignes"


def test_a_reading_is_given_up(window):
    """The file that was being read comes too late: nothing of it is shown."""
    pending: list[Any] = []
    run = window.model._run

    class Held:
        def run(self, work, done=None, failed=None, on="store", owner=None):
            if on == "io" and not pending:
                pending.append(lambda: run.run(work, done, failed, on, owner))
            else:
                run.run(work, done, failed, on, owner)

    window.model._run = Held()
    page = window.take(READY)
    assert window.model.step.value == "reading"
    assert page.stop.hasFocus()
    assert page.progress.isVisible()
    press(window.main, "Esc")
    assert window.model.step.value == "nothing"
    pending[0]()
    assert window.model.step.value == "nothing"
    assert window.worked() == {}


def test_somebody_of_the_company_under_a_name_nobody_knows(window):
    page = window.take([*READY, ("DUPONT-PETIT", "Aïssata", "10/2026", "12")])
    assert page.answers.who.isVisible()
    page.answers.who.edit.setFocus()
    type_text(window.main, "dial ai")
    page.answers.who._search()
    (proposal,) = page.answers.who.proposals
    assert proposal.name == "DIALLO Aïssatou"
    page.answers.who.edit.setText(proposal.name)
    page.answers.who._touched()
    page.answers.who.commit()
    assert window.model.questions == ()
    page.confirm()
    assert window.worked()["DIALLO"] == 1_200
