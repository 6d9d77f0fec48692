"""What people, laptops, the wire and the server may do in a small network: the steps of random histories.

Every word typed is one of its own, every figure too, so that it can be looked for in the end (``promises``).
"""

from __future__ import annotations

import datetime as dt
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from app.beneficiaries.service import BeneficiariesService
from app.clock import natural_id
from app.errors import InclusivError, InvalidInput, NotAllowed
from app.models.attachments import Attachment
from app.models.base import Record
from app.models.beneficiaries import Beneficiary, FollowUpNote
from app.models.choices import HourKind, Role
from app.models.operations import Company, Contact
from app.store.hours import line_id
from app.store.unit import Unit, writing
from app.sync import protocol as wire
from app.sync.session_tools import POINTS
from server import accounts, devices
from tests.sync import promises
from tests.sync.conftest import employment, hours, lot
from tests.sync.world import NORTH, PASSWORD, PASSWORDS, SERVER, SOUTH, Cut, Laptop, World

FIELDS: dict[str, tuple[str, ...]] = {
    "company": ("name", "phone", "town"),
    "contact": ("last_name", "phone"),
    "beneficiary": ("last_name", "phone", "town"),
    "follow_up_note": ("text", "next_step"),
}
_MODEL: dict[str, type[Record]] = {
    "company": Company,
    "contact": Contact,
    "beneficiary": Beneficiary,
    "follow_up_note": FollowUpNote,
}
FAULTS = ("", "lost", "unanswered", "doubled", "portal", "truncated", "busy")
MOST = 5
"""Notebooks at once."""
DAY = dt.date(2026, 11, 22)
MONTHS = ("2026-10", "2026-11")
SMALL = wire.Limits(batch_operations=3, page_rows=4, known_batches=2, chunk_bytes=100)


@dataclass(frozen=True)
class Several:
    """A list of some of these, in one of these lengths."""

    among: tuple[str, ...]
    lengths: tuple[int, ...]


_WHO, _DRAW, _PLACE = tuple(range(10)), tuple(range(10)), (0, 1, 2)
_TYPED_AT = tuple(one for one in POINTS if one != "being applied")
_TYPED: dict[str, Any] = {"who": _WHO, "kind": tuple(FIELDS), "draw": _DRAW, "place": _PLACE}
STEPS: dict[str, dict[str, Any]] = {
    "create_company": {"who": _WHO, "draw": (0, 1, 2, 3)},
    "create": {"who": _WHO, "kind": ("beneficiary", "contact", "follow_up_note"), "draw": _DRAW},
    "edit": _TYPED,
    "delete": {"who": _WHO, "kind": tuple(FIELDS), "draw": _DRAW, "back": (False, False, True)},
    "type_hours": {"who": _WHO, "draw": _DRAW, "month": (0, 1)},
    "photograph": {"who": _WHO, "draw": _DRAW},
    "transfer": {"who": _WHO, "draw": _DRAW},
    "merge": {"who": _WHO, "draw": _DRAW, "other": _DRAW},
    "undo_merge": {"who": _WHO, "draw": _DRAW},
    "anonymise": {"who": _WHO, "draw": _DRAW},
    "decide": {"who": _WHO, "draw": _DRAW},
    "send_again": {"who": _WHO, "draw": _DRAW},
    "sync": {"who": _WHO, "faults": Several(FAULTS, (0, 0, 3, 12))},
    "killed": {"who": _WHO, "point": POINTS, "nth": (1, 2, 3)},
    "typing": {**_TYPED, "point": _TYPED_AT},
    "typed_and_killed": _TYPED,
    "together": {"who": _WHO, "other": _WHO, "point": _TYPED_AT, "nth": (1, 2)},
    "late": {"who": _WHO, "draw": tuple(range(30))},
    "closed_up": {"who": _WHO},
    "clock_corrected": {"who": _WHO, "seconds": (0, 0, 5400, -90000)},
    "changes_organisation": {"who": (0, 1, 2), "south": (False, True)},
    "changes_role": {"who": (0, 1, 2), "reader": (False, True)},
    "account_closed": {"who": (0, 1, 2), "closed": (False, True)},
    "password_changed": {"who": (0, 1, 2), "told": (False, True)},
    "revoked": {"who": _WHO, "take_work": (False, True)},
    "newcomer": {"who": (0, 1, 2)},
    "enrolled": {"who": _WHO},
    "take_backup": {},
    "restore": {},
    "copied": {"who": _WHO},
}
"""The steps with what is drawn for each."""
WEIGHTS = {
    **{"create_company": 3, "create": 4, "edit": 6, "delete": 2, "type_hours": 4, "sync": 7, "killed": 3, "typing": 3},
    **{"decide": 2, "together": 2, "late": 2},
}


