"""The plain bytes of an encrypted notebook, free pages included: what a thief with the key would read."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE = 4096
RESERVED = 80
"""SQLCipher 4 keeps the initialisation vector (16) and the seal (64) at the end of each page."""
SALT = 16


def decrypted(path: Path, key: bytes) -> bytes:
    """Every page of the file, decrypted; its journal must have been folded in."""
    data = path.read_bytes()
    assert data
    assert len(data) % PAGE == 0
    pages = []
    for start in range(0, len(data), PAGE):
        page = data[start : start + PAGE]
        body = page[SALT if start == 0 else 0 : PAGE - RESERVED]
        vector = page[PAGE - RESERVED : PAGE - RESERVED + 16]
        cipher = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
        pages.append(cipher.update(body) + cipher.finalize())
    plain = b"".join(pages)
    assert b"CREATE TABLE" in plain, "the key opens the file"
    return plain
