"""The Python kernel of the running interpreter, and no other."""

from pathlib import Path
from tempfile import mkdtemp

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.paths import jupyter_runtime_dir
from traitlets import default

LONGEST_SOCKET_FOLDER = 50  # a socket's whole path has to fit into 107 bytes


class NativeKernelManager(AsyncKernelManager):
    """Ignores installed kernelspecs: a `python3` in somebody's home may start another environment.

    Kernels talk over sockets in the file system: parallel kernels cannot take each other's ports.
    """

    @default("kernel_spec_manager")
    def _native_only(self) -> KernelSpecManager:
        return KernelSpecManager(kernel_dirs=[], ensure_native_kernel=True)

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
