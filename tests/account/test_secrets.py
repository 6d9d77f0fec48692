"""Only keyrings that encrypt are used; with any other there is no clear-text fallback (STACK.md §5)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import keyring.errors
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null

from app import errors
from app.account.secrets import ALLOWED_BACKENDS, KeyringSecrets, MemorySecrets, NoSecrets


class _Base(KeyringBackend):
    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.calls = 0

    def get_password(self, service, username):
        self.calls += 1
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.calls += 1
        self.kept[service, username] = password

    def delete_password(self, service, username):
        self.calls += 1
        if (service, username) not in self.kept:
            raise keyring.errors.PasswordDeleteError("not found")
        del self.kept[service, username]


def _backend(module: str, **behaviour) -> _Base:
    """A backend that says it comes from ``module``."""
    return type("Keyring", (_Base,), {"__module__": module, **behaviour})()


def _raising(problem: Exception):
    def act(*_args):
        raise problem

    return act


SERVICE = "keyring.backends.SecretService"


@pytest.mark.parametrize("module", sorted(ALLOWED_BACKENDS))
def test_a_keyring_that_encrypts_keeps_gives_and_forgets(module):
    secrets = KeyringSecrets(_backend(module))
    assert secrets.get("s", "n") is None
    secrets.set("s", "n", "secret")
    assert secrets.get("s", "n") == "secret"
    secrets.delete("s", "n")
    assert secrets.get("s", "n") is None
    secrets.delete("s", "n")


@pytest.mark.parametrize(
    "backend",
    [
        fail.Keyring(),
        null.Keyring(),
        _backend("keyrings.alt.file"),
        _backend("keyring.backends.null"),
        _backend("elsewhere.SecretService"),
    ],
    ids=["fail", "null", "plaintext", "null again", "unknown"],
)
def test_any_other_keyring_is_refused_without_being_called(backend):
    secrets = KeyringSecrets(backend)
    for act in (
        lambda: secrets.get("s", "n"),
        lambda: secrets.set("s", "n", "secret"),
        lambda: secrets.delete("s", "n"),
    ):
        with pytest.raises(errors.KeyringUnavailable):
            act()
    assert getattr(backend, "calls", 0) == 0


@pytest.mark.parametrize(
    "problem",
    [
        keyring.errors.NoKeyringError("none"),
        keyring.errors.InitError("Prompt dismissed"),
        keyring.errors.KeyringLocked("locked"),
        ConnectionRefusedError("dead bus"),
    ],
)
def test_a_locked_dismissed_or_dead_keyring_is_told(problem):
    act = _raising(problem)
    backend = _backend(SERVICE, get_password=act, set_password=act, delete_password=act)
    secrets = KeyringSecrets(backend)
    for attempt in (
        lambda: secrets.get("s", "n"),
        lambda: secrets.set("s", "n", "secret"),
        lambda: secrets.delete("s", "n"),
    ):
        with pytest.raises(errors.KeyringUnavailable) as caught:
            attempt()
        assert "secret" not in caught.value.sentence


def test_what_is_not_read_back_is_not_kept():
    forgetful = _backend(SERVICE, get_password=lambda *_: None)
    with pytest.raises(errors.KeyringUnavailable):
        KeyringSecrets(forgetful).set("s", "n", "secret")


def test_a_keyring_that_refuses_to_forget_is_told():
    stubborn = _backend(SERVICE, delete_password=_raising(keyring.errors.PasswordDeleteError("no")))
    secrets = KeyringSecrets(stubborn)
    secrets.set("s", "n", "secret")
    with pytest.raises(errors.KeyringUnavailable):
        secrets.delete("s", "n")


def test_among_several_the_one_that_encrypts_is_taken():
    good = _backend(SERVICE)
    chain = type(
        "ChainerBackend",
        (chainer.ChainerBackend,),
        {"__module__": "keyring.backends.chainer", "backends": [null.Keyring(), good]},
    )()
    KeyringSecrets(chain).set("s", "n", "secret")
    assert good.kept == {("s", "n"): "secret"}


def test_the_environment_cannot_impose_a_keyring_that_keeps_nothing():
    code = (
        "from app.account.secrets import KeyringSecrets\n"
        "from app.errors import KeyringUnavailable\n"
        "try:\n"
        "    KeyringSecrets().set('s', 'n', 'x')\n"
        "except KeyringUnavailable:\n"
        "    print('refused')\n"
    )
    environment = os.environ | {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "refused", done.stderr


def test_keyring_is_loaded_only_when_used():
    code = (
        "import sys\n"
        "import app.account.service, app.settings\n"
        "heavy = {'keyring', 'cryptography', 'argon2', 'sqlcipher3', 'sqlmodel', 'pydantic'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr


def test_stand_ins():
    memory = MemorySecrets()
    memory.set("s", "n", "secret")
    assert memory.get("s", "n") == "secret"
    memory.delete("s", "n")
    memory.delete("s", "n")
    assert memory.get("s", "n") is None
    nothing = NoSecrets()
    assert nothing.get("s", "n") is None
    nothing.delete("s", "n")
    with pytest.raises(errors.KeyringUnavailable):
        nothing.set("s", "n", "secret")


@pytest.mark.skipif(
    not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
    reason="needs dbus-run-session and gnome-keyring-daemon",
)
def test_a_real_secret_service(tmp_path):
    code = (
        "from app.account.secrets import KeyringSecrets\n"
        "secrets = KeyringSecrets()\n"
        "secrets.set('inclusiv-test', 'n', 'secret')\n"
        "assert secrets.get('inclusiv-test', 'n') == 'secret'\n"
        "secrets.delete('inclusiv-test', 'n')\n"
        "assert secrets.get('inclusiv-test', 'n') is None\n"
        "print('kept')\n"
    )
    script = tmp_path / "act.py"
    script.write_text(code)
    unlocking = "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
    shell = f"{unlocking}; exec '{sys.executable}' '{script}'"
    environment = os.environ | {"HOME": str(tmp_path), "PYTHONPATH": os.getcwd(), "XDG_DATA_HOME": str(tmp_path)}
    del environment["PYTHON_KEYRING_BACKEND"]  # the tests' own refusal (tests/conftest.py)
    done = subprocess.run(
        ["dbus-run-session", "--", "bash", "-c", shell], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "kept", done.stderr
