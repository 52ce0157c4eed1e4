"""Which phrases a book says: in the code, in the templates, in the texts of its notebooks and in its contents.

Each has to stand in the catalogues of each language, and nothing else may: a sentence that was changed in English would
otherwise be said as it was, or not at all.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from compute_ledger.report.book.contents import Contents, Edition, find_root, read_contents
from compute_ledger.report.errors import ContentsError
from compute_ledger.report.notebooks.notebook_file import read_notebook
from compute_ledger.shared.languages.catalogues import FOLDER, catalogue_files, read_language, read_phrases
from compute_ledger.shared.languages.markdown_lines import phrases_of

PACKAGE = Path(__file__).parents[3]
TEMPLATES = Path("book/templates/report")
IN_TEMPLATE = re.compile(r'(?:\b_\(|\bnumber_of\([^"]*?)"([^"]+)"')
POSITIONS = {"phrase": 0, "number_of": 1}  # of the phrase among the arguments
BEFORE = {"number_of": "{n} "}
WORDS = "Words"


def check(contents: Contents) -> None:
    """ContentsError for a phrase that a language of the book lacks, or has although nothing says it."""
    if not contents.languages:
        return
    common = {**in_package(), **_in_templates(contents.root), **_in_contents(contents)}
    for edition in contents.languages:
        places = common | _in_notebooks(contents, edition)
        problems = [*_missing(contents.root, edition, places), *_stale(contents.root, edition, places)]
        if problems:
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            raise ContentsError(f"{problems[0]}{more}")


def missing(contents: Contents) -> dict[str, dict[str, str]]:
    """By the code of each language the phrases that it lacks, each with the place where it is said."""
    common = {**in_package(), **_in_templates(contents.root), **_in_contents(contents)}
    lacking = {}
    for edition in contents.languages:
        known = read_language(edition.language, contents.root).phrases
        places = common | _in_notebooks(contents, edition)
        lacking[edition.language] = {text: place for text, place in places.items() if text not in known}
    return lacking


def _missing(root: Path, edition: Edition, places: dict[str, str]) -> Iterator[str]:
    known = read_language(edition.language, root).phrases
    for text, place in places.items():
        if text not in known:
            folder = FOLDER / edition.language
            yield f"{folder}: the phrase {text!r} of {place} is not translated; `make phrases` lists it"


def _stale(root: Path, edition: Edition, places: dict[str, str]) -> Iterator[str]:
    for path in catalogue_files(root / FOLDER / edition.language):
        for text in read_phrases(path):
            if text not in places:
                yield f"{path.relative_to(root)}: nothing says the phrase {text!r} any more; remove or mend it"


def in_package() -> dict[str, str]:
    """The phrases of the code, each with the module that says it first."""
    places: dict[str, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "languages.phrases import" in text:
            for node in ast.walk(ast.parse(text)):
                for phrase in _phrases_of_call(node):
                    places.setdefault(phrase, path.relative_to(PACKAGE.parent).as_posix())
    return places


def _phrases_of_call(node: ast.AST) -> Iterator[str]:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return
    values: list[ast.expr] = []
    before = ""
    if node.func.id in POSITIONS:
        values = node.args[POSITIONS[node.func.id] :][:1]
        before = BEFORE.get(node.func.id, "")
    elif node.func.id == WORDS and node.args and isinstance(node.args[0], ast.Dict):
        values = node.args[0].values
    for value in values:
        options = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
        texts = (each.value for each in options if isinstance(each, ast.Constant))
        yield from (f"{before}{text}" for text in texts if isinstance(text, str))


def _in_templates(root: Path) -> dict[str, str]:
    paths = sorted((root / TEMPLATES).glob("*.j2"))
    texts = {path: path.read_text(encoding="utf-8") for path in paths}
    return {text: (TEMPLATES / path.name).as_posix() for path in paths for text in IN_TEMPLATE.findall(texts[path])}


def _in_contents(contents: Contents) -> dict[str, str]:
    texts = [contents.subtitle, contents.editions[0].label]
    texts += [text for chapter in contents.chapters for text in (chapter.title, chapter.question or chapter.title)]
    return dict.fromkeys(filter(None, texts), "book/contents.toml")


def _in_notebooks(contents: Contents, edition: Edition) -> dict[str, str]:
    places: dict[str, str] = {}
    for chapter in contents.chapters_of(edition):
        for cell in read_notebook(chapter.notebook).cells:
            if cell.cell_type == "markdown":
                for text in phrases_of(cell.source):
                    places.setdefault(text, f"{chapter.notebook.name}, cell {cell.id!r}")
    return places


def lines_to_translate(contents: Contents) -> Iterator[str]:
    """For each language the lines that its catalogues lack, as TOML, below the place where each is said."""
    for code, places in missing(contents).items():
        for text, place in sorted(places.items(), key=lambda phrase: phrase[1]):
            yield f'# {FOLDER / code}: {place}\n{json.dumps(text, ensure_ascii=False)} = ""'


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in lines_to_translate(read_contents(find_root(Path.cwd()))))
