"""What is done when two people wrote one field apart: asked of a person, or settled by a rule. Data, read by the merge.

A question costs somebody's time and trust (PRODUCT.md AC 12): it is asked where a person knows the answer and the
program cannot (a telephone, hours on a paper). What nobody can decide (a counter, an order, the place of a cursor), or
what follows from something asked elsewhere, is settled, and here is why. Every field of every table stands in
``ASKED`` or in the rules, once (``tests/rules/test_clashes.py``); a field of a newer program is asked.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache


class Rule(enum.Enum):
    """How two values become one without a question. None of them depends on the order of arrival."""

    LATEST = "latest"
    """The one written later stands."""
    LARGEST = "largest"
    """The larger number, the later day, « oui » rather than « non »; a value rather than none."""
    SMALLEST = "smallest"
    """The smaller number, the earlier day, « non » rather than « oui »; a value rather than none."""
    UNION = "union"
    """The words of both, in alphabetical order."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Fields settled by one rule, and the reason."""

    rule: Rule
    why: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Following:
    """Fields that say when or by whom another one took certain values: empty with the others.

    Asked about the one they follow, they change with the answer.
    """

    values: frozenset[str]
    """Of the field followed: those with which the others are filled."""
    day: str = ""
    """Field that takes the day of the version chosen."""
    moment: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Together:
    """Fields that a person decides at once: the half of one version with the half of another would be neither."""

    name: str
    """« address »: one name whatever the table; its words are in ``rules.record_words``."""
    fields: tuple[str, ...]
    """In the order in which they are read."""


def _settled(rule: Rule, why: str, fields: str) -> Settled:
    return Settled(rule, why, tuple(fields.split()))


def _latest(why: str, fields: str) -> Settled:
    return _settled(Rule.LATEST, why, fields)


def _identity(fields: str) -> Settled:
    return _latest("says which record it is, written once with it", fields)


def _given(fields: str) -> Settled:
    return _latest("given by the program when the record is made, never changed", fields)


def _published(fields: str) -> Settled:
    return _latest("dated data that one coordination publishes: the latest version stands", fields)


_FOLLOWS = "says when or by whom the state asked beside it was reached: changes with it"
_OWNER = _latest(
    "whoever wrote first owns what the whole network shares: it changes nothing for anybody", "organisation_id"
)
_PERSON = _latest("follows from the merges of files, which converge by themselves (decision 10)", "beneficiary_id")
_SCOPE = _latest("follows the person or the visit it belongs to", "organisation_id")
_BIRTH = _latest(
    "when and by whom a record was made is nobody’s edit (``rules.merge``: the earliest)", "created_at created_by"
)
_NO_LIFE = _latest("there or not: nothing in it could be lost", "deleted_at")
_ORDER = _latest("an order in a list", "position")
_ADDRESS = "address postcode town phone email"

