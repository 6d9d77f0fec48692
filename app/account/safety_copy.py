"""« Copie de secours »: the whole notebook in one file on a USB key, taken up on another machine (PRODUCT.md S8).

The file is a ZIP without compression that holds what stands in the data folder, as encrypted as there: a copy of the
database, the sealed attachments, the key file. Whoever finds the key reads its date and nothing else; the passphrase
or the recovery code opens it. ``contents.sealed`` names every part with its digest, under the notebook's key: a part
changed, exchanged or missing is seen.

The notebook is only read. The file takes its name once it was read back from the key, part by part, and compared; a
copy that stands there is never replaced. Taking a copy up never replaces a notebook either, and ``notebook.db``
comes last: what was cut can be done again.

Nothing here needs the store thread: the database is read by a connection of its own.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import hashlib
import json
import logging
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from app import durable, errors
from app.account import keyfile, vault
from app.account.keyfile import COST, Cost
from app.account.recovery import RecoveryCode
from app.clock import Clock
from app.paths import DEMONSTRATION_MARK, NOTEBOOK_FILE
from app.store import backup, engine
from app.store.attachments import FOLDER, SUFFIX
from app.store.sealing import Purpose, open_bytes, seal_bytes

log = logging.getLogger(__name__)

EXTENSION = ".secours"
FORMAT = "inclusiv-terrain-safety-copy"
VERSION = 1

_HEADING = "manifest.json"
_CONTENTS = "contents.sealed"
_README = "LISEZ-MOI.txt"
_PARTIAL = ".part"
_BLOCK = 1 << 20
_MOST_HEADING = 65_536
_MOST_CONTENTS = 64 << 20
_WORDS = """Copie de secours d’un carnet Inclusiv’Terrain.

