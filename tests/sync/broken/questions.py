"""The rules of « Fiches à relire », broken one by one: what is one question, and what a decision does (SYNC.md §3)."""

from __future__ import annotations

from tests.sync.broken.mutation import Mutation, of

REVIEWS, CONFLICTS, PAPERS = "app/store/reviews.py", "app/sync/conflicts.py", "app/store/month_papers.py"
TELLING = "app/sync/telling.py"
TOGETHER, ON_PAPER = "tests/sync/test_together.py", "tests/sync/test_month_papers.py"

QUESTIONS: dict[str, Mutation] = {
    "fields go together when the same two people wrote them": Mutation(
        REVIEWS,
        '(row["kind"], row["record_id"], group.name, authors, act)',
        '(row["kind"], row["record_id"], group.name, act)',
        of(TOGETHER, "two_pairs"),
    ),
    "nothing is put together when one person wrote both values": Mutation(
        REVIEWS, "if group is not None and len(authors) > 1:", "if group is not None:", of(TOGETHER, "two_computers")
    ),
    "the street written last goes with the town": Mutation(
        REVIEWS, "for row in reversed(rows):", "for row in rows:", of(TOGETHER, "asked_twice")
    ),
    "a field asked twice is two questions": Mutation(
        REVIEWS, 'if row["field"] not in one), None)', "), None)", of(TOGETHER, "asked_twice")
    ),
    "what two acts decided is two decisions": Mutation(
        REVIEWS,
        'act = (row["decision"] == ConflictChoice.OPEN, row["decided_by"], row["decided_at"])',
        'act = row["decision"] == ConflictChoice.OPEN',
        of(TOGETHER, "decided_apart"),
    ),
    "a version is what one person typed": Mutation(
        CONFLICTS,
        "swapped = other.author_id == left and shown.author_id != left",
        "swapped = False",
        of(TOGETHER, "whole_as_it_was_typed"),
    ),
    "a decision answers every field of the question": Mutation(
        CONFLICTS,
        "            for asked in card.fields:\n                value",
        "            for asked in card.fields[:1]:\n                value",
        of(TOGETHER, "one_whole_address"),
    ),
    "a decision closes every field of the question": Mutation(
        CONFLICTS,
        "        for asked in card.fields:\n            choice",
        "        for asked in card.fields[:1]:\n            choice",
        of(TOGETHER, "one_whole_address"),
    ),
    "the journal counts questions, not fields": Mutation(
        TELLING, "count=reviews.count_of(notebook, acts.ids(one))", "count=one.count", of(TOGETHER, "journal")
    ),
    "a mixture that shows is said": Mutation(
        CONFLICTS,
        "shown=sides.pop() if len(sides) == 1 else Decision.BOTH",
        "shown=sides.pop()",
        of(TOGETHER, "some_of_each"),
    ),
    "what nobody disputes is said beside the question": Mutation(
        CONFLICTS, "if name not in asked and value", "if name in asked and value", of(TOGETHER, "only_the_street")
    ),
    "a file taken back is no paper": Mutation(
        PAPERS, ", c.undone_on.is_(None))", ")", of(ON_PAPER, "on_both_notebooks")
    ),
    "a file of another month is no paper of this one": Mutation(
        PAPERS, "c.months.contains(statement.month), about", "about", of(ON_PAPER, "wrote_nothing")
    ),
    "the attested copy shown is the organisation's own": Mutation(
        PAPERS, "_issued.c.recipient == Recipient.FILE", "_issued.c.id.is_not(None)", of(ON_PAPER, "as_attested")
    ),
}
