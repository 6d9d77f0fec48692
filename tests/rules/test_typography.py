"""Typed text as printed (PRODUCT.md §3.11). N stands for U+00A0 and F for U+202F in the tables."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.typography import tidy

SIGNS = st.text(alphabet="aé1250 .,:;!?'\"«»“”-–…’\n\u00a0\u202f°nh%€@/()", max_size=40)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("l'entreprise n'est pas là", "l’entreprise n’est pas là"),
        ('Il a dit "oui"', "Il a dit «NouiN»"),
        ("Il a dit “oui”.", "Il a dit «NouiN»."),
        ("«oui» et «  non  »", "«NouiN» et «NnonN»"),
        ("Vraiment?", "VraimentF?"),
        ("Non ! Oui;", "NonF! OuiF;"),
        ("Quoi ?!", "QuoiF?!"),
        ("Attention: à voir : oui", "AttentionN: à voirN: oui"),
        ("à 7:30, ratio 1:2", "à 7:30, ratio 1:2"),
        ("140 h, 5 %, 12 €, 3 mois", "140Nh, 5N%, 12N€, 3Nmois"),
        ("7 h 30", "7NhN30"),
        ("1 534,50 et 20 000 heures", "1F534,50 et 20F000Nheures"),
        ("06 12 34 56 78", "06 12 34 56 78"),
        ("n° 5 et N°12", "n°N5 et N°N12"),
        ("lot 3 - gros œuvre", "lot 3 – gros œuvre"),
        ("Jean-Pierre", "Jean-Pierre"),
        ("à suivre...", "à suivre…"),
        ("deux  espaces \nfin  ", "deux espaces\nfin"),
        ("https://exemple.fr/a?b=c'd : voir", "https://exemple.fr/a?b=c'dN: voir"),
        ("écrire à a.b@exemple.fr?", "écrire à a.b@exemple.frF?"),
        ("12 humains", "12 humains"),
        ("", ""),
    ],
)
def test_french_typography(typed: str, printed: str) -> None:
    shown = re.sub("\u00a0", "N", re.sub("\u202f", "F", tidy(typed)))
    assert shown == printed


@given(SIGNS)
def test_twice_is_once(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(SIGNS)
def test_letters_digits_and_lines_never_change(text: str) -> None:
    def kept(one: str) -> list[str]:
        return [sign for sign in one if sign.isalnum() or sign in "\n€%@/()°"]

    assert kept(tidy(text)) == kept(text)


@given(st.text(max_size=60))
def test_any_text_is_tidied_once_for_all(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
