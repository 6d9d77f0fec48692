"""The letter that reminds a company of a missing statement, with the statement to fill in behind it (PRODUCT.md H9)."""

from __future__ import annotations

from app.documents.heading import Desk, header, referent, stamp
from app.hours.service import HoursService
from app.models.choices import DocumentKind, Recipient
from app.reports.content import ReminderContent
from app.rules.calendar import first_day
from app.rules.statements import due_date, is_late
from app.store.companies import find_company
from app.store.operations import contacts_of
from app.store.paper import letterhead
from app.store.statements import due_days, reminders
from app.store.unit import not_found


def content(desk: Desk, hours: HoursService, company_id: str, month: str, recipient: Recipient) -> ReminderContent:
    """What the letter says. The paper code must have been given before. Raises ``NotFound``."""
    notebook = desk.notebook
    grid = hours.open_month(company_id, month)
    with notebook.read() as connection:
        company = find_company(connection, company_id)
        if company is None:
            raise not_found()
        contacts = contacts_of(connection, company_id=company_id)
        day = due_days(connection, notebook.organisation_id, month, [company_id])[company_id]
        known = reminders(connection, notebook.organisation_id, month, [company_id]).get(company_id, [])
    usual = next((one for one in contacts if one.usual), contacts[0] if contacts else None)
    contact = ""
    if usual is not None:
        contact = ", ".join(filter(None, (f"{usual.first_name} {usual.last_name}".strip(), usual.role_label)))
    letter = letterhead(notebook, notebook.organisation_id)
    town = f"{company.postcode} {company.town}".strip()
    return ReminderContent(
        stamp=stamp(desk, DocumentKind.REMINDER, grid.paper_code, recipient),
        organisation=header(desk),
        company=grid.company_name,
        address_lines=tuple(line for line in (company.address, town) if line),
        contact=contact,
        month=first_day(month),
        operations=grid.operations,
        people=len({row.beneficiary_id for row in grid.rows}),
        paper_code=grid.paper_code,
        referent=referent(desk, notebook.actor_id),
        due_on=due_date(month, day),
        late=is_late(month, day, notebook.clock.today()),
        earlier=tuple(sorted({one.reminded_on for one in known})),
        place=letter.town if letter else "",
    )
