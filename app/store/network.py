"""Who the notebook belongs to: its facilitator, organisation and network."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.models.base import table_of
from app.models.choices import Role
from app.models.network import Charter, Facilitator, Network, Organisation
from app.rules.access import Actor
from app.rules.numbering import parse_prefix
from app.store.notebook import Notebook
from app.store.unit import Outcome, not_found, writing

_facilitator = table_of(Facilitator)
_organisation = table_of(Organisation)
_network = table_of(Network)
_charter = table_of(Charter)


@dataclass(frozen=True, slots=True)
class Owner:
    """The user of this notebook and where they work."""

    facilitator_id: str
    last_name: str
    first_name: str
    phone: str
    email: str
    role: str
    organisation_id: str
    organisation_name: str
    organisation_short_name: str
    network_code: str
    network_name: str
    prefix: str
    demonstration: bool

    @property
    def full_name(self) -> str:
        """« Nadia DIALLO »."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One organisation, as chosen at the first launch."""

    organisation_id: str
    name: str
    short_name: str
    network_code: str
    network_name: str
    code: str


def list_organisations(notebook: Notebook) -> list[OrganisationRow]:
    """Every organisation of the notebook, network by network."""
    query = (
        select(
            _organisation.c.id,
            _organisation.c.name,
            _organisation.c.short_name,
            _network.c.code,
            _network.c.name.label("network_name"),
            _organisation.c.code.label("organisation_code"),
        )
        .join(_network, _network.c.id == _organisation.c.network_id)
        .where(_organisation.c.deleted_at.is_(None))
        .order_by(_network.c.code, _organisation.c.name)
    )
    with notebook.read() as connection:
        return [OrganisationRow(*row) for row in connection.execute(query)]


def set_owner(
    notebook: Notebook,
    organisation_id: str,
    *,
    last_name: str,
    first_name: str,
    prefix: str,
    phone: str = "",
    email: str = "",
) -> Outcome:
    """Say who this notebook belongs to; done once, at its creation.

    Raises ``InvalidInput`` for a prefix that is not two letters, ``NotFound`` for an unknown organisation.
    """
    letters = parse_prefix(prefix)
    with writing(notebook, "titulaire du carnet") as unit:
        if unit.find(Organisation, organisation_id) is None:
            raise not_found()
        facilitator = unit.insert(
            Facilitator,
            {
                "last_name": last_name.strip(),
                "first_name": first_name.strip(),
                "phone": phone.strip(),
                "email": email.strip(),
                "role": Role.FACILITATOR,
                "organisation_id": organisation_id,
            },
        )
        outcome = unit.outcome_of(facilitator)
    for name, value in (
        ("actor", facilitator),
        ("organisation", organisation_id),
        ("role", Role.FACILITATOR),
        ("prefix", letters),
    ):
        notebook.set_control(name, value)
    sign_in(notebook)
    return outcome


def change_prefix(notebook: Notebook, prefix: str) -> None:
    """Other letters for the numbers made here, when two machines would make the same. Raises ``InvalidInput``."""
    notebook.set_control("prefix", parse_prefix(prefix))


def sign_in(notebook: Notebook) -> None:
    """Write from now on in the name of the notebook's owner."""
    notebook.actor_id = notebook.get_control("actor")
    notebook.organisation_id = notebook.get_control("organisation")
    notebook.role = notebook.get_control("role", Role.FACILITATOR)


def actor_of(notebook: Notebook) -> Actor:
    """The owner as the rules of access see them."""
    return Actor(notebook.actor_id, notebook.organisation_id, Role(notebook.role))


def find_owner(notebook: Notebook) -> Owner | None:
    """The owner, or ``None`` while nobody was said."""
    query = (
        select(
            _facilitator.c.id,
            _facilitator.c.last_name,
            _facilitator.c.first_name,
            _facilitator.c.phone,
            _facilitator.c.email,
            _organisation.c.id.label("organisation_id"),
            _organisation.c.name.label("organisation_name"),
            _organisation.c.short_name,
            _network.c.code,
            _network.c.name.label("network_name"),
        )
        .join(_organisation, _organisation.c.id == _facilitator.c.organisation_id)
        .join(_network, _network.c.id == _organisation.c.network_id)
        .where(_facilitator.c.id == notebook.actor_id)
    )
    with notebook.read() as connection:
        row = connection.execute(query).first()
    if row is None:
        return None
    return Owner(
        facilitator_id=row.id,
        last_name=row.last_name,
        first_name=row.first_name,
        phone=row.phone,
        email=row.email,
        role=notebook.role,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation_name,
        organisation_short_name=row.short_name,
        network_code=row.code,
        network_name=row.network_name,
        prefix=notebook.get_control("prefix"),
        demonstration=notebook.get_control("demonstration") == "1",
    )


def minimum_effort_rate(notebook: Notebook) -> int | None:
    """The charter's minimum effort rate in hundredths of a percent, ``None`` when the network publishes none."""
    query = (
        select(_charter.c.minimum_effort_rate)
        .join(_organisation, _organisation.c.network_id == _charter.c.network_id)
        .where(_organisation.c.id == notebook.organisation_id, _charter.c.deleted_at.is_(None))
        .order_by(_charter.c.valid_from.desc())
    )
    with notebook.read() as connection:
        row = connection.execute(query).first()
    return row[0] if row else None
