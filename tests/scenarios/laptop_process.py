"""A notebook in a process of its own, to be killed: types, prints what is committed, synchronises, again and again."""

from __future__ import annotations

import sys
from pathlib import Path

from app.account.secrets import NoSecrets
from app.clock import SystemClock
from app.models.beneficiaries import Beneficiary
from app.store.attachments import AttachmentFiles
from app.store.network import sign_in
from app.store.notebook import Notebook
from app.store.unit import writing
from app.sync.service import Surroundings, SyncService
from tests.factories import KEY


def main(folder: Path, prefix: str) -> None:
    """Until it is killed."""
    notebook = Notebook.open(folder, KEY, SystemClock())
    sign_in(notebook)
    service = SyncService(
        Surroundings(
            notebook=lambda: notebook,
            files=lambda: AttachmentFiles(folder, KEY),
            on_store=lambda work: work(),
            secrets=NoSecrets(),
        )
    )
    count = 0
    while True:
        count += 1
        word = f"{prefix}{count}"
        with writing(notebook) as unit:
            record = unit.insert(Beneficiary, {"last_name": word, "first_name": ""})
        print(record, word, flush=True)
        if count % 3 == 0:
            service.synchronise()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
