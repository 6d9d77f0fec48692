"""The lines of « L’essentiel », the age of points, who must sign, how a phrase answers what is typed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.models.choices import PointState, PresenceStatus, SignerRole
from app.rules.commitments import Position
from app.rules.french import fold
from app.rules.visits import (
    SignatureGiven,
    SummaryFacts,
    age_of_point,
    beyond_phrase,
    check_text,
    may_sign,
    missing_signatures,
    phrase_match,
    summary_lines,
)

WORDS = st.text(st.sampled_from("abcdeéè ’-œ2"), max_size=24)


def test_age_of_a_point() -> None:
    assert age_of_point(1) == "ouvert depuis 1\u00a0visite"
    assert age_of_point(2) == "ouvert depuis 2\u00a0visites"


@pytest.mark.parametrize("presence", list(PresenceStatus))
def test_only_who_is_there_signs(presence: PresenceStatus) -> None:
    assert may_sign(presence) is (presence in (PresenceStatus.PRESENT, PresenceStatus.LATE))


def test_signatures_needed() -> None:
    company, own = SignatureGiven(SignerRole.COMPANY, False), SignatureGiven(SignerRole.FACILITATOR, False)
    assert missing_signatures([company, own]) == ()
    assert missing_signatures([SignatureGiven(SignerRole.COMPANY, True), own]) == ()
    assert len(missing_signatures([])) == 2
    assert missing_signatures([own]) == ("Il manque la signature de l’entreprise, ou son refus.",)
    assert missing_signatures([company]) == ("Il manque votre signature.",)
    assert missing_signatures([company, SignatureGiven(SignerRole.FACILITATOR, True)]) != ()
    assert missing_signatures([own, SignatureGiven(SignerRole.BENEFICIARY, False)]) != ()


def test_the_whole_summary() -> None:
    facts = SummaryFacts(
        positions=[(Position(182_000, 128_400, 10_400), "À ce rythme, objectif atteint le 12 mars 2027.")],
        expected=8,
        present=7,
        beneficiaries=6,
        met=6,
        all_well=4,
        findings=["Formation demandée", "Tuteur absent."],
        other_findings=1,
        points=[PointState.CLOSED, PointState.CARRIED, PointState.OPEN, PointState.DROPPED],
        actions=["Nommer un nouveau tuteur"],
        next_visit_on=dt.date(2026, 12, 22),
    )
    assert list(summary_lines(facts)) == [
        "1\u202f284\u00a0h validées sur 1\u202f820\u00a0h dues (70,5\u00a0%). 104\u00a0h reçues restent à valider. "
        "À ce rythme, objectif atteint le 12 mars 2027.",
        "6\u00a0bénéficiaires vus sur 6, 7\u00a0personnes présentes sur 8\u202f; rien à signaler pour 4.",
        "3\u00a0constats dont 2 à suivre\u00a0: Formation demandée\u202f; Tuteur absent.",
        "Points des visites précédentes\u00a0: 1\u00a0levé, 2\u00a0toujours ouverts, 1\u00a0sans objet.",
        "1\u00a0action décidée\u00a0: Nommer un nouveau tuteur. Prochaine visite le 22\u00a0décembre 2026.",
    ]


@given(
    present=st.integers(0, 9),
    met=st.integers(0, 9),
    findings=st.lists(WORDS.filter(str.strip), max_size=6),
    others=st.integers(0, 3),
    points=st.lists(st.sampled_from(list(PointState)), max_size=5),
    actions=st.lists(WORDS.filter(str.strip), max_size=6),
)
def test_three_to_five_lines_whatever_happened(
    present: int, met: int, findings: list[str], others: int, points: list[PointState], actions: list[str]
) -> None:
    lines = summary_lines(
        SummaryFacts(
            expected=9, present=present, beneficiaries=9, met=met, findings=findings, other_findings=others,
            points=points, actions=actions,
        )
    )  # fmt: skip
    assert 3 <= len(lines) <= 5
    assert all(line.strip() and "\n" not in line for line in lines)


@given(text=WORDS)
def test_a_text_is_kept_or_refused(text: str) -> None:
    if text.strip():
        assert check_text(text, "Le constat") == text.strip()
    else:
        with pytest.raises(InvalidInput):
            check_text(text, "Le constat")


@given(phrase=WORDS)
def test_a_phrase_answers_itself_and_its_beginning(phrase: str) -> None:
    heavy = [word for word in fold(phrase).split() if word not in ("d", "de", "a", "la", "le", "l", "un", "en", "et")]
    if heavy:
        assert phrase_match(phrase, phrase) > 0
        assert phrase_match(heavy[0], phrase) > 0
        assert beyond_phrase(phrase, phrase) == ""
    assert phrase_match("", phrase) == 0


@given(phrase=WORDS, rest=st.sampled_from(["depuis 2 semaines", "vu hier", "chez Élec Nord"]))
def test_nothing_typed_beyond_a_phrase_is_lost(phrase: str, rest: str) -> None:
    own = set(fold(phrase).split())
    kept = beyond_phrase(f"{phrase} {rest}", phrase)
    for word in fold(rest).split():
        assert word in own or word in fold(kept).split() or any(one.startswith(word) for one in own)
