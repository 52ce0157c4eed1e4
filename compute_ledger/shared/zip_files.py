"""Zip files whose bytes depend on names, contents and one moment alone."""

import io
import zipfile
from collections.abc import Mapping

Moment = tuple[int, int, int, int, int, int]  # year to second
FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)  # that a zip can hold


def zipped(files: Mapping[str, bytes], moment: Moment = FIRST_MOMENT, level: int | None = None) -> bytes:
    """The files (path -> content) as one zip, each as of the `moment`.

    `level` is that of zlib, from 1 (fast) to 9 (small); a picture is packed already, and stored as it is.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, moment)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16  # as from any Unix, readable by all
            kind = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, kind, level)
    return packed.getvalue()
