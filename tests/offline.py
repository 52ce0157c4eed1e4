"""Run a command where there is no network but loopback: python tests/offline.py COMMAND…

By a network namespace of Linux, which stops every program, not only Python. Where the system gives none the command
runs all the same, and a line says so.
"""

import ctypes
import fcntl
import os
import socket
import struct
import sys

NEW_USER, NEW_NET = 0x10000000, 0x40000000
GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 0x1


def leave_the_network() -> None:
    """OSError where this process may not."""
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_NET) and libc.unshare(NEW_USER | NEW_NET):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    if os.getuid() != user:  # in a user namespace nobody is anybody until this is written
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        flags = fcntl.ioctl(any_socket, GET_FLAGS, struct.pack("16sH22x", b"lo", 0))
        up = struct.unpack("16sH22x", flags)[1] | UP
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sH22x", b"lo", up))


if __name__ == "__main__":
    try:
        leave_the_network()
    except OSError as error:
        sys.stderr.write(
            f"offline: this system gives no network namespace ({error.strerror}); running with its network\n"
        )
    os.execvp(sys.argv[1], sys.argv[1:])
