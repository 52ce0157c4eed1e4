"""That what keeps tests and builds off the network would notice: the guard in every Python, and the namespace."""

import os
import socket
import subprocess
import sys

import pytest

from tests.conftest import LOOPBACK_ONLY, NETWORK_LOG
from tests.tiny_project import REPO

ELSEWHERE = "192.0.2.1"  # an address for examples, which nobody has
TRIES = {
    "connect": f"socket.create_connection(('{ELSEWHERE}', 80), timeout=1)",
    "name": "socket.getaddrinfo('example.org', 443)",
    "datagram": f"socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('{ELSEWHERE}', 53))",
    "urllib": f"__import__('urllib.request').request.urlopen('http://{ELSEWHERE}/', timeout=1)",
}


def test_a_child_that_asks_another_machine_is_stopped_and_written_down(tmp_path):
    code = "import socket\n"
    for attempt in TRIES.values():
        code += f"try:\n    {attempt}\nexcept OSError as error:\n    print(error)\n"
    log = tmp_path / "log"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, NETWORK_LOG: str(log)}, capture_output=True, text=True
    )
    assert done.stdout.count("use no network but loopback") == len(TRIES), done.stdout + done.stderr
    assert len(log.read_text().splitlines()) == len(TRIES)
    assert ELSEWHERE in log.read_text()


def test_this_process_is_watched_too(monkeypatch, tmp_path):
    monkeypatch.setenv(NETWORK_LOG, str(tmp_path / "log"))
    with pytest.raises(PermissionError, match="use no network but loopback"):
        socket.create_connection((ELSEWHERE, 80), timeout=1)


def test_loopback_and_files_are_free():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()[:2]):
        pass
    end_a, end_b = socket.socketpair(socket.AF_UNIX)
    end_a.close()
    end_b.close()
    assert os.environ["PYTHONPATH"].split(os.pathsep)[0] == str(LOOPBACK_ONLY)


def test_outside_a_namespace_there_is_nobody():
    """Or the line that says that this system gives none."""
    code = f"""
import socket
try:
    socket.create_connection(('{ELSEWHERE}', 80), 1)
except OSError as error:
    print(error.errno)
with socket.create_server(('127.0.0.1', 0)) as server, socket.create_connection(server.getsockname()):
    print('here')
"""
    command = [sys.executable, str(REPO / "tests/offline.py"), sys.executable, "-S", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    if "gives no network namespace" not in done.stderr:
        assert done.stdout.split() == ["101", "here"], "the network is unreachable, loopback is there"
    assert done.stdout.endswith("here\n")
