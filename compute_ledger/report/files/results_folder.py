"""A folder of results: on disk, or at any address that fsspec knows (s3://, gs://, memory://)."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from compute_ledger.report.errors import TargetError
from compute_ledger.shared.atomic_files import whole

MARK = "made-by-compute-ledger"


class Folder:
    """Files are written whole: under their name is the old content or the new, never a part of it.

    TargetError when `address` is a file, holds files but none of ours, or cannot be reached.
    """

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/") if "://" in address else str(Path(address).resolve())
        self._remote: Any = None
        self._path = self.address
        if "://" in address:
            self._remote, self._path = _remote(self.address)
        try:
            names = self._names()
            if names and MARK not in names:
                raise TargetError(f"will not write into {address}: it holds other files; give another -o")
            with self._whole(MARK) as stream:
                stream.write(b"Results of compute-ledger; a later run may replace them.\n")
        except OSError as error:
            raise TargetError(f"cannot write into {address}: {error.strerror or error}; give another -o") from error

    def path(self, name: str) -> str:
        """Where the file `name` is, for people."""
        return f"{self.address}/{name}"

    def read(self, name: str) -> bytes | None:
        """Content of the file `name`, or None when there is none."""
        try:
            if self._remote:
                content: bytes = self._remote.cat_file(f"{self._path}/{name}")
                return content
            return Path(self._path, name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """Write the file `name` as a whole."""
        with self.open(name) as stream:
            stream.write(content)

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """A stream to write the file `name` with; it appears when the block ends well, and only then.

        TargetError when it cannot be written.
        """
        try:
            with self._whole(name) as stream:
                yield stream
        except OSError as error:
            flaw = error.strerror or error
            raise TargetError(f"cannot write {self.path(name)}: {flaw}; what was done before is kept") from error

    @contextmanager
    def _whole(self, name: str) -> Iterator[IO[bytes]]:
        if not self._remote:
            path = Path(self._path, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            with whole(path) as stream:
                yield stream
            return
        with tempfile.NamedTemporaryFile(delete=False) as part:
            try:
                yield part
                part.close()
                self._remote.makedirs(f"{self._path}/{name}".rpartition("/")[0], exist_ok=True)
                self._remote.put_file(part.name, f"{self._path}/{name}")
            finally:
                Path(part.name).unlink(missing_ok=True)

    def remove(self, name: str) -> None:
        """Remove the file `name`, if it is there."""
        if self._remote and self._remote.exists(f"{self._path}/{name}"):
            self._remote.rm_file(f"{self._path}/{name}")
        elif not self._remote:
            Path(self._path, name).unlink(missing_ok=True)

    def _names(self) -> set[str]:
        if self._remote:
            paths = self._remote.ls(self._path, detail=False) if self._remote.exists(self._path) else []
            return {str(path).rstrip("/").rpartition("/")[2] for path in paths}
        return set(os.listdir(self._path)) if os.path.lexists(self._path) else set()


def _remote(address: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise TargetError(f"{address} needs fsspec; pip install 'compute-ledger[cluster]'") from error
    try:
        filesystem_and_path: tuple[Any, str] = url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise TargetError(f"cannot reach {address}: {' '.join(str(error).split())}") from error
    return filesystem_and_path
