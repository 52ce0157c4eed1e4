"""Be killed while a book is built, half a page of it written.

    die_while_building.py FOLDER [move]

With `move` the book of before has just been put aside.
"""

import os
import signal
import sys
from pathlib import Path

from compute_ledger.report.files.locks import scratch
from compute_ledger.report.site.staging import staging


def main(target: Path, how: str = "") -> None:
    with staging(target) as folder, scratch(target.parent, "compute-ledger-"):
        (folder / "page.html").write_text("half a page")
        if how == "move":
            target.rename(folder.with_name("old"))
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
