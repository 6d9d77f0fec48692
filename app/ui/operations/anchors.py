"""Links to the sections of a page, on as many lines as the width asks for."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.ui.kit.controls import button
from app.ui.kit.flow import Flow
from app.ui.kit.form import Form


def anchors(form: Form, parent: QWidget | None = None) -> Flow:
    """One link for each titled section of a form."""
    line = Flow(parent, spacing=16)
    line.setObjectName("anchors")
    for key, section in form.sections.items():
        if not section.title:
            continue
        link = button(section.title, "link", parent=line)
        link.clicked.connect(lambda _on=False, key=key: form.go_to(key))
        line.add(link)
    return line
