"""The same notebooks as each tool wants them, and the command lines that a user of it would type."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from compute_ledger.report.book.contents import Contents, read_contents
from compute_ledger.report.notebooks.notebook_file import read_notebook, tags, write_notebook

ROOT = Path(__file__).parents[2]
PARTS = ("notebooks", "data", "book", "LICENSE-DATA")
BOOK_ENVIRONMENT, JUPYTER_BOOK = ROOT / ".venv-jupyter-book", "jupyter-book==1.0.4"
DISAGREED = ("markdown-it-py",)  # jupyter-book wants another than our lock
CHAPTER, PARAMETER = "commitment-concentration", ("basis", "annualised")
SWEPT = "index"
BOOK_CONFIG = """\
title: Benchmark
only_build_toc_files: true
execute:
  execute_notebooks: {execute}
  timeout: 600
"""
Command = list[object]


def program(name: str) -> Path:
    """A program of the environment that runs the benchmark."""
    return Path(sys.executable).with_name(name)


class Project:
    """A copy of the project in `folder` to edit: what is changed in it is another change in each `repetition`."""

    def __init__(self, folder: Path, quick: bool) -> None:
        self.folder, self.out = folder, folder.with_name(f"{folder.name}-out")
        self.repetition = 0
        for part in PARTS:
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copyfile
            ignored = {"ignore": shutil.ignore_patterns("_build")} if part == "book" else {}
            folder.mkdir(exist_ok=True)
            copy(ROOT / part, folder / part, **ignored)
        if quick:
            path = folder / "book/contents.toml"
            text, *editions = re.split(r"(?=^\[\[editions)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
            path.write_text(text + editions[0], encoding="utf-8")
        self.contents: Contents = read_contents(folder)

    def forget(self) -> None:
        """Nothing is left of what was made before."""
        for path in (self.out, self.folder / "book/_build", self.folder / "_build"):
            shutil.rmtree(path, ignore_errors=True)

    def edit_word(self) -> None:
        """Another word in the text of one chapter, in all copies of its notebook."""
        for path in self.folder.rglob(f"{CHAPTER}.ipynb"):
            if "_build" not in path.parts:
                notebook = read_notebook(path)
                cell = next(cell for cell in reversed(notebook.cells) if cell.cell_type == "markdown")
                cell.source = re.sub(r"( Edit \d+\.)?$", f" Edit {self.repetition}.", cell.source, count=1)
                write_notebook(notebook, path)

    def edit_row(self) -> None:
        """Another word in the note of one deal."""
        path = self.folder / "data/deals.csv"
        lines = path.read_text(encoding="utf-8").splitlines()
        at = max(place for place, line in enumerate(lines) if not line.endswith('"'))
        lines[at] = re.sub(r"( edit \d+)?$", f" edit {self.repetition}", lines[at], count=1)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


class ComputeLedger(Project):
    """(a) this project's own command."""

    def build(self) -> list[Command]:
        """Both editions."""
        return [[program("compute-ledger"), "build", "--out", self.out]]

    def one_parameter(self) -> list[Command]:
        """One chapter, notebook and page."""
        assigned = "=".join(PARAMETER)
        return [[program("compute-ledger"), "run", CHAPTER, "-p", assigned, "-o", self.folder / "book/_build/mine"]]

    def sweep(self, points: int, jobs: int) -> list[Command]:
        """The key figures of one chapter under that many combinations, none of them kept from before."""
        days, grades = zip(*grid(points), strict=True)
        assignments = [f"as_of={','.join(dict.fromkeys(days))}", f"min_grade={','.join(dict.fromkeys(grades))}"]
        words = [word for assignment in assignments for word in ("-p", assignment)]
        return [
            [
                program("compute-ledger"),
                "sweep",
                "--chapter",
                SWEPT,
                *words,
                "--jobs",
                jobs,
                "--fresh",
                "-o",
                self.folder / "book/_build/sweep",
            ]
        ]


