"""How `make anywhere` puts conditions together, and what it says of them."""

import itertools
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.anywhere import commands, machine
from tests.anywhere.__main__ import Report, try_bundle
from tests.anywhere.bundles import bundles, fit, together
from tests.anywhere.conditions import CONDITIONS, Condition

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
KNOWN = {condition.name: condition for condition in CONDITIONS}
BUNDLES = bundles(CONDITIONS)
MAKERS = list(dict.fromkeys(maker for condition in CONDITIONS for maker in condition.made))
APART = [
    ("empty-home", "home-unset"),
    ("another-user", "lived-in-home"),
    ("bare", "no-fonts"),
    ("no-locale", "latin-1"),
    ("no-terminal", "dumb-terminal"),
    ("a-worktree", "no-git-a-download"),
    ("a-worktree", "autocrlf"),
    ("space-and-accent", "deep-folder"),
    ("another-user", "full-shared-memory"),
    ("python-3.11", "python-3.12"),
    ("no-locale", "space-and-accent"),
    ("dead-proxy", "settings-of-pip-and-uv"),
    ("read-only-clone", "time-zone"),
    ("make-j4", "bare"),
    ("one-core", "bare"),
]
TOGETHER = [("bare", "empty-home"), ("bare", "deep-folder"), ("oldest-cpu", "no-fonts"), ("umask-077", "ci")]


def test_every_condition_is_in_one_bundle_with_such_as_fit_it():
    assert sorted(member.name for bundle in BUNDLES for member in bundle) == sorted(KNOWN)
    for bundle in BUNDLES:
        assert all(itertools.starmap(fit, itertools.permutations(bundle, 2)))
    assert len(BUNDLES) <= len(CONDITIONS) / 5, "this many clones take hours"


@pytest.mark.parametrize(("name_a", "name_b"), APART)
def test_what_cannot_hold_at_once_is_kept_apart(name_a, name_b):
    assert not fit(KNOWN[name_a], KNOWN[name_b])
    assert not fit(KNOWN[name_b], KNOWN[name_a])


@pytest.mark.parametrize(("name_a", "name_b"), TOGETHER)
def test_what_can_hold_at_once_may_be_tried_together(name_a, name_b):
    assert fit(KNOWN[name_a], KNOWN[name_b])
    assert fit(KNOWN[name_b], KNOWN[name_a])


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda bundle: bundle[0].name)
def test_a_bundle_has_all_that_its_members_have(bundle):
    plain, combined = Condition(""), together(bundle)
    for member in bundle:
        assert member.settings.items() <= combined.settings.items()
        assert set(member.made) <= set(combined.made)
        assert f" {' '.join(member.words)}" in f" {' '.join(combined.words)}"
        for name in vars(plain).keys() - {"name", "runs", "settings", "made", "words"}:
            assert getattr(member, name) in (getattr(plain, name), getattr(combined, name)), (member.name, name)
        assert _lines(member.runs) <= _lines(combined.runs)


def _lines(runs):
    """What is run, without the tests, of which a whole book has more."""
    lines = {step.line for step in commands.steps(runs, README)}
    return {line for line in lines if "pytest" not in line and "my-run" not in line.partition("verify")[2]}


def test_the_commands_of_a_whole_book_are_those_of_the_readme():
    lines = {step.line.removeprefix(f"{commands.ACTIVATE} && ") for step in commands.steps("book", README)}
    left_out = {"make test", commands.ACTIVATE}  # .ci/run has the first on a bare machine
    assert set(commands.of_readme(README)) - left_out <= lines


def test_make_takes_every_name_as_it_is():
    assert all(re.fullmatch("[a-z0-9.-]+", name) for name in KNOWN)


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.make.__name__)
def test_files_of_a_condition_set_the_variables_that_it_names(maker, tmp_path):
    try:
        paths = maker.make(tmp_path, Path(sys.executable))
    except machine.MissingError as reason:
        pytest.skip(f"(rights or files of this machine) {reason}")
    assert set(paths) <= set(maker.names)
    assert paths


class OneFails:
    """A bench on which whatever has the condition of that name fails."""

    def __init__(self, name):
        self.settings, self.tried = KNOWN[name].settings, []

    def failure(self, condition):
        self.tried.append(condition)
        return "make book: exit code 2" if self.settings.items() <= condition.settings.items() else ""


def test_what_fails_together_is_tried_alone(capsys):
    names = ["umask-077", "time-zone", "ci"]
    bundle, report = [KNOWN[name] for name in names], Report(store=False)
    try_bundle(bundle, OneFails("time-zone"), report)
    results = {line.split()[1]: line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]}
    assert results == {"umask-077": "held", "time-zone": "failed", "ci": "held"}
    assert report.failed == 1


def test_what_holds_together_is_tried_once(capsys):
    bench, report = OneFails("dumb-terminal"), Report(store=False)
    try_bundle([KNOWN[name] for name in ("umask-077", "time-zone", "ci")], bench, report)
    assert len(bench.tried) == 1
    assert capsys.readouterr().out.count("with 2 others") == 3
    assert not report.failed


def test_the_oldest_processor_is_found_where_one_is_set_already(monkeypatch):
    monkeypatch.delenv("NPY_DISABLE_CPU_FEATURES", raising=False)
    oldest = machine.oldest_cpu(Path(sys.executable))
    monkeypatch.setenv("NPY_DISABLE_CPU_FEATURES", oldest["NPY_DISABLE_CPU_FEATURES"])
    assert machine.oldest_cpu(Path(sys.executable)) == oldest


def test_a_bare_machine_can_be_made_on_a_bare_machine():
    bare = [sys.executable, "-m", "tests.anywhere.bare"]
    command = [sys.executable, "-c", "import os; print(os.environ['NPY_DISABLE_CPU_FEATURES'])"]
    once, twice = (
        subprocess.run([*words, *command], cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True)
        for words in (bare, [*bare, *bare])
    )
    assert twice.stdout == once.stdout
