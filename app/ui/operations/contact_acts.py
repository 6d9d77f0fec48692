"""What is done with the contacts of a company, of an operation or of its buyer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.operations.values import ContactDraft
from app.store.unit import Outcome
from app.ui.bridge.messages import Messages
from app.ui.shell.acts import Acts, Failed


class ContactCalls(Protocol):
    """What is asked of the service."""

    def add_contact(self, draft: ContactDraft) -> Outcome: ...
    def set_contact(self, contact_id: str, field: str, value: object) -> Outcome: ...
    def set_usual_contact(self, contact_id: str) -> Outcome: ...
    def remove_contact(self, contact_id: str) -> Outcome: ...


class ContactActs:
    """The acts, each undone by name."""

    def __init__(self, service: ContactCalls, acts: Acts, messages: Messages) -> None:
        self._service = service
        self._acts = acts
        self._messages = messages

    def add(self, draft: ContactDraft, done: Callable[[], None], failed: Failed) -> None:
        """Add a contact."""
        self._acts.do(lambda: self._service.add_contact(draft), lambda _outcome: done(), failed)

    def set_field(self, contact_id: str, field: str, value: object, failed: Failed) -> None:
        """Edit one field of a contact."""
        self._acts.do(lambda: self._service.set_contact(contact_id, field, value), failed=failed)

    def set_usual(self, contact_id: str) -> None:
        """« Répond d’habitude »."""
        self._acts.do(lambda: self._service.set_usual_contact(contact_id))

    def remove(self, contact_id: str) -> None:
        """Put a contact in the bin."""
        self._acts.do(lambda: self._service.remove_contact(contact_id), told="Contact supprimé.")

    def say(self, text: str) -> None:
        """Say something in the message bar."""
        self._messages.say(text)
