"""Preferences: declared once, kept durably, and never a reason not to start."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import errors
from app.settings import (
    FIELD_MODE,
    FILE_NAME,
    HAND,
    LAST_PLACE,
    LOCK_MINUTES,
    PREFERENCES,
    PRINTER,
    TEXT_SCALE,
    THEME,
    WORKSTATION_PREFIX,
    Preference,
    Settings,
)


def test_each_preference_is_declared_once_with_a_label_and_an_acceptable_default():
    assert len({one.key for one in PREFERENCES}) == len(PREFERENCES)
    assert len({one.label for one in PREFERENCES}) == len(PREFERENCES)
    for one in PREFERENCES:
        assert one.label[:1].isupper()
        assert one.accepts(one.default)


def test_values_are_kept_from_one_start_to_the_next(tmp_path):
    chosen: list[tuple[Preference[Any], Any]] = [
        (THEME, "sun"),
        (TEXT_SCALE, 150),
        (FIELD_MODE, True),
        (LOCK_MINUTES, 2),
        (WORKSTATION_PREFIX, "NO"),
        (PRINTER, "Imprimante de l’accueil"),
        (LAST_PLACE, "visits"),
        (HAND, "left"),
    ]
    settings = Settings(tmp_path)
    assert [settings.get(one) for one, _ in chosen] == [one.default for one, _ in chosen]
    for one, value in chosen:
        settings.set(one, value)
    again = Settings(tmp_path)
    assert [again.get(one) for one, _ in chosen] == [value for _, value in chosen]
    again.reset()
    assert Settings(tmp_path).get(THEME) == "auto"


@pytest.mark.parametrize(
    ("preference", "value"),
    [
        (THEME, "rose"),
        (LOCK_MINUTES, 1),
        (LOCK_MINUTES, 31),
        (LOCK_MINUTES, True),
        (LOCK_MINUTES, "10"),
        (TEXT_SCALE, 99),
        (FIELD_MODE, 1),
        (WORKSTATION_PREFIX, "é"),
        (WORKSTATION_PREFIX, "TROPLONG"),
        (HAND, ""),
    ],
)
def test_unacceptable_values_are_refused_and_nothing_is_written(tmp_path, preference, value):
    settings = Settings(tmp_path)
    with pytest.raises(errors.InvalidInput) as caught:
        settings.set(preference, value)
    assert caught.value.field == preference.key
    assert preference.label in caught.value.happened
    assert settings.get(preference) == preference.default
    assert not list(tmp_path.iterdir())


@pytest.mark.expected_logs
@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff", b'{"version": 1}', b'{"version": "1", "values": {}}']
)
def test_an_unreadable_file_gives_the_defaults_and_is_kept_aside(tmp_path, content):
    (tmp_path / FILE_NAME).write_bytes(content)
    settings = Settings(tmp_path)
    assert all(settings.get(one) == one.default for one in PREFERENCES)
    assert (tmp_path / (FILE_NAME + ".unreadable")).read_bytes() == content
    settings.set(LOCK_MINUTES, 5)
    assert Settings(tmp_path).get(LOCK_MINUTES) == 5


@pytest.mark.expected_logs
@given(
    content=st.binary(max_size=80)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.dictionaries(st.sampled_from(["version", "values", "theme", "lock_minutes"]), inner),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode())
)
def test_whatever_the_file_holds_every_preference_has_a_value(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("réglages")
    (folder / FILE_NAME).write_bytes(content)
    settings = Settings(folder)
    assert all(one.accepts(settings.get(one)) for one in PREFERENCES)


def test_one_wrong_value_does_not_lose_the_others_nor_the_unknown(tmp_path):
    body = {"version": 1, "values": {"theme": "rose", "lock_minutes": 5, "of_later": [1]}}
    (tmp_path / FILE_NAME).write_text(json.dumps(body))
    settings = Settings(tmp_path)
    assert settings.get(THEME) == "auto"
    assert settings.get(LOCK_MINUTES) == 5
    settings.set(HAND, "left")
    assert json.loads((tmp_path / FILE_NAME).read_bytes())["values"]["of_later"] == [1]


def test_a_file_of_a_newer_program_is_used_and_left_alone(tmp_path):
    content = json.dumps({"version": 2, "values": {"theme": "dark"}})
    (tmp_path / FILE_NAME).write_text(content)
    settings = Settings(tmp_path)
    assert settings.get(THEME) == "dark"
    settings.set(THEME, "light")
    assert settings.get(THEME) == "light"
    assert (tmp_path / FILE_NAME).read_text() == content


def test_without_a_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = Settings()
    settings.set(THEME, "dark")
    assert settings.get(THEME) == "dark"
    assert not list(tmp_path.iterdir())
