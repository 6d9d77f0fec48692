"""``python -m app``: the same as ``inclusiv``. Frozen, it is also the process that opens a company's file."""

import sys

if getattr(sys, "frozen", False) and len(sys.argv) > 1:
    from app.hours.timesheets.sandbox import WORKER_VERB

    if sys.argv[1] == WORKER_VERB:
        from app.hours.timesheets.worker import main as read_one_file

        sys.exit(read_one_file(sys.argv[2:]))

from app.cli import main

sys.exit(main())
