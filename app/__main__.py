"""``python -m app``: the same as ``inclusiv``."""

import sys

from app.cli import main

sys.exit(main())
