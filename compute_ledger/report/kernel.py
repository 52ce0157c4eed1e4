"""The Python kernel of the running interpreter, and no other, forked from a warm process where there is one."""

import atexit
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from weakref import WeakSet

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from jupyter_client.session import Session
from jupyter_core.paths import jupyter_runtime_dir
from traitlets import default

from compute_ledger.report import warm

LONGEST_SOCKET_FOLDER = 50  # a socket's whole path has to fit into 107 bytes
WARM_PROCESS = "COMPUTE_LEDGER_WARM"  # address of the warm process that kernels of this process come from

MOST_OUTPUT_BYTES = 64_000_000  # of one notebook; the book's own stay below 3 MB

_own: dict[tuple[object, ...], warm.WarmProcess] = {}
_running: "WeakSet[ForkingProvisioner]" = WeakSet()
_no_more = threading.Event()


def warm_up(notebook: Mapping[str, Any]) -> None:
    """Start a warm process for kernels of this process, unless it was given one or has one that still serves."""
    if WARM_PROCESS in os.environ:
        return
    key = (os.getpid(), Path.cwd(), warm.imports([notebook]))
    if key in _own and _own[key].serves():
        return
    while _own:
        (pid, *_), old = _own.popitem()
        if pid == os.getpid():  # else it is the parent's
            old.stop()
    _own[key] = warm.WarmProcess(key[2], Path.cwd())
    atexit.register(_own[key].stop)


def end_all() -> None:
    """End every kernel of this process, and let none start until `begin_anew`: whoever waits for one is done."""
    _no_more.set()
    for provisioner in list(_running):
        if provisioner.process is not None:
            provisioner.process.kill()


def begin_anew() -> None:
    """Kernels may start again."""
    _no_more.clear()


def _address() -> str:
    own = next(iter(_own.values()), None)
    return os.environ.get(WARM_PROCESS, own.address if own else "")


@dataclass
class Watch:
    """One kernel seen from outside: how much it has sent, and how it ended."""

    most_bytes: int = MOST_OUTPUT_BYTES
    received_bytes: int = 0
    process: Any = None

    @property
    def flooded(self) -> bool:
        """Whether it sent more than it may."""
        return self.received_bytes > self.most_bytes

    def exit_code(self) -> int | None:
        """Negative for a signal; None while it runs, or before it was started."""
        return self.process.poll() if self.process else None


class CountingSession(Session):
    """Counts what arrives, and ends a kernel that sends too much before any of that is taken apart."""

    def deserialize(self, msg_list: list[Any], *given: Any, **named: Any) -> dict[str, Any]:
        """The message, or one that belongs to nothing."""
        watch: Watch = self.parent.watch  # type: ignore[union-attr]
        watch.received_bytes += sum(map(len, msg_list))
        if not watch.flooded:
            return super().deserialize(msg_list, *given, **named)
        watch.process.kill()
        return {"parent_header": {}, "msg_type": "dropped", "content": {}}


class ForkingProvisioner(LocalProvisioner):
    """Forks the kernel from the warm process, or starts it cold when that cannot be."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Launch a kernel with the command `cmd` of ipykernel."""
        env = {**warm.ONE_THREAD, **kwargs["env"]}
        cwd = str(kwargs.get("cwd") or Path.cwd())
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        if _no_more.is_set():
            raise RuntimeError("no kernel is wanted any more")
        _running.add(self)
        forked = warm.fork(_address(), arguments, cwd, env)
        if forked is None:
            await super().launch_kernel(cmd, **{**kwargs, "env": env})
        else:
            self.process, self.pid, self.cwd = forked, forked.pid, cwd  # type: ignore[assignment]
        self.parent.watch.process = self.process  # type: ignore[union-attr]
        if _no_more.is_set() and self.process is not None:
            self.process.kill()
        return self.connection_info


class NativeKernelManager(AsyncKernelManager):
    """Ignores installed kernelspecs: a `python3` in somebody's home may start another environment.

    Kernels talk over sockets in the file system: parallel kernels cannot take each other's ports.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        self.watch = Watch()
        super().__init__(*given, **named)

    @default("session")
    def _counting(self) -> Session:
        return CountingSession(parent=self)

    @default("kernel_spec_manager")
    def _native_only(self) -> KernelSpecManager:
        return KernelSpecManager(kernel_dirs=[], ensure_native_kernel=True)

    async def _async_pre_start_kernel(self, **kwargs: Any) -> tuple[list[str], dict[str, Any]]:
        if self.provisioner is None:
            self.provisioner = ForkingProvisioner(kernel_spec=self.kernel_spec, parent=self)
        command, kwargs = await super()._async_pre_start_kernel(**kwargs)
        self.provisioner.kernel_id = self.kernel_id
        return command, kwargs

    @default("transport")
    def _no_ports(self) -> str:
        return "ipc" if len(jupyter_runtime_dir()) <= LONGEST_SOCKET_FOLDER else "tcp"

    @default("ip")
    def _own_sockets(self) -> str:
        if self.transport == "tcp":
            return "127.0.0.1"
        # jupyter_client's own default is one name in the current folder, which parallel kernels share.
        return str(Path(mkdtemp(prefix="k", dir=jupyter_runtime_dir())) / "ipc")

    @default("transport_encryption")
    def _encrypted(self) -> str:
        return "auto" if self.transport == "tcp" else "disabled"


def watched(watch: Watch) -> type[NativeKernelManager]:
    """The class of a manager whose kernel is seen through `watch`: nbclient takes a class, and keeps what it makes."""

    class Watched(NativeKernelManager):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self.watch = watch

    return Watched
