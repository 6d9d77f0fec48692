"""Section 7 of a visit: photos from a file or the clipboard, reduced off the window's thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QImageWriter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.rules.french import NBSP, format_time, plural
from app.store.attachments import AttachmentRow
from app.store.visit_sheet import VisitSheet
from app.ui.kit.controls import button
from app.ui.kit.dialogs import open_files
from app.ui.kit.fields import CheckField, ChoiceField, TextField
from app.ui.kit.labels import label
from app.ui.kit.pictures import fitted, small_picture
from app.ui.theme.appearance import appearance
from app.ui.visits.annotating import AnnotateDialog
from app.ui.visits.rows import Row, RowList, SectionBox, keep_field
from app.ui.visits.viewmodel import VisitModel
from app.visits.values import Section

FILTERS = ["Photos (*.jpg *.jpeg *.png *.webp *.tif *.tiff *.bmp *.gif)"]
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif")
_THUMB = QSize(160, 120)
_KEPT = QSize(480, 360)

ChooseFiles = Callable[[QWidget, Callable[[list[Path]], None]], object]


def choose_photos(parent: QWidget, chosen: Callable[[list[Path]], None]) -> object:
    """Ask for pictures."""
    return open_files(parent, "Ajouter des photos", FILTERS, chosen, many=True)


class PhotoRow(Row):
    """A photo: small picture, caption, finding it shows."""

    def __init__(self, model: VisitModel) -> None:
        super().__init__()
        self._model = model
        self._photo: AttachmentRow | None = None
        self._pixmap: QPixmap | None = None
        self._bytes: bytes | None = None
        self.dialog: AnnotateDialog | None = None
        line = QHBoxLayout()
        line.setSpacing(16)
        self.picture = QLabel(self)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        line.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(6)
        head = QHBoxLayout()
        self.number = label("", "strong", self)
        head.addWidget(self.number)
        self.detail = label("", "secondary", self)
        head.addWidget(self.detail, 1)
        self.annotate = button("Masquer ou annoter", "", "crop", self)
        self.annotate.clicked.connect(lambda _on=False: self._annotate())
        head.addWidget(self.annotate)
        self.remove = button("Retirer", "quiet", "x", self)
        self.remove.clicked.connect(lambda _on=False: self._remove())
        head.addWidget(self.remove)
        column.addLayout(head)
        self.caption = TextField("caption", "Légende", max_length=200, free=True)
        self.caption.committed.connect(lambda value: self._edit(caption=value))
        keep_field(self.caption, self._keep)
        column.addWidget(self.caption)
        self.caption_words = label("", "", self, wrap=True)
        self.caption_words.hide()
        column.addWidget(self.caption_words)
        self.finding = ChoiceField("observation_id", "Constat montré", none="Aucun en particulier")
        self.finding.committed.connect(lambda value: self._edit(observation_id=value or ""))
        column.addWidget(self.finding)
        self.leaves = CheckField("for_reports", "Montrer dans le compte rendu")
        self.leaves.committed.connect(lambda value: self._edit(for_reports=value))
        column.addWidget(self.leaves)
        line.addLayout(column, 1)
        self.column.addLayout(line)
        model.photo_ready.connect(self._ready)
        appearance().changed.connect(self._draw)

    def show_value(self, value: tuple[AttachmentRow, int, VisitSheet]) -> None:
        photo, rank, sheet = value
        if self._photo is not None and self._photo.sha256 != photo.sha256:
            self._pixmap = self._bytes = None  # annotated: the picture is another one
        self._photo = photo
        self.number.setText(f"Photo {rank}")
        taken = format_time(photo.taken_at.astimezone()) if photo.taken_at else ""
        size = f"{max(1, photo.size // 1000)}{NBSP}ko"
        self.detail.setText(" · ".join(part for part in (taken, size) if part))
        self.remove.setAccessibleName(f"Retirer la photo {rank}")
        self.annotate.setAccessibleName(f"Masquer ou annoter la photo {rank}")
        self.picture.setAccessibleName(f"Photo {rank}{NBSP}: {photo.caption or 'sans légende'}")
        self.caption.set_value(photo.caption)
        self.caption_words.setText(photo.caption)
        self.finding.set_choices([(one.observation_id, f"{one.label} {one.text}") for one in sheet.findings])
        self.finding.set_value(photo.observation_id)
        self.leaves.set_value(photo.for_reports)
        if self._pixmap is None:
            self._draw()
            self._model.ask_photo(photo.sha256)

    @property
    def attachment_id(self) -> str:
        """The photo shown."""
        return self._photo.attachment_id if self._photo is not None else ""

    def set_read_only(self, on: bool) -> None:
        for one in (self.annotate, self.remove, self.caption, self.finding, self.leaves):
            one.setVisible(not on)
        self.caption_words.setVisible(on)

    def _ready(self, sha256: str, data: bytes) -> None:
        if self._photo is not None and sha256 == self._photo.sha256:
            self._pixmap = QPixmap.fromImage(small_picture(data, _KEPT))
            self._bytes = data
            self._draw()

    def _draw(self) -> None:
        look = appearance()
        room = QSize(look.px(_THUMB.width()), look.px(_THUMB.height()))
        self.picture.setFixedSize(room)
        if self._pixmap is None:
            self.picture.setText("…")
            return
        self.picture.setPixmap(fitted(self._pixmap, room, self.devicePixelRatioF()))

    def _edit(self, **fields: str | bool) -> None:
        if self._photo is not None:
            self._model.edit_photo(self._photo.attachment_id, **fields)

    def _annotate(self) -> None:
        photo = self._photo
        if photo is None or self._bytes is None:
            return
        picture = QImage.fromData(self._bytes)
        self.dialog = AnnotateDialog(
            self.window(),
            picture,
            lambda marks: self._model.annotate_photo(photo.attachment_id, photo.sha256, marks),
        )
        self.dialog.finished.connect(lambda _result: setattr(self, "dialog", None))
        self.dialog.open()

    def _keep(self, text: str) -> None:
        if self._photo is not None:
            self._model.keep_typing(f"photo/{self._photo.attachment_id}", "Légende d’une photo", text)

    def _remove(self) -> None:
        if self._photo is not None:
            self._model.remove_photo(self._photo.attachment_id)


class PhotosSection(SectionBox):
    """« Photos »: add, paste, drop; caption and finding of each."""

    def __init__(self, model: VisitModel, choose: ChooseFiles = choose_photos, parent: QWidget | None = None) -> None:
        super().__init__(Section.PHOTOS.label, parent)
        self._model = model
        self._choose = choose
        self._sheet: VisitSheet | None = None
        self.setAcceptDrops(True)
        self.add_button = button("Ajouter une photo", "", "image-plus", self)
        self.add_button.clicked.connect(lambda _on=False: self.add())
        self.paste_button = button("Coller", "", "clipboard-paste", self)
        self.paste_button.setAccessibleName("Coller la photo du presse-papiers")
        self.paste_button.clicked.connect(lambda _on=False: self.paste())
        self.head.addWidget(self.paste_button)
        self.head.addWidget(self.add_button)
        self.pending = label("", "info", self)
        self.pending.hide()
        self.body.addWidget(self.pending)
        self.rows: RowList[tuple[AttachmentRow, int, VisitSheet]] = RowList(
            lambda _one: PhotoRow(model),
            lambda one: one[0].attachment_id,
            "Aucune photo. Les photos sont réduites et leur lieu de prise de vue est retiré.",
        )
        self.body.addWidget(self.rows)
        self.faces = label(
            "Un visage reconnaissable demande l’accord de la personne avant d’être montré hors de votre structure.",
            "small",
            self,
            wrap=True,
        )
        self.body.addWidget(self.faces)
        model.photos_pending.connect(self._count)

    def show_sheet(self, sheet: VisitSheet, force: bool = False) -> None:
        """Show the photos."""
        self._sheet = sheet
        self.rows.set_read_only(sheet.is_final)
        self.rows.show_values([(one, rank, sheet) for rank, one in enumerate(sheet.photos, 1)], force=force)
        self.set_count(plural(len(sheet.photos), "photo") if sheet.photos else "")
        self.add_button.setVisible(not sheet.is_final)
        self.paste_button.setVisible(not sheet.is_final)
        self.faces.setVisible(bool(sheet.photos) and not sheet.is_final)

    def add(self) -> None:
        """Ask for pictures and add them."""
        self._choose(self, self._model.add_photo_files)

    def paste(self) -> None:
        """Add the picture, or the files of pictures, of the clipboard."""
        clipboard = QGuiApplication.clipboard()
        files = _pictures(url.toLocalFile() for url in clipboard.mimeData().urls())
        image = clipboard.image()
        if files:
            self._model.add_photo_files(files)
        elif not image.isNull():
            self._model.add_photo_data(lambda: _encoded(image))
        else:
            self._model.say("Le presse-papiers ne contient pas de photo. Copier une image, puis recommencer.")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        open_to = self._sheet is not None and not self._sheet.is_final
        if open_to and _pictures(url.toLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self._model.add_photo_files(_pictures(url.toLocalFile() for url in event.mimeData().urls()))
        event.acceptProposedAction()

    def _count(self, count: int) -> None:
        self.pending.setText(f"{plural(count, 'photo')} en cours de réduction…")
        self.pending.setVisible(count > 0)


def _pictures(names: Iterable[str]) -> list[Path]:
    paths = [Path(name) for name in names]
    return [path for path in paths if path.suffix.lower() in _SUFFIXES]


def _encoded(image: QImage) -> bytes:
    """The picture as a PNG; slow for a large one: called off the window's thread."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())
