"""The letter that reminds a company of a missing statement, with the statement to fill in behind it (PRODUCT.md H9)."""

from __future__ import annotations

from app.documents.heading import Desk, header, referent, stamp
from app.hours.service import HoursService
from app.models.choices import DocumentKind, Recipient
from app.reports.content import ReminderContent
from app.rules.calendar import first_day, month_of
from app.rules.french import NBSP, format_long_date, format_month, format_phone, join_words, of
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


def email(shown: ReminderContent) -> str:
    """The same request as the text of an e-mail, its subject on the first line. No beneficiary is named."""
    month = of(format_month(month_of(shown.month)))
    asked = "Sauf erreur de notre part, il ne nous est pas parvenu."
    if shown.due_on is not None:
        was = "était" if shown.late else "est"
        asked = f"Il {was} attendu pour le {format_long_date(shown.due_on)}. {asked}"
    places = f" ({join_words(list(shown.operations))})" if shown.operations else ""
    lines = [
        f"Objet{NBSP}: relevé des heures d’insertion {month}, {shown.company}",
        "",
        "Bonjour,",
        "",
        f"Nous attendons de {shown.company} le relevé des heures d’insertion {month}{places}. {asked}",
    ]
    if shown.earlier:
        lines.append(f"Ce message fait suite à notre relance du {format_long_date(shown.earlier[-1])}.")
    lines += [
        "",
        "Vous pouvez répondre avec le tableau d’heures de votre choix (paie, agence d’intérim, classeur). "
        "Si aucune personne n’a travaillé ce mois-ci, il suffit de l’écrire.",
        "",
        f"Code du relevé, à rappeler dans votre réponse{NBSP}: {shown.paper_code}",
        "",
        "Nous restons à votre disposition.",
        "",
        shown.referent.name,
        shown.organisation.name,
        ", ".join(filter(None, (format_phone(shown.referent.phone), shown.referent.email))),
    ]
    return "\n".join(lines).rstrip() + "\n"
