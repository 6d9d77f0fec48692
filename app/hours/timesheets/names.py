"""Names of people as companies write them: which words are the last name, which the first.

Rules of shared/data/timesheets/README.md: in one column the words in capitals, with a lower-case particle
before them (« de SOUSA », « d'ALMEIDA »), are the last name. Where capitals say nothing, the heading's order
decides (« Nom Prénom », « Prénom Nom »), then the order of the other rows.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from app.hours.timesheets.wording import words
from app.rules.french import fold

MAX_NAME = 80
"""Characters; a longer « name » is a sentence."""


class Order(enum.Enum):
    """Which name comes first where capitals do not tell."""

    LAST_FIRST = "last_first"
    FIRST_LAST = "first_last"


class PersonName(NamedTuple):
    """A name as written, spaces reduced. ``sure`` is false when the order of the two was assumed."""

    last: str
    first: str
    sure: bool = True


_CIVILITY = re.compile(
    r"^(?:m\.|mr\.?|mme\.?|mlle\.?|melle\.?|monsieur|madame|mademoiselle|m(?=\s+[A-ZÀ-Ý]{2}))\s+", re.IGNORECASE
)
_BIRTH = re.compile(r"\s*[(\[]?\s*\b(?:n[ée]e?|[ée]p\.?|[ée]pouse|veuve)\s+[^()\[\]]*[)\]]", re.IGNORECASE)
_BIRTH_BARE = re.compile(r"\s+(?:n[ée]e|[ée]pouse|[ée]p\.|veuve)\s+[A-ZÀ-Ý'’\- ]*[A-ZÀ-Ý](?=\s|$)")
_TAIL = re.compile(r"\s*(?:\([^()]*\)|\*+|\d+)\s*$")
_PARTICLES = words("de du des da do dos das di del della van von den der ten ter el al le la d l ben bin abd")
_CAPITAL_PARTICLES = frozenset(
    words(
        "DE DU DES DA DO DOS DAS DI DEL DELLA VAN VON DEN DER TEN EL AL LE LA LES BEN BIN ABD ABDEL ABOU "
        "SAINT SAINTE ST STE OULD AIT AÏT MAC MC SAN SANTA TER TE"
    )
)
_MIXED = re.compile(r"(?:Mc|Mac|De|Le|La|Di|Da|Du|Van|O['’]|D['’]|d['’]|L['’]|N['’]|M['’])[A-ZÀ-Þ][A-ZÀ-Þ'’\-]+")


@lru_cache(maxsize=20_000)
def reduce_name(text: str) -> str:
    """NFC, one space between words, no title before and no note after."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    text = _CIVILITY.sub("", text)
    return text.strip(" ,;:*")


@lru_cache(maxsize=20_000)
def split_name(text: str, order: Order | None = None) -> PersonName:
    """Last and first name of one cell. ``order`` is what the heading or the other rows say, if anything."""
    name = reduce_name(text)
    name = _BIRTH.sub(" ", name)
    name = _BIRTH_BARE.sub(" ", name)
    while (shorter := _TAIL.sub("", name)) != name:
        name = shorter
    name = " ".join(name.split())
    if "," in name:
        last, _, first = name.partition(",")
        return PersonName(last.strip(), first.strip(" ,"))
    words = name.split(" ")
    if len(words) == 1:
        return PersonName(name, "", False)
    by_case = _by_capitals(words)
    return by_case or _by_order(words, order)


def _is_capital(word: str) -> bool:
    letters = [one for one in word if one.isalpha()]
    if not letters:
        return False
    upper = sum(1 for one in letters if one.isupper())
    if upper == len(letters):
        return len(letters) > 1
    return bool(_MIXED.fullmatch(word)) or ("-" in word and all(_is_capital(part) for part in word.split("-") if part))


def _is_initial(word: str) -> bool:
    return bool(re.fullmatch(r"[A-ZÀ-Þ](?:\.|\.?-[A-ZÀ-Þ]\.?)?\.?", word))


def _by_capitals(words: list[str]) -> PersonName | None:
    capital = [_is_capital(word) for word in words]
    others = [at for at, one in enumerate(capital) if not one]
    if not any(capital) or all(capital):
        return None
    # lower-case particles stand with the capitals that follow them
    last = list(capital)
    for at in range(len(words) - 2, -1, -1):
        particle = words[at].islower() and fold(words[at]) in _PARTICLES
        if particle and last[at + 1]:
            last[at] = True
    first_words = [words[at] for at in others if not last[at]]
    last_words = [word for word, one in zip(words, last, strict=True) if one]
    if not first_words:
        return None
    runs = sum(1 for at, one in enumerate(last) if one and (at == 0 or not last[at - 1]))
    return PersonName(" ".join(last_words), " ".join(first_words), runs == 1)