ASKED: Mapping[str, str] = {
    "action": "text owner_name due_on state deleted_at",
    "attachment": "caption name kind deleted_at",
    "attendance": "presence meeting all_well last_name first_name organisation_name role_label deleted_at",
    "attestation": "deleted_at",
    "beneficiary": (
        f"organisation_id last_name first_name birth_name sex birth_date {_ADDRESS} district_code prescriber_code "
        "prescriber_name caseworker_name caseworker_phone facilitator_id objectives next_appointment_at "
        "next_appointment_place absorbed_into_id archived_on deleted_at"
    ),
    "buyer": f"name kind siret {_ADDRESS} deleted_at",
    "charter": "",
    "charter_target": "",
    "clause_period": "start_on end_on end_reason qualification milestone_scheme deleted_at",
    "commitment": (
        "lot_id company_id role objective_kind due_hours retained_reason start_on end_on clause_state deleted_at"
    ),
    "company": f"name kind siret activity_code {_ADDRESS} note deleted_at",
    "conflict": "",
    "contact": "last_name first_name role_label phone email company_id buyer_id operation_id deleted_at",
    "contact_attempt": "attempted_on means outcome note deleted_at",
    "contract": (
        "operation_id name reference article amount_cents cpv_code notified_on public_scheme statement_due_day "
        "penalty_terms deleted_at"
    ),
    "distinct_pair": "",
    "eligibility_check": (
        "scheme category_code proof_code seen_on validated_on valid_until derogation_reason derogation_author "
        "deleted_at"
    ),
    "employment_contract": (
        "employer_id company_id lot_id modality type trade_code job_title start_on end_on weekly_hours planned_hours "
        "tutor_name deleted_at"
    ),
    "facilitator": "last_name first_name phone email deleted_at",
    "follow_up_note": "kind noted_on text next_step next_step_on deleted_at",
    "hidden_phrase": "",
    "hour_line": "hours declared_hours difference_reason absence_code accepted_reason deleted_at",
    "hours_sizing": (
        "operation_id lot_id sized_on amount_cents labour_share effort_rate hourly_cost_cents retained_hours "
        "retained_reason deleted_at"
    ),
    "insertion_structure": "siret name kind activity_code abilities postcode town phone email note deleted_at",
    "introduction": "presented_on answer presentation prescriber_code prescriber_name deleted_at",
    "issued_document": "deleted_at",
    "job_offer": (
        "company_id lot_id title trade_code posts weekly_hours contract_type start_on end_on apply_before place "
        "description contact_id state deleted_at"
    ),
    "lot": "contract_id number name amount_cents start_on end_on deleted_at",
    "monthly_statement": "state declared_total note deleted_at",
    "name_alias": "beneficiary_id deleted_at",
    "network": "",
    "observation": "section text detail state to_follow deleted_at",
    "operation": "buyer_id name reference description address postcode town start_on end_on closed_on deleted_at",
    "organisation": f"name short_name kind {_ADDRESS} footer_line privacy_contact legal_basis deleted_at",
    "penalty": "kind label amount_cents after_notice from_on to_on notice_on deleted_at",
    "person_merge": "",
    "person_move": "",
    "phrase": "section text to_follow deleted_at",
    "point_review": "state note deleted_at",
    "pooling_agreement": "reference signed_on note deleted_at",
    "pooling_lot": "deleted_at",
    "rectification": "reason rectified_on deleted_at",
    "reference_entry": "",
    "reminder": "reminded_on channel note deleted_at",
    "retention_decision": "",
    "signature": "signer_name role_label strokes refused refusal_reason deleted_at",
    "situation": "employment start_on end_on part_time deleted_at",
    "timesheet_import": "deleted_at",
    "timesheet_layout": "",
    "training_record": "label organiser start_on end_on hours outcome deleted_at",
    "visit": (
        "kind operation_id lot_id company_id facilitator_id planned_on planned_time place summary next_visit_on "
        "free_note correction_reason deleted_at"
    ),
}  # fmt: skip
"""By table, the fields asked of a person. ``deleted_at``: somebody put in the bin what somebody else changed."""

