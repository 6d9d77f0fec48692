"""The key file beside the notebook: the data key, wrapped twice, and nothing else.

The notebook is encrypted under a random 32-byte data key. ``notebook.key.json`` holds it wrapped
by the passphrase (Argon2id, then AES-256-GCM) and, apart, by the recovery code (140 random bits,
HKDF-SHA256, then AES-256-GCM), with a key-check value that tells a wrong key from a damaged
notebook before the notebook is opened. A second copy, ``notebook.key.bak``, makes one damaged file
survivable. Losing both, or both passphrase and code, is losing the notebook: there is no back door.

Keys are ``bytearray`` and can be wiped with :func:`wipe`. Honestly: the libraries make short-lived
copies that Python cannot wipe (texts typed, arguments to the cipher); wiping shortens the time a key
stays in memory, it proves nothing against someone who reads the memory of a running program.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from app import durable, errors
from app.account import keyfile
from app.account import passphrase as passphrases
from app.account.keyfile import COPY_NAME, COST, FILE_NAME, Cost, KeyFile, RecoveryStatus, Wrapped
from app.account.recovery import RecoveryCode
from app.account.secrets import SecretStore
from app.clock import Clock

log = logging.getLogger(__name__)

KEYRING_SERVICE = "InclusivTerrain"

_KEY_BYTES = 32
_SALT_BYTES = 16
_NONCE_BYTES = 12


# --- ways in -------------------------------------------------------------------------------------


def exists(folder: Path) -> bool:
    """Whether ``folder`` holds a key file, readable or not."""
    return (folder / FILE_NAME).exists() or (folder / COPY_NAME).exists()


def notebook_id(folder: Path) -> str:
    """The id of the notebook of ``folder``. Raises as :func:`unlock`."""
    return keyfile.read(folder).notebook_id


def create(
    folder: Path, passphrase: str, clock: Clock, *, cost: Cost = COST, any_strength: bool = False
) -> tuple[bytearray, RecoveryCode]:
    """Make a data key, write both key files, answer the key and the recovery code to print.

    The code is not kept anywhere: it is shown now or renewed later. ``any_strength`` is for a demonstration,
    which holds nobody's data. Raises
    :class:`errors.InvalidInput` for a passphrase too weak, :class:`errors.NotebookExists` when there is a
    key file already (never overwritten), :class:`errors.DiskFull`, :class:`errors.FolderNotWritable`.
    """
    if not any_strength:
        passphrases.check(passphrase)
    if exists(folder):
        raise errors.NotebookExists(
            "Il y a déjà un carnet à cet endroit.",
            "Il n’a pas été modifié.",
            "Ouvrez ce carnet, ou choisissez un autre dossier.",
        )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise durable.told(problem) from problem
    key = bytearray(os.urandom(_KEY_BYTES))
    code = RecoveryCode.random()
    now, identity = clock.now(), clock.new_id()
    content = KeyFile(
        notebook_id=identity,
        created_at=now,
        generation=1,
        check=_check_value(key, identity),
        by_passphrase=_wrap_by_passphrase(key, passphrase, identity, cost),
        by_recovery=_wrap_by_recovery(key, code, identity),
        recovery=RecoveryStatus(now, None, None),
    )
    keyfile.write(folder, content)
    log.info("key file created for notebook %s", identity)
    return key, code


def discard(folder: Path) -> None:
    """Remove the key files of a creation that failed: only right when no notebook was made with them."""
    for name in (FILE_NAME, COPY_NAME):
        try:
            (folder / name).unlink(missing_ok=True)
        except OSError as problem:
            log.warning("key file of a failed creation left: %s", problem.errno)


def set_aside(folder: Path, clock: Clock) -> None:
    """Rename the key files out of the way; nothing is destroyed. Raises as :func:`durable.write`."""
    stamp = clock.now().strftime("%Y%m%dT%H%M%SZ")
    try:
        for name in (FILE_NAME, COPY_NAME):
            if (folder / name).exists():
                os.replace(folder / name, folder / f"{name}.{stamp}.aside")
    except OSError as problem:
        raise durable.told(problem) from problem


def destroy(folder: Path) -> None:
    """Erase every form of the data key that stands in ``folder``, copies kept aside included; never undone.

    The network withdrew the notebook (SYNC.md §7.10): what the key sealed can no longer be read, by anybody. One form
    that resists spares none of the others; it is then told, as by ``durable.told``.
    """
    left: OSError | None = None
    for path in sorted(folder.glob("notebook.key*")):
        try:
            with path.open("r+b") as file:
                file.write(os.urandom(max(path.stat().st_size, 1)))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except OSError as problem:
            left = problem
    if left is not None:
        raise durable.told(left) from left
    log.info("the key of this notebook was erased")


def unlock(folder: Path, passphrase: str) -> bytearray:
    """The data key, by the passphrase.

    Raises :class:`errors.WrongPassphrase`; :class:`errors.NotebookMissing` when there is no key file,
    :class:`errors.DamagedNotebook` when neither copy is readable, :class:`errors.NewerNotebook` when a newer
    program wrote it. Nothing is written in any of these cases; a damaged copy beside a good one is
    kept aside and replaced.
    """
    content = keyfile.read(folder)
    key = _unwrap_by_passphrase(content, passphrase)
    keyfile.heal(folder, content)
    return key


def recover(folder: Path, code: RecoveryCode, new_passphrase: str, *, cost: Cost = COST) -> bytearray:
    """The data key, by the recovery code; ``new_passphrase`` replaces the forgotten one.

    The code stays valid. Raises as :func:`unlock` and :func:`create`.
    """
    passphrases.check(new_passphrase)
    content = keyfile.read(folder)
    key = _unwrap_by_recovery(content, code)
    wrapped = _wrap_by_passphrase(key, new_passphrase, content.notebook_id, cost)
    keyfile.write(folder, replace(content, by_passphrase=wrapped, generation=content.generation + 1))
    log.info("notebook %s recovered by its code", content.notebook_id)
    return key


def check_code(folder: Path, code: RecoveryCode) -> None:
    """Prove that ``code`` is on this notebook's recovery sheet; nothing is changed. Raises as :func:`unlock`."""
    wipe(_unwrap_by_recovery(keyfile.read(folder), code))


