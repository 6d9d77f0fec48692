"""Make the pictures of the README again: ``./dev screens``.

The real window does the main job on a fresh demonstration, offscreen; its pictures go to ``docs/pictures`` and the
first page of each PDF beside them.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

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
    for made in sorted(PICTURES.iterdir()):
        print(made.relative_to(ROOT))
    return 0


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