SETTLED: Mapping[str, tuple[Settled, ...]] = {
    "action": (
        _SCOPE,
        _latest(_FOLLOWS, "done_on"),
        _PERSON,
        _identity("visit_id observation_id company_id operation_id"),
    ),
    "attachment": (
        _SCOPE,
        _ORDER,
        _identity("owner_kind owner_id"),
        _latest("a fact of the bytes", "media_type size sha256 width height taken_at"),
        _latest("where the photo is shown in its visit", "observation_id"),
        _settled(Rule.SMALLEST, "what one of the two keeps out of the reports stays out", "for_reports"),
    ),
    "attendance": (_SCOPE, _ORDER, _PERSON, _identity("visit_id kind contact_id employment_contract_id")),
    "attestation": (
        _SCOPE,
        _given("kind number contract_id lot_id issued_on total_hours due_hours replaces_id"),
    ),
    "beneficiary": (
        _given("file_number"),
        _latest("follows the district asked beside it", "district_generation"),
        _settled(Rule.LARGEST, "the last contact is the later of the two", "last_contact_on"),
        _settled(Rule.SMALLEST, "an erasure is never taken back", "anonymised_on"),
    ),
    "buyer": (_OWNER,),
    "clause_period": (_SCOPE, _PERSON, _latest("computed from the birth date, frozen at the start", "age_band")),
    "commitment": (_OWNER, _latest("follow from the sizing that the hours due come from", "computed_hours sizing_id")),
    "company": (_OWNER,),
    "contact": (_OWNER, _latest("a mark that puts a name first", "usual")),
    "contact_attempt": (_SCOPE, _PERSON, _identity("period_id milestone_code")),
    "contract": (_OWNER,),
    "distinct_pair": (_SCOPE, _NO_LIFE, _identity("first_id second_id")),
    "eligibility_check": (_SCOPE, _PERSON, _latest("who saw the proof whose day is asked", "seen_by")),
    "employment_contract": (_SCOPE, _PERSON, _identity("period_id")),
    "facilitator": (_latest("decided on the server by accounts", "organisation_id role"),),
    "follow_up_note": (_SCOPE, _PERSON, _identity("visit_id")),
    "hidden_phrase": (_SCOPE, _NO_LIFE, _identity("phrase_id")),
    "hour_line": (
        _SCOPE,
        _identity("statement_id contract_id lot_id month kind rectification_id"),
        _settled(Rule.UNION, "a doubt that one of the two found normal needs no second answer", "accepted_doubts"),
        _settled(Rule.LARGEST, "a proof that one of the two saw was seen", "proof_seen"),
    ),
    "hours_sizing": (
        _OWNER,
        _given("number"),
        _latest("computed from the factors, or taken from the charter", "computed_hours minimum_effort_rate"),
    ),
    "insertion_structure": (_OWNER,),
    "introduction": (_SCOPE, _PERSON, _identity("offer_id"), _latest(_FOLLOWS, "answered_on")),
    "issued_document": (
        _SCOPE,
        _given("kind number record_kind record_id recipient issued_at issued_by content_sha256 pages attachment_id"),
    ),
    "job_offer": (_OWNER, _given("number published_on"), _latest(_FOLLOWS, "closed_on")),
    "lot": (_OWNER,),
    "monthly_statement": (
        _SCOPE,
        _identity("company_id month"),
        _given("paper_code"),
        _latest(_FOLLOWS, "validated_at validated_by"),
        _latest("where the figures typed last come from", "source"),
        _settled(Rule.SMALLEST, "it was received on the day it came first", "received_on"),
    ),
    "name_alias": (_SCOPE, _identity("company_id key"), _latest("one spelling of the same name", "written")),
    "observation": (
        _SCOPE,
        _PERSON,
        _identity("visit_id number phrase_id"),
        _latest(_FOLLOWS, "closed_on"),
    ),
    "operation": (_OWNER,),
    "organisation": (
        _OWNER,
        _identity("network_id code"),
        _latest("a picture is chosen by looking at it, on its page", "logo_attachment_id"),
    ),
    "penalty": (_OWNER, _identity("contract_id")),
    "person_merge": (
        _SCOPE,
        _NO_LIFE,
        _identity("kept_id absorbed_id"),
        _latest("what one merge changed, whole: halves of two would undo neither", "before after merged_at merged_by"),
        _latest("says when it was taken back; the link itself is asked", "undone_at"),
    ),
    "person_move": (_SCOPE, _NO_LIFE, _identity("record_kind record_id origin_id")),
    "phrase": (
        _OWNER,
        _ORDER,
        _settled(Rule.LARGEST, "a counter that only sorts the list", "uses"),
        _latest("hides a line of the library, a touch of a key", "hidden"),
    ),
    "point_review": (_SCOPE, _identity("visit_id observation_id")),
    "pooling_agreement": (_SCOPE, _identity("contract_id")),
    "pooling_lot": (_SCOPE, _identity("agreement_id lot_id")),
    "rectification": (_SCOPE, _identity("statement_id")),
    "reminder": (_SCOPE, _identity("company_id month")),
    "retention_decision": (
        _SCOPE,
        _NO_LIFE,
        _PERSON,
        _given("decision decided_on last_contact_on months keep_until reason"),
    ),
    "signature": (
        _SCOPE,
        _ORDER,
        _identity("visit_id role"),
        _latest("facts of the signature asked beside them", "signed_at place device"),
    ),
    "situation": (
        _SCOPE,
        _PERSON,
        _identity("period_id milestone_code"),
        _latest("known once a situation is: follow the situation asked", "state answered_on"),
    ),
    "timesheet_import": (
        _SCOPE,
        _given("company_id file_name sha256 months line_count total_hours left_count written"),
        _settled(Rule.SMALLEST, "taken back once is taken back", "undone_on"),
    ),
    "timesheet_layout": (
        _OWNER,
        _NO_LIFE,
        _identity("company_id fingerprint"),
        _latest("which column holds what, as last confirmed over a file", "data"),
    ),
    "training_record": (_SCOPE, _PERSON),
    "visit": (
        _SCOPE,
        _given("number"),
        _identity("previous_visit_id corrects_id"),
        _settled(Rule.LARGEST, "a signed visit stays signed", "state"),
        _settled(Rule.SMALLEST, "it began when the first of the two began", "started_at"),
        _settled(Rule.LARGEST, "it ended when the last of the two ended", "finished_at"),
        _settled(Rule.LARGEST, "once read again it was read again", "summary_edited"),
        _latest("where one stood in the form, to come back to it", "section"),
    ),
    "charter": (
        _OWNER,
        _NO_LIFE,
        _published("network_id code name valid_from valid_to minimum_effort_rate source"),
    ),
    "charter_target": (
        _OWNER,
        _NO_LIFE,
        _ORDER,
        _published("charter_id indicator label unit baseline target"),
    ),
    "reference_entry": (
        _OWNER,
        _NO_LIFE,
        _ORDER,
        _published("table code label network_code valid_from valid_to source data"),
    ),
    "network": (_OWNER, _NO_LIFE, _latest("made with the server", "code name territory")),
    "conflict": (
        _latest(
            "a question is asked once: the later decision stands, and an erasure empties its values",
            "organisation_id deleted_at kind record_id field before shown shown_by shown_at other other_by other_at "
            "decision decided_by decided_at",
        ),
    ),
}
"""By table, the fields that nobody is asked about. ``created_at`` and ``created_by`` of every table are too."""


