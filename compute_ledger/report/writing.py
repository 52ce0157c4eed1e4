"""Files under their final name in one step."""

import os
import tempfile
from pathlib import Path


def write_whole(content: bytes, path: Path) -> None:
    """Write `content` to `path`, whose folder exists: a reader finds the old file or the whole new one."""
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.chmod(part, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