def change_passphrase(folder: Path, old: str, new: str, *, cost: Cost = COST) -> None:
    """Wrap the same data key by ``new``; what was kept by the keyring stays valid.

    Raises as :func:`unlock` and :func:`create`.
    """
    content = keyfile.read(folder)
    key = _unwrap_by_passphrase(content, old)
    try:
        passphrases.check(new)
        wrapped = _wrap_by_passphrase(key, new, content.notebook_id, cost)
    finally:
        wipe(key)
    keyfile.write(folder, replace(content, by_passphrase=wrapped, generation=content.generation + 1))
    log.info("passphrase of notebook %s changed", content.notebook_id)


def renew_recovery_code(folder: Path, passphrase: str, clock: Clock) -> RecoveryCode:
    """A new code to print; the former one no longer opens the notebook. Raises as :func:`unlock`."""
    content = keyfile.read(folder)
    key = _unwrap_by_passphrase(content, passphrase)
    code = RecoveryCode.random()
    try:
        wrapped = _wrap_by_recovery(key, code, content.notebook_id)
    finally:
        wipe(key)
    status = RecoveryStatus(clock.now(), None, None)
    keyfile.write(folder, replace(content, by_recovery=wrapped, recovery=status, generation=content.generation + 1))
    log.info("recovery code of notebook %s renewed", content.notebook_id)
    return code


def recovery_status(folder: Path) -> RecoveryStatus:
    """What is known of the recovery sheet; needs no key. Raises as :func:`unlock`."""
    return keyfile.read(folder).recovery


