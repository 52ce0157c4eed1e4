"""What is run under a condition: the README's commands, word for word, and checks of what they made."""

import re
from dataclasses import dataclass

BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# A cluster is more than one machine; it has tests of its own (make extras).
CLUSTER = re.compile(r"^dask |--scheduler ")
OF_A_CHAPTER = re.compile(r"papermill |compute-ledger (params|run) ")
TWO_EDITIONS = "compute-ledger diff 2"  # which differ
ACTIVATE = ". .venv/bin/activate"
BOOK = "book/_build/html"
SMALL_TESTS = (
    "tests/ledger/test_ledger_load.py tests/report/notebooks/test_parameters.py tests/report/book/test_verify.py"
)
MADE = re.compile(r"^compute-ledger (?:run|build) .*(?:-o|--out) ([\w-]+)$")
# Without its asserts a test says nothing.
TESTS = f"PYTHONOPTIMIZE= pytest -q -n 2 tests/report/execution/test_engine.py {SMALL_TESTS}"
FEW_TESTS = f"PYTHONOPTIMIZE= pytest -q -n 2 {SMALL_TESTS}"
STRICT = "PYTHONOPTIMIZE= pytest -q --nbval notebooks/commitment-concentration.ipynb"
NOTEBOOKS = "PYTHONOPTIMIZE= make notebooks"
CHECKS = (f"compute-ledger verify {BOOK}", "compute-ledger check data")
# Nothing is written into the clone, what a build keeps included.
ELSEWHERE = (
    'compute-ledger build --no-cache --out "$OUTSIDE"/book',
    'compute-ledger verify "$OUTSIDE"/book',
    'compute-ledger run index --no-cache -o "$OUTSIDE"/run',
    'compute-ledger diff "$OUTSIDE"/book "$OUTSIDE"/book',
    'papermill --engine compute-ledger notebooks/index.ipynb "$OUTSIDE"/out.ipynb',
    TESTS,
)


@dataclass(frozen=True)
class Step:
    """A line for bash and its exit code; `makes` is a folder whose files must be the ones that are made here."""

    line: str
    code: int = 0
    makes: str = ""


def of_readme(readme: str) -> list[str]:
    """Lines of its sh blocks, without comments and without what needs a cluster."""
    lines = [re.sub(r"\s+#.*", "", line) for block in BLOCK.findall(readme) for line in block.splitlines()]
    return [line for line in lines if line and not CLUSTER.search(line)]


def making(readme: str) -> dict[str, str]:
    """The README's command for each folder that one makes."""
    return {made(line): line for line in of_readme(readme) if made(line)}


def steps(runs: str, readme: str) -> list[Step]:
    """What a condition that `runs` so much has to get through, in this order."""
    lines = of_readme(readme)
    rerun = [line for line in lines if not line.startswith("make ") and line != ACTIVATE]
    if runs == "elsewhere":
        first, *others = map(_active, ELSEWHERE)
        return [Step(first.line, makes="$OUTSIDE/book"), *others]
    if runs == "book":
        return [Step("make book", makes=BOOK), *map(_active, [*rerun, *CHECKS]), Step(NOTEBOOKS), _active(TESTS)]
    chapter = [line for line in rerun if OF_A_CHAPTER.match(line)]
    before = [Step("make -j4 book lint types", makes=BOOK)] if runs == "side by side" else []
    return [*before, *map(_active, [*chapter, "compute-ledger verify my-run", CHECKS[1], STRICT, FEW_TESTS])]


def made(line: str) -> str:
    """The folder that a command makes with a manifest in it, '' for none."""
    found = MADE.match(line)
    if line == "make book":
        return BOOK
    return found[1] if found else ""


def _active(line: str) -> Step:
    """A line for a shell in which the environment is active, as in the README."""
    return Step(f"{ACTIVATE} && {line}", 1 if line.startswith(TWO_EDITIONS) else 0, made(line))
