"""Write each file named, as somebody who is not root; a line or two for each, of what was refused and written.

    write_as_nobody.py FILE…

Interpreter and package may be closed to others: what is needed of them is imported as root.
"""

import os
import sys
from pathlib import Path

from compute_ledger.report.errors import ReportError
from compute_ledger.report.execution import papermill_files
from compute_ledger.shared.atomic_files import write_whole

NOBODY = 65534


def main(names: list[str]) -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    for name in names:
        try:
            papermill_files.refuse_unwritable(name, Path.cwd())
        except ReportError as error:
            sys.stdout.write(f"{error}\n")
        try:
            write_whole(b"new", Path(name))
            sys.stdout.write("written\n")
        except OSError as error:
            sys.stdout.write(f"{type(error).__name__}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