def note_recovery(folder: Path, clock: Clock, answer: Literal["printed", "declined"]) -> RecoveryStatus:
    """Record that the sheet of the present code was printed, or that the user refused to print it."""
    content = keyfile.read(folder)
    if answer == "printed":
        status = replace(content.recovery, printed_at=clock.now())
    else:
        status = replace(content.recovery, declined_at=clock.now())
    keyfile.write(folder, replace(content, recovery=status, generation=content.generation + 1))
    return status


def check_key(folder: Path, key: bytes | bytearray) -> bool:
    """Whether ``key`` is the data key of this notebook. Raises as :func:`unlock` but for the passphrase."""
    content = keyfile.read(folder)
    return _is_key(content, key)


# --- the keyring ---------------------------------------------------------------------------------


def remember(folder: Path, key: bytes | bytearray, secrets: SecretStore) -> None:
    """Let the system's keyring hold the data key. Raises :class:`errors.KeyringUnavailable`."""
    content = keyfile.read(folder)
    if not _is_key(content, key):
        raise ValueError("not the key of this notebook")
    secrets.set(KEYRING_SERVICE, content.notebook_id, base64.b64encode(key).decode())


def unlock_remembered(folder: Path, secrets: SecretStore) -> bytearray | None:
    """The data key held by the keyring; ``None`` when it holds none, or not the right one.

    Raises :class:`errors.KeyringUnavailable`, and as :func:`unlock` for the key file.
    """
    content = keyfile.read(folder)
    kept = secrets.get(KEYRING_SERVICE, content.notebook_id)
    if kept is None:
        return None
    try:
        key = bytearray(base64.b64decode(kept, validate=True))
    except ValueError:
        key = bytearray()
    if not _is_key(content, key):
        log.warning("the keyring holds another key for notebook %s", content.notebook_id)
        wipe(key)
        return None
    keyfile.heal(folder, content)
    return key


def forget(folder: Path, secrets: SecretStore) -> None:
    """Take the data key out of the keyring. Raises :class:`errors.KeyringUnavailable`."""
    secrets.delete(KEYRING_SERVICE, keyfile.read(folder).notebook_id)


def resolve_key(
    folder: Path,
    environment: Mapping[str, str],
    secrets: SecretStore,
    prompt: Callable[[], str] | None = None,
) -> bytearray:
    """The data key from ``INCLUSIV_PASSPHRASE``, else the keyring, else ``prompt()``, in this order.

    A passphrase given by the environment is believed: a wrong one is an error, not a step to the next
    way. Raises :class:`errors.PassphraseNeeded` when no way is left, and as :func:`unlock`.
    """
    given = environment.get("INCLUSIV_PASSPHRASE")
    if given:
        return unlock(folder, given)
    try:
        key = unlock_remembered(folder, secrets)
    except errors.KeyringUnavailable:
        key = None
    if key is not None:
        return key
    if prompt is None:
        raise errors.PassphraseNeeded(
            "Le mot de passe du carnet est nécessaire.",
            "Rien n’a été modifié.",
            "Saisissez-le, ou donnez-le par la variable INCLUSIV_PASSPHRASE.",
        )
    return unlock(folder, prompt())


def wipe(key: bytearray | None) -> None:
    """Overwrite ``key`` with zeros, in place."""
    if key is not None:
        key[:] = bytes(len(key))


# --- wrapping ------------------------------------------------------------------------------------


def _wrap_by_passphrase(key: bytearray, passphrase: str, identity: str, cost: Cost) -> Wrapped:
    salt = os.urandom(_SALT_BYTES)
    return _wrap(key, stretch(passphrase, salt, cost), salt, identity, "passphrase", cost)


def _wrap_by_recovery(key: bytearray, code: RecoveryCode, identity: str) -> Wrapped:
    salt = os.urandom(_SALT_BYTES)
    return _wrap(key, _expand(code, salt), salt, identity, "recovery", None)


