"""The bytes of attachments: encrypted, named by their content, written whole before any record refers to them.

One file per content under ``attachments/``: the same photo attached twice is stored once. The order is the
promise: sealed bytes, temporary file, forced to the disk, renamed, folder forced to the disk; only then may a row be
written. A kill in between leaves a file without a row (:func:`orphans` finds it), never a row without its file.

Reading and writing files needs no database and may be done on any thread.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from app import durable
from app.errors import DamagedNotebook, EnvironmentProblem
from app.models.attachments import Attachment
from app.models.base import column, table_of
from app.store.notebook import Notebook
from app.store.sealing import open_bytes, seal_bytes

FOLDER = "attachments"
SUFFIX = ".sealed"
_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Orphans:
    """What should not be: files no row refers to, and contents of rows whose file is missing (SHA-256)."""

    files: tuple[str, ...]
    missing: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.files or self.missing)


class AttachmentFiles:
    """The sealed files of one notebook. ``key`` is the notebook's 32-byte key."""

    def __init__(self, folder: Path, key: bytes | bytearray) -> None:
        self.folder = folder / FOLDER
        self._key = key

    def take_key(self, key: bytes | bytearray) -> None:
        """The notebook was locked or opened again: an empty key forgets the former one."""
        self._key = key

    def path(self, sha256: str) -> Path:
        """Where the content ``sha256`` (64 hexadecimal digits) stands. ``ValueError`` for anything else."""
        if not _NAME.fullmatch(sha256):
            raise ValueError("64 hexadecimal digits are expected")
        return self.folder / sha256[:2] / f"{sha256}{SUFFIX}"

    def put(self, data: bytes) -> str:
        """Keep ``data``; answers its SHA-256 once it is safely on the disk.

        Raises ``DiskFull``, ``FolderNotWritable`` or another ``EnvironmentProblem``; nothing is then left.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path(sha256)
        if path.exists() and self._intact(sha256):
            return sha256
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            durable.sync_folder(self.folder)
        except OSError as problem:
            raise durable.told(problem) from problem
        durable.write(path, seal_bytes(self._key, data, sha256))
        return sha256

    def get(self, sha256: str) -> bytes:
        """The content, proved to be the one that was kept.

        Raises ``EnvironmentProblem`` when the file is missing, ``DamagedNotebook`` when it was altered.
        """
        try:
            sealed = self.path(sha256).read_bytes()
        except FileNotFoundError as problem:
            raise EnvironmentProblem(
                "Le fichier d’une pièce jointe est introuvable.",
                "Le reste du carnet est intact.",
                "Le retrouver dans une copie de secours, ou joindre de nouveau la pièce.",
            ) from problem
        except OSError as problem:
            raise durable.told(problem) from problem
        return open_bytes(self._key, sealed, sha256)

    def has(self, sha256: str) -> bool:
        """Whether the content is on the disk."""
        return self.path(sha256).exists()

    def stored(self) -> Iterator[str]:
        """SHA-256 of every content on the disk."""
        for path in sorted(self.folder.glob(f"??/*{SUFFIX}")):
            name = path.name.removesuffix(SUFFIX)
            if _NAME.fullmatch(name):
                yield name

    def sweep(self) -> None:
        """Remove the temporary files that a killed program left."""
        for folder in sorted(self.folder.glob("??")):
            durable.sweep(folder)

    def remove(self, sha256: str) -> None:
        """Remove a content that no row refers to any more; nothing happens when it is not there."""
        self.path(sha256).unlink(missing_ok=True)

    def _intact(self, sha256: str) -> bool:
        try:
            self.get(sha256)
        except DamagedNotebook:
            return False
        return True


def orphans(notebook: Notebook, files: AttachmentFiles) -> Orphans:
    """Compare rows and files. Rows in the bin still hold their file; their content is not missing either."""
    with notebook.read() as connection:
        known = set(connection.execute(select(column(Attachment, "sha256")).distinct()).scalars()) - {""}
    stored = set(files.stored())
    return Orphans(tuple(sorted(stored - known)), tuple(sorted(known - stored)))


def is_referred_to(notebook: Notebook, sha256: str) -> bool:
    """Whether a record, in the bin or not, still names this content."""
    with notebook.read() as connection:
        t = table_of(Attachment).c
        return connection.execute(select(t.id).where(t.sha256 == sha256).limit(1)).first() is not None


def former_contents(notebook: Notebook, attachment_id: str) -> frozenset[str]:
    """Every content that an attachment ever named, by its history."""
    with notebook.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT before, after FROM _history WHERE tbl = 'attachment' AND id = ? AND field = 'sha256'",
            (attachment_id,),
        )
        named = {str(one).strip('"') for row in rows for one in row if one}
    return frozenset(one for one in named if len(one) == 64)


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """One attachment as stored. ``width`` and ``height`` in pixels, ``size`` in bytes before sealing."""

    attachment_id: str
    owner_kind: str
    owner_id: str
    kind: str
    name: str
    media_type: str
    size: int
    sha256: str
    width: int
    height: int
    caption: str
    taken_at: Any
    observation_id: str | None
    position: int
    for_reports: bool


def attachments_of(connection: Connection, owner_kind: str, owner_id: str, kind: str) -> list[AttachmentRow]:
    """Attachments of one kind of one record, in their order; those in the bin are left out."""
    t = table_of(Attachment).c
    rows: Any = connection.execute(
        select(
            t.id,
            t.owner_kind,
            t.owner_id,
            t.kind,
            t.name,
            t.media_type,
            t.size,
            t.sha256,
            t.width,
            t.height,
            t.caption,
            t.taken_at,
            t.observation_id,
            t.position,
            t.for_reports,
        )
        .where(t.owner_id == owner_id, t.owner_kind == owner_kind, t.kind == kind, t.deleted_at.is_(None))
        .order_by(t.position, t.id)
    )
    return [AttachmentRow(*row) for row in rows]
