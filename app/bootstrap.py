"""The only place that builds services and wires them together, with or without a window."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.account.secrets import SecretStore
from app.account.service import AccountService, StoreDoor
from app.clock import Clock
from app.errors import NotebookMissing, PassphraseNeeded

if TYPE_CHECKING:
    from app.beneficiaries.service import BeneficiariesService
    from app.documents.service import DocumentsService
    from app.hours.service import HoursService
    from app.operations.companies import CompaniesService
    from app.operations.service import OperationsService
    from app.store.attachments import AttachmentFiles
    from app.store.notebook import Notebook
    from app.visits.service import VisitsService

log = logging.getLogger(__name__)

FILE_NAME = "notebook.db"
DEMONSTRATION_MARK = "DEMONSTRATION"
"""File that marks the folder of a demonstration, so that it is told before any key is asked."""
DEMONSTRATION_PASSPHRASE = "un carnet fictif pour essayer"
"""Published: a demonstration holds nobody's data. Used when no other passphrase is given for one."""


@dataclass(frozen=True)
class Opened:
    """An open notebook with its sealed files."""

    notebook: Notebook
    files: AttachmentFiles


class Workstation:
    """One data folder: its account, and the notebook once it is open.

    ``opened`` and everything built over it belong to the store thread.
    """

    def __init__(self, folder: Path, clock: Clock, secrets: SecretStore) -> None:
        self.folder = folder
        self.clock = clock
        self.opened: Opened | None = None
        self._services: Services | None = None
        self.account = AccountService(
            folder, clock, secrets, StoreDoor(self._exists, self._create, self._open, self._close)
        )

    @property
    def is_demonstration(self) -> bool:
        """Whether the folder holds a demonstration."""
        return (self.folder / DEMONSTRATION_MARK).exists()

    def refuse_missing(self) -> None:
        """Raise ``NotebookMissing`` when no notebook stands in the folder."""
        if not self._exists():
            raise NotebookMissing(
                "Aucun carnet dans ce dossier.",
                "Rien n’a été créé ni modifié.",
                "Vérifiez le dossier, ou créez un carnet.",
            )

    @property
    def services(self) -> Services:
        """What the program does, over the open notebook."""
        if self._services is None:
            self._services = Services(self)
        return self._services

    @property
    def notebook(self) -> Notebook:
        """The open notebook; raises ``PassphraseNeeded`` while it is locked."""
        return self._needed().notebook

    @property
    def files(self) -> AttachmentFiles:
        """The sealed attachments of the open notebook."""
        return self._needed().files

    def make_demonstration(
        self, passphrase: str, *, scale: int = 1, progress: Callable[[str], None] = lambda _: None
    ) -> dict[str, int]:
        """Create the folder's notebook and fill it with the invented year; rows made per table.

        Raises ``NotebookExists`` when a notebook stands there already.
        """
        from app.demonstration.service import fill
        from app.store.network import sign_in

        self.account.create(passphrase, any_strength=True)
        progress("Carnet créé")
        (self.folder / DEMONSTRATION_MARK).write_text(
            "Carnet de démonstration\u00a0: personnes, entreprises et opérations inventées.\n", encoding="utf-8"
        )
        files = self.files

        def keep(data: bytes) -> tuple[str, int]:
            return files.put(data), len(data)

        made = fill(self.notebook, keep, scale=scale)
        sign_in(self.notebook)
        progress("Données fictives écrites")
        return made

    def _needed(self) -> Opened:
        if self.opened is None:
            raise PassphraseNeeded("Le carnet est verrouillé.", "Tout est enregistré.", "Saisissez votre mot de passe.")
        return self.opened

    # --- the door of the store, called by the account ---

    def _exists(self) -> bool:
        return (self.folder / FILE_NAME).exists()

    def _create(self, key: bytes) -> None:
        from app.paths import resources
        from app.store.notebook import Notebook
        from app.store.reference import load_reference, read_entries
        from app.visits.phrases import seed_phrases

        notebook = Notebook.create(self.folder, key, self.clock)
        load_reference(notebook, read_entries(resources() / "reference" / "charters"))
        seed_phrases(notebook)
        self._enter(notebook, key)

    def _open(self, key: bytes) -> None:
        from app.store.network import sign_in
        from app.store.notebook import Notebook

        notebook = Notebook.open(self.folder, key, self.clock)
        sign_in(notebook)
        self._enter(notebook, key)

    def _enter(self, notebook: Notebook, key: bytes) -> None:
        from app.store.attachments import AttachmentFiles

        self.opened = Opened(notebook, AttachmentFiles(self.folder, key))

    def _close(self) -> None:
        opened, self.opened, self._services = self.opened, None, None
        if opened is not None:
            opened.notebook.close()


class Services:
    """What the program does, over one workstation; built when first asked, so that each verb loads what it uses."""

    def __init__(self, workstation: Workstation) -> None:
        self._workstation = workstation

    @cached_property
    def hours(self) -> HoursService:
        """Months of hours."""
        from app.hours.service import HoursService

        return HoursService(self._workstation.notebook)

    @cached_property
    def visits(self) -> VisitsService:
        """Site visits."""
        from app.visits.service import VisitsService

        return VisitsService(self._workstation.notebook, self._workstation.files)

    @cached_property
    def beneficiaries(self) -> BeneficiariesService:
        """People in insertion."""
        from app.beneficiaries.service import BeneficiariesService

        return BeneficiariesService(self._workstation.notebook)

    @cached_property
    def operations(self) -> OperationsService:
        """Operations, contracts, lots, commitments."""
        from app.operations.service import OperationsService

        return OperationsService(self._workstation.notebook)

    @cached_property
    def companies(self) -> CompaniesService:
        """Companies and insertion structures."""
        from app.operations.companies import CompaniesService

        return CompaniesService(self._workstation.notebook)

    @cached_property
    def documents(self) -> DocumentsService:
        """PDF documents."""
        from app.documents.service import DocumentsService

        return DocumentsService(self._workstation.notebook, self._workstation.files, self.hours, self.beneficiaries)