def _unwrap_by_passphrase(content: KeyFile, passphrase: str) -> bytearray:
    wrapped = content.by_passphrase
    assert wrapped.cost is not None  # always read or made with one
    key = _unwrap(wrapped, stretch(passphrase, wrapped.salt, wrapped.cost), content, "passphrase")
    if key is None:
        raise errors.WrongPassphrase(
            "Mot de passe incorrect.",
            "Le carnet est intact.",
            "Vérifiez les majuscules et le clavier, ou prenez la fiche de secours.",
            field="passphrase",
        )
    return key


def _unwrap_by_recovery(content: KeyFile, code: RecoveryCode) -> bytearray:
    key = _unwrap(content.by_recovery, _expand(code, content.by_recovery.salt), content, "recovery")
    if key is None:
        raise errors.WrongPassphrase(
            "Ce code de secours est bien formé, mais ce n’est pas celui de ce carnet.",
            "Le carnet est intact.",
            "Cherchez la fiche de secours la plus récente\u00a0: un nouveau code remplace l’ancien.",
            field="recovery_code",
        )
    return key


def stretch(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """The 32-byte key that Argon2id makes of ``passphrase``. Raises ``EnvironmentProblem`` without the memory."""
    from argon2.exceptions import HashingError
    from argon2.low_level import Type, hash_secret_raw

    try:
        return hash_secret_raw(
            passphrases.normalised(passphrase),
            salt,
            time_cost=cost.passes,
            memory_cost=cost.memory_kib,
            parallelism=cost.lanes,
            hash_len=_KEY_BYTES,
            type=Type.ID,
        )
    except HashingError as problem:
        raise errors.EnvironmentProblem(
            "Il n’y a plus assez de mémoire pour ouvrir le carnet.",
            "Le carnet est intact.",
            "Fermez d’autres programmes, puis recommencez.",
        ) from problem


def _expand(code: RecoveryCode, salt: bytes) -> bytes:
    # 140 random bits need no stretching: HKDF is enough, and answers at once.
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), _KEY_BYTES, salt=salt, info=b"inclusiv-terrain/1/recovery").derive(code.values)


def _wrap(key: bytearray, wrapping: bytes, salt: bytes, identity: str, way: str, cost: Cost | None) -> Wrapped:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(wrapping).encrypt(nonce, bytes(key), _bound(identity, way, cost))
    return Wrapped(salt, nonce, sealed, cost)


def _unwrap(wrapped: Wrapped, wrapping: bytes, content: KeyFile, way: str) -> bytearray | None:
    """The data key, or ``None`` when ``wrapping`` is not the right key (the file itself is sound)."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    bound = _bound(content.notebook_id, way, wrapped.cost)
    try:
        key = bytearray(AESGCM(wrapping).decrypt(wrapped.nonce, wrapped.sealed, bound))
    except InvalidTag:
        return None
    if not _is_key(content, key):
        wipe(key)
        raise keyfile.damaged()
    return key


def _bound(identity: str, way: str, cost: Cost | None) -> bytes:
    """What cannot be changed in the key file without the wrapping key noticing."""
    stretched = f"{cost.passes},{cost.memory_kib},{cost.lanes}" if cost else ""
    return f"{keyfile.FORMAT}/{keyfile.VERSION}/{identity}/{way}/{stretched}".encode()


def _check_value(key: bytes | bytearray, identity: str) -> bytes:
    """Tells the right key without telling anything of it."""
    return hmac.new(bytes(key), f"{keyfile.FORMAT}/check/{identity}".encode(), hashlib.sha256).digest()[:16]


def _is_key(content: KeyFile, key: bytes | bytearray) -> bool:
    return len(key) == _KEY_BYTES and hmac.compare_digest(_check_value(key, content.notebook_id), content.check)
