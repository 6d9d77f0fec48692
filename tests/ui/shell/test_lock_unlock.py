"""Opening, locking, creating: nothing typed is lost, nothing is shown that should not be (K1-K3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.clock import FrozenClock
from app.errors import ExchangeFailed, InclusivError, InvalidInput, LeaseOver, PassphraseNeeded, WrongPassphrase
from app.ui.account.lease import LeasePage
from app.ui.bridge.messages import RecordedMessages
from app.ui.bridge.tasks import ImmediateBridge
from app.ui.kit.dialogs import Question
from app.ui.kit.fields import TextField
from app.ui.shell.crash import CrashDialog, CrashReporter, details
from app.ui.shell.creation_viewmodel import Creation, CreationDoor, CreationViewModel
from app.ui.shell.first_run import FirstRunPage
from app.ui.shell.lock import Inactivity, Locker
from app.ui.shell.root import RootWindow
from app.ui.shell.unlock import UnlockPage
from app.ui.shell.unlock_viewmodel import Door, UnlockViewModel
from app.ui.theme.appearance import appearance
from tests.ui.accessibility import check, check_sizes, settle
from tests.ui.keys import press, type_text

GOOD = "lampe vélo rivière chou"


class Notebook:
    """A notebook with a passphrase, that counts what is asked."""

    def __init__(self) -> None:
        self.open = False
        self.calls: list[str] = []
        self.seconds = 0.0
        self.pin = False
        self.lease_over = False
        self.network: InclusivError | None = None

    def unlock(self, passphrase: str) -> None:
        self.calls.append("unlock")
        if passphrase != GOOD:
            raise WrongPassphrase("Mot de passe incorrect (3e essai).", "Le carnet est intact.", field="passphrase")
        if self.lease_over:
            raise LeaseOver("Ce carnet n’a pas joint son réseau.", "Tout est intact.", "Rejoignez-le ici.")
        self.open = True

    def join(self, password: str) -> None:
        self.calls.append(f"join {password}".rstrip())
        if self.network is not None:
            raise self.network
        self.open = True

    def by_sheet(self, code: str) -> None:
        self.calls.append(f"sheet {code}")
        self.open = True

    def with_pin(self, pin: str) -> None:
        self.calls.append("pin")
        if pin != "1234":
            raise PassphraseNeeded("Le code PIN n’ouvre plus.", "", "Saisissez votre mot de passe.")
        self.open = True

    def recover(self, code: str, new: str) -> None:
        self.calls.append(f"recover {code}")
        self.open = True

    def close(self) -> None:
        self.calls.append("close")
        self.open = False

    def door(self) -> Door:
        return Door(
            self.unlock,
            self.recover,
            wait=lambda: self.seconds,
            open_with_pin=self.with_pin,
            pin_is_enough=lambda: self.pin,
            strength=lambda text: (len(text) > 12, "Trop court." if len(text) <= 12 else "Bon mot de passe."),
            join=self.join,
            enter_by_sheet=self.by_sheet,
            step_back=lambda: self.calls.append("step back"),
        )


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def root(qtbot) -> RootWindow:
    made = RootWindow()
    qtbot.addWidget(made)
    return made


def shown(qtbot, root: RootWindow, page: QWidget) -> None:
    root.show_page(page)
    root.show()
    root.activateWindow()
    qtbot.waitUntil(root.isActiveWindow)
    settle()


def page_of(notebook: Notebook, /, **options: object) -> UnlockPage:
    return UnlockPage(UnlockViewModel(notebook.door(), ImmediateBridge()), **options)  # type: ignore[arg-type]


# --- unlock ---


def test_typing_the_passphrase_and_enter_opens(qtbot, root, notebook):
    page = page_of(notebook, notebook="Carnet", age="Données locales à jour")
    shown(qtbot, root, page)
    type_text(root, GOOD)
    with qtbot.waitSignal(page.model.opened):
        press(root, "Return")
    assert notebook.open
    assert page.passphrase.text() == ""


def test_a_wrong_passphrase_is_said_and_can_be_typed_over(qtbot, root, notebook):
    page = page_of(notebook)
    shown(qtbot, root, page)
    type_text(root, "autre")
    press(root, "Return")
    assert page.passphrase.error.text() == "Mot de passe incorrect (3e essai). Le carnet est intact."
    assert QApplication.focusWidget() is page.passphrase.edit
    type_text(root, GOOD)
    press(root, "Return")
    assert notebook.open


def test_the_delay_is_counted_down_and_no_try_is_lost(qtbot, root, notebook):
    page = page_of(notebook)
    shown(qtbot, root, page)
    notebook.seconds = 1.5
    type_text(root, GOOD)
    press(root, "Return")
    assert notebook.calls == []
    assert page.open_button.text().replace("\u00a0", " ") == "Prochain essai dans 2 s"
    assert not page.open_button.isEnabled()
    notebook.seconds = 0
    qtbot.waitUntil(page.open_button.isEnabled)
    press(root, "Return")
    assert notebook.open


def test_an_empty_passphrase_is_not_a_try(qtbot, root, notebook):
    page = page_of(notebook)
    shown(qtbot, root, page)
    press(root, "Return")
    assert notebook.calls == []
    assert page.passphrase.error.text() == "Saisissez votre mot de passe."


def test_enter_before_everything_is_loaded_is_not_lost(qtbot, root, notebook):
    model = UnlockViewModel()
    page = UnlockPage(model)
    shown(qtbot, root, page)
    type_text(root, GOOD)
    press(root, "Return")
    assert model.busy
    with qtbot.waitSignal(model.opened):
        model.attach(notebook.door(), ImmediateBridge())
    assert notebook.open


def test_the_pin_is_tried_only_when_it_is_enough(qtbot, notebook):
    model = UnlockViewModel(notebook.door(), ImmediateBridge())
    refused: list[tuple[str, str]] = []
    model.refused.connect(lambda *one: refused.append(one))
    model.unlock("1234")
    assert notebook.calls == ["unlock"]
    notebook.pin = True
    model.unlock("9999")
    assert notebook.calls[-1] == "pin"
    assert refused[-1][1] == "passphrase"
    model.unlock("1234")
    assert notebook.open


def test_the_recovery_sheet_opens_and_a_new_passphrase_is_chosen(qtbot, root, notebook):
    page = page_of(notebook)
    shown(qtbot, root, page)
    page.forgotten.click()
    page.recover_button.click()
    assert page.code_error.text() == "Saisissez le code de la fiche de secours."
    type_text(root, "ABCDE-FGHJK")
    page.new.edit.setText("court")
    page.recover_button.click()
    assert page.new.error.text() == "Trop court."
    page.new.edit.setText(GOOD)
    page.again.edit.setText("autre chose")
    page.recover_button.click()
    assert page.again.error.text() == "Les deux saisies du mot de passe diffèrent."
    page.again.edit.setText(GOOD)
    page.recover_button.click()
    assert notebook.calls == ["recover ABCDE-FGHJK"]
    press(root, "Esc")
    assert page.pages.currentIndex() == 0


def test_the_unlock_screen_is_named_and_fits(qtbot, root, notebook):
    page = page_of(notebook, notebook="Carnet de Nadia D.", age="Données locales à jour au 21/11 à 17 h 42")
    shown(qtbot, root, page)
    check_sizes(root)
    page.show_recovery()
    check_sizes(root)


# --- a lease that ran out ---

OFFLINE = ExchangeFailed("offline", "Pas de réseau.", "Le carnet est intact.", "Recommencez.")
SIGN_IN = ExchangeFailed("sign_in", "Votre connexion est arrivée à son terme.", "", "Saisissez le mot de passe.")


def asking(qtbot, root, notebook, problem: InclusivError | None) -> UnlockPage:
    """The screen of a notebook that asks for its network, which answers ``problem``."""
    notebook.lease_over, notebook.network = True, problem
    page = page_of(notebook, notebook="Carnet")
    shown(qtbot, root, page)
    type_text(root, GOOD)
    press(root, "Return")
    settle()
    return page


def lease_of(page: UnlockPage) -> LeasePage:
    assert page.lease is not None
    return page.lease


def test_the_network_is_tried_at_once_and_opens(qtbot, root, notebook):
    asking(qtbot, root, notebook, None)
    assert notebook.calls == ["unlock", "join"]
    assert notebook.open


def test_without_network_the_three_parts_stay_and_enter_tries_again(qtbot, root, notebook):
    page = asking(qtbot, root, notebook, OFFLINE)
    texts = [one.text() for one in lease_of(page).findChildren(QLabel) if one.isVisible()]
    told = {"Ce carnet n’a pas joint son réseau.", "Tout est intact.", "Rejoignez-le ici."}
    assert {*told, "Pas de réseau. Recommencez."} <= set(texts), "what is safe is said once"
    assert QApplication.focusWidget() is lease_of(page).join_button
    notebook.network = None
    press(root, "Space")
    assert notebook.open


def test_the_password_is_asked_only_when_the_server_wants_it(qtbot, root, notebook):
    page = asking(qtbot, root, notebook, OFFLINE)
    assert not lease_of(page).password.isVisible()
    notebook.network = SIGN_IN
    press(root, "Space")
    assert QApplication.focusWidget() is lease_of(page).password.edit
    press(root, "Return")
    assert notebook.calls[-1] == "join", "an empty password is not a try"
    notebook.network = InvalidInput("Mot de passe inconnu.", field="password")
    type_text(root, "secret")
    press(root, "Return")
    assert lease_of(page).password.error.text() == "Mot de passe inconnu."
    notebook.network = None
    press(root, "Return")
    assert notebook.calls[-1] == "join secret"
    assert notebook.open
    assert lease_of(page).password.text() == ""


def test_the_sheet_opens_and_escape_forgets_the_key(qtbot, root, notebook):
    page = asking(qtbot, root, notebook, OFFLINE)
    lease_of(page).sheet_link.setFocus()
    press(root, "Space")
    press(root, "Return")
    assert lease_of(page).code_error.text() == "Saisissez le code de la fiche de secours."
    type_text(root, "ABCDE-FGHIJ")
    press(root, "Return")
    assert notebook.calls[-1] == "sheet ABCDE-FGHIJ"
    assert lease_of(page).code.text() == ""
    press(root, "Esc")
    assert notebook.calls[-1] == "step back"
    assert QApplication.focusWidget() is page.passphrase.edit


def test_a_key_that_waits_too_long_is_forgotten(qtbot, root, notebook):
    page = asking(qtbot, root, notebook, OFFLINE)
    lease_of(page)._patience.start(1)
    qtbot.waitUntil(lambda: "step back" in notebook.calls)
    assert page.passphrase.isVisible()


def test_an_erased_notebook_is_told_once(qtbot, root, notebook):
    notebook.network = ExchangeFailed("revoked", "Ce carnet a été retiré du réseau.")
    notebook.lease_over = True
    page = page_of(notebook)
    shown(qtbot, root, page)
    type_text(root, GOOD)
    with qtbot.waitSignal(page.model.withdrawn):
        press(root, "Return")
    assert not notebook.open


def test_the_lease_page_can_be_read_at_every_size(qtbot, root, notebook):
    page = asking(qtbot, root, notebook, SIGN_IN)
    lease_of(page).show_sheet()
    check_sizes(root)


# --- lock ---


class Work(QWidget):
    """A screen with a field being typed."""

    def __init__(self) -> None:
        super().__init__()
        self.saved: list[object] = []
        column = QVBoxLayout(self)
        self.field = TextField("note", "Note")
        self.field.committed.connect(self.saved.append)
        column.addWidget(QLabel("MARTIN Julie"))
        column.addWidget(self.field)

    def flush(self) -> None:
        self.field.commit()


@pytest.fixture
def locker(qtbot, root, notebook, clock) -> Callable[[], tuple[Locker, Work, UnlockPage]]:
    def made() -> tuple[Locker, Work, UnlockPage]:
        work = Work()
        cover = page_of(notebook, cover=True)
        root.name_notebook("Carnet de Nadia D.")
        shown(qtbot, root, work)
        lock = Locker(root, cover, ImmediateBridge(), notebook.close, clock, minutes=2, parent=root)
        lock.about_to_lock.connect(work.flush)
        return lock, work, cover

    return made


def test_locking_saves_covers_and_gives_everything_back(qtbot, root, notebook, locker):
    lock, work, cover = locker()
    order: list[str] = []
    work.field.committed.connect(lambda _value: order.append("saved"))
    work.field.setFocus()
    type_text(root, "Absent lundi")
    work.field.edit.setCursorPosition(3)
    notebook.calls.clear()
    lock.locked.connect(lambda: order.append("locked"))
    lock.lock()
    assert work.saved == ["Absent lundi"]
    assert order == ["saved", "locked"]
    assert notebook.calls == ["close"]
    assert root.page is cover
    assert root.windowTitle() == "Inclusiv’Terrain"
    type_text(root, GOOD)
    press(root, "Return")
    assert root.page is work
    assert work.field.edit.hasFocus()
    assert work.field.edit.cursorPosition() == 3
    assert work.field.edit.text() == "Absent lundi"
    assert root.windowTitle().startswith("Carnet de Nadia D.")
    assert not lock.is_locked


def test_the_cover_shows_no_name(qtbot, root, locker):
    lock, _work, cover = locker()
    lock.lock()
    settle()
    texts = [one.text() for one in root.findChildren(QLabel) if one.isVisible()]
    assert not any("MARTIN" in one or "Nadia" in one for one in texts)
    assert sum("carnet" in one.lower() or "chiffré" in one or "enregistrées" in one for one in texts) >= 3
    assert check(root) == []
    assert cover.passphrase.edit.hasFocus()


def test_an_open_dialog_is_hidden_and_comes_back(qtbot, root, locker):
    lock, work, _cover = locker()
    question = Question(work, "Retirer MARTIN Julie", "La ligne part à la corbeille.", [])
    question.open()
    lock.lock()
    assert not question.isVisible()
    type_text(root, GOOD)
    press(root, "Return")
    assert question.isVisible()
    question.reject()


def test_a_field_that_cannot_be_read_keeps_its_text_through_a_lock(qtbot, root, locker):
    lock, work, _cover = locker()
    from app.ui.kit.fields import DateField

    date = DateField("day", "Date", today=lambda: dt.date(2026, 11, 22))
    work.layout().addWidget(date)
    lock.about_to_lock.connect(date.commit)
    date.setFocus()
    type_text(root, "31/02/2026")
    lock.lock()
    type_text(root, GOOD)
    press(root, "Return")
    assert date.edit.text() == "31/02/2026"
    assert date.has_error()


def test_inactivity_locks_and_activity_postpones(qtbot):
    clock = FrozenClock(dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC))
    watch = Inactivity(clock, dt.timedelta(minutes=10))
    told: list[int] = []
    watch.elapsed.connect(lambda: told.append(1))
    watch.start()
    clock.move(dt.timedelta(minutes=9))
    watch.check()
    assert told == []
    watch.touch()
    clock.move(dt.timedelta(minutes=9))
    watch.check()
    assert told == []
    clock.move(dt.timedelta(minutes=1))  # or the machine slept
    watch.check()
    assert told == [1]
    watch.check()
    assert told == [1]


def test_a_key_in_the_window_counts_as_activity(qtbot, root, locker):
    lock, work, _cover = locker()
    clock = lock.inactivity._clock
    lock.start()
    clock.move(dt.timedelta(minutes=1, seconds=59))
    work.field.setFocus()
    window = root.windowHandle()
    assert window is not None
    from PySide6.QtCore import QEvent, Qt
    from PySide6.QtGui import QKeyEvent

    QApplication.sendEvent(window, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a"))
    clock.move(dt.timedelta(minutes=1, seconds=59))
    lock.inactivity.check()
    assert not lock.is_locked
    clock.move(dt.timedelta(seconds=2))
    lock.inactivity.check()
    assert lock.is_locked


def test_the_limit_stays_between_two_and_thirty_minutes(qtbot, root, locker):
    lock, _work, _cover = locker()
    lock.set_minutes(90)
    assert lock.inactivity._limit == dt.timedelta(minutes=30)
    lock.set_minutes(0)
    assert lock.inactivity._limit == dt.timedelta(minutes=2)


# --- first run ---


class Maker:
    def __init__(self, sheet: bytes) -> None:
        self.made: list[Creation] = []
        self.noted: list[str] = []
        self.written: list[object] = []
        self.demonstrations = 0
        self.sheet = sheet

    def door(self) -> CreationDoor:
        def demonstrate() -> None:
            self.demonstrations += 1

        return CreationDoor(
            organisations=lambda: [("plie", "PLIE Nord-Essonne"), ("evry", "Ville d’Évry")],
            strength=lambda text: (len(text) > 12, "Trop court." if len(text) <= 12 else "Bon mot de passe."),
            create=self.made.append,
            sheet=lambda: self.sheet,
            note_sheet=self.noted.append,
            demonstrate=demonstrate,
            write=lambda path, data: self.written.append(path),
        )


@pytest.fixture
def maker() -> Maker:
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QPainter, QPdfWriter

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    painter = QPainter(writer)
    painter.drawText(100, 100, "Fiche de secours")
    painter.end()
    return Maker(bytes(buffer.data().data()))


def first_run(qtbot, root: RootWindow, maker: Maker) -> FirstRunPage:
    page = FirstRunPage(CreationViewModel(maker.door(), ImmediateBridge()))
    shown(qtbot, root, page)
    return page


def to_the_passphrase(root: RootWindow, page: FirstRunPage) -> None:
    page.create_button.click()
    page.organisation.combo.setFocus()
    page.organisation.combo.setCurrentIndex(0)
    page.organisation.combo.activated.emit(0)
    page.last_name.setFocus()
    type_text(root, "Diallo")
    press(root, "Tab")
    type_text(root, "Nadia")
    press(root, "Tab")
    type_text(root, "nd")
    press(root, "Return")


def test_creating_a_notebook_by_keys(qtbot, root, maker):
    page = first_run(qtbot, root, maker)
    to_the_passphrase(root, page)
    assert page.steps.currentWidget() is page.secret
    type_text(root, GOOD)
    page.again.setFocus()
    type_text(root, GOOD)
    press(root, "Return")
    assert maker.made == [Creation("plie", "Diallo", "Nadia", "ND", GOOD)]
    assert page.preview.page_count == 1
    assert page.passphrase.text() == ""
    with qtbot.waitSignal(page.model.sheet_kept):
        page.preview.printed.emit()
    assert maker.noted == ["printed"]
    assert page.open_button.text() == "Ouvrir mon carnet"
    with qtbot.waitSignal(page.model.finished):
        page.open_button.click()
    assert maker.noted == ["printed"]


def test_each_missing_thing_is_said_under_its_field(qtbot, root, maker):
    page = first_run(qtbot, root, maker)
    page.create_button.click()
    page.identity_next.click()
    assert page.organisation.error() == "Choisissez votre organisation."
    to_the_passphrase(root, page)
    page.secret_next.click()
    assert page.passphrase.error.text() == "Trop court."
    page.passphrase.edit.setText(GOOD)
    page.secret_next.click()
    assert page.again.error.text() == "Les deux saisies du mot de passe diffèrent."
    assert maker.made == []


@pytest.mark.parametrize("prefix", ["n", "n1", "éa", ""])
def test_the_prefix_is_two_plain_letters(qtbot, maker, prefix):
    model = CreationViewModel(maker.door(), ImmediateBridge())
    refused: list[str] = []
    model.refused.connect(lambda _sentence, field: refused.append(field))
    assert not model.check_identity("plie", "Diallo", "Nadia", prefix)
    assert refused == ["prefix"]


def test_going_on_without_the_sheet_is_asked_and_noted(qtbot, root, maker):
    page = first_run(qtbot, root, maker)
    to_the_passphrase(root, page)
    page.passphrase.edit.setText(GOOD)
    page.again.edit.setText(GOOD)
    page.secret_next.click()
    page.open_button.click()
    question = page.findChildren(Question)[0]
    question.choices["back"].click()
    assert maker.noted == []
    page.open_button.click()
    question = next(one for one in page.findChildren(Question) if one.isVisible())
    with qtbot.waitSignal(page.model.finished):
        question.choices["without"].click()
    assert maker.noted == ["declined"]


def test_saving_the_sheet_counts_as_keeping_it(qtbot, root, maker, tmp_path):
    page = first_run(qtbot, root, maker)
    to_the_passphrase(root, page)
    page.passphrase.edit.setText(GOOD)
    page.again.edit.setText(GOOD)
    page.secret_next.click()
    page.model.write_sheet(tmp_path / "fiche.pdf", b"%PDF")
    assert maker.written == [tmp_path / "fiche.pdf"]
    assert maker.noted == ["printed"]


def test_the_demonstration_is_one_click_away(qtbot, root, maker):
    page = first_run(qtbot, root, maker)
    with qtbot.waitSignal(page.model.demonstrated):
        page.demo_button.click()
    assert maker.demonstrations == 1


def test_every_step_is_named_and_fits(qtbot, root, maker):
    page = first_run(qtbot, root, maker)
    check_sizes(root)
    page.create_button.click()
    page.identity_next.click()
    check_sizes(root)
    to_the_passphrase(root, page)
    check_sizes(root)
    page.passphrase.edit.setText(GOOD)
    page.again.edit.setText(GOOD)
    page.secret_next.click()
    check_sizes(root)
    appearance().set(zoom=100)


# --- crash ---


def secret_value() -> None:
    raise ValueError("MARTIN Julie, 06 12 34 56 78")


@pytest.mark.expected_logs
def test_the_crash_dialog_says_that_data_are_safe_and_names_nobody(qtbot):
    reporter = CrashReporter(version="1.0")
    try:
        secret_value()
    except ValueError as problem:
        reporter.report(problem)
    assert "MARTIN" not in reporter.last
    assert "secret_value" in reporter.last
    dialogs = [one for one in QApplication.topLevelWidgets() if isinstance(one, CrashDialog) and one.isVisible()]
    assert len(dialogs) == 1
    reporter.report(ValueError())
    assert len([one for one in QApplication.topLevelWidgets() if isinstance(one, CrashDialog)]) == 1
    words = " ".join(one.text() for one in dialogs[0].findChildren(QLabel))
    assert "en sécurité" in words
    dialogs[0].copy()
    assert "secret_value" in QApplication.clipboard().text()
    assert check(dialogs[0]) == []
    dialogs[0].reject()


def test_causes_are_told_without_their_message():
    try:
        try:
            secret_value()
        except ValueError as problem:
            raise RuntimeError("again MARTIN") from problem
    except RuntimeError as problem:
        told = details(problem)
    assert "ValueError" in told
    assert "RuntimeError" in told
    assert "MARTIN" not in told


def test_the_messages_say_nothing_while_unlocking(qtbot, root, notebook):
    messages = RecordedMessages()
    page = UnlockPage(UnlockViewModel(notebook.door(), ImmediateBridge(messages=messages)))
    shown(qtbot, root, page)
    type_text(root, "faux")
    press(root, "Return")
    assert messages.texts == []
    assert isinstance(QApplication.focusWidget(), QLineEdit)
