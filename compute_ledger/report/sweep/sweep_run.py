"""Run a grid through an executor, a few points at a time, and keep each result in a file of its own.

The name of the file is a hash of all that the result depends on: what is there need not be computed again.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import compute_ledger
from compute_ledger.report.cache import fingerprints
from compute_ledger.report.errors import DataError, ExecutionError
from compute_ledger.report.files.results_folder import Folder
from compute_ledger.report.notebooks.parameters import Value
from compute_ledger.report.sweep import points
from compute_ledger.report.sweep.figure_cells import Recipe
from compute_ledger.report.sweep.grid import Grid
from compute_ledger.report.sweep.points import Outcome, Point

POINT_TIMEOUT_S = 300
MOST_PACKED = 50_000_000  # bytes of data that may travel with each point


@dataclass(frozen=True)
class Done:
    """One finished point: its chapter, the values of the swept parameters and the outcome."""

    chapter: str
    parameters: dict[str, Value]
    outcome: Outcome

    @property
    def label(self) -> str:
        """The point in words: chapter and parameters."""
        return f"{self.chapter} with {', '.join(f'{name}={value}' for name, value in self.parameters.items())}"


@dataclass
class Sweep:
    """A grid of the project at `root`, and the folder that keeps its points; `send_data` packs data/ into each.

    DataError when the data to send are too many.
    """

    grid: Grid
    root: Path
    folder: Folder
    send_data: bool = False
    timeout_s: int = POINT_TIMEOUT_S
    kept: int = field(default=0, init=False)  # points that were there already

    def run(self, executor: Executor, at_once: int, *, resume: bool) -> None:
        """Compute every point that is not there; with no `resume`, all. At most `at_once` are under way.

        A point that fails is kept with its error. ExecutionError when the workers are gone; what is done stays.
        """
        from tqdm import tqdm

        under_way: dict[Future[Outcome], tuple[str, Point]] = {}
        with tqdm(total=len(self.grid), desc="Sweeping", unit="point", disable=not sys.stderr.isatty()) as bar:
            for name, point in self._points():
                if resume and self._succeeded(name):
                    self.kept += 1
                    bar.update()
                    continue
                if len(under_way) >= at_once:
                    bar.update(self._collect(under_way))
                under_way[self._submit(executor, point)] = name, point
            while under_way:
                bar.update(self._collect(under_way))

    def results(self) -> Iterator[Done]:
        """Every point of the grid in its order, from its file."""
        for name, point in self._points():
            content = self.folder.read(name)
            if content is None:
                raise ExecutionError(f"{self.folder.path(name)} is gone; run the same command again")
            outcome_record = json.loads(content)["outcome"]
            outcome = Outcome(tuple(outcome_record["figures"]), outcome_record["error"])
            yield Done(point.recipe.slug, point.parameters, outcome)

    def _points(self) -> Iterator[tuple[str, Point]]:
        """Name of the file and point, one at a time."""

        @cache
        def about(folder: Path) -> tuple[str, bytes | None]:
            sent = self.send_data and folder == self.root / points.DATA
            return points.hash_of(folder), self._packed(folder) if sent else None

        @cache
        def files(texts: tuple[str, ...]) -> str:
            folders = fingerprints.files_in(fingerprints.folders(texts, self.root), self.root)
            return fingerprints.digest([folders, fingerprints.named_files(texts, self.root)])

        for recipe, parameters in self.grid.points():
            data_hash, content = about(points.data_folder(self.root, parameters))
            texts = {**dict(recipe.defaults), **{name: str(value) for name, value in parameters.items()}}
            file_name = f"points/{key(recipe, parameters, data_hash, files(tuple(texts.values())))}.json"
            yield file_name, Point(recipe, parameters, self.root, data_hash, self.timeout_s, content)

    def _packed(self, folder: Path) -> bytes:
        content = points.packed(folder)
        if len(content) > MOST_PACKED:
            raise DataError(
                f"{folder} is {len(content) / 1e6:,.0f} MB even when packed, too much to send with each point; put it "
                "where all workers see it under one path and give -p data_dir=PATH"
            )
        return content

    def _succeeded(self, name: str) -> bool:
        content = self.folder.read(name)
        return content is not None and not json.loads(content)["outcome"]["error"]

    def _submit(self, executor: Executor, point: Point) -> "Future[Outcome]":
        try:
            return executor.submit(points.run_point, point)
        except (BrokenExecutor, RuntimeError) as error:
            raise _gone(error) from error

    def _collect(self, under_way: "dict[Future[Outcome], tuple[str, Point]]") -> int:
        """Wait for points to finish and keep them; how many did."""
        finished = wait(under_way, return_when=FIRST_COMPLETED).done
        for future in finished:
            name, point = under_way.pop(future)
            try:
                outcome = future.result()
            except (BrokenExecutor, CancelledError) as error:
                raise _gone(error) from error
            except Exception as error:  # of the executor's own making, such as dask's KilledWorker
                outcome = Outcome(error=f"{type(error).__name__}: {' '.join(str(error).split())[:500]}")
            about = {"chapter": point.recipe.slug, "parameters": point.parameters, "outcome": asdict(outcome)}
            self.folder.write(name, json.dumps(about, ensure_ascii=False).encode())
        return len(finished)


def key(recipe: Recipe, parameters: dict[str, Value], data_hash: str, files_hash: str = "") -> str:
    """A hash of what a point's figures depend on: cells, parameters, data, the files and folders that parameters name,
    the modules that cells import. Not seen, unlike in a build, are files that cells open by a name of their own.
    """
    cells = [asdict(cell) for cell in recipe.cells]
    parts = [recipe.slug, cells, recipe.modules, sorted(parameters.items()), data_hash, files_hash, code_versions()]
    return fingerprints.digest(parts)[:32]


@cache
def code_versions() -> list[Any]:
    """Versions, and the source of this package: its version alone stays the same while somebody works on it."""
    package = Path(compute_ledger.__file__).parent
    sources = b"".join(path.read_bytes() for path in sorted(package.rglob("*.py")))
    return [compute_ledger.__version__, hashlib.sha256(sources).hexdigest(), fingerprints.installed()]


def _gone(error: BaseException) -> ExecutionError:
    what: Any = type(error).__name__
    return ExecutionError(
        f"the workers are gone ({what}: {error}); what is done is kept: run the same command again to go on"
    )
