"""A copy of the invented year to erase from, and a small notebook with one site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bootstrap import Workstation
from app.privacy.service import PrivacyService
from app.store.attachments import AttachmentFiles
from app.store.notebook import Notebook
from tests.factories import KEY, fresh_notebook
from tests.invented_year import copy_to, unlocked


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workstation]:
    workstation = unlocked(copy_to(tmp_path_factory.mktemp("annee") / "carnet"))
    yield workstation
    workstation.account.close()


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    with fresh_notebook(tmp_path / "carnet") as made:
        yield made


@pytest.fixture
def files(notebook: Notebook) -> AttachmentFiles:
    return AttachmentFiles(notebook.folder, KEY)


@pytest.fixture
def service(notebook: Notebook, files: AttachmentFiles) -> PrivacyService:
    return PrivacyService(notebook, files)