def _by_order(words: list[str], order: Order | None) -> PersonName:
    if len(words) == 2 and _is_initial(words[0]) != _is_initial(words[1]):
        first, last = (words[0], words[1]) if _is_initial(words[0]) else (words[1], words[0])
        return PersonName(last, first)
    if order is Order.FIRST_LAST:
        at = 1
        return PersonName(" ".join(words[at:]), " ".join(words[:at]), len(words) == 2)
    at = 1
    while at < len(words) - 1 and words[at - 1].upper() in _CAPITAL_PARTICLES:
        at += 1
    return PersonName(" ".join(words[:at]), " ".join(words[at:]), order is not None and len(words) - at == 1)


def order_said(heading: str) -> Order | None:
    """The order a heading states: « Nom et prénom », « Prénom NOM »; ``None`` when it states none."""
    words = fold(heading).split()
    last = next((at for at, word in enumerate(words) if word in ("nom", "noms")), None)
    first = next((at for at, word in enumerate(words) if word in ("prenom", "prenoms")), None)
    if last is None or first is None:
        return None
    return Order.LAST_FIRST if last < first else Order.FIRST_LAST


def order_of_rows(names: list[str]) -> Order | None:
    """The order that the rows with capitals show, when they all agree."""
    seen: set[Order] = set()
    for text in names[:400]:
        words = reduce_name(text).split(" ")
        if len(words) < 2 or "," in text:
            continue
        found = _by_capitals(words)
        if found is None or not found.sure:
            continue
        seen.add(Order.FIRST_LAST if found.first.startswith(words[0]) else Order.LAST_FIRST)
    return seen.pop() if len(seen) == 1 else None


_NOT_A_NAME = re.compile(r"[0-9@=/%€<>{}\[\]_|\\#]|\.\.\.|:")
_SENTENCE = frozenset(
    words(
        "heures heure total chantier marche lot operation contrat cdd cdi ctt mois semaine date signature "
        "cachet releve attestation insertion entreprise societe employeur siret objectif effectif "
        "observations remarque visa responsable page edition document logiciel paie certifie exact joindre "
        "copie travail nettoyage janvier fevrier mars avril juin juillet aout septembre octobre novembre "
        "decembre lundi mardi mercredi jeudi vendredi samedi dimanche oui non feuille annee sarl sas eurl "
        "geiq etti interim titulaire adresse nom prenom salarie fiche fiches "
        "individuelle individuel pointage suivi tableau bilan planning etat recapitulatif bordereau"
    )
)


@lru_cache(maxsize=20_000)
def looks_like_person(text: str) -> bool:
    """Two to six words that may be somebody's name: used only where no heading says so."""
    if not 3 <= len(text) <= 60 or _NOT_A_NAME.search(text):
        return False
    name = reduce_name(text)
    words = name.replace(",", " ").split()
    if not 2 <= len(words) <= 6 or any(word in _SENTENCE for word in fold(name).split()):
        return False
    return all(word[0].isupper() or fold(word) in _PARTICLES or "'" in word or "’" in word for word in words) and all(
        any(one.isalpha() for one in word) for word in words
    )


@lru_cache(maxsize=2_000)
def person_in_title(text: str) -> str:
    """Somebody named at the end of a title, told by capitals: « Relevé d'heures de MARTIN Julie »; empty if nobody."""
    for piece in re.split(r"\s+[—–\-|/]\s+|\s{3,}|:", text[:200]):
        tokens = reduce_name(piece).split(" ")
        for start in range(max(0, len(tokens) - 6), len(tokens) - 1):
            name = " ".join(tokens[start:])
            if looks_like_person(name) and tokens[start][:1].isupper():
                found = _by_capitals(name.split(" "))
                if found is not None and found.sure and len(found.first.split(" ")) <= 2:
                    return name
    return ""


@lru_cache(maxsize=20_000)
def name_key(text: str) -> str:
    """Names compare without case, spaces reduced, in NFC; accents and hyphens count (README of the data)."""
    return unicodedata.normalize("NFC", " ".join(text.split()).casefold().replace("’", "'"))


@lru_cache(maxsize=20_000)
def loose_key(last: str, first: str) -> str:
    """A key that two spellings of one person share: no accent, hyphen or order. Only to ask, never to merge."""
    return " ".join(sorted((fold(last) + " " + fold(first)).split()))
