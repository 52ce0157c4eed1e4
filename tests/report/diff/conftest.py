"""A project around the tests of `diff`, and the command itself."""

import sys

import pytest

from compute_ledger import cli
from tests.tiny_project import make_project


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(make_project(tmp_path / "p"))
    return tmp_path / "p"


@pytest.fixture
def run(monkeypatch, capsys):
    """Run `compute-ledger diff` in this process; returns exit code, stdout, stderr."""

    def ran(*words):
        monkeypatch.setattr(sys, "argv", ["compute-ledger", "diff", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        out, err = capsys.readouterr()
        return stopped.value.code, out, err

    return ran
