"""What every document carries: who establishes it, for whom, when; and names in the form of letters."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.models.choices import DocumentKind, Recipient
from app.reports.content import DocumentStamp, OrganisationHeader, Referent
from app.reports.privacy import long_notice, short_notice
from app.store.attachments import AttachmentFiles
from app.store.notebook import Notebook
from app.store.paper import caller, letterhead
from app.version import VERSION

COPY_LABELS = {
    Recipient.COMPANY: "exemplaire entreprise",
    Recipient.BUYER: "exemplaire donneur d’ordre",
    Recipient.PERSON: "exemplaire de la personne",
    Recipient.FILE: "exemplaire dossier",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What the builders of documents are given: the open notebook and its sealed files."""

    notebook: Notebook
    files: AttachmentFiles

    @property
    def is_demonstration(self) -> bool:
        """Whether every page must say « DÉMONSTRATION »."""
        return self.notebook.get_control("demonstration") == "1"


def header(desk: Desk, organisation_id: str = "") -> OrganisationHeader:
    """The organisation that establishes the document: the record's own, else the user's."""
    found = letterhead(desk.notebook, organisation_id or desk.notebook.organisation_id)
    if found is None:
        return OrganisationHeader(name="")
    return OrganisationHeader(
        name=found.name,
        address_lines=tuple(line for line in (found.address, f"{found.postcode} {found.town}".strip()) if line),
        phone=found.phone,
        email=found.email,
        logo=desk.files.get(found.logo_sha256) if found.logo_sha256 else None,
        footer_line=found.footer_line,
        privacy_short=short_notice(found.name, found.privacy_contact),
        privacy_long=long_notice(found.name, found.legal_basis, found.privacy_contact),
        privacy_contact=found.privacy_contact,
    )


def stamp(
    desk: Desk,
    kind: DocumentKind,
    number: str,
    recipient: Recipient,
    *,
    at: dt.datetime | None = None,
    by: str = "",
    draft: bool = False,
) -> DocumentStamp:
    """Number, date, author and recipient of one copy. ``at``: the date of a final record, so that it reprints alike."""
    return DocumentStamp(
        kind=kind,
        number=number,
        established_at=(at or desk.notebook.clock.now()).astimezone(),
        established_by=by or user_name(desk),
        program_version=VERSION,
        recipient=recipient,
        copy_label=COPY_LABELS[recipient],
        draft=draft,
        demonstration=desk.is_demonstration,
    )


def user_name(desk: Desk) -> str:
    """« Nadia DIALLO », the user of the notebook."""
    return referent(desk, desk.notebook.actor_id).name


def referent(desk: Desk, facilitator_id: str) -> Referent:
    """A facilitator as printed for whoever must call; the organisation's phone when they have none."""
    found = caller(desk.notebook, facilitator_id or desk.notebook.actor_id)
    return Referent(
        name=found.name,
        role_label="votre interlocuteur au sujet de la clause d’insertion" if found.name else "",
        phone=found.phone,
        email=found.email,
    )


def letter_name(last: str, first: str) -> str:
    """« Julie MARTIN »."""
    return f"{first} {last}".strip()
