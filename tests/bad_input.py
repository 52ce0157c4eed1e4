"""What people and programs get wrong, as data: adding a case is adding a line.

A case is what is typed (words of the command line, in a project like tiny_project.make_project's), what is done to
the project's files before, the exit code of the class of error, and what the one line about it must say: the value,
the place and the fix. Those of a ledger come from ledger_faults.
"""

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.ledger_faults import CELLS, FILES

Change = Callable[[bytes], bytes | None]  # new content of a file from the old; None removes it


@dataclass(frozen=True)
class Case:
    """One mistake; `changes` are by path in the project, whose file need not exist."""

    kind: str
    words: tuple[str, ...]
    code: int
    message: str
    changes: Mapping[str, Change] = field(default_factory=dict)

    def __str__(self) -> str:
        changes = f" with {', '.join(self.changes)}" if self.changes else ""
        return f"{self.kind}: {' '.join(self.words)[:60]}{changes}: {self.message[:50]}"


def to(content: bytes | str) -> Change:
    return lambda _: content.encode() if isinstance(content, str) else content


def replaced(old: str, new: str) -> Change:
    def change(content: bytes) -> bytes:
        assert old.encode() in content, f"{old!r} is not in the file that the case spoils"
        return content.replace(old.encode(), new.encode())

    return change


def gone(_: bytes) -> None:
    """Without the file."""


def parameter(assignment: str, message: str) -> Case:
    return Case("parameter", ("run", "chapter", "-p", assignment), 2, message)


def grid(content: bytes | str, message: str, code: int = 2) -> Case:
    return Case("grid", ("sweep", "grid.toml"), code, message, {"grid.toml": to(content)})


def papermill(words: tuple[str, ...], message: str, code: int = 2) -> Case:
    return Case("papermill", ("papermill", "notebooks/chapter.ipynb", "out.ipynb", *words), code, message)


def path(words: tuple[str, ...], code: int, message: str) -> Case:
    return Case("path", words, code, message)


def notebook(
    change: Change, message: str, code: int = 4, words: tuple[str, ...] = ("run", "chapter", "--no-cache")
) -> Case:
    return Case("notebook", words, code, message, {"notebooks/chapter.ipynb": change})


def output(change: Change, message: str) -> Case:
    return Case("output", ("run", "chapter", "--no-cache", "--strict"), 4, message, {"notebooks/chapter.ipynb": change})


def contents(old: str, new: str, message: str) -> Case:
    return Case("config", ("build",), 3, message, {"book/contents.toml": replaced(old, new)})


def config(name: str, change: Change, code: int, message: str) -> Case:
    return Case("config", ("build", "--edition", "latest", "--no-cache"), code, message, {name: change})


def ledger(table: str, change: Change, message: str) -> Case:
    return Case("data", ("run", "chapter", "--data", "ledger"), 7, message, {f"ledger/{table}.csv": change})


def with_cell(key: str, column: str, cell: str) -> Change:
    """The table with another content of that column in the row that `key` begins."""

    def change(content: bytes) -> bytes:
        header, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
        (row,) = [row for row in rows if ",".join(row).startswith(f"{key},")]
        row[header.index(column)] = cell
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows([header, *rows])
        return text.getvalue().encode()

    return change


def edited(change: Callable[[Any], Any]) -> Change:
    """The notebook with `change` made to its JSON."""

    def edit(content: bytes) -> bytes:
        parsed = json.loads(content)
        change(parsed)
        return json.dumps(parsed).encode()

    return edit


def declaring(source: str) -> Change:
    """The notebook with another parameters cell."""
    return edited(lambda nb: _tagged(nb).update(source=source))


def _tagged(nb: Any) -> Any:
    return next(cell for cell in nb["cells"] if "parameters" in cell["metadata"].get("tags", []))


def showing(*outputs: dict[str, Any]) -> Change:
    """The notebook whose last cell has just these outputs; what is run in tests keeps them."""
    return edited(lambda nb: nb["cells"][-1].update(outputs=list(outputs)))


