"""Sealed files: any change, any exchange, any other key is noticed."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import errors
from app.store.sealing import OVERHEAD_BYTES, Purpose, open_bytes, seal_bytes, subkey

KEY = bytes(range(32))


@given(st.binary(max_size=2000), st.text(max_size=40), st.sampled_from(Purpose))
def test_what_is_sealed_is_read_back_and_does_not_show(data, context, purpose):
    sealed = seal_bytes(KEY, data, context, purpose)
    assert len(sealed) == len(data) + OVERHEAD_BYTES
    assert open_bytes(KEY, sealed, context, purpose) == data
    assert open_bytes(bytearray(KEY), sealed, context, purpose) == data
    assert len(data) < 6 or data not in sealed


def test_sealing_twice_differs():
    assert seal_bytes(KEY, b"photo", "a") != seal_bytes(KEY, b"photo", "a")


@given(st.binary(min_size=1, max_size=200), st.data())
def test_any_changed_bit_is_noticed(data, draw):
    sealed = bytearray(seal_bytes(KEY, data, "a"))
    place = draw.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[place // 8] ^= 1 << place % 8
    with pytest.raises((errors.DamagedNotebook, errors.NewerNotebook)):
        open_bytes(KEY, bytes(sealed), "a")


@given(st.binary(max_size=200), st.integers(1, 250))
def test_a_file_cut_short_or_lengthened_is_noticed(data, count):
    sealed = seal_bytes(KEY, data, "a")
    for wrong in (sealed[:-count], sealed + b"\0" * count):
        with pytest.raises(errors.DamagedNotebook):
            open_bytes(KEY, wrong, "a")


def test_another_key_name_or_purpose_does_not_open():
    sealed = seal_bytes(KEY, b"photo", "a", Purpose.ATTACHMENT)
    for key, context, purpose in (
        (os.urandom(32), "a", Purpose.ATTACHMENT),
        (KEY, "b", Purpose.ATTACHMENT),
        (KEY, "a", Purpose.TEMPORARY),
    ):
        with pytest.raises(errors.DamagedNotebook):
            open_bytes(key, sealed, context, purpose)


def test_a_later_format_is_told():
    sealed = bytearray(seal_bytes(KEY, b"photo", "a"))
    sealed[4] = 2
    with pytest.raises(errors.NewerNotebook):
        open_bytes(KEY, bytes(sealed), "a")


def test_each_purpose_has_its_own_key_which_never_changes():
    keys = {subkey(KEY, purpose) for purpose in Purpose}
    assert len(keys) == len(Purpose)
    assert KEY not in keys
    # Part of the format: files sealed by the first release must open for ever.
    assert subkey(KEY, Purpose.ATTACHMENT).hex() == "f78ac29b913e281d87351cf44d0f5e5abb62effd1ccc195d406995f97265fc14"
    with pytest.raises(ValueError, match="32 bytes"):
        subkey(b"short", Purpose.ATTACHMENT)
