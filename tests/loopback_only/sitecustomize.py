"""No Python started by the tests talks to another machine: whoever tries is stopped, and written down.

On PYTHONPATH, so that kernels, workers and command lines have it as well; conftest.py puts it there.
"""

import os
import socket
import sys

LOG = "COMPUTE_LEDGER_NETWORK_LOG"  # a file: what was tried, one line each
NAMED = {"socket.getaddrinfo", "socket.gethostbyname"}
SENT = {"socket.connect", "socket.sendto", "socket.sendmsg"}
HERE = ("127.", "::1", "localhost", "0.0.0.0")


def leaves(event: str, given: tuple) -> str:
    """The other machine that an audit event is about, '' for none."""
    if event in NAMED:
        host = given[0]
    elif event in SENT and given[0].family in (socket.AF_INET, socket.AF_INET6) and given[1]:
        # To connect a datagram socket sends nothing: it is how programs ask for their own address.
        if event == "socket.connect" and given[0].type == socket.SOCK_DGRAM:
            return ""
        host = given[1][0]
    else:
        return ""
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    return "" if name.startswith(HERE) or name == socket.gethostname() else name


def watch(event: str, given: tuple) -> None:
    if not event.startswith("socket."):
        return
    host = leaves(event, given)
    if host:
        if LOG in os.environ:
            with open(os.environ[LOG], "a") as log:
                log.write(f"{event} {host} by {' '.join(sys.argv)[:200]}\n")
        raise PermissionError(f"{event} to {host}: tests and builds use no network but loopback")


sys.addaudithook(watch)
