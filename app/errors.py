"""Every error the program can raise on purpose, with what the user will read.

Each error has a stable English code, a French sentence in three parts (what
happened, what is safe, what to do: PRODUCT.md G3) and one of three fates:

* ``TOLD``: shown to the user in French (under the field, in the message bar, or
  as a dialog at start);
* ``SILENT``: normal life, nobody is told (a cancelled task);
* ``BUG``: anything else, shown by the crash dialog. Errors of this module are never
  bugs; what is not an ``InclusivError`` is.

Callers ask questions (``is_input``, ``is_environment``…) and never compare codes.
"""

from __future__ import annotations

import enum
import logging


class Fate(enum.Enum):
    """What happens to an error once it reaches the edge of the program."""

    TOLD = "told"
    SILENT = "silent"


class InclusivError(Exception):
    """Family of all expected errors.

    ``happened``, ``safe`` and ``todo`` are French sentences without names of people.
    """

    code = "error"
    fate = Fate.TOLD
    log_level = logging.INFO
    is_input = False
    """The user can mend it by typing something else."""
    is_environment = False
    """Disk, file, keyring or machine: not the user's entry, not our bug."""

    def __init__(self, happened: str, safe: str = "", todo: str = "", *, field: str = "") -> None:
        super().__init__(happened)
        self.happened = happened
        self.safe = safe
        self.todo = todo
        self.field = field
        """Name of the draft's field the error belongs to, or an empty string."""

    @property
    def sentence(self) -> str:
        """The three parts in one paragraph."""
        return " ".join(part for part in (self.happened, self.safe, self.todo) if part)


class InvalidInput(InclusivError):
    """A value that the rules refuse; shown under its field."""

    code = "invalid_input"
    is_input = True


class NotFound(InclusivError):
    """The record asked for does not exist (or no longer)."""

    code = "not_found"
    is_input = True


class NotAllowed(InclusivError):
    """The facilitator has not the right (``rules.access``)."""

    code = "not_allowed"


class Locked(InclusivError):
    """The record is final (signed report, validated statement): correct it by a rectification."""

    code = "locked"


class Cancelled(InclusivError):
    """The user gave up; nobody is told."""

    code = "cancelled"
    fate = Fate.SILENT

    def __init__(self) -> None:
        super().__init__("Opération annulée.")


class EnvironmentProblem(InclusivError):
    """The machine refuses: disk, rights, damaged file."""

    code = "environment"
    is_environment = True
    log_level = logging.WARNING


class WrongPassphrase(InclusivError):
    """The passphrase or recovery code does not open the notebook."""

    code = "wrong_passphrase"
    is_input = True


class PassphraseNeeded(InclusivError):
    """No keyring holds the key: the passphrase must be asked."""

    code = "passphrase_needed"
    is_input = True


class LeaseOver(InclusivError):
    """The key is right, but the notebook has not joined its network for longer than the network allows."""

    code = "lease_over"


class DamagedNotebook(EnvironmentProblem):
    """The file cannot be read although the key is right."""

    code = "damaged_notebook"


class NewerNotebook(EnvironmentProblem):
    """The file was written by a newer version of the program."""

    code = "newer_notebook"


class NotebookMissing(EnvironmentProblem):
    """No notebook at this place: the folder given is not the right one."""

    code = "notebook_missing"
    is_input = True


class NotebookExists(EnvironmentProblem):
    """A notebook already stands here; it is never overwritten."""

    code = "notebook_exists"


class NotebookInUse(EnvironmentProblem):
    """Another window of the program holds the notebook."""

    code = "notebook_in_use"


class DiskFull(EnvironmentProblem):
    """No room left to write."""

    code = "disk_full"


class FolderNotWritable(EnvironmentProblem):
    """The folder refuses writing."""

    code = "folder_not_writable"


class KeyringUnavailable(EnvironmentProblem):
    """The system's keyring is absent or refuses; the passphrase remains."""

    code = "keyring_unavailable"
    log_level = logging.INFO


class ExchangeFailed(InclusivError):
    """The server could not be reached or refused; ``problem`` is the value of ``app.sync.state.Problem``."""

    code = "exchange_failed"
    log_level = logging.INFO

    def __init__(self, problem: str, happened: str, safe: str = "", todo: str = "") -> None:
        super().__init__(happened, safe, todo)
        self.problem = problem


class UnsentWork(InclusivError):
    """Changes wait that only this computer holds: signing out is refused until they are sent or copied."""

    code = "unsent_work"
