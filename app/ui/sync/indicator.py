"""The six states of PRODUCT.md §3.6 as a shape and a colour role; the words come with them."""

from __future__ import annotations

from app.sync.sentences import QUIET, lease_words
from app.sync.state import Situation
from app.ui.shell.indicator import SyncState
from app.ui.sync.viewmodel import SyncModel

LOOKS: dict[Situation, tuple[str, str]] = {
    Situation.UP_TO_DATE: ("circle-check", "success"),
    Situation.TO_SEND: ("circle-arrow-up", "info"),
    Situation.RUNNING: ("refresh-cw", "info"),
    Situation.OFFLINE: ("cloud-off", "text_secondary"),
    Situation.ALONE: ("cloud-off", "text_secondary"),
    Situation.REFUSED: ("triangle-alert", "warning"),
    Situation.ATTENTION: ("triangle-alert", "warning"),
    Situation.TO_REVIEW: ("files", "warning"),
}


def shown(model: SyncModel) -> SyncState:
    """What the left corner shows now."""
    icon, role = LOOKS[model.state.situation]
    if model.state.situation in QUIET and lease_words(model.state, model.clock.now()):
        icon, role = "triangle-alert", "warning"
    return SyncState(model.words, icon, role)
