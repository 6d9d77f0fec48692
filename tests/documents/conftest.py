"""The invented year, open to make documents from; everything written goes to a copy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from app.bootstrap import Workstation
from tests.invented_year import copy_to, unlocked


class Year:
    """Documents of the invented year, and plain questions to its database."""

    def __init__(self, workstation: Workstation) -> None:
        self.workstation = workstation
        self.documents = workstation.services.documents

    def rows(self, query: str, **values: object) -> list[tuple]:
        """What the database answers."""
        with self.workstation.notebook.read() as connection:
            return [tuple(one) for one in connection.execute(text(query), values)]

    def column(self, query: str, **values: object) -> list:
        """The first column."""
        return [row[0] for row in self.rows(query, **values)]


@pytest.fixture(scope="package")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    workstation = unlocked(copy_to(tmp_path_factory.mktemp("annee") / "carnet"))
    yield Year(workstation)
    workstation.account.close()
