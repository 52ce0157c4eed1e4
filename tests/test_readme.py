"""The README promises only what the Makefile, the command line and the notebooks have."""

import json
import re
import shlex
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from compute_ledger.cli import cli
from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.execution.jobs import plan
from compute_ledger.report.notebooks.parameters import split_assignment
from compute_ledger.report.sweep import grid
from tests import bad_input, hostile_ledger, ledger_faults
from tests.anywhere.conditions import CONDITIONS
from tests.report.cache import test_dependencies
from tests.report.execution import test_run
from tests.report.site import test_no_room
from tests.shared import test_noise

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line.split("#")[0].strip()
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
]
INLINE = re.findall(r"`((?:make|compute-ledger|bash) [^`]+)`", README)


def test_every_make_target_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {command.split()[1] for command in [*COMMANDS, *INLINE] if command.startswith("make ")}
    assert {"book", "test", "lab", "refresh"} <= named <= targets


@pytest.mark.parametrize("command", [line for line in [*COMMANDS, *INLINE] if line.startswith("compute-ledger ")])
def test_every_command_and_option_exists(command):
    name, *words = shlex.split(command)[1:]
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0, command
    assert all(word in result.output for word in words if word.startswith("-")), command


def test_every_parameter_in_an_example_is_accepted(tmp_path):
    contents = read_contents(ROOT)
    words = {line: [word for word in shlex.split(line) if "=" in word] for line in COMMANDS}
    sweeps = {line: words.pop(line) for line in COMMANDS if line.startswith("compute-ledger sweep")}
    parameters = dict(split_assignment(word) for assignments in words.values() for word in assignments)
    assert parameters
    assert plan(contents, contents.editions[:1], parameters, tmp_path)
    grids = [grid.read_assignments(assignments, contents) for assignments in sweeps.values() if assignments]
    assert grids
    assert all(len(grid.plan(contents, values, [], 1000)) for values in grids)


def test_every_file_linked_or_pictured_exists():
    for path in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / path).exists(), path


def test_what_it_withstands_is_what_was_tried():
    names = ("kills", "bad_input", "steady", "anywhere")
    stored = {name: json.loads((ROOT / f"benchmarks/{name}.json").read_text()) for name in names}
    runs = stored["steady"]["runs"]
    green = [run for run in runs if not re.search("failed|error", str(run))]
    soak, steps = stored["kills"]["random moments"], stored["kills"]["steps of publishing"]
    ways, beyond = len(test_dependencies.WAYS), len(test_dependencies.BEYOND)
    disks = [*test_no_room.REFUSED, *test_no_room.NO_ROOM_BESIDE]
    machines = stored["anywhere"]
    results = Counter(machine["result"] for machine in machines.values())
    assert list(machines) == [condition.name for condition in CONDITIONS]
    faults = [*ledger_faults.CELLS, *ledger_faults.RECORD_ONLY, *ledger_faults.SPELLINGS]
    table = README.partition("## What it withstands")[2]
    for row in (
        f"| {soak['killed'] + soak['finished before']} builds, {soak['killed']} of them killed "
        f"| {soak['whole']} whole books |",
        f"| {steps['steps']} | {steps['whole']} |",
        f"commit {stored['steady']['commit']} | {len(runs)} runs in a row | {len(green)} |",
        f"(`tests/report/site/test_no_room.py`) | {len(disks)} | {len(disks)} |",
        f"(`tests/shared/test_noise.py`) | {test_noise.TRIED} | {test_noise.TRIED} |",
        f"(`tests/report/cache/test_dependencies.py`) | {ways} | {ways} |",
        f"(the same) | {beyond} | {beyond} |",
        *(f"| {len(cases)} | {len(cases)} |" for cases in (test_run.FAULTS, bad_input.CASES, hostile_ledger.PAYLOADS)),
        f"| {len(faults)} | {len(faults)} |",
        f"(`make anywhere`) | {len(machines) - results['skipped']}, {results['skipped']} skipped | {results['held']} |",
    ):
        assert row in table, row
    silence, traceback = stored["bad_input"]["ends in"].values()
    assert f"{silence + traceback} can be made" in table
    assert f"{silence} end in silence and exit code 0, {traceback} in a traceback, none" in table


def test_every_folder_of_the_map_exists():
    for cell in re.findall(r"^\| (`[^|]+`) \|", README, re.MULTILINE):
        for folder in re.findall(r"`([^`]+/)`", cell):
            assert (ROOT / folder).is_dir(), folder
