"""A new notebook that receives everything for the first time, with its threads."""

from __future__ import annotations

from pathlib import Path

from app.account.secrets import NoSecrets
from app.clock import SystemClock
from app.store.attachments import AttachmentFiles
from app.store.notebook import Notebook
from app.sync.service import Surroundings, SyncService
from app.tasks import ThreadExecutors

KEY = bytes(range(32))


class Newcomer:
    """A new notebook with its threads."""

    def __init__(self, folder: Path) -> None:
        self.notebook = Notebook.create(folder, KEY, SystemClock())
        self.executors = ThreadExecutors()
        self.service = SyncService(
            Surroundings(
                notebook=lambda: self.notebook,
                files=lambda: AttachmentFiles(folder, KEY),
                on_store=lambda work: self.executors.store(work, behind=True).result(),
                secrets=NoSecrets(),
                store_rest=lambda: self.executors.store_rest,
            )
        )

    def close(self) -> None:
        self.executors.close()
        self.notebook.close()
