"""The ledger of a command is checked and exported once for its contents, and again for any others."""

import pytest

from compute_ledger.commands.ledger_cache import EXPORT, SOUND, exported, refuse_faulty
from compute_ledger.ledger import export, ledger_check
from compute_ledger.report.errors import DataError
from tests.ledger_copy import add_row, copy_ledger, spoil


@pytest.fixture
def ledger(tmp_path):
    return copy_ledger(tmp_path)


@pytest.fixture
def calls(monkeypatch):
    """How often a ledger was looked at."""
    calls_made = []
    for module, name in ((ledger_check, "check_folder"), (export, "export")):
        original = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *a, original=original, **n: calls_made.append(1) or original(*a, **n))
    return calls_made


def test_a_sound_ledger_is_checked_once_for_its_contents(ledger, tmp_path, calls):
    cache = tmp_path / "cache"
    for looks in (1, 1):
        refuse_faulty(ledger, tmp_path, cache)
        assert len(calls) == looks
    (ledger / "datapackage.json").touch()
    refuse_faulty(ledger, tmp_path, cache)
    assert len(calls) == 1
    (ledger / "README.md").write_text("another file\n")
    refuse_faulty(ledger, tmp_path, cache)
    assert len(calls) == 2
    (cache / SOUND).write_text("half")
    refuse_faulty(ledger, tmp_path, cache)
    refuse_faulty(ledger, tmp_path, None)
    assert len(calls) == 4


def test_a_faulty_ledger_is_refused_however_often(ledger, tmp_path, calls):
    refuse_faulty(ledger, tmp_path, tmp_path / "cache")
    add_row(ledger, "deals", deal_id="half a row")
    for _ in range(2):
        with pytest.raises(DataError, match="problem"):
            refuse_faulty(ledger, tmp_path, tmp_path / "cache")
    assert len(calls) == 3


def test_what_was_exported_comes_back_byte_for_byte(ledger, tmp_path, calls):
    def files(number):
        folder = exported(ledger, tmp_path, tmp_path / f"out-{number}", tmp_path / "cache")
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    first = files(1)
    assert files(2) == first
    assert len(calls) == 1
    spoil(ledger, "sources", lambda data: data.replace(b",C,", b",B,", 1))
    assert files(3) != first
    (tmp_path / "cache" / EXPORT).write_bytes(b"half")
    assert files(4) == files(5)
    assert len(calls) == 3
    assert exported(tmp_path, tmp_path, tmp_path / "none", None) is None


def test_the_licence_goes_along_with_the_project_s_own_data_if_it_has_one(ledger, tmp_path):
    project = ledger.rename(tmp_path / "data").parent
    assert "LICENSE-DATA" not in {
        path.name for path in exported(project / "data", project, tmp_path / "1", None).iterdir()
    }
    (project / "LICENSE-DATA").write_text("Mine.\n")
    own_export = exported(project / "data", project, tmp_path / "2", None)
    assert (own_export / "LICENSE-DATA").read_text() == "Mine.\n"
    other_export = exported(copy_ledger(tmp_path / "others"), project, tmp_path / "3", None)
    assert "LICENSE-DATA" not in {path.name for path in other_export.iterdir()}
