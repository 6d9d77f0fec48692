"""Make the pictures of the README and of the guide again: ``./dev screens``.

The real window does the main job on a fresh demonstration, offscreen; its pictures go to ``docs/pictures`` and the
first page of each PDF beside them. A demonstration exchanges with nobody: the pictures of the exchange come from the
invented one of ``tests/ui/sync``.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
DOTS_PER_POINT = 1.0


def main() -> int:
    """Make every picture; answers the exit code."""
    sys.path.insert(0, str(ROOT))
    from app.showcase import run

    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        for path in run(Path(place) / "carnet", Path(place) / "documents"):
            if path.suffix == ".png":
                shutil.copyfile(path, PICTURES / path.name)
            else:
                _first_page(path, PICTURES / f"{_name(path)}.png")
        _first_run(Path(place) / "vide", PICTURES / "10-premier-lancement.png")
    _exchange()
    for made in sorted(PICTURES.iterdir()):
        print(made.relative_to(ROOT))
    return 0


def _first_run(folder: Path, target: Path) -> None:
    """The four choices of the first screen."""
    from PySide6.QtWidgets import QApplication

    from app.account.secrets import NoSecrets
    from app.desktop import Desktop
    from app.settings import Settings
    from app.ui.shell.first_run import FirstRunPage

    desktop = Desktop(folder, Settings(None), secrets=NoSecrets())
    desktop.root.resize(1366, 768)
    desktop.show()
    while not (desktop.is_ready and isinstance(desktop.root.page, FirstRunPage)):
        QApplication.processEvents()
    _grab(desktop.root, target)
    desktop.root.close()
    desktop.close()


def _exchange() -> None:
    """« Synchronisation » with something of each kind, and the dialog of the safety copy."""
    from dataclasses import replace

    from PySide6.QtWidgets import QApplication, QMainWindow

    from app.sync.state import Decision
    from app.ui.sync.safety import SafetyCopyDialog
    from tests.ui.fakes import make_frame
    from tests.ui.sync.conftest import SyncScreen
    from tests.ui.sync.desk import NOW, FakeDesk, hours_card, journal, phone_card

    desk = FakeDesk(unsent=7, photos_done=12, photos_total=14)
    desk.cards = [phone_card(), hours_card()]
    desk.lines = journal()
    desk.decided = [replace(hours_card(), decided=Decision.MINE, decided_at=NOW)]
    screen = SyncScreen(make_frame(), desk)
    window = QMainWindow()
    window.setCentralWidget(screen.workspace)
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    screen.frame.navigation.go("today")
    screen.open()
    _grab(window, PICTURES / "11-synchronisation.png")
    dialog = SafetyCopyDialog(window, screen.exchange._services.safety_copies, screen.frame.bridge)
    dialog.open()
    QApplication.processEvents()
    _grab(dialog, PICTURES / "12-copie-de-secours.png")
    dialog.close()
    window.close()


def _grab(widget: QWidget, target: Path) -> None:
    from PySide6.QtWidgets import QApplication

    for _turn in range(4):
        QApplication.processEvents()
    widget.grab().save(str(target))


def _name(pdf: Path) -> str:
    for part, name in (("fiche", "pdf-fiche-de-suivi"), ("releve", "pdf-releve-mensuel")):
        if part in pdf.name:
            return name
    return "pdf-compte-rendu-de-visite"


def _first_page(pdf: Path, target: Path) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        document[0].render(scale=DOTS_PER_POINT).to_pil().save(target)
    finally:
        document.close()


if __name__ == "__main__":
    sys.exit(main())