Elle est chiffrée. Pour la reprendre sur un autre ordinateur\u00a0: installer Inclusiv’Terrain,
choisir «\u00a0Reprendre une copie de secours\u00a0», puis saisir le mot de passe du carnet
(ou le code de la fiche de secours).
"""

Progress = Callable[[int, int], None]
"""Bytes done, bytes in all; may raise :class:`errors.Cancelled` to give up."""


@dataclass(frozen=True, slots=True)
class SafetyCopy:
    """A copy just written and read back."""

    path: Path
    made_at: dt.datetime
    size_bytes: int
    attachments: int


@dataclass(frozen=True, slots=True)
class Heading:
    """What a copy says without any key."""

    made_at: dt.datetime
    notebook_id: str


@dataclass(frozen=True, slots=True)
class Held:
    """What a copy holds, shown before it is taken up. ``unsent``: records with changes the network had not received."""

    made_at: dt.datetime
    people: int
    lines: int
    visits: int
    attachments: int
    unsent: int
    last_change: dt.datetime | None
    prefix: str
    """The two letters that begin the numbers made on the machine of the copy."""


@dataclass(frozen=True, slots=True)
class OpenedCopy:
    """A copy whose key is known: what it holds, and what is needed to take it up."""

    path: Path
    held: Held
    key: bytearray = field(repr=False)
    key_file: keyfile.KeyFile = field(repr=False)
    parts: dict[str, tuple[str, int]] = field(repr=False)
    """Name of each part → SHA-256 and size in bytes."""


def proposed_name(clock: Clock) -> str:
    """« Copie de secours 2026-11-22 17h42.secours »: signs that every USB key accepts."""
    return f"Copie de secours {clock.now().astimezone():%Y-%m-%d %Hh%M}{EXTENSION}"


def needed_bytes(folder: Path) -> int:
    """What a copy of the notebook of ``folder`` takes, at most; the database passes twice while it is made."""
    database = sum(_size(folder / f"{NOTEBOOK_FILE}{side}") for side in ("", "-wal"))
    return 2 * database + sum(_size(path) for path in _sealed_files(folder)) + (1 << 20)


# --- writing -------------------------------------------------------------------------------------


def write(
    folder: Path,
    key: bytes | bytearray,
    target: Path,
    clock: Clock,
    *,
    unsent: int = 0,
    progress: Progress = lambda _done, _all: None,
) -> SafetyCopy:
    """Write the notebook of ``folder`` into the new file ``target``, then read it back and compare.

    Raises :class:`errors.NotebookExists` when something stands at ``target``, :class:`errors.DiskFull`,
    :class:`errors.FolderNotWritable`, :class:`errors.EnvironmentProblem` when the key was pulled out,
    :class:`errors.DamagedNotebook` when what is read back differs, what ``progress`` raises; no file is then left
    under the name asked, and the notebook is as it was.
    """
    if target.exists():
        raise errors.NotebookExists(
            "Un fichier porte déjà ce nom à cet endroit.",
            "Il n’a pas été remplacé.",
            "Choisissez un autre nom ou un autre dossier.",
        )
    database = target.with_name(f".{target.name}.db{_PARTIAL}")
    partial = target.with_name(f".{target.name}{_PARTIAL}")
    made_at = clock.now().replace(microsecond=0)
    try:
        with _told_in_french():
            _refuse_small(folder, target)
            _clear(database, partial)
            _copy_database(folder, key, database)
            content = keyfile.read(folder)
            parts = _parts(folder, database, content)
            attachments = sum(name.startswith(FOLDER) for name in parts)
            held = _count(database, key, made_at, attachments, unsent)
            with partial.open("xb") as stream:
                os.chmod(partial, 0o600)
                _write_archive(stream, key, content, held, parts, progress)
                stream.flush()
                os.fsync(stream.fileno())
                _forget_cache(stream)
            _read_back(partial, key, content.notebook_id)
            os.replace(partial, target)
            durable.sync_folder(target.parent)
            size = target.stat().st_size
    finally:
        with contextlib.suppress(OSError):
            _clear(database, partial)
    log.info("safety copy written: %d bytes, %d attachments", size, held.attachments)
    return SafetyCopy(target, made_at, size, held.attachments)


def _refuse_small(folder: Path, target: Path) -> None:
    needed, free = needed_bytes(folder), shutil.disk_usage(target.parent).free
    if free < needed:
        raise errors.DiskFull(
            f"Il n’y a pas assez de place à cet endroit\u00a0: il faut {_megabytes(needed)}, il reste"
            f" {_megabytes(free)}.",
            "Le carnet est intact.",
            "Libérez de la place, ou choisissez une autre clé.",
        )


def _copy_database(folder: Path, key: bytes | bytearray, target: Path) -> None:
    source = engine.connect(folder / NOTEBOOK_FILE, bytes(key), mode="ro")
    try:
        backup.copy_whole(source, key, target)
    finally:
        source.close()


def _parts(folder: Path, database: Path, content: keyfile.KeyFile) -> dict[str, Path | bytes]:
    """Name in the copy → where it is read. The attachments are listed after the database was copied, so that
    whatever it names is there."""
    parts: dict[str, Path | bytes] = {keyfile.FILE_NAME: keyfile.serialise(content), NOTEBOOK_FILE: database}
    if (folder / DEMONSTRATION_MARK).exists():
        parts[DEMONSTRATION_MARK] = folder / DEMONSTRATION_MARK
    for path in _sealed_files(folder):
        parts[f"{FOLDER}/{path.parent.name}/{path.name}"] = path
    return parts


def _count(database: Path, key: bytes | bytearray, made_at: dt.datetime, attachments: int, unsent: int) -> Held:
    contents = backup.contents_of(database, key)
    if contents is None:
        raise _damaged()
    connection = engine.connect(database, bytes(key), mode="ro")
    try:
        prefix = connection.execute("SELECT value FROM _ctl WHERE name = 'prefix'").fetchone()
    finally:
        connection.close()
    return Held(
        made_at,
        contents.people,
        contents.lines,
        contents.visits,
        attachments,
        unsent,
        contents.last_change,
        str(prefix[0]) if prefix else "",
    )


def _write_archive(
    stream: BinaryIO,
    key: bytes | bytearray,
    content: keyfile.KeyFile,
    held: Held,
    parts: dict[str, Path | bytes],
    progress: Progress,
) -> None:
    sizes = {name: len(part) if isinstance(part, bytes) else part.stat().st_size for name, part in parts.items()}
    total, done = sum(sizes.values()), 0
    named: dict[str, tuple[str, int]] = {}
    stamp = held.made_at.astimezone().timetuple()[:6]
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        heading = {
            "format": FORMAT,
            "version": VERSION,
            "made_at": held.made_at.isoformat(),
            "notebook": content.notebook_id,
        }
        archive.writestr(_information(_README, stamp), _WORDS.replace("\n", "\r\n").encode("utf-8-sig"))
        archive.writestr(_information(_HEADING, stamp), json.dumps(heading, indent=1).encode())
        for name, part in parts.items():
            digest, size = hashlib.sha256(), 0
            with archive.open(_information(name, stamp), "w", force_zip64=True) as member:
                for block in _blocks(part):
                    member.write(block)
                    digest.update(block)
                    size += len(block)
                    done += len(block)
                    progress(done, total)
            named[name] = digest.hexdigest(), size
        body = {
            "made_at": held.made_at.isoformat(),
            "people": held.people,
            "lines": held.lines,
            "visits": held.visits,
            "attachments": held.attachments,
            "unsent": held.unsent,
            "last_change": held.last_change.isoformat() if held.last_change else None,
            "prefix": held.prefix,
            "parts": named,
        }
        sealed = seal_bytes(key, json.dumps(body).encode(), content.notebook_id, Purpose.SAFETY_COPY)
        archive.writestr(_information(_CONTENTS, stamp), sealed)


def _read_back(path: Path, key: bytes | bytearray, notebook_id: str) -> None:
    with _archive(path) as archive:
        _held, parts = _contents(archive, key, notebook_id)
        for name in parts:
            for _block in _proved(archive, name, *parts[name]):
                pass


# --- opening -------------------------------------------------------------------------------------


def read_heading(path: Path) -> Heading:
    """What the copy says without any key.

    Raises :class:`errors.InvalidInput` for a file that is no safety copy, :class:`errors.DamagedNotebook` for one
    cut short, :class:`errors.NewerNotebook`, :class:`errors.EnvironmentProblem`.
    """
    with _told_in_french(), _archive(path) as archive:
        return _heading(archive)


def open_by_passphrase(path: Path, passphrase: str) -> OpenedCopy:
    """Open a copy by the notebook's passphrase, as it was when the copy was made.

    Raises as :func:`read_heading`, and :class:`errors.WrongPassphrase`.
    """
    return _open(path, lambda folder: vault.unlock(folder, passphrase))


def open_by_code(path: Path, code: str, new_passphrase: str, *, cost: Cost = COST) -> OpenedCopy:
    """Open a copy by the recovery code as typed; ``new_passphrase`` is the one of the notebook taken up.

    Raises as :func:`read_heading`, :class:`errors.WrongPassphrase`, :class:`errors.InvalidInput` (code mistyped,
    passphrase too weak).
    """
    parsed = RecoveryCode.parse(code)
    return _open(path, lambda folder: vault.recover(folder, parsed, new_passphrase, cost=cost))


def _open(path: Path, way_in: Callable[[Path], bytearray]) -> OpenedCopy:
    with _told_in_french(), _archive(path) as archive:
        heading = _heading(archive)
        # The vault works on a folder: the key file, wrapped as it is, goes through one of its own.
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            (folder / keyfile.FILE_NAME).write_bytes(_small(archive, keyfile.FILE_NAME, _MOST_HEADING))
            key = way_in(folder)
            content = keyfile.read(folder)
        if content.notebook_id != heading.notebook_id:
            raise _damaged()
        held, parts = _contents(archive, key, heading.notebook_id)
        return OpenedCopy(path, held, key, content, parts)


# --- taking up -----------------------------------------------------------------------------------


def take_up(copy: OpenedCopy, folder: Path, clock: Clock, progress: Progress = lambda _done, _all: None) -> None:
    """Put the notebook of ``copy`` into ``folder``, where none stands; the account then opens it by its passphrase.

    Raises :class:`errors.NotebookExists`, :class:`errors.NewerNotebook` (a newer program wrote it),
    :class:`errors.DamagedNotebook` (a part differs), :class:`errors.DiskFull`, :class:`errors.FolderNotWritable`,
    what ``progress`` raises; no notebook then stands in ``folder``, and it can be done again.
    """
    target = folder / NOTEBOOK_FILE
    engine.refuse_existing(target)
    partial = target.with_name(f".{NOTEBOOK_FILE}.taken{_PARTIAL}")
    # the key file is written from ``copy``, which may hold a new passphrase
    parts = {name: part for name, part in copy.parts.items() if name != keyfile.FILE_NAME}
    total, done = sum(size for _digest, size in parts.values()), 0
    try:
        with _told_in_french(), _archive(copy.path) as archive:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name, (digest, size) in parts.items():
                place = partial if name == NOTEBOOK_FILE else folder / name
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                making = place if place == partial else place.with_name(f".{place.name}{_PARTIAL}")
                making.unlink(missing_ok=True)
                with making.open("xb") as stream:
                    os.chmod(making, 0o600)
                    for block in _proved(archive, name, digest, size):
                        stream.write(block)
                        done += len(block)
                        progress(done, total)
                    stream.flush()
                    os.fsync(stream.fileno())
                if making is not place:
                    os.replace(making, place)
            backup.verify(partial, copy.key)
            backup.refuse_newer(partial, copy.key)
            if vault.exists(folder):
                vault.set_aside(folder, clock)
            keyfile.write(folder, copy.key_file)
            os.replace(partial, target)
            durable.sync_folder(folder)
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
    log.info("safety copy taken up: notebook %s", copy.key_file.notebook_id)


# --- the archive ---------------------------------------------------------------------------------


@contextlib.contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, EOFError) as problem:
        with contextlib.suppress(OSError), path.open("rb") as stream:
            if stream.read(4) == b"PK\x03\x04":
                raise _damaged() from problem
        raise _not_ours() from problem


def _heading(archive: zipfile.ZipFile) -> Heading:
    try:
        body = json.loads(_small(archive, _HEADING, _MOST_HEADING))
        if body["format"] != FORMAT:
            raise _not_ours()
        if body["version"] > VERSION:
            raise errors.NewerNotebook(
                "Cette copie de secours a été écrite par une version plus récente du programme.",
                "Elle est intacte.",
                "Mettez à jour le programme, puis recommencez.",
            )
        return Heading(_moment(body["made_at"]), str(body["notebook"]))
    except (KeyError, ValueError, TypeError, RecursionError) as problem:
        raise _not_ours() from problem


def _contents(
    archive: zipfile.ZipFile, key: bytes | bytearray, notebook_id: str
) -> tuple[Held, dict[str, tuple[str, int]]]:
    try:
        sealed = _small(archive, _CONTENTS, _MOST_CONTENTS)
        body = json.loads(open_bytes(key, sealed, notebook_id, Purpose.SAFETY_COPY))
    except (KeyError, errors.DamagedNotebook) as problem:
        raise _damaged() from problem
    parts = {str(name): (str(digest), int(size)) for name, (digest, size) in body["parts"].items()}
    held = Held(
        _moment(body["made_at"]),
        body["people"],
        body["lines"],
        body["visits"],
        body["attachments"],
        body["unsent"],
        _moment(body["last_change"]) if body["last_change"] else None,
        body["prefix"],
    )
    return held, parts


def _proved(archive: zipfile.ZipFile, name: str, digest: str, size: int) -> Iterator[bytes]:
    """The blocks of a part; raises once the last is read when they are not what was sealed."""
    found, left = hashlib.sha256(), size
    try:
        with archive.open(name) as member:
            while block := member.read(_BLOCK):
                found.update(block)
                left -= len(block)
                if left < 0:
                    raise _damaged()
                yield block
    except (KeyError, zipfile.BadZipFile, EOFError) as problem:
        raise _damaged() from problem
    if left or found.hexdigest() != digest:
        raise _damaged()


def _small(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    with archive.open(name) as member:
        return member.read(most)


def _information(name: str, stamp: Any) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, stamp)
    made.external_attr = 0o600 << 16
    return made


def _blocks(part: Path | bytes) -> Iterator[bytes]:
    if isinstance(part, bytes):
        yield part
        return
    with part.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block


def _sealed_files(folder: Path) -> list[Path]:
    return sorted((folder / FOLDER).glob(f"??/*{SUFFIX}"))


def _forget_cache(stream: BinaryIO) -> None:
    """Ask the system to read the key itself again, not its own memory of what was written."""
    if hasattr(os, "posix_fadvise"):
        with contextlib.suppress(OSError):
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _clear(*paths: Path) -> None:
    for path in paths:
        for side in ("", "-journal", "-wal", "-shm"):
            path.with_name(path.name + side).unlink(missing_ok=True)


def _size(path: Path) -> int:
    with contextlib.suppress(OSError):
        return path.stat().st_size
    return 0


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _megabytes(count: int) -> str:
    return f"{max(1, round(count / 1_000_000))}\u00a0Mo"


# --- what is told --------------------------------------------------------------------------------


@contextlib.contextmanager
def _told_in_french() -> Iterator[None]:
    try:
        yield
    except engine.ENVIRONMENT_ERRORS as problem:
        raise _explained(problem) from problem


def _explained(problem: Exception) -> Exception:
    number = problem.errno if isinstance(problem, OSError) else None
    if number in (errno.ENOENT, errno.EIO, errno.ENODEV, errno.ENXIO, errno.ENOTDIR) or "disk i/o" in str(problem):
        return errors.EnvironmentProblem(
            "La clé ou le dossier de la copie n’est plus accessible.",
            "Le carnet est intact\u202f; aucune copie incomplète ne porte le nom demandé.",
            "Rebranchez la clé, puis recommencez.",
        )
    if number in (errno.ENOSPC, errno.EDQUOT) or "disk is full" in str(problem):
        return errors.DiskFull(
            "Il n’y a plus de place à cet endroit.",
            "Le carnet est intact.",
            "Libérez de la place, ou choisissez une autre clé.",
        )
    if number == errno.EFBIG:
        return errors.EnvironmentProblem(
            "Cette clé n’accepte pas un fichier aussi gros.",
            "Le carnet est intact.",
            "Choisissez une autre clé, ou un dossier de l’ordinateur.",
        )
    if isinstance(problem, OSError):
        return durable.told(problem)
    return engine.explain(problem)


def _damaged() -> errors.DamagedNotebook:
    return errors.DamagedNotebook(
        "Cette copie de secours est incomplète ou abîmée.",
        "Rien n’a été modifié sur cet ordinateur.",
        "Prenez une autre copie, ou refaites-la depuis l’ordinateur d’origine.",
    )


def _not_ours() -> errors.InvalidInput:
    return errors.InvalidInput(
        "Ce fichier n’est pas une copie de secours d’Inclusiv’Terrain.",
        "Rien n’a été modifié.",
        f"Choisissez un fichier dont le nom finit par «\u00a0{EXTENSION}\u00a0».",
        field="file",
    )


def held_words(held: Held) -> str:
    """« 12 personnes, 340 lignes d’heures, 8 visites, 14 photos et documents, dont 7 fiches non envoyées »"""
    from app.rules.french import plural

    words = (
        f"{plural(held.people, 'personne')}, {plural(held.lines, 'ligne')} d’heures,"
        f" {plural(held.visits, 'visite')}, {plural(held.attachments, 'photo ou document', 'photos et documents')}"
    )
    return words + (f", dont {plural(held.unsent, 'fiche non envoyée', 'fiches non envoyées')}" if held.unsent else "")
