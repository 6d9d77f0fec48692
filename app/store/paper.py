"""What documents need beyond what screens show: letterheads, details of a statement, a calculation, issued copies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select

from app.models.attachments import Attachment
from app.models.base import table_of
from app.models.beneficiaries import Beneficiary
from app.models.documents import IssuedDocument
from app.models.network import Charter, Facilitator, Organisation
from app.models.operations import Buyer, Company, Contract, HoursSizing, Lot, Operation
from app.models.visits import Visit
from app.store.notebook import Notebook

_organisation = table_of(Organisation)
_facilitator = table_of(Facilitator)
_charter = table_of(Charter)
_attachment = table_of(Attachment)
_issued = table_of(IssuedDocument)
_company = table_of(Company)
_contract = table_of(Contract)
_lot = table_of(Lot)
_operation = table_of(Operation)
_buyer = table_of(Buyer)
_sizing = table_of(HoursSizing)
_visit = table_of(Visit)
_person = table_of(Beneficiary)

_NUMBERED: dict[str, tuple[Any, Any]] = {
    "visit": (_visit, _visit.c.number),
    "beneficiary": (_person, _person.c.file_number),
    "hours_sizing": (_sizing, _sizing.c.number),
}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """An organisation as printed. ``logo_sha256`` is empty without a logo."""

    name: str
    address: str
    postcode: str
    town: str
    phone: str
    email: str
    footer_line: str
    privacy_contact: str
    legal_basis: str
    logo_sha256: str


def letterhead(notebook: Notebook, organisation_id: str) -> Letterhead | None:
    """The letterhead of an organisation."""
    o = _organisation.c
    columns = (o.name, o.address, o.postcode, o.town, o.phone, o.email, o.footer_line, o.privacy_contact, o.legal_basis)
    with notebook.read() as connection:
        row = connection.execute(
            select(*columns, func.coalesce(_attachment.c.sha256, ""))
            .join_from(_organisation, _attachment, _attachment.c.id == o.logo_attachment_id, isouter=True)
            .where(o.id == organisation_id)
        ).first()
    return Letterhead(*tuple(row)) if row else None


@dataclass(frozen=True, slots=True)
class Caller:
    """A facilitator as printed for whoever must call."""

    name: str
    phone: str
    email: str


def caller(notebook: Notebook, facilitator_id: str) -> Caller:
    """The facilitator's name and phone, else the organisation's phone; empty for an unknown id."""
    f = _facilitator.c
    with notebook.read() as connection:
        row = connection.execute(
            select(f.first_name, f.last_name, f.phone, f.email, _organisation.c.phone)
            .join_from(_facilitator, _organisation, _organisation.c.id == f.organisation_id, isouter=True)
            .where(f.id == facilitator_id)
        ).first()
    if row is None:
        return Caller("", "", "")
    return Caller(f"{row[0]} {row[1]}".strip(), row[2] or row[4] or "", row[3])


def company_siret(notebook: Notebook, company_id: str) -> str:
    """The SIRET of a company, empty when unknown."""
    with notebook.read() as connection:
        return str(connection.execute(select(_company.c.siret).where(_company.c.id == company_id)).scalar() or "")


def sizing_of(notebook: Notebook, sizing_id: str) -> Any | None:
    """A calculation of hours with the names of its operation, buyer and lot, or ``None``."""
    with notebook.read() as connection:
        return connection.execute(
            select(
                _sizing,
                _operation.c.name.label("operation"),
                _buyer.c.name.label("buyer"),
                _lot.c.number.label("lot_number"),
                _lot.c.name.label("lot_name"),
            )
            .join_from(_sizing, _operation, _operation.c.id == _sizing.c.operation_id)
            .join(_buyer, _buyer.c.id == _operation.c.buyer_id)
            .join(_lot, _lot.c.id == _sizing.c.lot_id, isouter=True)
            .where(_sizing.c.id == sizing_id, _sizing.c.deleted_at.is_(None))
        ).first()


def charter_with_formula(notebook: Notebook) -> str:
    """The name of the user's charter that gives a formula, empty when it gives none."""
    with notebook.read() as connection:
        found = connection.execute(
            select(_charter.c.name)
            .join_from(_charter, _organisation, _organisation.c.network_id == _charter.c.network_id)
            .where(_organisation.c.id == notebook.organisation_id, _charter.c.minimum_effort_rate.is_not(None))
        ).scalar()
    return str(found or "")


def visit_state(notebook: Notebook, visit_id: str) -> tuple[str, str] | None:
    """(state, number) of a visit, or ``None``."""
    with notebook.read() as connection:
        row = connection.execute(
            select(_visit.c.state, _visit.c.number).where(_visit.c.id == visit_id, _visit.c.deleted_at.is_(None))
        ).first()
    return (row.state, row.number) if row else None


def find_by_number(notebook: Notebook, kind: str, text: str) -> str | None:
    """The id of a visit, beneficiary or calculation named by its id or its printed number."""
    table, number = _NUMBERED[kind]
    with notebook.read() as connection:
        found = connection.execute(
            select(table.c.id).where(
                or_(table.c.id == text, and_(number == text.upper(), number != "")), table.c.deleted_at.is_(None)
            )
        ).scalar()
    return str(found) if found else None


def issued_sha256(notebook: Notebook, record_id: str, recipient: str) -> str:
    """The content kept when this document was issued for this recipient; empty when it never was."""
    with notebook.read() as connection:
        found = connection.execute(
            select(_attachment.c.sha256)
            .join_from(_issued, _attachment, _attachment.c.id == _issued.c.attachment_id)
            .where(
                _issued.c.record_id == record_id,
                _issued.c.recipient == recipient,
                _issued.c.deleted_at.is_(None),
                _attachment.c.sha256 != "",
            )
            .order_by(_issued.c.issued_at)
        ).scalar()
    return str(found or "")
