"""A passphrase is judged by its length and by what is easy to guess, in French."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import errors
from app.account.passphrase import Level, check, normalised, strength


@pytest.mark.parametrize(
    "passphrase",
    [
        "",
        "bref",
        "onze signes",
        "aaaaaaaaaaaaaaaa",
        "motdepasse123",
        "azertyuiop12",
        "123456789012",
        "abcdefghijkl",
        "Bonjour2026!!",
        "soleil soleil soleil soleil",
        "mot mot mot mot",
    ],
)
def test_short_or_evident_passphrases_are_refused_under_their_field(passphrase):
    assert not strength(passphrase).acceptable
    with pytest.raises(errors.InvalidInput) as caught:
        check(passphrase)
    assert caught.value.field == "passphrase"


@pytest.mark.parametrize(
    "passphrase", ["cheval agrafe pile tuile", "le un de la", "x7Kp9!zLmQ2w", "Éléonore à vélo", "une longue phrase"]
)
def test_four_words_or_twelve_signs_are_accepted(passphrase):
    check(passphrase)


def test_more_words_are_better_and_said_so():
    words = ["cheval", "agrafe", "pile", "tuile", "nuage", "lampe"]
    levels = [strength(" ".join(words[:count])).level for count in (2, 4, 6)]
    assert levels == sorted(levels)
    assert levels[-1] is Level.EXCELLENT
    assert strength("cheval agrafe pile tuile nuage lampe").sentence == "Excellent mot de passe."


def test_one_sign_short_is_counted():
    assert "ajoutez 1 caractère," in strength("onzesignesi").sentence


@given(st.text(max_size=80))
def test_any_text_has_a_level_and_a_sentence_without_the_text(text):
    answer = strength(text)
    assert answer.sentence.endswith(".")
    assert "!" not in answer.sentence
    assert answer.bits >= 0
    assert answer.acceptable == (answer.level > Level.REFUSED)


@given(st.text(max_size=200), st.text(min_size=1, max_size=20))
def test_nothing_is_cut_and_accents_are_one_however_typed(text, more):
    assert normalised(unicodedata.normalize("NFD", text)) == normalised(text)
    whole = unicodedata.normalize("NFC", text + more)
    assert normalised(text + more).decode("utf-8", "surrogatepass") == whole
