"""Free texts: a social security number is refused under the field; a sensitive word is asked about and kept."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.ui.kit.fields import MultilineField, TextField
from tests.ui.keys import press, type_text

NIR = "2 99 02 91 999 999"


@pytest.mark.parametrize("kind", [TextField, MultilineField])
def test_a_nir_is_refused_with_the_reason_and_stays_in_the_field(qtbot: QtBot, kind: type) -> None:
    field = kind("note", "Note")
    qtbot.addWidget(field)
    field.show()
    kept: list[object] = []
    field.committed.connect(kept.append)
    field.control.setFocus()
    type_text(field.control, f"Carte vue {NIR}")
    press(field.control, "Tab")
    assert not field.commit()
    assert kept == []
    assert "sécurité sociale" in field.error()
    assert NIR not in field.error()
    assert NIR in (field.edit.text() if kind is TextField else field.edit.toPlainText())


def test_a_sensitive_word_is_asked_about_and_kept(qtbot: QtBot) -> None:
    field = MultilineField("note", "Note")
    qtbot.addWidget(field)
    field.show()
    kept: list[object] = []
    field.committed.connect(kept.append)
    type_text(field.control, "Sort de dépression, volontaire")
    assert "«\u00a0dépression\u00a0»" in field.thought()
    assert "Est-ce nécessaire" in field.thought()
    assert field.thought() in field.control.accessibleDescription()
    assert field.commit()
    assert kept == ["Sort de dépression, volontaire"]
    field.set_value("Volontaire")
    assert field.thought() == ""
