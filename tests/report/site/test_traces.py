"""Stored notebooks name no machine, no person and no secret; and the search for such traces finds them."""

import io
import zipfile

import pytest

from tests.traces import OURS, ROOT, traces


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_stored_notebook_names_nobody(path):
    assert list(traces(path.read_bytes())) == []


@pytest.mark.parametrize(
    "text",
    [
        *OURS,
        "/home/jane/ledger/data",
        "C:\\Users\\jane\\ledger",
        "C:\\\\Users\\\\jane",  # as JSON has it
        "file:///srv/x",
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a1" * 18,
        "xoxb-" + "1234567890-a",
        "sk-" + "a1B2" * 10,
        "hf_" + "a" * 34,
        "-----BEGIN OPENSSH " + "PRIVATE KEY-----",
        "postgres://jane:" + "hunter2@db/x",
        "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0.x",
    ],
)
def test_a_trace_is_found_wherever_it_is(text):
    content = f'{{"text": "word {text} word"}}'.encode()
    assert list(traces(content)) != []
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", content)
    assert list(traces(packed.getvalue(), "x.zip")) != []


def test_ordinary_words_are_none():
    assert list(traces(b"the /home page of sk-hynix, https://example.org/a:b@c and data:image/png;base64,AAAA")) == []
