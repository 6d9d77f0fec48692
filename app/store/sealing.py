"""Encryption of the files beside the database: attachments, temporary documents.

AES-256-GCM under a key made for each purpose from the notebook's key (HKDF-SHA256): a photo
cannot be passed for a document. The name of the file is bound to its content: two sealed files
cannot be exchanged. ``cryptography`` is loaded on use: this module is on the start-up path.
"""

from __future__ import annotations

import enum
import os

from app import errors

_MAGIC = b"ITSL"
_VERSION = 1
_HEADER = _MAGIC + bytes([_VERSION])
_NONCE_BYTES = 12
_TAG_BYTES = 16

OVERHEAD_BYTES = len(_HEADER) + _NONCE_BYTES + _TAG_BYTES
"""How much longer a sealed file is than its content."""


class Purpose(enum.StrEnum):
    """What a sealed file is for; the values are part of the format."""

    ATTACHMENT = "attachment"
    TEMPORARY = "temporary"
    ACCOUNT = "account"
    SAFETY_COPY = "safety_copy"


def subkey(key: bytes | bytearray, purpose: str) -> bytes:
    """The 32-byte key of ``purpose``, always the same for a notebook; says nothing of ``key``."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    if len(key) != 32:
        raise ValueError("the key of a notebook is 32 bytes")
    info = f"inclusiv-terrain/1/{purpose}".encode()
    return HKDF(SHA256(), 32, salt=None, info=info).derive(bytes(key))


def seal_bytes(key: bytes | bytearray, data: bytes, context: str, purpose: Purpose = Purpose.ATTACHMENT) -> bytes:
    """``data`` encrypted under the notebook's ``key`` and bound to ``context`` (the file's name or id).

    Sealing twice gives different bytes (random 96-bit nonce: fit for 2^32 files a purpose).
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(subkey(key, purpose)).encrypt(nonce, data, _HEADER + context.encode())
    return _HEADER + nonce + sealed


def open_bytes(key: bytes | bytearray, sealed: bytes, context: str, purpose: Purpose = Purpose.ATTACHMENT) -> bytes:
    """The content given to :func:`seal_bytes`, proved unchanged.

    Raises :class:`errors.DamagedNotebook` when a bit has changed, the file is cut short, or the key,
    context or purpose is another; :class:`errors.NewerNotebook` for a later format.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if sealed[:4] != _MAGIC or len(sealed) < OVERHEAD_BYTES:
        raise _damaged()
    if sealed[4] > _VERSION:
        raise errors.NewerNotebook(
            "Ce fichier a été écrit par une version plus récente du programme.",
            "Il est intact.",
            "Mettez à jour le programme.",
        )
    nonce = sealed[len(_HEADER) : len(_HEADER) + _NONCE_BYTES]
    body = sealed[len(_HEADER) + _NONCE_BYTES :]
    try:
        return AESGCM(subkey(key, purpose)).decrypt(nonce, body, sealed[: len(_HEADER)] + context.encode())
    except InvalidTag as problem:
        raise _damaged() from problem


def _damaged() -> errors.DamagedNotebook:
    return errors.DamagedNotebook(
        "Un fichier joint au carnet est abîmé et ne peut pas être lu.",
        "Le reste du carnet est intact.",
        "Retrouvez-le dans une copie de secours, ou joignez-le de nouveau.",
    )
