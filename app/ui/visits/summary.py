"""Beside the visit: « L’essentiel » as it will be printed, and what the report will hold."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.rules.french import plural
from app.store.visit_sheet import VisitSheet
from app.store.visits import Stage
from app.ui.kit.controls import button
from app.ui.kit.fields import MultilineField
from app.ui.kit.labels import label
from app.ui.visits.rows import keep_field
from app.ui.visits.viewmodel import VisitModel


class SummaryPanel(QScrollArea):
    """The right panel of a visit."""

    def __init__(self, model: VisitModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = self.inner = QWidget(self)
        inner.setObjectName("column")
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        column.addWidget(label("Compte rendu", "subtitle", inner))
        self.lines = MultilineField("summary", "L’essentiel", lines=8, autosave=False)
        self.lines.committed.connect(lambda value: model.set_summary(value))
        keep_field(self.lines, lambda text: model.keep_typing("summary", "L’essentiel", text))
        column.addWidget(self.lines)
        self.state = label("", "small", inner, wrap=True)
        column.addWidget(self.state)
        self.again = button("Reprendre le texte proposé", "quiet", "rotate-ccw", inner)
        self.again.clicked.connect(lambda _on=False: model.set_summary(""))
        column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        self.holds = label("", "strong", inner)
        column.addWidget(self.holds)
        self.content = label("", "", inner, wrap=True)
        column.addWidget(self.content)
        self.missing = label("", "secondary", inner, wrap=True)
        column.addWidget(self.missing)
        self.preview_button = button("Aperçu du compte rendu", "", "file-text", inner)
        column.addWidget(self.preview_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.setWidget(inner)

    def show_sheet(self, sheet: VisitSheet) -> None:
        """Show the summary of a visit."""
        self.lines.set_value("\n".join(sheet.summary))
        self.lines.set_read_only(sheet.is_final)
        if sheet.is_final:
            self.state.setText("Texte du compte rendu signé.")
        elif sheet.summary_edited:
            self.state.setText("Texte écrit par vous\u00a0: il ne suit plus la visite.")
        else:
            self.state.setText("Texte proposé, tenu à jour pendant la visite. Vous pouvez l’écrire autrement.")
        self.holds.setText("Le compte rendu contient" if sheet.is_final else "Le compte rendu contiendra")
        self.preview_button.setVisible(sheet.stage is Stage.DRAFT)
        self.again.setVisible(sheet.summary_edited and not sheet.is_final)
        self.content.setText("\n".join(content_of(sheet)))
        self.missing.setText("" if sheet.is_final else " ".join(sheet.missing))
        self.missing.setVisible(bool(sheet.missing) and not sheet.is_final)


def content_of(sheet: VisitSheet) -> tuple[str, ...]:
    """What the report will hold, one line a kind."""
    lines = [
        f"{plural(len(sheet.people), 'personne')} dont {plural(sheet.present_count, 'présente')}",
        plural(len(sheet.findings), "constat"),
        plural(len(sheet.points), "point antérieur", "points antérieurs"),
        plural(len(sheet.actions), "action"),
        plural(sum(one.for_reports for one in sheet.photos), "photo"),
        plural(len(sheet.signatures), "signature"),
    ]
    return tuple(lines)
