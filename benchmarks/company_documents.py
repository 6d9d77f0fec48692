"""``python -m benchmarks.company_documents [--scale N] [--limit N]``: read back every document made for a company.

Over the whole demonstration notebook: reports of visits, statements, attestations, reminders, summaries of contracts
and introductions. None may hold a criterion of eligibility, nor a birth date, an address or a phone of a beneficiary.
Exit code 1 when one does.
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app.bootstrap import DEMONSTRATION_PASSPHRASE
from app.errors import InclusivError
from app.rules.french import format_phone
from benchmarks.notebooks import folder, workstation
from tests.documents.test_for_companies import private_facts
from tests.reports.reading import squeeze, text

_KINDS = {
    "visit": "SELECT id FROM visit WHERE state = 'final' ORDER BY id",
    "statement": "SELECT company_id || '/' || month FROM monthly_statement ORDER BY id",
    "reminder": "SELECT company_id || '/' || month FROM monthly_statement WHERE state <> 'validated' ORDER BY id",
    "attestation": "SELECT id FROM employment_contract ORDER BY id",
    "introduction": "SELECT offer_id || '/' || beneficiary_id FROM introduction ORDER BY id",
    "summary": "SELECT DISTINCT beneficiary_id FROM employment_contract ORDER BY 1",
}
_LABELS = """SELECT DISTINCT label FROM reference_entry WHERE "table" IN ('public', 'proof_kind')"""
_SHARED = (
    "SELECT phone FROM facilitator UNION SELECT phone FROM organisation UNION SELECT phone FROM contact "
    "UNION SELECT phone FROM company"
)
"""Phones that a document may hold; the few invented numbers of the demonstration are borne by several."""


def main() -> int:
    """Make each, read it, say what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--limit", type=int, default=100_000, help="at most that many of each kind")
    given = parser.parse_args()
    began, made, refused, faults = time.perf_counter(), Counter[str](), Counter[tuple[str, str]](), list[str]()
    with tempfile.TemporaryDirectory(prefix="inclusiv-entreprises-") as place:
        copy = Path(place) / "carnet"
        shutil.copytree(folder(given.scale), copy, ignore=shutil.ignore_patterns("*.lock"))
        desk = workstation(copy)
        desk.account.unlock(DEMONSTRATION_PASSPHRASE)
        raw = desk.notebook.raw
        year: Any = SimpleNamespace(rows=lambda query, **named: raw.execute(query, named).fetchall())
        facts = private_facts(year, [one for (one,) in raw.execute("SELECT id FROM beneficiary")])
        facts |= {format_phone(one) for one in facts if one.isdigit()}
        shared = {"".join(filter(str.isdigit, one or "")) for (one,) in raw.execute(_SHARED)}
        private = {
            squeeze(one) for one in facts if len(one) >= 8 and "".join(filter(str.isdigit, one)) not in shared - {""}
        }
        labels = {
            one
            for (one,) in raw.execute(
                """SELECT DISTINCT label FROM reference_entry WHERE "table" IN ('public', 'proof_kind')"""
            )
            if len(one) > 9
        } | {"RSA", "minima sociaux", "QPV", "RQTH", "demandeur d’emploi", "éligib", "travailleur handicapé", "AAH"}
        criteria = re.compile(
            r"(?<!\w)(?:" + "|".join(re.escape(squeeze(one)) for one in sorted(labels)) + ")", re.IGNORECASE
        )
        for kind, query in _KINDS.items():
            for (record,) in raw.execute(query).fetchmany(given.limit):
                try:
                    if kind in ("introduction", "reminder"):
                        shown = desk.services.documents.document(kind, record, "company")
                        data, name = shown.data, shown.file_name
                    else:
                        data, name = desk.services.documents.make(kind, record, "company")
                except InclusivError as problem:
                    refused[kind, problem.happened] += 1  # nothing to certify, or nothing to remind of
                    continue
                made[kind] += 1
                words = text(data)
                found = [one for one in private if one in words] + criteria.findall(words)
                faults += [f"{kind} {name}: {one!r}" for one in found]
        desk.account.close()
    for kind in _KINDS:
        print(f"{kind}: {made[kind]} read")
    for (kind, why), count in refused.most_common(8):
        print(f"  {kind}, not made {count} times: {why}")
    print(f"{len(private)} private facts and {len(labels)} words of eligibility sought; {len(faults)} found")
    print(f"{time.perf_counter() - began:.0f} s")
    print(*faults[:40], sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
