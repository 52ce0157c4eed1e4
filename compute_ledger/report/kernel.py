"""The Python kernel of the running interpreter, and no other, forked from a warm process where there is one."""

import atexit
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from weakref import WeakSet

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from jupyter_core.paths import jupyter_runtime_dir
from traitlets import default

from compute_ledger.report import warm

LONGEST_SOCKET_FOLDER = 50  # a socket's whole path has to fit into 107 bytes
WARM_PROCESS = "COMPUTE_LEDGER_WARM"  # address of the warm process that kernels of this process come from

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
        if _no_more.is_set() and self.process is not None:
            self.process.kill()
        return self.connection_info


class NativeKernelManager(AsyncKernelManager):
    """Ignores installed kernelspecs: a `python3` in somebody's home may start another environment.

    Kernels talk over sockets in the file system: parallel kernels cannot take each other's ports.
    """

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
