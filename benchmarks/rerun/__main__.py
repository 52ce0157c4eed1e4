"""Measure all tools in all scenarios, store the costs, and put the table into the README."""

import argparse
import datetime
import json
import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from benchmarks.rerun import table, tools
from benchmarks.rerun.measure import adopt_orphans, cost

Steps = dict[str, tuple[Path, list[tools.Command]]]
SIZES = {"sample": 5, "points": 100, "many": 1000}  # command lines of papermill; points of a sweep
QUICK_SIZES = {"sample": 2, "points": 8, "many": 40}


def scenarios(folder: Path, quick: bool) -> Callable[[int], Iterator[tuple[str, Steps]]]:
    """The steps of one repetition: scenario, and for each tool where and what to run. Edits happen on the way."""
    ours, loop, floor = (
        tool_class(folder / tool_class.__name__, quick) for tool_class in (tools.ComputeLedger, tools.Loop, tools.Floor)
    )
    off, on = (tools.JupyterBook(folder / name, quick, cached=name == "on") for name in ("off", "on"))
    projects: tuple[tools.Project, ...] = (ours, off, on, loop, floor)
    one_parameter, sizes = dict([tools.PARAMETER]), QUICK_SIZES if quick else SIZES

    def repetition(number: int) -> Iterator[tuple[str, Steps]]:
        for project in projects:
            project.forget()
            project.repetition = number
        # What no promise is measured by, and takes minutes, is done once.
        books = {"compute-ledger": ours, "jupyter-book cached": on} | ({"jupyter-book": off} if number == 1 else {})
        cold: Steps = {"floor": (tools.ROOT, floor.build())}
        if number == 1:
            cold["papermill + nbconvert"] = loop.folder, loop.build()
        yield "cold", {**{name: (book.folder, book.build()) for name, book in books.items()}, **cold}
        yield "nothing changed", {name: (book.folder, book.build()) for name, book in books.items()}
        for project in projects:
            project.edit_word()
        word = {"papermill + nbconvert": (loop.folder, loop.build([tools.CHAPTER]))}
        yield "one word", {**{name: (book.folder, book.build()) for name, book in books.items()}, **word}
        ours.edit_row()
        # Neither of the others knows that data have changed: a user has to have all run again, as when cold.
        yield "one row", {"compute-ledger": (ours.folder, ours.build())}
        yield (
            "one parameter",
            {
                "compute-ledger": (ours.folder, ours.one_parameter()),
                "papermill + nbconvert": (loop.folder, loop.build([tools.CHAPTER], one_parameter)),
                "floor": (tools.ROOT, floor.build(tools.CHAPTER, "=".join(tools.PARAMETER))),
            },
        )
        yield (
            "sweep",
            {
                "compute-ledger": (ours.folder, ours.sweep(sizes["points"], 2)),
                "papermill sample": (loop.folder, loop.points(sizes["sample"])),
            },
        )
        yield "sweep, one worker", {"compute-ledger": (ours.folder, ours.sweep(sizes["points"], 1))}
        if number == 1:
            yield "sweep of many", {"compute-ledger": (ours.folder, ours.sweep(sizes["many"], 2))}

    return repetition


def main() -> None:
    """Entry point: `python -m benchmarks.rerun`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=5, help="medians are over so many [default: 5]")
    parser.add_argument("--quick", action="store_true", help="one edition and few points, once; nothing is stored")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    tools.install_jupyter_book()
    adopt_orphans()
    costs: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        repetition = scenarios(Path(folder), options.quick)
        for number in range(1, options.repetitions + 1 if not options.quick else 2):
            for scenario, steps in repetition(number):
                turns = list(steps)[number % len(steps) :] + list(steps)[: number % len(steps)]
                for tool in turns:
                    cwd, commands = steps[tool]
                    spent = asdict(cost(commands, cwd))
                    costs.append({"repetition": number, "scenario": scenario, "tool": tool, **spent})
                    print(json.dumps(costs[-1]), flush=True)  # noqa: T201
            results = {
                "date": datetime.date.today().isoformat(),
                "cores": len(os.sched_getaffinity(0)),
                "python": platform.python_version(),
                "repetitions": number,
                **(QUICK_SIZES if options.quick else SIZES),
                "costs": costs,
            }
            if options.quick:
                print(table.markdown(results))  # noqa: T201
            else:
                table.store(results)  # of the repetitions so far: one that is stopped has those


if __name__ == "__main__":
    main()