def display(**data: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": {k.replace("__", "/"): v for k, v in data.items()}}


def markdown(source: str, **fields: Any) -> Change:
    """The notebook with a text cell added."""
    return edited(
        lambda nb: nb["cells"].append(
            {"cell_type": "markdown", "id": "added", "metadata": {}, "source": source, **fields}
        )
    )


MB = 1_000_000
BUILD = ("build", "--no-cache")

PARAMETERS = [
    # names
    parameter("asof=2025-11-07", "unknown parameter 'asof' in chapter.ipynb; did you mean 'as_of'?"),
    parameter("As_of=2025-11-07", "unknown parameter 'As_of' in chapter.ipynb; did you mean 'as_of'?"),
    parameter("perimeter=firm", "unknown parameter 'perimeter' in chapter.ipynb"),
    parameter("аs_of=2025-11-07", "'аs_of' is no parameter name: letters, digits and _ only"),  # Cyrillic
    parameter("as_оf=2025-11-07", "'as_оf' is no parameter name"),  # Cyrillic
    parameter("as\u200b_of=2025-11-07", "is no parameter name"),  # an unseen space
    parameter("top", "cannot read 'top': write it as name=value"),
    parameter("=3", "'' is no parameter name"),
    parameter("a-b=1", "'a-b' is no parameter name"),
    parameter("import os; top=3", "'import os; top' is no parameter name"),
    parameter("__class__.x=3", "'__class__.x' is no parameter name"),
    parameter("x" * MB + "=1", "x' in chapter.ipynb; there is 'as_of'"),
    Case("parameter", ("run", "chapter", "-p", "top=3", "-p", "top=4"), 2, "'top' is given twice; give it once"),
    Case("parameter", ("build", "-p", "asof=x"), 2, "unknown parameter 'asof' in any chapter; did you mean 'as_of'?"),
    Case("parameter", ("run", "index", "-p", "top=3"), 2, "unknown parameter 'top' in index.ipynb"),
    # types
    parameter("top=3.5", "'3.5' is not a whole number for parameter 'top' in chapter.ipynb"),
    parameter("top=three", "'three' is not a whole number"),
    parameter("top=", "'' is not a whole number"),
    parameter("top=1e1", "'1e1' is not a whole number"),
    parameter("top=0x3", "'0x3' is not a whole number"),
    parameter("top=1_0", "'1_0' is not a whole number"),
    parameter("top=٣", "'٣' is not a whole number"),
    parameter("top=None", "'None' is not a whole number"),
    parameter("top=true", "'true' is not a whole number"),
    parameter("top=[3]", "'[3]' is not a whole number"),
    parameter("strict=yes", "'yes' is not true or false"),
    parameter("strict=1", "'1' is not true or false"),
    parameter("strict=TRUE", "'TRUE' is not true or false"),
    parameter("entrant_share_pct=5%", "'5%' is not a finite number"),
    parameter("entrant_share_pct=5,5", "'5,5' is not a finite number"),
    parameter("entrant_share_pct=1 000", "'1 000' is not a finite number"),
    parameter("entrant_share_pct=$5", "'$5' is not a finite number"),
    # ranges, and what is no number
    parameter("top=0", "'0' is out of range for parameter 'top' in chapter.ipynb: 1 to 10"),
    parameter("top=11", "'11' is out of range"),
    parameter("top=-3", "'-3' is out of range"),
    parameter("top=" + "9" * MB, "(1000002 characters) is not a whole number"),
    parameter("entrant_share_pct=20.1", "'20.1' is out of range for parameter 'entrant_share_pct'"),
    parameter("entrant_share_pct=-0.1", "'-0.1' is out of range"),
    parameter("entrant_share_pct=inf", "'inf' is not a finite number"),
    parameter("entrant_share_pct=-Infinity", "'-Infinity' is not a finite number"),
    parameter("entrant_share_pct=nan", "'nan' is not a finite number"),
    parameter("entrant_share_pct=1e999", "'1e999' is not a finite number"),
    # dates
    parameter("as_of=2025-02-30", "'2025-02-30' is not a day of the calendar for parameter 'as_of' in chapter.ipynb"),
    parameter("as_of=2025-13-01", "'2025-13-01' is not a day of the calendar"),
    parameter("as_of=0000-01-01", "'0000-01-01' is not a day of the calendar"),
    parameter("as_of=20251107", "'20251107' is not an ISO date"),
    parameter("as_of=07/11/2025", "'07/11/2025' is not an ISO date"),
    parameter("as_of=2025-11-7", "'2025-11-7' is not an ISO date"),
    parameter("as_of=2025-11-07T00:00", "is not an ISO date for parameter 'as_of' in chapter.ipynb: write YYYY-MM-DD"),
    parameter("as_of=", "'' is not an ISO date"),
    parameter("as_of=yesterday", "'yesterday' is not an ISO date"),
    parameter("as_of=٢٠٢٥-11-07", "is not an ISO date"),
    # choices
    parameter("basis=Headline", "'Headline' is not a choice for parameter 'basis' in chapter.ipynb; did you mean"),
    parameter("basis=hеadline", "'hеadline' is not a choice"),  # Cyrillic
    parameter("basis=headline,annualised", "'headline,annualised' is not a choice"),
    parameter("basis={{ 7*7 }}", "'{{ 7*7 }}' is not a choice"),
    parameter(
        "layers=cloud,chip", "'chip' is not a choice for parameter 'layers' in chapter.ipynb; did you mean 'chips'"
    ),
    parameter("layers=cloud;chips", "'cloud;chips' is not a choice"),
    parameter("layers=cloud,", "'' is not a choice"),
    parameter("layers=cloud,all", "'all' is not a choice"),
    # code, tags, controls, size
    parameter("basis=!!python/object/apply:os.system [id]", "is not a choice for parameter 'basis'"),
    parameter("top=!!int 3", "'!!int 3' is not a whole number"),
    parameter("basis=" + "[" * 1000 + "]" * 1000, "(2002 characters) is not a choice"),
    parameter("basis=" + "x" * MB, "(1000002 characters) is not a choice"),
    parameter("data_dir=a\x1b[31mb", "has control characters for parameter 'data_dir' in chapter.ipynb"),
    parameter("data_dir=a\u202eb", "has control characters"),
    parameter("data_dir=a\udcffb", "of 'data_dir' is not UTF-8; type it anew"),
    parameter("data_dir=a\nb", "has control characters"),
]

GRIDS = [
    grid("[grid]\nasof = ['latest']", "unknown parameter 'asof' in any chapter; did you mean 'as_of'?"),
    grid("[grid]\nsize = [1.0, inf]", "inf is not a finite number for parameter 'size' in key-figures.ipynb"),
    grid("[grid]\nsize = [nan]", "nan is not a finite number"),
    grid("[grid]\nsize = [true]", "True is not a finite number"),
    grid("[grid]\nsize = [[1]]", "[1] is not a finite number"),
    grid("[grid]\nsize = { a = 1 }", "{'a': 1} is not a finite number"),
    grid("[grid]\nsize = []", "parameter 'size' has no values; give at least one"),
    grid("[grid]\nsize = [1, 1.0]", "value 1.0 of parameter 'size' is given twice"),
    grid("[grid]\nkind = ['!!python/object/apply:os.system [id]']", "is not a choice"),
    grid("[grid]\nsize = " + "[" * 1000 + "]" * 1000, "the grid grid.toml is nested too deep; write plain values"),
    grid("[grid]\nkind = ['" + "x" * MB + "']", "(1000002 characters) is not a choice"),
    grid("[grid]\nsize = [1, 2", "the grid grid.toml is not valid TOML"),
    grid("[grid]\nsize = [1]\nsize = [2]", "the grid grid.toml is not valid TOML"),
    grid(b"[grid]\nkind = ['h\xe9']", "the grid grid.toml is not valid TOML"),
    grid("", "grid.toml has no table [grid]"),
    grid("grid = 3", "grid.toml has no table [grid]"),
    grid("[gird]\nsize = [1]", "grid.toml: unknown key 'gird'; did you mean 'grid'?"),
    grid("chapters = 'x'\n[grid]\nsize = [1]", "grid.toml: chapters must be a list of texts"),
    grid("chapters = ['chaptr']\n[grid]\nsize = [1]", "unknown chapter 'chaptr'", 3),
    grid(f"[grid]\nsize = {list(range(1, 1002))}", "the grid has 1,001 points (1001 size), more than 1,000"),
    Case("grid", ("sweep", "nowhere.toml"), 2, "cannot read the grid nowhere.toml: No such file"),
    Case("grid", ("sweep", "book"), 2, "cannot read the grid book: Is a directory"),
    Case("grid", ("sweep",), 2, "nothing to sweep; give a grid file, or -p name=a,b"),
    Case("grid", ("sweep", "-p", "size=1,,2"), 2, "'' is not a finite number"),
]

PAPERMILL = [
    papermill(("-p", "asof", "2025-11-07"), "unknown parameter 'asof' in chapter.ipynb; did you mean 'as_of'?"),
    papermill(("-p", "as_of", "2025-02-30"), "'2025-02-30' is not a day of the calendar"),
    papermill(("-p", "entrant_share_pct", "inf"), "inf is not a finite number"),
    papermill(("-p", "import os; os.mkdir('taken'); top", "3"), "unknown parameter"),
    papermill(("-y", "strict: 1"), "1 is not true or false"),
    papermill(("-y", "layers: [cloud, 1]"), "['cloud', 1] is not text"),
    papermill(("-y", "top: .inf"), "inf is not a whole number"),
    papermill(("-y", "top: !!float 2.5"), "2.5 is not a whole number"),
    papermill(("-y", "layers: " + "[" * 100 + "]" * 100), "is not text for parameter 'layers'"),
    papermill(("-r", "basis", "x" * MB), "(1000002 characters) is not a choice"),
    papermill(("-k", "ir"), "chapter.ipynb wants kernel 'ir', which this engine has not; use -k python3", 4),
    Case(
        "papermill", ("papermill", "notebooks/chapter.ipynb", "no/out.ipynb"), 8, "there is no folder no; make it first"
    ),
    Case("papermill", ("papermill", "notebooks/chapter.ipynb", "book"), 8, "cannot write book: it is a folder"),
]

PATHS = [
    path(("build", "--out", "."), 8, "will not replace .: it is or holds the project; give another --out"),
    path(("build", "--out", ".."), 8, "will not replace ..: it is or holds the project"),
    path(("build", "--out", "/"), 8, "will not replace /: it is or holds the project"),
    path(("build", "--out", "/usr"), 8, "will not replace /usr: it is not a book of ours"),
    path(("build", "--out", "/proc/new"), 8, "cannot write beside /proc/new"),
    path(("build", "--out", "notebooks"), 8, "will not publish into notebooks: it is part of the project"),
    path(("build", "--out", "notebooks/../data/x"), 8, "will not publish into notebooks/../data/x: it is part of"),
    path(("build", "--out", "link/x"), 8, "will not publish into link/x: it is part of the project"),
    path(("build", "--out", "dangling"), 8, "will not publish into dangling: it is part of the project"),
    path(("build", "--out", "book/contents.toml"), 8, "will not replace book/contents.toml: it is a file"),
    path(("build", "--out", "book/contents.toml/x"), 8, "/book/contents.toml/x: File exists; give another --out"),
    path(
        ("build", "--out", "mine"), 8, "will not replace mine: it is not a book of ours; give another --out or --force"
    ),
    path(("build", "--out", "x" * 300), 8, "File name too long"),
    path(("build", "--out", "deep/" * 2000), 8, "File name too long"),
    path(("build", "--out", "", "--edition", "latest"), 8, "will not replace .: it is or holds the project"),
    path(("run", "chapter", "-o", "book/static"), 8, "will not publish into book/static"),
    path(("run", "chapter", "-o", "mine"), 8, "will not replace mine: it is not a book of ours"),
    path(("run", "../../etc/passwd"), 3, "unknown chapter 'passwd' in book/contents.toml"),
    path(("run", "chaptr"), 3, "unknown chapter 'chaptr' in book/contents.toml; did you mean 'chapter'?"),
    path(("run", "x" * MB), 3, "x' in book/contents.toml; there is 'index'"),
    path(("build", "--data", "nowhere"), 7, "no folder nowhere; --data must name a folder with datapackage.json"),
    path(("build", "--data", "mine"), 7, "no datapackage.json in "),
    path(("build", "--data", "mine/notes.txt"), 7, "no folder mine/notes.txt"),
    path(
        ("run", "chapter", "-p", "data_dir=nowhere"), 7, "/nowhere; --data and data_dir must name a folder that has it"
    ),
    path(("run", "chapter", "-p", "data_dir=" + "x" * MB), 7, "--data and data_dir must name a folder that has it"),
    path(("build", "-p", "data_dir=" + "x" * 300), 7, "--data and data_dir must name a folder that has it"),
    path(("build", "-p", "data_dir=\udcff"), 2, "of 'data_dir' is not UTF-8; type it anew"),
    path(("build", "--data", "mine", "-p", "data_dir=mine"), 2, "give either --data or -p data_dir=…, not both"),
    path(("build", "--project", "nowhere"), 3, "no book/contents.toml in nowhere; --project must name"),
    path(("build", "--project", "mine/notes.txt"), 3, "no book/contents.toml in mine/notes.txt"),
    path(("check", "nowhere"), 7, "no folder nowhere"),
    path(("check", "mine"), 7, "1 problem in mine"),
    path(("verify", "nowhere"), 8, "no manifest.json of a book in nowhere; give the folder of a built book"),
    path(("verify", "mine"), 8, "no manifest.json of a book in mine"),
    path(("pdf", "--book", "nowhere"), 6, "no edition 'latest' in nowhere (print.html is missing)"),
    path(("pdf", "--book", "mine"), 6, "no edition 'latest' in mine (print.html is missing); run `make book` first"),
    path(("diff", "nowhere", "mine"), 2, "'nowhere' is no edition, folder or notebook"),
    path(("diff", "mine", "mine"), 2, "no notebooks in mine; give a book, or a folder of executed notebooks"),
    path(("diff", "mine/notes.txt", "mine"), 4, "notes.txt is no valid notebook"),
    path(("sweep", "-p", "size=1", "-o", "mine"), 8, "will not write into mine: it holds other files; give another -o"),
    path(("sweep", "-p", "size=1", "-o", "mine/notes.txt"), 8, "cannot write into mine/notes.txt"),
    path(("sweep", "-p", "size=1", "-o", "nosuch://x"), 8, "nosuch://x"),
    path(("build", "--edition", "lates"), 3, "unknown edition 'lates' in book/contents.toml; did you mean 'latest'?"),
    path(("build", "--edition", "../x"), 3, "unknown edition '../x'"),
    path(("build", "--jobs", "0"), 2, "0 is not in the range"),
    path(("build", "--timeout", "0"), 2, "0 is not in the range"),
    path(("build", "--editon", "latest"), 2, "No such option"),
    path(("bild",), 2, "No such command 'bild'"),
    path(("run",), 2, "Missing argument 'CHAPTER'"),
]

NOTEBOOKS = [
    notebook(to(""), "chapter.ipynb is no valid notebook"),
    notebook(to("not json"), "chapter.ipynb is no valid notebook"),
    notebook(to("[]"), "chapter.ipynb is no valid notebook"),
    notebook(to("null"), "chapter.ipynb is no valid notebook"),
    notebook(to("{}"), "chapter.ipynb is no valid notebook"),
    notebook(to('{"cells": [1]}'), "chapter.ipynb is no valid notebook"),
    notebook(to("[" * 100_000), "chapter.ipynb is nested too deep to be a notebook"),
    notebook(lambda content: content[: len(content) // 2], "chapter.ipynb is no valid notebook"),
    notebook(lambda content: b"\xef\xbb\xbf" + content, "chapter.ipynb is no valid notebook"),
    notebook(lambda content: content.replace(b"What it asks", b"What it \xe9"), "chapter.ipynb is no valid notebook"),
    notebook(to(b"\0" * 70 * MB), "chapter.ipynb has 70,000,000 bytes; clear its outputs"),
    notebook(edited(lambda nb: nb.update(nbformat=3)), "chapter.ipynb is "),
    notebook(edited(lambda nb: nb.update(nbformat_minor=4)), "chapter.ipynb is of an old format without cell ids"),
    notebook(edited(lambda nb: nb.update(nbformat=5)), "chapter.ipynb is "),
    notebook(edited(lambda nb: nb["cells"][0].pop("metadata")), "chapter.ipynb is no valid notebook"),
    notebook(edited(lambda nb: nb["cells"][0].update(id="setup")), "chapter.ipynb has two cells with the id 'setup'"),
    notebook(edited(lambda nb: nb["cells"][0].update(id="../../x")), "chapter.ipynb is no valid notebook: '../../x'"),
    notebook(edited(lambda nb: nb["cells"][0].update(cell_type="poem")), "chapter.ipynb is no valid notebook"),
    notebook(
        edited(lambda nb: _tagged(nb)["metadata"].clear()),
        "unknown parameter 'top' in chapter.ipynb; none is declared there: that takes a cell tagged 'parameters'",
        2,
        ("run", "chapter", "-p", "top=3", "--no-cache"),
    ),
    notebook(edited(lambda nb: nb["cells"].append({**_tagged(nb), "id": "b"})), "has 2 cells tagged 'parameters'"),
    notebook(
        edited(lambda nb: nb.update(metadata={"kernelspec": {"name": "ir", "display_name": "R"}})),
        "chapter.ipynb wants kernel 'ir', language ?; only Python notebooks are run",
    ),
    notebook(
        edited(lambda nb: nb["metadata"].update(language_info={"name": "julia"})),
        "chapter.ipynb wants kernel 'python3', language julia; only Python notebooks are run",
    ),
    notebook(declaring("top = 3"), "chapter.ipynb: cannot read 'top = 3' in the parameters cell; write: name: type"),
    notebook(declaring("import os"), "cannot read 'import os' in the parameters cell"),
    notebook(declaring("top: list = []"), "type 'list' of 'top' must be one of str, int, float, bool"),
    notebook(declaring("top: int = len('x')"), "must be a literal"),
    notebook(declaring("top: int = 1\ntop: int = 2"), "parameter 'top' is declared twice"),
    notebook(declaring("top: int ="), "the parameters cell is not valid Python"),
    notebook(declaring("top: int = 30  # 1 to 10"), "default breaks its own help comment: 30 is out of range"),
    notebook(declaring("top: int = 'x'"), "default breaks its own help comment"),
    notebook(declaring("top: float = 1e999"), "default breaks its own help comment"),
    notebook(declaring("n: int = " + "-" * 10_000 + "1"), "is not valid Python: it is nested too deep"),
    notebook(declaring("n: str = '\0'"), "the parameters cell"),
    # outputs; in tests a run leaves the notebook as it is
    output(
        showing(display(text__html="<script>x</script>")), "shows HTML that only a script could fill, which no page"
    ),
    output(showing(display(application__javascript="x")), "shows a script, which no page can hold"),
    output(showing(display()), "shows an output without data"),
    output(
        showing({"output_type": "stream", "name": "stderr", "text": "FutureWarning: x"}),
        "prints a warning or error: 'FutureWarning: x'; mend it, or build without --strict",
    ),
    output(
        showing({"output_type": "error", "ename": "E", "evalue": "x", "traceback": []}),
        "holds a traceback (E); run the notebook again",
    ),
    output(
        markdown("![x](attachment:../../x)", attachments={"../../x": {"text/html": "x"}}),
        "chapter.ipynb, cell 'added': has the attachment '../../x', which is no picture that a page can hold",
    ),
    output(markdown(r"$\nosuch{x}$"), r"cell 'added': has the formula '\nosuch{x}', which latex2mathml cannot read"),
    notebook(markdown("[x](nowhere.html)"), "link 'nowhere.html' leads to no file", 6, BUILD),
    notebook(markdown("# Again"), "chapter.ipynb has 2 headings of level 1"),
]

CONFIG = [
    contents('title = "Tiny & <small>"', 'title = "', "book/contents.toml is not valid TOML"),
    contents('title = "Tiny & <small>"', "", "book/contents.toml: the book needs title"),
    contents('title = "Tiny & <small>"', "title = 3", 'the book needs title = "…", not 3'),
    contents("title =", "titel =", "unknown key 'titel'; did you mean 'title'?"),
    contents('authors = ["A. Writer"]', 'authors = "A. Writer"', 'authors must be a list of names, ["…"], not'),
    contents(
        'authors = ["A. Writer"]', 'base_url = "javascript:1"', "base_url 'javascript:1' is not an http(s) address"
    ),
    contents('authors = ["A. Writer"]', 'licence = "MIT"', "licence must be { name ="),
    contents("notebooks/chapter.ipynb", "notebooks/chaptr.ipynb", "did you mean 'notebooks/chapter.ipynb'?"),
    contents("notebooks/chapter.ipynb", "../chapter.ipynb", "'../chapter.ipynb' of chapter 'chapter' lies outside"),
    contents("notebooks/chapter.ipynb", "/etc/passwd", "'/etc/passwd' of chapter 'chapter' lies outside the project"),
    contents("notebooks/chapter.ipynb", "notebooks", "no notebook 'notebooks' for chapter 'chapter'"),
    contents('slug = "chapter"', 'slug = "index"', "chapter slug 'index' is used twice"),
    contents('slug = "chapter"', 'slug = "static"', "chapter slug 'static' cannot be a page's name; use lower-case"),
    contents('slug = "chapter"', 'slug = "nul"', "chapter slug 'nul' cannot be a page's name"),
    contents('slug = "chapter"', 'slug = "../x"', "chapter slug '../x' cannot be a page's name"),
    contents('slug = "chapter"', 'slug = "Chapter"', "chapter slug 'Chapter' cannot be a page's name"),
    contents('slug = "index"', 'slug = "start"', "no chapter has the slug 'index', the page the book opens with"),
    contents('slug = "chapter"', 'slag = "chapter"', "chapter 2: unknown key 'slag'; did you mean 'slug'?"),
    contents('name = "2025-11-07"', 'name = "latest"', "edition name 'latest' is used twice"),
    contents('path = "editions/2025-11-07"', "", "edition path '' is used twice"),
    contents(
        'path = "editions/2025-11-07"', 'path = "editions/../.."', "path 'editions/../..' of edition '2025-11-07'"
    ),
    contents('path = "editions/2025-11-07"', 'path = "/tmp"', "path '/tmp' of edition '2025-11-07' must be"),
    contents('parameters = { as_of = "2025-11-07" }', "parameters = 1", "must be a table, not 1"),
    contents("[[editions]]", "[[edition]]", "has no [[editions]]; add at least one"),
    contents("[[chapters]]", "[chapters]", "book/contents.toml is not valid TOML"),
    config("book/contents.toml", to(b"title = '\xe9'"), 3, "book/contents.toml is not valid TOML"),
    config("book/contents.toml", to("x = " + "[" * 1000 + "]" * 1000), 3, "book/contents.toml is nested too deep"),
    config("book/contents.toml", gone, 3, "no book/contents.toml at or above"),
    config(
        "book/contents.toml", replaced("[[editions]]", 'parameters = "x"\n[[editions]]'), 3, "unknown key 'parameters'"
    ),
    config("book/glossary.toml", to("[[terms]]\nterm = 3"), 3, "book/glossary.toml"),
    config("book/glossary.toml", to("terms = ["), 3, "book/glossary.toml is not valid TOML"),
    config("book/templates/report/index.html.j2", gone, 6, "index.html.j2"),
    config("book/templates/report/index.html.j2", to("{% if %}"), 6, "index.html.j2"),
    config("book/templates/report/index.html.j2", to("{{ nobody }}"), 6, "'nobody' is undefined"),
    config("book/templates/report/index.html.j2", to(b"\xe9"), 6, "a file in book/templates cannot be read: 'utf-8'"),
    config(
        "book/templates/report/conf.json",
        to("{"),
        6,
        "a file in book/templates cannot be read: Expecting property name",
    ),
    Case(
        "config",
        ("build",),
        2,
        "unknown parameter 'as_off' in any chapter, but edition '2025-11-07' sets it; did you mean 'as_of'?",
        {"book/contents.toml": replaced("as_of =", "as_off =")},
    ),
    Case(
        "config",
        ("build",),
        2,
        "'2025-02-30' is not a day of the calendar for parameter 'as_of'",
        {"book/contents.toml": replaced('as_of = "2025-11-07"', 'as_of = "2025-02-30"')},
    ),
]

# test_ledger_check runs all cells; these go the whole way to the command line as well.
TOLD = ("share_pct", "part_of")
DATA = [
    *(ledger(table, change, message) for table, change, message in FILES),
    *(
        ledger(table, with_cell(key, column, cell), message)
        for table, key, column, cell, message in CELLS
        if column in TOLD
    ),
]

CASES = [*PARAMETERS, *GRIDS, *PAPERMILL, *PATHS, *NOTEBOOKS, *CONFIG, *DATA]
