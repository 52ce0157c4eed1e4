"""The Python kernel of the running interpreter, and no other, forked from a warm process where there is one."""

import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakSet

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from jupyter_client.session import Session
from traitlets import default

from compute_ledger.report.cache import kernel_extension
from compute_ledger.report.kernels import forked_kernel
from compute_ledger.report.kernels.isolation import isolated

SOCKETS = "s"  # begins the names of sockets, which jupyter_client ends with -1 to -5
LONGEST_SOCKET_FOLDER = 100  # bytes: a socket's whole path has to fit into 107, and into 103 elsewhere than on Linux
MOST_OUTPUT_BYTES = 64_000_000  # of one notebook; the book's own stay below 3 MB

running_kernels: "WeakSet[ForkingProvisioner]" = WeakSet()
_no_more = threading.Event()


def end_all() -> None:
    """End every kernel of this process, and let none start until `begin_anew`: whoever waits for one is done."""
    _no_more.set()
    for provisioner in list(running_kernels):
        if provisioner.process is not None:
            provisioner.process.kill()


def begin_anew() -> None:
    """Kernels may start again."""
    _no_more.clear()


@dataclass
class Watch:
    """One kernel seen from outside: where it comes from, how much it has sent, and how it ended.

    Its sockets, its connection file and whatever IPython and Jupyter keep lie in the folder `scratch`; it is forked
    from the warm process at the address `warm`, or started cold where that is empty. `recording` is for its
    extension.
    """

    scratch: Path = Path()
    warm: str = ""
    recording: kernel_extension.Settings = field(default_factory=kernel_extension.Settings)
    most_bytes: int = MOST_OUTPUT_BYTES
    received_bytes: int = 0
    process: Any = None

    @property
    def last_words(self) -> Path:
        """The file with what a kernel that was started cold has written to its standard error."""
        return self.scratch / "stderr"

    @property
    def flooded(self) -> bool:
        """Whether it sent more than it may."""
        return self.received_bytes > self.most_bytes

    def exit_code(self) -> int | None:
        """Negative for a signal; None while it runs, or before it was started."""
        return self.process.poll() if self.process else None


class CountingSession(Session):
    """Counts what arrives, and ends a kernel that sends too much before any of that is taken apart."""

    def deserialize(self, msg_list: list[Any], *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The message, or one that belongs to nothing."""
        watch: Watch = self.parent.watch  # type: ignore[union-attr]
        watch.received_bytes += sum(map(len, msg_list))
        if not watch.flooded:
            return super().deserialize(msg_list, *args, **kwargs)
        watch.process.kill()
        return {"parent_header": {}, "msg_type": "dropped", "content": {}}


class ForkingProvisioner(LocalProvisioner):
    """Forks the kernel from the warm process, or starts it cold when that cannot be."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Launch a kernel with the command `cmd` of ipykernel."""
        watch: Watch = self.parent.watch  # type: ignore[union-attr]
        env = isolated({**forked_kernel.ONE_THREAD, **kwargs["env"]}, watch.scratch)
        env[kernel_extension.VARIABLE] = watch.recording.text(watch.scratch)
        cwd = str(kwargs.get("cwd") or Path.cwd())
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        if _no_more.is_set():
            raise RuntimeError("no kernel is wanted any more")
        running_kernels.add(self)
        forked = forked_kernel.fork(watch.warm, arguments, cwd, env)
        if forked is None:
            # Not to the terminal: one that starts while its run is stopped finds its folder gone.
            with watch.last_words.open("wb") as stderr:
                await super().launch_kernel(cmd, **{**kwargs, "env": env, "stderr": stderr})
        else:
            self.process, self.pid, self.cwd = forked, forked.pid, cwd  # type: ignore[assignment]
        watch.process = self.process
        if _no_more.is_set() and self.process is not None:
            self.process.kill()
        return self.connection_info


class NativeKernelManager(AsyncKernelManager):
    """Ignores installed kernelspecs: a `python3` in somebody's home may start another environment.

    Kernels talk over sockets in the file system: parallel kernels cannot take each other's ports.
    """

    watch: Watch

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

    @default("connection_file")
    def _beside_sockets(self) -> str:
        return str(self.watch.scratch / "kernel.json")

    @default("transport")
    def _no_ports(self) -> str:
        return "ipc" if len(os.fsencode(self.watch.scratch)) <= LONGEST_SOCKET_FOLDER else "tcp"

    @default("ip")
    def _own_sockets(self) -> str:
        # jupyter_client's own default is one name in the current folder, which parallel kernels share.
        return "127.0.0.1" if self.transport == "tcp" else str(self.watch.scratch / SOCKETS)

    @default("transport_encryption")
    def _encrypted(self) -> str:
        return "auto" if self.transport == "tcp" else "disabled"


def watched(seen: Watch) -> type[NativeKernelManager]:
    """The class of a manager whose kernel is seen through `seen`: nbclient takes a class, and keeps what it makes."""

    class Watched(NativeKernelManager):
        watch = seen

    return Watched
