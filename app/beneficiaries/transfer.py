"""Giving a person to another structure of the network, which follows them from then on (SYNC.md §3, §7.9).

Here only the owner of the file changes; what goes along and what stays is done by the server when it receives it
(``rules.transfer``). Until then the file is in this notebook, in no list, and the act can be undone.
"""

from __future__ import annotations

from app.beneficiaries.records import Records
from app.beneficiaries.values import Option
from app.errors import InvalidInput, NotAllowed
from app.rules import access
from app.store import inbox
from app.store.network import actor_of, list_organisations
from app.store.unit import Outcome


class TransferActs(Records):
    """The structures a person may be given to, and the gift."""

    def structures_to_give_to(self) -> tuple[Option, ...]:
        """The other structures of the network, by name. Raises ``NotAllowed`` where nothing would ever leave."""
        if not inbox.cursors(self._notebook.raw):
            raise NotAllowed(
                "Ce carnet n’échange pas avec le serveur du réseau.",
                "La fiche n’a pas été confiée.",
                "Le relier d’abord\u00a0: la fiche part par la synchronisation.",
            )
        own = self._notebook.organisation_id
        known = list_organisations(self._notebook)
        networks = {one.network_code for one in known if one.organisation_id == own}
        others = tuple(
            Option(one.organisation_id, one.name)
            for one in known
            if one.organisation_id != own and one.network_code in networks
        )
        if not others:
            raise NotAllowed(
                "Votre réseau n’a pas d’autre structure.",
                "La fiche n’a pas été confiée.",
                "S’adresser à la coordination du réseau.",
            )
        return others

    def transfer(self, person_id: str, organisation_id: str) -> Outcome:
        """Give a person to another structure. Raises ``InvalidInput``, ``NotAllowed``, ``NotFound``."""
        person = self._person(person_id, archived=True)
        access.require(
            access.can_transfer(actor_of(self._notebook), person["organisation_id"], "beneficiary"),
            "confier cette fiche à une autre structure",
        )
        if organisation_id not in {one.code for one in self.structures_to_give_to()}:
            raise InvalidInput(
                "Choisir la structure qui suivra la personne.", "La fiche n’a pas été confiée.", field="organisation_id"
            )
        return self._write(person, "fiche confiée à une autre structure", {"organisation_id": organisation_id})
