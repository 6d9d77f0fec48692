"""Network, organisations, facilitators, charters with their targets, dated reference data."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from sqlalchemy import JSON
from sqlmodel import Field

from app.models.base import Record
from app.models.choices import OrganisationKind, Role


class Network(Record, table=True):
    """A network of organisations that share buyers, operations and companies."""

    shared: ClassVar[bool] = True
    code: str
    name: str
    territory: str = ""


class Organisation(Record, table=True):
    """A body that employs facilitators (« organisation porteuse de la clause sociale »)."""

    shared: ClassVar[bool] = True
    network_id: str = Field(foreign_key="network.id", index=True)
    code: str
    name: str
    short_name: str = ""
    kind: str = OrganisationKind.OTHER
    address: str = ""
    postcode: str = ""
    town: str = ""
    phone: str = ""
    email: str = ""
    footer_line: str = ""
    privacy_contact: str = ""
    """Who answers a request about personal data (data protection officer)."""
    legal_basis: str = ""
    """Legal basis printed in the RGPD block; decided by the organisation with its DPO (PRODUCT.md §4.0)."""
    logo_attachment_id: str = ""


class Facilitator(Record, table=True):
    """A user: works for one organisation with one role."""

    shared: ClassVar[bool] = True
    last_name: str
    first_name: str
    phone: str = ""
    email: str = ""
    role: str = Role.FACILITATOR


class Charter(Record, table=True):
    """A charter of the network with its dates and minimum effort rate (hundredths of a percent)."""

    shared: ClassVar[bool] = True
    network_id: str = Field(foreign_key="network.id", index=True)
    code: str
    name: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    minimum_effort_rate: int | None = None
    source: str = ""


class CharterTarget(Record, table=True):
    """One target of a charter, e.g. 2 million hours (art. 3).

    ``baseline`` and ``target`` are in hundredths of the unit; ``None`` when the charter gives no number.
    """

    shared: ClassVar[bool] = True
    charter_id: str = Field(foreign_key="charter.id", index=True)
    indicator: str
    label: str
    unit: str = ""
    baseline: int | None = None
    target: int | None = None
    position: int = 0


class ReferenceEntry(Record, table=True):
    """One dated line of a reference table: what a network decides is data, not code.

    ``code`` never changes; labels are dated by ``valid_from`` / ``valid_to`` (inclusive), so that
    an old record keeps the words of its time (PRODUCT.md A1).
    """

    shared: ClassVar[bool] = True
    table: str = Field(index=True)
    code: str
    label: str
    network_code: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    source: str = ""
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    position: int = 0
