"""``inclusiv retention``: whose time is over, and what is decided about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from app.privacy.service import PrivacyService, sentence_of_rule
from app.rules.french import format_date, person_name_list, plural
from app.store.listing import decimal_hours


def due(service: PrivacyService) -> dict[str, Any]:
    """``--list``: the rule in force and the people past it, the oldest contact first; hours as plain decimals."""
    page = service.due(limit=None)
    return {
        "months": page.rule.months,
        "rule": page.rule.label or sentence_of_rule(page.rule),
        "source": page.rule.source,
        "proposed": page.rule.proposed,
        "count": page.total,
        "files": [
            {
                "id": line.file.beneficiary_id,
                "file_number": line.file.file_number,
                "last_name": line.file.last_name,
                "first_name": line.file.first_name,
                "last_contact_on": line.file.last_contact_on.isoformat(),
                "due_on": line.due_on.isoformat(),
                "archived_on": line.file.archived_on.isoformat() if line.file.archived_on else None,
                "in_bin": line.file.binned,
                "hours": decimal_hours(line.file.hours),
            }
            for line in page.lines
        ],
    }


def apply(service: PrivacyService, ids: Sequence[str], action: str, reason: str) -> dict[str, Any]:
    """``--apply``: anonymise (final), archive, or keep with a reason. Raises as the service; nothing is then done."""
    if action == "keep":
        service.keep(ids, reason)
    elif action == "archive":
        service.archive(ids)
    else:
        service.anonymise(ids, reason)
    return {"action": action, "count": len(set(ids)), "left": service.count_due()}


def told_due(answer: dict[str, Any]) -> str:
    """The list for people."""
    lines = [f"{answer['rule']}. {plural(answer['count'], 'fiche')} à archiver ou anonymiser."]
    for one in answer["files"]:
        contact = format_date(dt.date.fromisoformat(one["last_contact_on"]))
        name = person_name_list(one["last_name"], one["first_name"])
        lines.append("\t".join((one["file_number"], name, contact, one["id"])))
    return "\n".join(lines)


def told_applied(answer: dict[str, Any]) -> str:
    """What was done, for people."""
    done = {
        "keep": ("fiche conservée", "fiches conservées"),
        "archive": ("fiche archivée", "fiches archivées"),
        "anonymise": ("fiche anonymisée", "fiches anonymisées"),
    }[answer["action"]]
    return f"{plural(answer['count'], *done)}. Reste {plural(answer['left'], 'fiche')} à examiner."
