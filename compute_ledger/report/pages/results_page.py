"""Pages of results (sweep, diff): templates in book/templates/results, the book's stylesheet beside the page."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from compute_ledger.report.book import stylesheet, templates
from compute_ledger.report.errors import RenderError
from compute_ledger.report.files.results_folder import Folder
from compute_ledger.shared import rounding

TEMPLATES = Path("book/templates/results")


def write(root: Path, template: str, folder: Folder, name: str, facts: dict[str, Any]) -> None:
    """Write the page `name` and its stylesheet into `folder`; RenderError when the project at `root` lacks either."""
    import jinja2

    try:
        html = templates.environment(root / TEMPLATES).get_template(template).render(facts)
        style_files = stylesheet.files(root)
    except jinja2.TemplateError as error:
        raise RenderError(f"{TEMPLATES / template}: {error.message or type(error).__name__}") from error
    except OSError as error:
        raise RenderError(f"cannot read {error.filename}: {error.strerror}") from error
    for path, content in {**style_files, name: html.encode()}.items():
        folder.write(path, content)


def number(value: float) -> str:
    """Four digits that count, thousands set apart; whole numbers as they are."""
    value = rounding.rounded(value)
    if abs(value) >= 1000 or value.is_integer():
        text = rounding.text(value, 0)
    else:
        first = Decimal(repr(value)).adjusted()  # place of the first digit that counts
        text = rounding.text(value, min(3 - first, rounding.FINEST)).rstrip("0").rstrip(".")
    return text.replace("-", "−")