def _together(name: str, fields: str) -> Together:
    return Together(name, tuple(fields.split()))


_WHERE = _together("address", "address postcode town")
_NAME = _together("name", "first_name last_name")
_DATES = _together("dates", "start_on end_on")
_PRESCRIBER = _together("prescriber", "prescriber_code prescriber_name")

TOGETHER: Mapping[str, tuple[Together, ...]] = {
    "attendance": (_NAME, _together("meeting", "meeting all_well")),
    "beneficiary": (
        _together("identity", "first_name last_name birth_name"),
        _WHERE,
        _PRESCRIBER,
        _together("caseworker", "caseworker_name caseworker_phone"),
        _together("appointment", "next_appointment_at next_appointment_place"),
    ),
    "buyer": (_WHERE,),
    "clause_period": (_together("dates", "start_on end_on end_reason"),),
    "commitment": (_together("objective", "objective_kind due_hours retained_reason"), _DATES),
    "company": (_WHERE,),
    "contact": (_NAME, _together("house", "company_id buyer_id operation_id")),
    "contact_attempt": (_together("attempt", "attempted_on means outcome"),),
    "eligibility_check": (
        _together("public", "scheme category_code"),
        _together("proof", "proof_code seen_on"),
        _together("validity", "validated_on valid_until"),
        _together("derogation", "derogation_reason derogation_author"),
    ),
    "employment_contract": (
        _together("employer", "modality employer_id company_id"),
        _together("trade", "trade_code job_title"),
        _DATES,
    ),
    "facilitator": (_NAME,),
    "hour_line": (_together("hours", "hours declared_hours difference_reason"),),
    "hours_sizing": (
        _together(
            "sizing",
            "sized_on amount_cents labour_share effort_rate hourly_cost_cents retained_hours retained_reason",
        ),
    ),
    "insertion_structure": (_together("address", "postcode town"),),
    "introduction": (_PRESCRIBER,),
    "job_offer": (_DATES,),
    "lot": (_DATES,),
    "operation": (_WHERE, _DATES),
    "organisation": (_WHERE,),
    "penalty": (_together("penalty", "kind amount_cents"), _together("dates", "from_on to_on")),
    "pooling_agreement": (_together("agreement", "reference signed_on"),),
    "signature": (_together("signature", "signer_name role_label strokes refused refusal_reason"),),
    "situation": (_together("situation", "employment start_on end_on part_time"),),
    "training_record": (_DATES,),
    "visit": (_together("site", "operation_id lot_id company_id"), _together("moment", "planned_on planned_time")),
}
"""By table, the fields asked that make one question when the same two people wrote several of them apart.

Somebody who moved has one address. Each field stays its own ``conflict`` record, on the wire as at the server: they
are put together where they are read (``store.reviews``). Only one of them written apart is a question about that one.
"""

FOLLOWING: Mapping[tuple[str, str], Following] = {
    ("action", "state"): Following(frozenset({"done"}), day="done_on"),
    ("introduction", "answer"): Following(
        frozenset({"interview", "hired", "declined", "withdrawn"}), day="answered_on"
    ),
    ("job_offer", "state"): Following(frozenset({"filled", "withdrawn"}), day="closed_on"),
    ("monthly_statement", "state"): Following(
        frozenset({"validated", "attested"}), moment="validated_at", author="validated_by"
    ),
    ("observation", "state"): Following(frozenset({"closed", "dropped"}), day="closed_on"),
}
"""(table, field) → what changes with the answer."""


@cache
def rules_of(kind: str) -> Mapping[str, Rule]:
    """By field, the rule that settles it; a field that is not there is asked."""
    return {name: settled.rule for settled in (*SETTLED.get(kind, ()), _BIRTH) for name in settled.fields}


@cache
def group_of(kind: str, field: str) -> Together | None:
    """What a field is decided together with; ``None`` when it is asked alone."""
    return next((one for one in TOGETHER.get(kind, ()) if field in one.fields), None)


@cache
def asked_fields(kind: str) -> tuple[str, ...]:
    """The fields of a table that a person may be asked about."""
    return tuple(ASKED.get(kind, "").split())
