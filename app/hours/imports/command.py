"""``inclusiv hours import FILE --company SIRET``: the whole way without a window, first dry, then written.

Nothing is written unless every row of the file is settled: a script that pays by these figures must not take a part
for the whole. ``--ready-only`` writes the ready rows all the same and says exactly what was left.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.hours.imports.judging import judge
from app.hours.imports.opening import UnreadableFile, open_file
from app.hours.imports.service import ImportsService
from app.hours.imports.values import Decisions, Prepared, Review, ReviewRow, RowState
from app.rules.french import NBSP, format_hours_unit, format_month_short, plural

EXIT_OK, EXIT_BAD_INPUT = 0, 2


def run_import(
    service: ImportsService,
    path: Path,
    *,
    siret: str,
    month: str = "",
    commit: bool,
    ready_only: bool = False,
    as_json: bool,
) -> tuple[int, str]:
    """(exit code, text to print). 2 when the file cannot be read, or when rows are left and nothing is written."""
    company = service.find_by_siret(siret)
    try:
        prepared = service.prepare(open_file(path), company, month=month)
    except UnreadableFile as problem:
        if not as_json:
            return EXIT_BAD_INPUT, problem.happened
        error = {"code": problem.reader_code, "message": problem.happened}
        return EXIT_BAD_INPUT, _text({"status": "error", "file": path.name, "committed": False, "error": error})
    review = judge(prepared, Decisions())
    answer = _answer(service, prepared, review)
    code = EXIT_OK
    if commit and review.writes:
        if review.left and not ready_only:
            code = EXIT_BAD_INPUT
            answer["error"] = {"code": "rows_left", "message": _rows_left(review)}
        else:
            service.remember_layout(prepared)
            saved = service.save(prepared, Decisions(), shown=review)
            answer |= {"committed": True, "import_id": saved.import_id}
    elif commit and review.left:
        code = EXIT_BAD_INPUT
        answer["error"] = {"code": "rows_left", "message": _rows_left(review)}
    return code, _text(answer) if as_json else _said(answer, review)


def _rows_left(review: Review) -> str:
    return f"{plural(len(review.left), 'ligne reste', 'lignes restent')} à décider{NBSP}: rien n’a été enregistré."


def _text(answer: dict[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False, indent=1)


def _answer(service: ImportsService, prepared: Prepared, review: Review) -> dict[str, Any]:
    reading = prepared.reading
    already = review.already
    return {
        "status": "warnings" if review.left or review.notices or already else "ok",
        "file": prepared.opened.name,
        "sha256": prepared.opened.sha256,
        "company": prepared.company_name,
        "layout": reading.layout_sentence,
        "layout_known": prepared.layout_known,
        "already_imported": None
        if already is None
        else {
            "import_id": already.import_id,
            "at": already.at.isoformat(),
            "message": service.already_sentence(already),
        },
        "counts": {state.value: review.count(state) for state in RowState},
        "total_hours": _decimal(review.total),
        "lines": [_line(prepared, row) for row in review.rows if row.state is RowState.READY],
        "review": [_asked(row) for row in review.left],
        "warnings": [
            {"code": one.code, "message": one.message} | ({} if one.row is None else {"row": one.row})
            for one in reading.warnings
        ],
        "notices": list(review.notices),
        "committed": False,
    }


def _line(prepared: Prepared, row: ReviewRow) -> dict[str, Any]:
    user = prepared.facts.companies.get(row.user_company_id)
    return {
        **_read(row),
        "person": row.person_name,
        "file_number": row.file_number,
        "contract_id": row.contract_id,
        "statement_of": user.name if user is not None else "",
        "before": None if row.before is None else _decimal(row.before),
    }


def _asked(row: ReviewRow) -> dict[str, Any]:
    return {
        **_read(row),
        "state": row.state.value,
        "reason": row.reason,
        "message": row.sentence,
        "todo": row.todo,
        "candidates": [
            {"person": one.name, "beneficiary_id": one.beneficiary_id, "contract_id": one.contract_id}
            for one in row.choices
        ],
    }


def _read(row: ReviewRow) -> dict[str, Any]:
    return {
        "company": row.company,
        "last_name": row.last_name,
        "first_name": row.first_name,
        "month": row.month,
        "hours": row.hours_text if row.hours is None else _decimal(row.hours),
        "row": row.row,
    }


def _decimal(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _said(answer: dict[str, Any], review: Review) -> str:
    said = [str(answer["layout"])]
    if answer["already_imported"]:
        said.append(answer["already_imported"]["message"])
    for row in review.rows:
        if row.state is RowState.READY and row.hours is not None:
            was = f" (au lieu de {format_hours_unit(row.before)})" if row.before is not None else ""
            said.append(f"{format_month_short(row.month)}  {row.person_name}  {format_hours_unit(row.hours)}{was}")
    for row in review.left:
        said.append(f"{row.state.label}, ligne {row.row}{NBSP}: {row.written_name}. {row.sentence} {row.todo}")
    said.extend(f"À savoir{NBSP}: {one}" for one in review.notices)
    said.append(f"{review.summary}.")
    if answer["committed"]:
        said.append(f"{plural(len(review.writes), 'ligne enregistrée', 'lignes enregistrées')}.")
    elif "error" in answer:
        said.append(answer["error"]["message"])
    return "\n".join(said)
