"""From nothing to the signed PDF, then the passphrase forgotten (issue « A facilitator alone with the notebook »).

The window makes the notebook by keys, types the month, makes the visit and prints; the forms of operations and people
have their own tests, so their services are asked here and the open screens told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication, QFileDialog

from app.models.beneficiaries import BeneficiaryDraft, EligibilityDraft, EmploymentContractDraft
from app.models.choices import StatementState
from app.operations.values import CommitmentDraft, LotDraft, OperationDraft
from app.store.visits import Stage
from app.ui.shell.first_run import FirstRunPage
from tests.conftest import NOW
from tests.day import PASSPHRASE, Day
from tests.end2end.hands import Hands, no_network, plain
from tests.end2end.test_scenario_5_1 import sheet_of, sign, start
from tests.factories import siret
from tests.reports.reading import text

OpenHands = Callable[..., Hands]
NEW_PASSPHRASE = "granit abricot voilier lundi"


def create_by_keys(hands: Hands) -> list[str]:
    """The three steps, without the mouse; answers the groups of the recovery code, read on the paper."""
    page = hands.desktop._page
    assert isinstance(page, FirstRunPage)
    assert hands.says("Créer mon carnet")
    assert hands.says("Essayer la démonstration")
    page.create_button.setFocus()
    hands.press("Space")
    hands.press("Down")  # the first organisation
    hands.press("Tab")
    hands.type("Diallo")
    hands.press("Tab")
    hands.type("Nadia")
    hands.press("Tab")
    if not page.prefix.edit.hasFocus():  # the help of the field stands between
        page.prefix.edit.setFocus()
    hands.type("no")
    hands.press("Return")
    assert page.steps.currentWidget() is page.secret, hands.texts(page.identity)
    hands.type(PASSPHRASE)
    page.again.setFocus()
    hands.type(PASSPHRASE)
    hands.press("Return")
    hands.wait(lambda: page.steps.currentWidget() not in (page.identity, page.secret, page.choices))
    hands.settle()
    assert page.preview.page_count == 1
    words = text(page.preview._data)
    return words.split()


def save_sheet(hands: Hands, path: Path) -> None:
    """« Enregistrer sous… », then « Ouvrir mon carnet »."""
    page = hands.desktop._page
    assert isinstance(page, FirstRunPage)
    page.save_button.setFocus()
    hands.press("Space")
    dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, QFileDialog) and one.isVisible())
    dialog.fileSelected.emit(str(path))
    dialog.close()
    hands.root.activateWindow()  # as the window manager does when a dialog goes
    hands.wait(lambda: page.model.sheet_is_kept and page.open_button.text() == "Ouvrir mon carnet")
    hands.settle()
    assert page.open_button.hasFocus()
    hands.press("Space")
    hands.wait(lambda: hands.inside)
    hands.settle()


def recovery_code(words: list[str]) -> str:
    """Seven groups of five signs, as printed."""
    groups = [one for one in words if len(one) == 5 and one.isupper() and one.isalnum()]
    assert len(groups) == 7, groups
    return " ".join(groups)


def describe_the_site(hands: Hands) -> tuple[str, str, str]:
    """Operation with its buyer, lot, company and commitment, one person and her contract: (lot, company, person)."""
    services = hands.services
    operation = hands.tell(
        lambda: services.operations.create(
            OperationDraft("École Simone-Veil", buyer_name="Ville d’Exemple-sur-Orge", town="Exemple-sur-Orge")
        )
    ).record_id
    hands.tell(
        lambda: services.operations.add_lot(
            LotDraft(operation, "3", "Gros œuvre", amount_cents=100_000_000, end_on=dt.date(2027, 3, 31)),
            CommitmentDraft("", company_name="Bâti-Sud 91", siret=siret(1), due_hours=182_000),
        )
    )
    (owed,) = hands.ask(lambda: services.operations.get(operation)).commitments
    (lot,) = hands.ask(lambda: services.operations.get(operation)).lots
    person = hands.tell(
        lambda: services.beneficiaries.create(
            BeneficiaryDraft(last_name="MARTIN", first_name="Julie", birth_date=dt.date(1988, 3, 12))
        )
    ).record_id
    hands.tell(
        lambda: services.beneficiaries.add_contract(
            person,
            EmploymentContractDraft(
                employer_id=owed.company_id,
                company_id=owed.company_id,
                lot_id=lot.id,
                job_title="Aide-maçon",
                start_on=dt.date(2026, 11, 2),
                end_on=dt.date(2027, 3, 31),
            ),
        )
    )
    hands.tell(
        lambda: services.beneficiaries.add_eligibility(
            person,
            EligibilityDraft(
                scheme="iae2025",
                category_code="iae2025_rsa",
                proof_code="rsa_certificate",
                seen_on=dt.date(2026, 10, 20),
                validated_on=dt.date(2026, 10, 20),
            ),
        )
    )
    return lot.id, owed.company_id, person


def test_from_the_first_launch_to_the_signed_pdf_and_back_with_the_recovery_sheet(
    tmp_path: Path, open_hands: OpenHands
) -> None:
    folder, paper = tmp_path / "carnet", tmp_path / "fiche.pdf"
    with no_network() as opened:
        hands = open_hands(folder)
        assert not folder.exists(), "nothing is written before the passphrase is chosen"
        code = recovery_code(create_by_keys(hands))
        assert (folder / "notebook.db").exists()
        save_sheet(hands, paper)
        assert recovery_code(text(paper.read_bytes()).split()) == code
        assert hands.says("Rien de prévu"), "an empty notebook says what to do first"

        lot, company, person = describe_the_site(hands)

        hands.go("hours", company, "2026-11")
        hands.enter("140")
        hands.enter("140")
        hands.press("Ctrl+Return")
        month = hands.ask(lambda: hands.services.hours.open_month(company, "2026-11"))
        assert not hands.view("hours")._model.notices, hands.view("hours")._model.notices
        assert (month.state, month.total) == (StatementState.VALIDATED, 14_000)

        hands.tell(lambda: hands.services.visits.plan_visit(lot, company, hands.clock.today(), "09:30"))
        hands.go("today")
        page = start(hands).page
        page.present.adding.opener.setFocus()
        hands.press("Space")
        hands.type("MOREAU")
        hands.press("Tab")
        hands.type("Paul")
        hands.press("Tab")
        hands.enter("Conducteur de travaux")
        hands.tap(page.present.all_button)
        hands.tap(page.beneficiaries.all_button)
        hands.tap(page.sign_button)
        sign(hands, 0)
        sign(hands, 1)
        assert sheet_of(hands).stage is Stage.FINAL
        preview = hands.view("visits").preview
        hands.wait(lambda: preview.page_count)
        assert "VIS-2026-NO-0001" in text(preview._data)

        sheet, _name = hands.ask(lambda: hands.services.documents.make("followup", person, "person"))
        assert "140" in text(sheet)
        hands.close()

        again = open_hands(folder, Day(NOW + dt.timedelta(days=1)))
        forget_then_recover(again, code)
        assert again.ask(lambda: again.services.hours.open_month(company, "2026-11")).total == 14_000
        again.close()

        last = open_hands(folder, Day(NOW + dt.timedelta(days=2)))
        last.enter(PASSPHRASE)
        assert not last.inside, "the forgotten passphrase opens no more"
        last.desktop._page.passphrase.clear()  # type: ignore[union-attr]
        last.enter(NEW_PASSPHRASE)
        last.wait(lambda: last.inside)
    assert not opened, "the network was called"


def forget_then_recover(hands: Hands, code: str) -> None:
    """« Mot de passe oublié », the code in small letters, a new passphrase twice."""
    page = hands.desktop._page
    hands.enter("je ne sais plus")
    assert not hands.inside
    page.forgotten.setFocus()  # type: ignore[union-attr]
    hands.press("Space")
    assert page.code.hasFocus()  # type: ignore[union-attr]
    hands.type(code.replace(" ", "-").lower()[:-1] + "?")
    page.new.setFocus()  # type: ignore[union-attr]
    hands.type(NEW_PASSPHRASE)
    page.again.setFocus()  # type: ignore[union-attr]
    hands.type(NEW_PASSPHRASE)
    hands.press("Return")
    assert not hands.inside
    assert page.code_error.isVisible(), "a mistyped code is said"  # type: ignore[union-attr]
    assert "groupe" in plain(page.code_error.text())  # type: ignore[union-attr]
    hands.press("Ctrl+A")
    hands.type(code.replace(" ", "-").lower())
    page.again.setFocus()  # type: ignore[union-attr]
    hands.press("Return")
    hands.wait(lambda: hands.inside)
    hands.settle()


def test_a_passphrase_too_weak_or_mistyped_makes_nothing(tmp_path: Path, open_hands: OpenHands) -> None:
    hands = open_hands(tmp_path / "carnet")
    page = hands.desktop._page
    assert isinstance(page, FirstRunPage)
    page.start_creation()
    hands.settle()
    hands.press("Down")
    page.last_name.setFocus()
    hands.type("Diallo")
    page.first_name.setFocus()
    hands.type("Nadia")
    page.prefix.setFocus()
    hands.type("no")
    hands.press("Return")
    for first, second, said in (("1234", "1234", ""), (PASSPHRASE, "autre chose", "diffèrent")):
        page.passphrase.clear()
        page.again.clear()
        page.passphrase.setFocus()
        hands.type(first)
        page.again.setFocus()
        hands.type(second)
        hands.press("Return")
        assert page.steps.currentWidget() is page.secret
        assert any(said in plain(one.error.text()) for one in (page.passphrase, page.again) if one.error.isVisible())
    assert not (tmp_path / "carnet" / "notebook.db").exists()
