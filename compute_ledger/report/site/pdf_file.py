"""A book as one PDF: its print edition, set by WeasyPrint or by a Chromium found on the PATH."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from compute_ledger.report.book.contents import Edition
from compute_ledger.report.book.layout import PRINT
from compute_ledger.report.errors import RenderError, TargetError
from compute_ledger.shared.atomic_files import replaceable, write_whole
from compute_ledger.shared.fonts import never_none

BROWSERS = (
    "chromium",
    "chromium-browser",
    "chromium-headless-shell",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
# One print job and nothing else: no profile kept, no network, no update.
QUIET = (
    "--headless",
    "--disable-gpu",
    "--disable-sync",
    "--disable-quic",
    "--disable-extensions",
    "--disable-component-update",
    "--disable-background-networking",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
LONGEST_SECONDS = 600
NO_ENGINE = (
    "no program to make a PDF with: install WeasyPrint (pip install 'compute-ledger[pdf]') "
    "or Chromium (or Chrome or Edge) on the PATH; or open {page} in a browser and print it"
)


def write_pdf(book: Path, edition: Edition, out: Path) -> str:
    """Write the print edition of `edition` in the built `book` to `out`, whole or not at all.

    Returns the name of the program that did it. RenderError when the book is not built, no program is there
    or it fails; TargetError when `out` cannot be written.
    """
    page = (book / edition.path / PRINT).resolve()
    if not page.is_file():
        raise RenderError(f"no edition {edition.name!r} in {book} ({page.name} is missing); run `make book` first")
    weasyprint, browser = importlib.util.find_spec("weasyprint"), chromium_path()
    if weasyprint is None and browser is None:
        raise RenderError(NO_ENGINE.format(page=page))
    with _written_to(out), tempfile.TemporaryDirectory(prefix="compute-ledger-pdf-") as folder, never_none():
        pdf = Path(folder, "book.pdf")
        if weasyprint is not None:
            print_by_weasyprint(page, pdf)
        elif browser is not None:
            print_by_chromium(browser, page, pdf)
        if not pdf.is_file() or not pdf.read_bytes()[:5] == b"%PDF-":
            raise RenderError(f"{browser or 'WeasyPrint'} made no PDF of {page}")
        write_whole(pdf.read_bytes(), out)
    return "WeasyPrint" if weasyprint is not None else Path(str(browser)).name


def chromium_path() -> str | None:
    return next((path for path in map(shutil.which, BROWSERS) if path), None)


@contextmanager
def _written_to(out: Path) -> Iterator[None]:
    """Whether `out` can be written is told before a program works for minutes, in the words of any other failure."""
    if out.is_dir():
        raise TargetError(f"cannot write {out}: it is a folder; give --out the name of a file")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        replaceable(out)
        yield
    except OSError as error:
        raise TargetError(f"cannot write {out}: {error.strerror or error}; give another --out") from error


def print_by_weasyprint(page: Path, out: Path) -> None:
    import weasyprint  # type: ignore[import-not-found,unused-ignore]

    weasyprint.HTML(filename=str(page)).write_pdf(out, pdf_tags=True)


def print_by_chromium(browser: str, page: Path, out: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="compute-ledger-pdf-") as profile:
        command = [browser, *QUIET, f"--user-data-dir={profile}", f"--print-to-pdf={out}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--no-sandbox")  # root has none: containers and CI
        try:
            done = subprocess.run(
                [*command, page.as_uri()], capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise RenderError(f"{browser} made no PDF of {page} in {LONGEST_SECONDS} seconds") from error
    if done.returncode:
        last_words = " ".join(done.stderr.split())[-300:]
        raise RenderError(f"{browser} failed on {page} (exit code {done.returncode}): {last_words}")
