"""The exchange of the open notebook with its network's server: what ``app.sync.desk`` promises.

Sessions run on the io executor, one at a time; the notebook is touched on the store thread only. Nothing raises for the
network's sake: a session answers a report, whose ``problem`` says what is the case.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import math
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from app.changes import Changes
from app.errors import (
    Cancelled,
    DiskFull,
    EnvironmentProblem,
    ExchangeFailed,
    InvalidInput,
    NotAllowed,
    PassphraseNeeded,
    UnsentWork,
)
from app.models.choices import Role
from app.models.wire import read_moment
from app.rules.french import plural
from app.store import file_exchange, inbox, journal, lease, outbox, reviews
from app.store.network import find_owner, list_organisations
from app.store.notebook import Notebook
from app.store.unit import Outcome
from app.sync import again, conflicts, digests, held, identity, membership, photos, telling
from app.sync import protocol as wire
from app.sync.api import Api, CallFailed, tidy_address
from app.sync.desk import IsCancelled, Tell
from app.sync.engine import Session
from app.sync.membership import Membership, SecretStore, Tokens
from app.sync.photos import Files
from app.sync.session_tools import Done, StopHere, ToErase, Tools, no_hook
from app.sync.state import (
    NOT_REACHED,
    Decision,
    ExchangeState,
    FiguresRow,
    HeldCard,
    JournalKind,
    JournalLine,
    NetworkFigures,
    Problem,
    Progress,
    ReviewCard,
    Stage,
    SyncReport,
    Verification,
    VerifiedTable,
)

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True)
class Surroundings:
    """What the exchange needs from outside; tests replace parts of it."""

    notebook: Callable[[], Notebook]
    """The open notebook; raises ``PassphraseNeeded`` while it is locked. Called on the store thread."""
    files: Callable[[], Files]
    on_store: Callable[[Callable[[], Any]], Any]
    """Does a piece of work on the store thread, behind what people ask, and answers its result; from there itself, at
    once."""
    secrets: SecretStore
    erase: Callable[[], None] = lambda: None
    """Destroys the notebook: the network withdrew it. The tokens are already forgotten."""
    is_demonstration: Callable[[], bool] = lambda: False
    password: Callable[[], str | None] = lambda: None
    """The user's password, when it can be had without asking now (command line)."""
    received: Callable[[], Changes] = Changes
    """Called on the store thread when a session ended, however it did: an order of erasure received is carried out here
    too, that of a session that was cut as well. What it changed."""
    transport: httpx2.BaseTransport | None = None
    store_rest: Callable[[], float] = lambda: math.inf
    """Seconds since somebody last asked something of the store thread, 0 while somebody waits."""
    hook: Callable[[str], None] = no_hook
    wait: Callable[[float], None] = time.sleep
    draw: Callable[[], float] = random.random


