"""The codebook and the hashes say what the files are; and the example has the schema of the ledger."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from compute_ledger.ledger.codebook import codebook, refresh
from compute_ledger.ledger.tables.schema import read_schema
from tests.ledger_copy import EXAMPLE, set_cells

DATA = Path(__file__).parents[2] / "data"
LEDGERS = [
    EXAMPLE,
    pytest.param(
        DATA,
        marks=pytest.mark.skipif(not (DATA / "deals.csv").exists(), reason="the ledger's data is not there yet"),
    ),
]
MEND = "run: python -m compute_ledger.ledger.codebook FOLDER"


@pytest.mark.parametrize("folder", LEDGERS, ids=["example", "data"])
def test_the_codebook_is_up_to_date(folder):
    assert (folder / "README.md").read_text(encoding="utf-8") == codebook(read_schema(folder)), MEND


@pytest.mark.parametrize("folder", LEDGERS, ids=["example", "data"])
def test_the_hashes_are_those_of_the_files(folder):
    for resource in json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]:
        data = (folder / resource["path"]).read_bytes()
        if resource.get("onlyHistory"):
            assert not {"hash", "bytes"} & resource.keys()
            continue
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}", f"{resource['path']}: {MEND}"
        assert resource["bytes"] == len(data)


def test_the_example_has_the_schema_of_the_ledger():
    def tables(folder):
        resources = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]
        return [{key: value for key, value in table.items() if key not in ("hash", "bytes")} for table in resources]

    assert tables(EXAMPLE) == tables(DATA), "copy `resources` of data/datapackage.json into the example, then refresh"


def test_every_column_is_described_with_its_unit():
    schema = read_schema(EXAMPLE)
    text = codebook(schema)
    for table in schema.tables.values():
        assert f"## {table.name}\n\nOne row is {table.grain}." in text
        for field in table.fields:
            assert field.description.endswith((".", ")")), f"{table.name}.{field.name}"
            assert f"| `{field.name}` | {field.type} | {field.unit} |" in text
            assert field.unit or field.type == "string", f"{table.name}.{field.name} needs a unit"
    assert "CC-BY-4.0" in text
    assert "## How to cite" in text


def test_refreshing_follows_the_files_and_then_has_nothing_to_do(tmp_path):
    folder = tmp_path / "ledger"
    shutil.copytree(EXAMPLE, folder)
    assert refresh(folder) == []
    set_cells(folder, "deals", "nimbus-2025-08", amount_usd_bn="25")
    (folder / "README.md").write_text("stale", encoding="utf-8")
    assert refresh(folder) == ["datapackage.json", "README.md"]
    assert refresh(folder) == []


def test_the_command_refreshes_a_folder_and_refuses_what_is_none(tmp_path):
    folder = tmp_path / "ledger"
    shutil.copytree(EXAMPLE, folder)
    command = [sys.executable, "-m", "compute_ledger.ledger.codebook"]
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "nothing to refresh\n"), done.stderr
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == f"data_dir '{tmp_path}' holds no datapackage.json; give the folder of a ledger\n"
