"""The table of broken rules follows the code and the stories; ``python -m tests.sync.mutations`` breaks them."""

from __future__ import annotations

import re

import pytest

from tests.architecture.source import ROOT
from tests.sync.mutations import MUTATIONS


@pytest.mark.parametrize("rule", MUTATIONS)
def test_each_rule_stands_once_in_the_code_and_its_stories_exist(rule):
    change = MUTATIONS[rule]
    assert (ROOT / change.path).read_text(encoding="utf-8").count(change.before) == 1, "the code says it otherwise now"
    files, names = change.told, ""
    if "-k" in change.told:
        at = change.told.index("-k")
        files, names = change.told[:at], change.told[at + 1]
    stories = []
    for file, _, story in (one.partition("::") for one in files):
        stories += re.findall(r"^def (test_\w+)", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
        assert not story or story in stories
    for name in names.split(" or ") if names else ():
        assert any(name in story for story in stories), name