class SyncService:
    """The exchange of one notebook (``app.sync.desk.ExchangeDesk``)."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._tokens = Tokens(surroundings.secrets)
        self._one_at_a_time = threading.Lock()
        self._running = False
        self._report = SyncReport()
        self._access: tuple[str, str] = ("", "")
        """(device, access token): kept in memory only."""

    # --- where things stand ---

    def state(self) -> ExchangeState:
        """Where things stand (store)."""
        notebook = self._around.notebook()
        me = membership.read(notebook)
        last = notebook.get_control("sync.last_success")
        leased = lease.read(notebook)
        photos_done, photos_total = file_exchange.counts(notebook.raw) if me.enrolled else (0, 0)
        return ExchangeState(
            enrolled=me.enrolled,
            server=me.server,
            user=me.user,
            unsent=outbox.count_unsent(notebook),
            last_success=dt.datetime.fromisoformat(last) if last else None,
            to_review=reviews.count_open(notebook),
            held=held.count(notebook),
            photos_done=photos_done,
            photos_total=photos_total,
            problem=Problem(notebook.get_control("sync.problem", Problem.NONE.value)),
            clock_offset=int(notebook.get_control("sync.clock_offset", "0")),
            unsent_since=outbox.oldest_unsent(notebook),
            running=self._running,
            structures=_structures(notebook) if me.enrolled else (),
            coordinator=me.enrolled and notebook.get_control(identity.SERVER_ROLE) == Role.COORDINATOR.value,
            warns_at=leased.warns_at if leased else None,
            ends_at=leased.ends_at if leased else None,
        )

    # --- enrolment ---

    def enrol(self, server: str, user: str, password: str, *, device_name: str = "") -> ExchangeState:
        """Make this notebook known to the server (io)."""
        if self._around.is_demonstration():
            raise NotAllowed(
                "Un carnet de démonstration n’échange avec aucun serveur.",
                "Il reste utilisable tel quel.",
                "Créez votre carnet pour échanger avec le réseau.",
            )
        try:
            address = tidy_address(server)
        except ValueError as problem:
            raise InvalidInput(
                "Cette adresse ne convient pas\u00a0: elle doit commencer par https://.",
                "Rien n’a été envoyé.",
                "Recopiez l’adresse donnée par votre réseau.",
                field="server",
            ) from problem
        if not user.strip() or not password:
            raise InvalidInput(
                "Le nom d’utilisateur et le mot de passe sont nécessaires.",
                "Rien n’a été envoyé.",
                "Saisissez ceux que votre réseau vous a donnés.",
                field="user" if not user.strip() else "password",
            )
        known = self._store(membership.read)
        if not known.enrolled:
            return self._enrol(address, user.strip(), password, device_name)
        if (known.server, known.user) != (address, user.strip()):
            self.refuse_other(known)
        return self.sign_in(password)  # under its own name, which an order to erase may be waiting for

    def _enrol(self, address: str, user: str, password: str, device_name: str = "") -> ExchangeState:
        known = self._store(membership.read)
        facilitator = self._store(lambda book: book.get_control("actor") or book.clock.new_id())
        with self._one_at_a_time, self._opened(address) as api:
            try:
                answer = api.enrol(identity.enrol_ask(user, password, facilitator, device_name))
            except CallFailed as problem:
                if problem.problem is Problem.UNREACHABLE and problem.code is not wire.Code.FORBIDDEN:
                    raise _failure(problem.problem, *_NOWHERE) from problem
                raise self._told(problem) from problem
            self._store(lambda book: self._check_network(book, answer.identity))

            def keep(book: Notebook) -> None:
                self._tokens.keep(book, answer.device, refresh=answer.refresh, device_key=answer.device_key)
                with inbox.applying(book.raw):
                    identity.take_identity(book, answer.identity)
                    membership.write(
                        book,
                        Membership(
                            server=address,
                            user=user,
                            device=answer.device,
                            rolling=answer.rolling,
                            scopes=answer.identity.scopes,
                            schema=wire.SCHEMA,
                        ),
                    )
                    lease.renew(book, answer.lease_days)
                    outbox.renumber(book.raw, answer.device, 0)
                    if known.enrolled:
                        inbox.drop_pages(book.raw)
                    identity.adopt(book, facilitator, answer.identity)
                    book.set_control("sync.problem", Problem.NONE.value)
                    journal.write(book.raw, book.clock.now().isoformat(), JournalKind.ENROLLED.value)

            self._store(keep)
            self._access = (answer.device, answer.access)
        return self._store_state()

    def refuse_another(self, server: str, user: str) -> None:
        """Raise ``NotAllowed`` when an address or a name given is not the one of this notebook; empty: not given."""
        known = self._store(membership.read)
        if not known.enrolled:
            return
        try:
            other = bool(server) and tidy_address(server) != known.server
        except ValueError:
            other = True
        if other or (user and user != known.user):
            self.refuse_other(known)

    def refuse_other(self, known: Membership) -> None:
        """A notebook has one place at one server."""
        raise NotAllowed(
            "Ce carnet échange déjà avec un serveur sous un autre nom.",
            "Rien n’a été modifié.",
            "Déconnectez-le d’abord, ou utilisez le nom avec lequel il a été relié.",
        )

    def _check_network(self, book: Notebook, theirs: wire.Identity) -> None:
        owner = find_owner(book)
        if owner is None:
            return
        if owner.network_code and owner.network_code != theirs.network:
            raise NotAllowed(
                "Ce compte appartient à un autre réseau que ce carnet.",
                "Rien n’a été envoyé ni modifié.",
                "Vérifiez l’adresse, ou créez un carnet pour ce réseau.",
            )
        if owner.organisation_id != theirs.organisation:
            raise NotAllowed(
                "Ce compte appartient à une autre organisation que ce carnet.",
                "Rien n’a été envoyé ni modifié.",
                "Utilisez votre propre compte, ou créez un carnet pour cette organisation.",
            )

    def sign_in(self, password: str) -> ExchangeState:
        """Give the password again (io)."""
        me = self._store(membership.read)
        if not me.enrolled:
            raise _not_enrolled()

        def give(session: Session) -> bool:
            try:
                session.sign_in(password)
            except CallFailed as problem:
                if problem.code is not wire.Code.BAD_CREDENTIALS:
                    raise
                return False
            return True

        if not self._speak(me, give):  # a wrong password, or a server restored from before this notebook was enrolled
            return self._enrol(me.server, me.user, password)
        self._store(lambda book: book.set_control("sync.problem", Problem.NONE.value))
        return self._store_state()

    def check_in(self, password: str = "") -> None:
        """Speak to the server just enough to be given another lease (io). ``password`` when the server asks for it.

        Raises as :meth:`sign_in`; ``ExchangeFailed`` with ``Problem.REVOKED`` once the notebook was erased.
        """
        if password:
            self.sign_in(password)
        self._speak(self._store(membership.read), lambda session: session.greet())

    def _speak(self, me: Membership, work: Callable[[Session], T]) -> T:
        """A few calls under the notebook's name, outside a session; what goes wrong is raised as a person reads it."""
        with self._one_at_a_time, self._opened(me.server) as api:
            api.access = self._access[1] if self._access[0] == me.device else ""
            session = Session(self._tools(api, lambda _: None, lambda: False))
            try:
                return work(session)
            except CallFailed as failed:
                raise self._told(failed) from failed
            except StopHere as stopped:
                raise _told_to_stop(stopped.problem) from stopped
            except ToErase as order:
                self._erase()
                raise _told_to_stop(Problem.REVOKED) from order
            finally:
                self._access = (session.me.device, api.access)

    def _erase(self) -> None:
        """Carry out the network's order: forget the tokens, destroy the key, then the files."""

        def erase(book: Notebook) -> None:
            self._tokens.forget(book, membership.read(book).device)
            self._around.erase()

        self._store(erase)
        self._access = ("", "")

    # --- sessions ---

    def synchronise(self, progress: Tell = lambda _: None, cancelled: IsCancelled = lambda: False) -> SyncReport:
        """One whole session (io)."""
        if self._one_at_a_time.acquire(blocking=False):
            try:
                self._report = self._session(progress, cancelled)
                return self._report
            finally:
                self._one_at_a_time.release()
        with self._one_at_a_time:  # one was under way: its report is ours
            return replace(self._report, changes=Changes())

    def _session(self, progress: Tell, cancelled: IsCancelled) -> SyncReport:
        done = Done()
        self._running = True
        try:
            problem = self._run(done, progress, cancelled)
        except (PassphraseNeeded, EnvironmentProblem) as stopped:
            problem = Problem.DISK_FULL_HERE if isinstance(stopped, DiskFull) else Problem.LOCKED
            if not isinstance(stopped, (PassphraseNeeded, DiskFull)):
                raise
        finally:
            self._running = False
        if problem is Problem.REVOKED:
            return SyncReport(problem=problem, state=ExchangeState(problem=problem))
        try:
            done.changes |= self._around.on_store(self._around.received)
            self._store(lambda book: file_exchange.remove_left(book.raw, self._around.files().remove))
            state = self._store(lambda book: self._note(book, problem, done))
        except (PassphraseNeeded, DiskFull):
            state = ExchangeState(problem=problem)
        return SyncReport(
            pushed=done.pushed,
            pulled=done.pulled,
            conflicts=state.to_review,
            held=state.held,
            photos=done.photos,
            problem=problem,
            state=state,
            changes=done.changes,
        )

    def _run(self, done: Done, progress: Tell, cancelled: IsCancelled) -> Problem:
        """A session as far as it goes, and why no further; ``done`` says what it did, whatever is raised."""
        if self._around.is_demonstration():
            return Problem.DEMONSTRATION
        me = self._store(membership.read)
        if not me.enrolled:
            return Problem.NOT_ENROLLED
        with self._opened(me.server) as api:
            api.access = self._access[1] if self._access[0] == me.device else ""
            session = Session(self._tools(api, progress, cancelled), done)
            try:
                session.run()
                if done.upgrade:
                    return Problem.TOO_OLD
                done.photos = photos.exchange(session, self._around.files())
                return Problem.NONE
            except CallFailed as failed:
                log.info("session ended: %s", failed)
                return failed.problem
            except StopHere as stopped:
                return stopped.problem
            except Cancelled:
                return Problem.CANCELLED
            except ToErase:
                self._erase()
                return Problem.REVOKED
            finally:
                self._access = (session.me.device, api.access)

    def _tools(self, api: Api, progress: Tell, cancelled: IsCancelled) -> Tools:
        around = self._around
        return Tools(
            api=api,
            tokens=self._tokens,
            store=self._store,
            password=around.password,
            wait=around.wait,
            store_rest=around.store_rest,
            draw=around.draw,
            leave=lambda session: photos.leave(session, around.files()),
            hook=around.hook,
            progress=progress,
            cancelled=cancelled,
        )

    def _note(self, book: Notebook, problem: Problem, done: Done) -> ExchangeState:
        """Keep how the session ended."""
        now = book.clock.now().isoformat()
        if problem in (Problem.CANCELLED, Problem.LOCKED):
            return self.state()
        with inbox.applying(book.raw):
            book.set_control("sync.problem", problem.value)
            if problem not in NOT_REACHED:
                book.set_control("sync.clock_offset", str(round(done.offset)))
            if problem is Problem.NONE:
                book.set_control("sync.last_success", now)
            elif problem is not Problem.OFFLINE:
                journal.write(book.raw, now, JournalKind.PROBLEM.value, problem=problem.value)
            if done.photos:
                journal.write(book.raw, now, JournalKind.PHOTOS.value, {"attachment": done.photos})
        return self.state()

    def verify(self, progress: Tell = lambda _: None) -> Verification:
        """Compare every record with the server's, to the last field (io)."""
        now = self._store(lambda book: book.clock.now())  # asked before: the session may erase the notebook
        report = self.synchronise(progress)
        if not report.complete:
            return Verification(at=now, problem=report.problem, unsent=report.state.unsent, changes=report.changes)
        with self._one_at_a_time:
            return self._verify(progress, now, report)

    def _verify(self, progress: Tell, now: dt.datetime, report: SyncReport) -> Verification:
        me = self._store(membership.read)
        changes, mended = report.changes, False
        with self._opened(me.server) as api:
            api.access = self._access[1]
            session = Session(self._tools(api, progress, lambda: False))
            try:
                progress(Progress(Stage.CHECKING))
                sums = self._store(lambda book: digests.whole(book.raw, me.scopes))
                answer = digests.ask(session, sums)
                if answer is not None and not answer.moved and not answer.equal:
                    mended, changes = True, changes | again.mend(session, answer)
                    sums = self._store(lambda book: digests.whole(book.raw, me.scopes))
                    answer = digests.ask(session, sums)
            except (CallFailed, StopHere) as stopped:
                return Verification(at=now, problem=stopped.problem, unsent=report.state.unsent, changes=changes)
            except ToErase:
                self._erase()
                return Verification(at=now, problem=Problem.REVOKED)
            finally:
                self._access = (session.me.device, api.access)
        if answer is None or answer.moved:
            return Verification(at=now, problem=Problem.UNREACHABLE, unsent=report.state.unsent, changes=changes)
        tables = tuple(
            VerifiedTable(scope, kind, sums.get(scope, {}).get(kind, (0, ""))[0], one.count, one.equal)
            for scope, by_kind in sorted(answer.scopes.items())
            for kind, one in sorted(by_kind.items())
        )
        missing = self._store(self._missing_files)
        return Verification(
            at=now,
            tables=tables,
            unsent=report.state.unsent,
            photos_missing_here=missing[0],
            photos_missing_there=missing[1],
            mended=mended,
            changes=changes,
        )

    def _missing_files(self, book: Notebook) -> tuple[int, int]:
        files, announced = self._around.files(), file_exchange.announced(book.raw)
        return sum(1 for one in announced if not files.has(one)), len(announced - file_exchange.confirmed(book.raw))

    # --- the network's figures ---

    def network_figures(self, year: int) -> NetworkFigures:
        """The network's figures of a calendar year (io)."""
        me = self._store(membership.read)
        if self._around.is_demonstration() or not me.enrolled:
            raise _not_enrolled()

        def ask(session: Session) -> wire.FiguresAnswer:
            try:
                return session.call(lambda: session.tools.api.figures(year))
            except CallFailed as failed:
                raise self._told_of_figures(failed) from failed

        answer = self._speak(me, ask)
        return NetworkFigures(
            answer.year,
            read_moment(answer.at),
            tuple(_figures_row(one) for one in answer.organisations),
            _figures_row(answer.network),
        )

    def _told_of_figures(self, failed: CallFailed) -> Exception:
        if failed.code is wire.Code.FORBIDDEN:
            return NotAllowed(
                "Les chiffres du réseau sont réservés à la coordination.",
                "Rien n’a été modifié.",
                "S’adresser à la coordination de votre structure.",
            )
        if failed.code is wire.Code.NOT_FOUND:  # a server from before figures
            return _told_to_stop(Problem.TOO_NEW)
        return self._told(failed)

    # --- journal, decisions, changes set aside ---

    def journal(self, limit: int = 100) -> list[JournalLine]:
        """What the sessions did, latest first (store)."""
        return telling.lines(self._around.notebook(), limit)

    def to_review(self) -> list[ReviewCard]:
        """Decisions to take (store)."""
        return conflicts.open_cards(self._around.notebook())

    def reviewed(self) -> list[ReviewCard]:
        """Decisions of the last thirty days (store)."""
        return conflicts.decided_cards(self._around.notebook())

    def keep_mine(self, card_id: str) -> Outcome:
        """Let the user's version stand (store)."""
        return conflicts.decide(self._around.notebook(), card_id, Decision.MINE)

    def keep_theirs(self, card_id: str) -> Outcome:
        """Let the other version stand (store)."""
        return conflicts.decide(self._around.notebook(), card_id, Decision.THEIRS)

    def keep_both(self, card_id: str) -> Outcome:
        """Keep both values (store)."""
        return conflicts.decide(self._around.notebook(), card_id, Decision.BOTH)

    def content(self, sha256: str) -> bytes | None:
        """A picture or a document by its content, ``None`` while it is not here yet (io)."""
        files = self._around.files()
        return files.get(sha256) if files.has(sha256) else None

    def held(self) -> list[HeldCard]:
        """Changes set aside by the server (store)."""
        return held.cards(self._around.notebook())

    def send_again(self, held_id: str) -> Outcome:
        """Offer a change once more (store)."""
        return held.offer_again(self._around.notebook(), held_id)

    def give_up(self, held_id: str) -> Outcome:
        """Stop asking about a change (store)."""
        return held.give_up(self._around.notebook(), held_id)

    def write_held(self, target: Path) -> Path:
        """Write all changes set aside as a text (store)."""
        return held.write_all(self._around.notebook(), target)

    # --- leaving ---

    def refuse_sign_out(self) -> None:
        """Raise ``UnsentWork`` while changes wait that no safety copy holds (store)."""
        notebook = self._around.notebook()
        copied = notebook.get_control("safety_copy_at")
        since = outbox.oldest_unsent(notebook, dt.datetime.fromisoformat(copied) if copied else None)
        if since is not None:
            count = outbox.count_unsent(notebook)
            only, safe = ("ne sont", "Elles sont") if count > 1 else ("n’est", "Elle est")
            raise UnsentWork(
                f"{plural(count, 'modification')} {only} que sur cet ordinateur.",
                f"{safe} en sécurité dans le carnet.",
                "Synchronisez, ou faites une copie de secours sur une clé avant de vous déconnecter.",
            )

    def sign_out(self) -> ExchangeState:
        """Forget what lets this notebook in at the server (io)."""
        self._store(lambda _: self.refuse_sign_out())
        with self._one_at_a_time:

            def leave(book: Notebook) -> None:
                self._tokens.sign_out(book, membership.read(book).device)
                book.set_control("sync.problem", Problem.SIGN_IN.value)

            self._store(leave)
            self._access = ("", "")
        return self._store_state()

    def note_copied(self) -> None:
        """A safety copy that holds everything typed until now was made (store)."""
        notebook = self._around.notebook()
        notebook.set_control("safety_copy_at", notebook.clock.now().isoformat())

    # --- small ---

    def _store(self, work: Callable[[Notebook], T]) -> T:
        answer: T = self._around.on_store(lambda: work(self._around.notebook()))
        return answer

    def _store_state(self) -> ExchangeState:
        return self._store(lambda _: self.state())

    def _opened(self, server: str) -> _Opened:
        return _Opened(Api(server, self._around.transport))

    def _told(self, failed: CallFailed) -> Exception:
        """The error of an enrolment or a sign-in, as a person reads it."""
        if failed.code in (wire.Code.BAD_CREDENTIALS, wire.Code.SIGN_IN):
            return InvalidInput(
                "Le serveur ne reconnaît pas ce nom ou ce mot de passe.",
                "Le carnet est intact.",
                "Vérifiez les majuscules, ou demandez un nouveau mot de passe à la coordination.",
                field="password",
            )
        if failed.code is wire.Code.DISABLED:
            return NotAllowed(
                "Ce compte est désactivé.", "Le carnet est intact.", "Adressez-vous à la coordination de votre réseau."
            )
        if failed.code is wire.Code.FORBIDDEN:
            return NotAllowed(
                "Ce carnet est au nom d’une autre personne du réseau.",
                "Il est intact, rien n’a été envoyé.",
                "Utilisez le compte de cette personne, ou créez votre propre carnet.",
            )
        return _failure(failed.problem, *_SENTENCES.get(failed.problem, _SENTENCES[Problem.UNREACHABLE]))


