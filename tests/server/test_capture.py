"""What every device receives, sends and leaves behind, against who may see what, written by hand (``oracle``)."""

from __future__ import annotations

import dataclasses

import pytest

from tests.server import capture as story
from tests.server import oracle
from tests.server.capture import Capture


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Capture:
    """The network's days, played once."""
    return story.play(tmp_path_factory.mktemp("days"))


def test_nobody_receives_sends_or_leaves_what_is_not_theirs(played: Capture) -> None:
    assert oracle.findings(played) == []


def test_what_was_erased_is_in_no_file_of_the_server(played: Capture) -> None:
    """Not even where the database had it before."""
    erased = {
        word for word, told in played.words.items() if told.file == story.ERASED and told.table in oracle.OF_THE_PERSON
    }
    assert erased
    for path in (played.folder / "server").rglob("*"):
        if path.is_file():
            assert not [word for word in erased if word.encode() in path.read_bytes()], path.name


def test_the_server_keeps_no_secret_but_the_keys_that_it_signs_with(played: Capture) -> None:
    answers = [one.received for exchanges in played.heard.values() for one in exchanges if one.call == "enrol"]
    keys = {one["device_key"] for one in answers if "device_key" in one}
    for path in (played.folder / "server").rglob("*"):
        if path.is_file():
            text = path.read_bytes()
            assert {secret for secret in played.secrets if secret.encode() in text} <= keys, path.name


@pytest.mark.parametrize(
    ("heard_by", "taken_for", "expected"),
    [
        ("nadia", "salome", "received zq"),
        ("karim", "salome", "of mive_corbeil_essonnes under"),
        ("salome", "rene", "received the id of a beneficiary of coeur_essonne"),
        ("helene", "karim", "received the network's figures"),
        ("nadia", "karim", "sent zq"),
        ("helene", "nadia", "received what is for coordinators"),
    ],
)
def test_the_oracle_sees_what_reaches_the_wrong_one(
    played: Capture, heard_by: str, taken_for: str, expected: str
) -> None:
    """The same bytes, had they come to somebody else."""
    swapped = dataclasses.replace(played, heard={**played.heard, taken_for: played.heard[heard_by]})
    assert any(line.startswith(taken_for) and expected in line for line in oracle.findings(swapped))


def test_the_oracle_sees_what_was_left_lying(played: Capture) -> None:
    word = next(iter(played.words))
    told = dataclasses.replace(played, journal=f"{played.journal}{word}", left_behind=["a file"])
    assert len(oracle.findings(told)) == len(oracle.findings(played)) + 2
    deaf = dataclasses.replace(played, heard={**played.heard, "karim": []})
    assert any(line.startswith("karim: never received") for line in oracle.findings(deaf))