class JupyterBook(Project):
    """(b) jupyter-book, its cache of executed notebooks on or off; an edition is a folder of notebooks of its own."""

    def __init__(self, folder: Path, quick: bool, cached: bool) -> None:
        super().__init__(folder, quick)
        pages = []
        for edition in self.contents.editions:
            for chapter in self.contents.chapters:
                notebook = read_notebook(chapter.notebook)
                for cell in notebook.cells:
                    if "parameters" in tags(cell):
                        cell.source = "\n".join([cell.source, *_assignments(cell.source, edition.parameters)])
                    elif cell.cell_type == "code":
                        cell.outputs, cell.execution_count = [], None
                pages.append(f"pages/{edition.name}/{chapter.slug}")
                write_notebook(notebook, folder / f"{pages[-1]}.ipynb")
        execute = "cache" if cached else "force"
        (folder / "_config.yml").write_text(BOOK_CONFIG.format(execute=execute), encoding="utf-8")
        toc = "".join(f"  - file: {page}\n" for page in pages[1:])
        (folder / "_toc.yml").write_text(f"format: jb-book\nroot: {pages[0]}\nchapters:\n{toc}", encoding="utf-8")

    def build(self) -> list[Command]:
        """Both editions."""
        return [[BOOK_ENVIRONMENT / "bin/jupyter-book", "build", "--quiet", self.folder]]


class Loop(Project):
    """(c) papermill and nbconvert, a command line each for each notebook."""

    def build(self, chapters: Iterable[str] = (), parameters: dict[str, Any] | None = None) -> list[Command]:
        """Both editions, of all chapters or of these; or one edition with these `parameters`."""
        self.out.mkdir(exist_ok=True)
        editions = self.contents.editions[:1] if parameters else self.contents.editions
        return [
            command
            for edition in editions
            for chapter in self.contents.chapters
            if not chapters or chapter.slug in chapters
            for command in self._one(
                chapter.notebook, f"{edition.name}-{chapter.slug}", parameters or edition.parameters
            )
        ]

    def points(self, points: int) -> list[Command]:
        """Command lines of papermill alone: the first points of the sweep."""
        self.out.mkdir(exist_ok=True)
        notebook = self.contents.chapter(SWEPT).notebook
        combinations = [{"as_of": day, "min_grade": grade} for day, grade in grid(points)]
        return [self._one(notebook, f"point-{number}", parameters)[0] for number, parameters in enumerate(combinations)]

    def _one(self, notebook: Path, name: str, parameters: dict[str, Any]) -> list[Command]:
        output = self.out / f"{name}.ipynb"
        words = [word for parameter in parameters.items() for word in ("-p", *parameter)]
        return [
            [program("papermill"), "--no-progress-bar", notebook, output, *words],
            [program("jupyter-nbconvert"), "--to", "html", output],
        ]


class Floor(Project):
    """(d) all in one process (see floor)."""

    def build(self, *only: str) -> list[Command]:
        """Both editions, or one chapter with parameters."""
        return [[sys.executable, "-m", "benchmarks.rerun.floor", self.folder, self.out, *only]]


def grid(points: int) -> list[tuple[str, str]]:
    """Days and grades of a sweep, up to 1,000 points of them."""
    days = [f"{year}-{month:02}-{day:02}" for year in (2025, 2026) for month in range(1, 13) for day in range(1, 29)]
    grades = ("A", "A-", "B", "C")
    swept_days = [day for day in days if "2025-02" <= day < "2026-07"]
    step = max(1, len(swept_days) // -(-points // len(grades)))
    return [(day, grade) for day in swept_days[::step] for grade in grades][:points]


def install_jupyter_book() -> None:
    """An environment with jupyter-book and this package, pinned by our lock where the two agree."""
    if (BOOK_ENVIRONMENT / "bin/jupyter-book").exists():
        return
    pins = re.findall(r"^([\w.-]+)(==[^\\\n]+)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    constraints = ROOT / "book/_build/constraints.txt"
    constraints.parent.mkdir(exist_ok=True)
    constraints.write_text("\n".join(f"{name}{pin}" for name, pin in pins if name not in DISAGREED), encoding="utf-8")
    python = BOOK_ENVIRONMENT / "bin/python"
    install = [program("uv"), "pip", "install", "--quiet", "--python", python, "--constraint", constraints]
    for command in (
        [sys.executable, "-m", "venv", BOOK_ENVIRONMENT],
        [*install, JUPYTER_BOOK, "--editable", ROOT],
        [python, "-m", "compileall", "-qq", BOOK_ENVIRONMENT / "lib"],
    ):
        subprocess.run(list(map(str, command)), check=command[2] != "compileall")


def _assignments(source: str, parameters: dict[str, Any]) -> list[str]:
    return [f"{name} = {value!r}" for name, value in parameters.items() if re.search(rf"^{name}\b", source, re.M)]