def _drawn(step: str) -> dict[str, Any]:
    return {
        name: st.lists(st.sampled_from(given.among), max_size=max(given.lengths))
        if isinstance(given, Several)
        else st.sampled_from(given)
        for name, given in STEPS[step].items()
    }


class Histories(RuleBasedStateMachine):
    """Three laptops at first: Nadia and Karim of the North, Léa of the South."""

    cluster = ""
    """Folder of a running PostgreSQL; empty: the server is a file."""
    folder = Path("/dev/shm" if os.path.isdir("/dev/shm") else "/tmp")
    _count = itertools.count(1)

    def __init__(self) -> None:
        super().__init__()
        self.home = self.folder / f"histories-{os.getpid()}-{next(self._count)}"
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(parents=True)
        self.world = World(self.home, cluster=self.cluster)
        self.laptops: list[Laptop] = []
        self.words = itertools.count(1)
        self.figures = itertools.count(7_000_001)
        self.typed: dict[str, tuple[str, str, str]] = {}
        """Word or figure → (kind, id, field)."""
        self.last: dict[tuple[str, str, str], str] = {}
        """What was typed last in a field."""
        self.authors: dict[str, Laptop] = {}
        self.replaced: set[str] = set()
        """Words that somebody replaced or removed with them before their eyes."""
        self.own: set[str] = set()
        """Words over which their own author wrote again while another's stood on the screen: a decision kept them,
        which a server restored from before it does not know; their author's later word then stands for them."""
        self.about: dict[str, str] = {}
        """Record → the person it is about."""
        self.same_person: dict[str, str] = {}
        """File → another file of the same person, by every merge ever made."""
        self.anonymised: dict[str, int] = {}
        """Person → how many words had been typed before."""
        self.given: set[str] = set()
        """People who went to another organisation once."""
        self.moved: set[str] = set()
        """Users who worked for another organisation once."""
        self.withdrawn: list[Laptop] = []
        """Notebooks that erased themselves."""
        self.taken: dict[str, bool] = {}
        """Device withdrawn → whether its work was taken."""
        self.excused: set[str] = set()
        """Words that a notebook withdrawn without its work had not sent."""
        self.pictures: dict[str, str] = {}
        """Attachment → SHA-256 of its content."""
        self.restored = False
        self.backup: Path | None = None

    @initialize(skew=st.sampled_from((0, 0, 3600, -7200)), small=st.booleans(), work=st.just(True))
    def begin(self, skew: int, small: bool = False, work: bool = False) -> None:
        """Three notebooks, one with a clock that may be wrong; ``small`` messages; two people at ``work`` or none."""
        if small:
            self.world.limit(SMALL)
        self.world.user("nadia")
        self.world.user("karim")
        self.world.user("lea", "sud")
        self.laptops = [
            self.world.laptop("nadia", offset=dt.timedelta(seconds=skew)),
            self.world.laptop("karim"),
            self.world.laptop("lea"),
        ]
        for one in self.laptops:
            one.password = PASSWORD
        if work:
            self._open_work(self.laptops[0])
        for one in self.laptops:
            one.sync()

    def _open_work(self, laptop: Laptop) -> None:
        """A lot, a company, and two people employed there."""
        with self._typing(laptop) as unit:
            place = lot(unit)
            firm = self._made(laptop, unit, "company", unit.new_id(), {"organisation_id": ""})
            for _ in range(2):
                person = self._made(laptop, unit, "beneficiary", unit.new_id(), {"first_name": ""})
                employment(unit, person, firm, place)

    # --- what people do ---

    def _laptop(self, who: int) -> Laptop:
        return self.laptops[who % len(self.laptops)]

    @contextmanager
    def _typing(self, laptop: Laptop) -> Iterator[Unit]:
        with writing(laptop.notebook) as unit:
            yield unit
        laptop.age_edits()

    def _word(self, laptop: Laptop, kind: str, record_id: str, field: str, word: str = "") -> str:
        word = word or f"mot{next(self.words)}"
        place = (kind, record_id, field)
        self.own |= {
            one for one, author in self.authors.items() if author.user == laptop.user and self.typed[one] == place
        }
        self.typed[word] = place
        self.last[place] = word
        self.authors[word] = laptop
        return word

    def _made(self, laptop: Laptop, unit: Unit, kind: str, record_id: str, fields: dict[str, Any]) -> str:
        words = {name: self._word(laptop, kind, record_id, name) for name in FIELDS[kind]}
        return unit.insert(_MODEL[kind], {**fields, **words}, record_id)

    def _pick(self, laptop: Laptop, kind: str, draw: int, where: str = "deleted_at IS NULL") -> str | None:
        ids = [one for (one,) in laptop.notebook.raw.execute(f'SELECT id FROM "{kind}" WHERE {where} ORDER BY id')]
        return ids[draw % len(ids)] if ids else None

    def _person(self, laptop: Laptop, draw: int) -> str | None:
        """Somebody whose file is open and tells a name."""
        return self._pick(laptop, "beneficiary", draw, "deleted_at IS NULL AND anonymised_on IS NULL")

    @rule(**_drawn("create_company"))
    def create_company(self, who: int, draw: int) -> None:
        """A company known by its SIRET: two laptops may make the same one."""
        laptop = self._laptop(who)
        record_id = natural_id("company", f"siret{draw}")
        if laptop.has("company", record_id):
            return
        with self._typing(laptop) as unit:
            self._made(laptop, unit, "company", record_id, {"organisation_id": ""})

    @rule(**_drawn("create"))
    def create(self, who: int, kind: str, draw: int) -> None:
        """A record that only one laptop makes."""
        laptop = self._laptop(who)
        fields: dict[str, Any] = {"first_name": ""}
        if kind == "contact":
            fields = {"company_id": self._pick(laptop, "company", draw), "first_name": "", "organisation_id": ""}
        elif kind == "follow_up_note":
            person = self._person(laptop, draw)
            if person is None:
                return
            fields = {"beneficiary_id": person, "noted_on": DAY}
        record_id = laptop.clock.new_id()
        if "beneficiary_id" in fields:
            self.about[record_id] = fields["beneficiary_id"]
        with self._typing(laptop) as unit:
            self._made(laptop, unit, kind, record_id, fields)

    @rule(**_drawn("edit"))
    def edit(self, who: int, kind: str, draw: int, place: int) -> None:
        """A field typed over what is on the screen."""
        self._edit(self._laptop(who), kind, draw, place)

    def _edit(self, laptop: Laptop, kind: str, draw: int, place: int) -> None:
        record_id = self._pick(laptop, kind, draw)
        if record_id is None or self._is_erased(laptop, kind, record_id):
            return
        name = FIELDS[kind][place % len(FIELDS[kind])]
        before = laptop.value(kind, record_id, name)
        with self._typing(laptop) as unit:
            unit.update(_MODEL[kind], record_id, {name: self._word(laptop, kind, record_id, name)})
        if before:
            self.replaced.add(before)

    def _is_erased(self, laptop: Laptop, kind: str, record_id: str) -> bool:
        person = record_id if kind == "beneficiary" else self.about.get(record_id)
        return person is not None and laptop.value("beneficiary", person, "anonymised_on") is not None

    @rule(**_drawn("delete"))
    def delete(self, who: int, kind: str, draw: int, back: bool) -> None:
        """To the bin, or out of it."""
        laptop = self._laptop(who)
        # A file put in another one comes back by taking the merge back, not from the bin.
        other = " AND absorbed_into_id = ''" if kind == "beneficiary" else ""
        record_id = self._pick(laptop, kind, draw, ("true" if back else "deleted_at IS NULL") + other)
        if record_id is None:
            return
        with self._typing(laptop) as unit:
            unit.update(_MODEL[kind], record_id, {"deleted_at": None if back else laptop.clock.now()})

    @rule(**_drawn("type_hours"))
    def type_hours(self, who: int, draw: int, month: int) -> None:
        """The hours of a contract in a month, typed or typed over; two laptops may type the same line."""
        laptop = self._laptop(who)
        contract = self._pick(laptop, "employment_contract", draw)
        if contract is None:
            return
        line = line_id(
            contract, laptop.value("employment_contract", contract, "lot_id"), MONTHS[month], HourKind.WORKED
        )
        before = laptop.value("hour_line", line, "hours")
        figure = self._word(laptop, "hour_line", line, "hours", str(next(self.figures)))
        hours(laptop, contract, int(figure), MONTHS[month])
        if before is not None:
            self.replaced.add(str(before))

    @rule(**_drawn("photograph"))
    def photograph(self, who: int, draw: int) -> None:
        """A photograph in a person's file: its record and its bytes."""
        laptop = self._laptop(who)
        person = self._person(laptop, draw)
        if person is None:
            return
        record_id = laptop.clock.new_id()
        data = f"photographie {record_id} ".encode() * 8
        self.pictures[record_id] = sha256 = laptop.files.put(data)
        self.about[record_id] = person
        owner = {"owner_kind": "beneficiary", "owner_id": person}
        owner |= {"organisation_id": str(laptop.value("beneficiary", person, "organisation_id"))}
        caption = self._word(laptop, "attachment", record_id, "caption")
        with self._typing(laptop) as unit:
            unit.insert(Attachment, {**owner, "size": len(data), "sha256": sha256, "caption": caption}, record_id)

    @rule(**_drawn("transfer"))
    def transfer(self, who: int, draw: int) -> None:
        """A person goes to the other organisation."""
        laptop = self._laptop(who)
        record_id = self._pick(laptop, "beneficiary", draw)
        if record_id is None:
            return
        other = SOUTH if laptop.value("beneficiary", record_id, "organisation_id") == NORTH else NORTH
        self.given.add(record_id)
        with self._typing(laptop) as unit:
            unit.update(Beneficiary, record_id, {"organisation_id": other})

    @rule(**_drawn("merge"))
    def merge(self, who: int, draw: int, other: int) -> None:
        """Two files of one person are put in one."""
        laptop = self._laptop(who)
        kept, absorbed = self._person(laptop, draw), self._person(laptop, other)
        if kept is None or absorbed is None or kept == absorbed:
            return
        with suppress(InclusivError):  # two organisations
            BeneficiariesService(laptop.notebook).merge(kept, absorbed)
            self.same_person[self.whole(absorbed)] = self.whole(kept)
        laptop.age_edits()

    def whole(self, person: str) -> str:
        """One name for all the files of a person."""
        while self.same_person.get(person, person) != person:
            person = self.same_person[person]
        return person

    @rule(**_drawn("undo_merge"))
    def undo_merge(self, who: int, draw: int) -> None:
        """A merge is taken back."""
        laptop = self._laptop(who)
        merge = self._pick(laptop, "person_merge", draw, "undone_at IS NULL")
        if merge is not None:
            with suppress(InvalidInput, NotAllowed):  # not allowed: the file was given to the other organisation since
                BeneficiariesService(laptop.notebook).undo_merge(merge)
        laptop.age_edits()

    @rule(**_drawn("anonymise"))
    def anonymise(self, who: int, draw: int) -> None:
        """A person is erased for good."""
        laptop = self._laptop(who)
        person = self._person(laptop, draw)
        if person is None:
            return
        laptop.anonymise(person)
        laptop.age_edits()
        self.anonymised.setdefault(person, len(self.typed))

    @rule(**_drawn("decide"))
    def decide(self, who: int, draw: int) -> None:
        """One decision between two values."""
        laptop = self._laptop(who)
        cards = [card for card in laptop.service.to_review() if laptop.has(card.kind, card.record_id)]
        if not cards:
            return
        card = cards[draw % len(cards)]
        stood = [laptop.value(card.kind, card.record_id, asked.field) for asked in card.fields]
        (laptop.service.keep_theirs if draw % 2 else laptop.service.keep_mine)(card.card_id)
        laptop.age_edits()
        for value in (*stood, *(one.value for asked in card.fields for one in (asked.mine, asked.theirs))):
            if isinstance(value, str | int):
                self.replaced.add(str(value))

    @rule(**_drawn("send_again"))
    def send_again(self, who: int, draw: int) -> None:
        """A change set aside is offered once more, over what is on the screen."""
        laptop = self._laptop(who)
        cards = laptop.service.held()
        if not cards:
            return
        card = cards[draw % len(cards)]
        standing = [laptop.value(card.kind, card.record_id, name) for name, _ in card.values]
        with suppress(Exception):  # its parent is not here any more
            laptop.service.send_again(card.held_id)
            self.replaced |= {str(one) for one in standing if one} - {str(one) for _, one in card.values}
        laptop.age_edits()

    # --- sessions and what goes wrong ---

    def _session(self, laptop: Laptop, work: Callable[[], object]) -> None:
        work()
        if laptop.erased:
            promises.withdraw(self, laptop)

    @rule(**_drawn("sync"))
    def sync(self, who: int, faults: list[str]) -> None:
        """A session, with faults on its first messages."""
        laptop = self._laptop(who)
        self._session(laptop, lambda: laptop.sync(*faults))

    @rule(**_drawn("killed"))
    def killed(self, who: int, point: str, nth: int) -> None:
        """A session killed at a point."""
        laptop = self._laptop(who)
        self._session(laptop, lambda: laptop.cut_sync(point, nth))

    @contextmanager
    def _hooked(self, laptop: Laptop, hook: Callable[[str], None]) -> Iterator[None]:
        laptop.hook = hook
        try:
            yield
        finally:
            laptop.hook = lambda _: None

    @rule(**_drawn("typing"))
    def typing(self, who: int, point: str, kind: str, draw: int, place: int) -> None:
        """Something is typed in the middle of a session."""
        laptop = self._laptop(who)

        def hook(name: str) -> None:
            if name == point:
                self._edit(laptop, kind, draw, place)

        with self._hooked(laptop, hook):
            self._session(laptop, laptop.sync)

    @rule(**_drawn("typed_and_killed"))
    def typed_and_killed(self, who: int, kind: str, draw: int, place: int) -> None:
        """Something is typed when the pages are here; they are applied under it, then the program is killed."""
        laptop = self._laptop(who)

        def hook(name: str) -> None:
            if name == "pages complete":
                self._edit(laptop, kind, draw, place)
            if name == "applied":
                raise Cut

        def work() -> None:
            with suppress(Cut):
                laptop.sync()
            laptop.reopen()

        with self._hooked(laptop, hook):
            self._session(laptop, work)

    @rule(**_drawn("together"))
    def together(self, who: int, other: int, point: str, nth: int) -> None:
        """In the middle of a session, another notebook has a whole one."""
        laptop, colleague = self._laptop(who), self._laptop(other)
        if laptop is colleague:
            return
        left = [nth]

        def hook(name: str) -> None:
            left[0] -= name == point
            if name == point and left[0] == 0 and colleague in self.laptops:
                self._session(colleague, colleague.sync)

        with self._hooked(laptop, hook):
            self._session(laptop, laptop.sync)

    @rule(**_drawn("late"))
    def late(self, who: int, draw: int) -> None:
        """A message of before arrives once more."""
        self._laptop(who).wire.deliver_late(draw)

    @rule(**_drawn("closed_up"))
    def closed_up(self, who: int) -> None:
        """A session where nothing gets up."""
        laptop = self._laptop(who)
        laptop.wire.closed_up = True
        try:
            self._session(laptop, laptop.sync)
        finally:
            laptop.wire.closed_up = False

    @rule(**_drawn("clock_corrected"))
    def clock_corrected(self, who: int, seconds: int) -> None:
        """A machine's clock is put right, or wrong."""
        self._laptop(who).clock.offset = dt.timedelta(seconds=seconds)

    # --- what the network's administrator does ---

    @rule(**_drawn("changes_organisation"))
    def changes_organisation(self, who: int, south: bool) -> None:
        """Somebody works for the other organisation from now on."""
        self.moved.add(self._user(who))
        self.world.move_user(self._user(who), SOUTH if south else NORTH)

    def _user(self, who: int) -> str:
        return ("nadia", "karim", "lea")[who]

    @rule(**_drawn("changes_role"))
    def changes_role(self, who: int, reader: bool) -> None:
        """Somebody may only read from now on, or write again."""
        accounts.set_role(self.world.database, self._user(who), Role.READER if reader else Role.FACILITATOR)

    @rule(**_drawn("account_closed"))
    def account_closed(self, who: int, closed: bool) -> None:
        """An account is closed, or opened again."""
        accounts.disable(self.world.database, self.world.clock, self._user(who), closed=closed)

    @rule(**_drawn("password_changed"))
    def password_changed(self, who: int, told: bool) -> None:
        """A password is changed; its user knows, or not yet."""
        word = f"{PASSWORD} {len(self.typed)}"
        accounts.set_password(self.world.database, PASSWORDS, self._user(who), word)
        for one in self.laptops:
            if told and one.user == self._user(who):
                one.password = word

    @precondition(lambda self: len(self.laptops) > 3)
    @rule(**_drawn("revoked"))
    def revoked(self, who: int, take_work: bool) -> None:
        """A notebook is withdrawn; its copies with it."""
        device = self._laptop(who).device
        if len(self.laptops) > 3 and device and len({one.device for one in self.laptops}) > 3:
            devices.revoke(self.world.service, device, take_work=take_work)
            self.taken[device] = take_work

    @precondition(lambda self: 0 < len(self.laptops) < MOST)
    @rule(**_drawn("newcomer"))
    def newcomer(self, who: int) -> None:
        """Somebody begins another notebook, and types in it before any server knows it."""
        if len(self.laptops) >= MOST:
            return
        laptop = self.world.laptop(self._user(who), enrol=False)
        laptop.belongs_to(SOUTH if who == 2 else NORTH)
        laptop.password = PASSWORD
        self.laptops.append(laptop)

    @rule(**_drawn("enrolled"))
    def enrolled(self, who: int) -> None:
        """A notebook that was alone is made known to the server."""
        laptop = self._laptop(who)
        if not laptop.device:
            with suppress(InclusivError):
                laptop.service.enrol(SERVER, laptop.user, laptop.password or "")

    @rule(**_drawn("take_backup"))
    def take_backup(self) -> None:
        """The server is copied."""
        self.backup = self.world.copy_server(self.home / "backup.db")

    @precondition(lambda self: self.backup is not None)
    @rule(**_drawn("restore"))
    def restore(self) -> None:
        """The server comes back from its copy."""
        if self.backup is not None:
            self.world.restore_server(self.backup)
            self.restored = True

    @precondition(lambda self: 0 < len(self.laptops) < MOST)
    @rule(**_drawn("copied"))
    def copied(self, who: int) -> None:
        """A notebook is copied to another machine; both go on."""
        if len(self.laptops) < MOST:
            laptop = self._laptop(who)
            copy = laptop.copy()
            copy.password = laptop.password
            self.laptops.append(copy)

    # --- the end ---

    def teardown(self) -> None:
        try:
            if self.laptops:
                promises.settle(self)
                promises.check(self)
        finally:
            self.world.close()
            shutil.rmtree(self.home, ignore_errors=True)
