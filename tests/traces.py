"""Traces of a machine or of a person's secrets in bytes that others will read."""

import getpass
import io
import os
import re
import socket
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
# A short host or user name such as "vm" also occurs in words, so both are sought as parts of a path or an address.
PLACES = [Path.home(), ROOT, Path(sys.prefix), Path(tempfile.gettempdir())]
OURS = [f"{place}/" for place in PLACES if len(place.parts) > 1]
OURS += [f"@{socket.gethostname()}", f"/{getpass.getuser()}/", f"{getpass.getuser()}@"]
SECRET_NAME = re.compile(r"TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|API_?KEY|ACCESS_?KEY", re.IGNORECASE)
SECRETS = [value for name, value in os.environ.items() if SECRET_NAME.search(name) and len(value) > 7]
ANYBODYS = [
    rb"(?<![\w-])/(?:home|Users)/[a-z][\w.-]*/",
    rb"[A-Z]:\\\\?Users\\",
    rb"\bfile:///",
    rb"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    rb"\bgh[pousr]_[A-Za-z0-9]{36}",
    rb"\bgithub_pat_\w{22}",
    rb"\bglpat-[\w-]{20}",
    rb"\bxox[abprs]-[\w-]{10}",
    rb"\bsk-(?:proj-|ant-)?[A-Za-z0-9]{32}",
    rb"\bhf_[A-Za-z0-9]{30}",
    rb"\bAIza[\w-]{35}",
    rb"\bpypi-AgEIcHlwaS5vcmc",
    rb"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.",
    rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY",
    rb"\b[a-z][a-z0-9+.-]*://[^\s/:@\"'<>]{1,64}:[^\s/:@\"'<>]{1,64}@",
]
PICTURE = re.compile(rb'"image/png": "[^"]*"')  # in a notebook
TRACE = re.compile(b"|".join([*(re.escape(trace.encode()) for trace in OURS + SECRETS), *ANYBODYS]))


def traces(content: bytes, name: str = "") -> Iterator[str]:
    """What is found, one line each; a zip is looked into."""
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for inside in archive.namelist():
                yield from (f"{inside}: {line}" for line in traces(archive.read(inside), inside))
    # Pictures are noise, in which three letters may stand by chance; what they say besides is in their text chunks.
    elif not name.endswith(".png"):
        content = PICTURE.sub(b"", content) if name.endswith(".ipynb") else content
        yield from sorted({trace[0].decode(errors="replace")[:60] for trace in TRACE.finditer(content)})
    elif chunk := re.search(rb"(?:tEXt|iTXt|zTXt|eXIf|tIME)", content):
        yield f"a chunk {chunk[0].decode()}"
