"""``inclusiv document``: one document of a record, to a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app import durable
from app.documents.service import KINDS, DocumentsService, recipients_of
from app.errors import InvalidInput
from app.models.choices import Recipient

VERSIONS = ("person", "file", "plain")
"""Of the follow-up sheet: for the person, for the file, in plain words."""


def produce(
    service: DocumentsService,
    kind: str,
    record: str,
    out: Path | None,
    *,
    recipient: str = "",
    version: str = "",
    json_out: Path | None = None,
) -> dict[str, Any]:
    """Make the document and write it; answers where, its proposed name and its size.

    Without ``recipient`` the organisation's own file is meant, else whom the document is for. An access report is a
    PDF, a JSON value, or both: by the ending of ``out`` or by ``json_out``. Raises ``InvalidInput``, ``NotFound``,
    and the system's refusals in French; nothing is then written.
    """
    if out is None and json_out is None:
        raise InvalidInput("Le fichier à écrire manque.", todo="L’indiquer par --out.")
    if version and kind != "followup":
        raise InvalidInput("Seule la fiche de suivi a plusieurs versions.", todo="Retirer --version.")
    if json_out is None and kind == "access-report" and out is not None and out.suffix.lower() == ".json":
        out, json_out = None, out
    if json_out is not None and kind != "access-report":
        raise InvalidInput("Ce document ne s’écrit qu’en PDF.", todo="Retirer --json-out.")
    answer: dict[str, Any] = {}
    if json_out is not None:
        held = json.dumps(service.held_json(record), ensure_ascii=False, indent=2).encode()
        durable.write(json_out, held)
        answer = {"path": str(json_out), "name": json_out.name, "size": len(held)}
    if out is not None:
        if version == "plain":
            made = service.follow_up_sheets([service.resolve(kind, record)], Recipient.PERSON, plain=True)
            data, name = made.data, made.file_name
        else:
            data, name = service.make(kind, record, version or recipient or usual(kind))
        durable.write(out, data)
        answer = {**answer, "path": str(out), "name": name, "size": len(data)}
        if json_out is not None:
            answer["json_path"] = str(json_out)
    return answer


def usual(kind: str) -> str:
    """For whom a document is made when nothing is said: the organisation's file, else its usual reader."""
    if kind not in KINDS:
        return Recipient.FILE.value
    allowed = recipients_of(kind)
    return (Recipient.FILE if Recipient.FILE in allowed else allowed[0]).value