class _Opened:
    """The calls of a block, closed at its end."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def __enter__(self) -> Api:
        return self._api

    def __exit__(self, *_: object) -> None:
        self._api.close()


_SENTENCES = {
    Problem.OFFLINE: (
        "Le serveur ne peut pas être joint\u00a0: pas de réseau.",
        "Recommencez quand le réseau sera revenu.",
    ),
    Problem.PORTAL: (
        "Le réseau répond, mais ce n’est pas le serveur\u00a0: une page d’accueil Wi-Fi l’intercepte sans doute.",
        "Ouvrez un navigateur pour vous connecter au Wi-Fi, puis recommencez.",
    ),
    Problem.UNPROVEN: (
        "Ce qui répond à cette adresse n’a pas prouvé être le serveur du réseau\u00a0: rien ne lui a été envoyé.",
        "Vérifiez l’adresse et la date de cet ordinateur. Sur un Wi-Fi public, acceptez d’abord sa page d’accueil dans "
        "un navigateur. Si cela dure, prévenez votre réseau.",
    ),
    Problem.UNREACHABLE: (
        "Le serveur du réseau ne répond pas pour le moment.",
        "Recommencez un peu plus tard. Si cela dure, prévenez votre réseau.",
    ),
    Problem.SIGN_IN: (
        "Votre connexion au réseau est arrivée à son terme.",
        "Saisissez de nouveau votre mot de passe du réseau.",
    ),
    Problem.REVOKED: ("Ce carnet a été retiré du réseau.", "Adressez-vous à la coordination de votre réseau."),
    Problem.TOO_OLD: ("Ce programme est trop ancien pour ce serveur.", "Installez la dernière version."),
    Problem.TOO_NEW: ("Le serveur est plus ancien que ce programme.", "Demandez sa mise à jour à la coordination."),
    Problem.DISK_FULL_THERE: ("Le serveur n’a plus de place.", "Prévenez la coordination du réseau."),
}


_NOWHERE = ("Le serveur est introuvable à cette adresse.", "Vérifiez l’adresse, puis recommencez.")
"""Of an address just typed."""


def _failure(problem: Problem, happened: str, todo: str) -> ExchangeFailed:
    return ExchangeFailed(problem.value, happened, "Le carnet est intact.", todo)


def _told_to_stop(problem: Problem) -> ExchangeFailed:
    return _failure(problem, *_SENTENCES.get(problem, _SENTENCES[Problem.UNREACHABLE]))


def _figures_row(line: wire.FiguresLine) -> FiguresRow:
    return FiguresRow(
        line.name,
        line.hours_validated,
        line.hours_received,
        line.people,
        line.women,
        line.operations,
        line.buyers,
        line.companies,
    )


def _structures(notebook: Notebook) -> tuple[tuple[str, dt.datetime], ...]:
    """What the server last told a coordinator of each structure, by name."""
    names = {one.organisation_id: one.short_name or one.name for one in list_organisations(notebook)}
    told = json.loads(notebook.get_control("sync.structures", "[]"))
    return tuple(sorted((names[one], read_moment(seen)) for one, seen in told if one in names))


def _not_enrolled() -> NotAllowed:
    return NotAllowed(
        "Ce carnet n’est relié à aucun serveur.", "Il est intact.", "Reliez-le d’abord au serveur du réseau."
    )
