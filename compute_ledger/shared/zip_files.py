"""Zip files whose bytes depend on names, contents and one moment alone."""

import io
import zipfile
from collections.abc import Mapping

PACKED = (".png", ".zip", ".epub")
Moment = tuple[int, int, int, int, int, int]  # year to second
FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)  # that a zip can hold


def zipped(files: Mapping[str, bytes], moment: Moment = FIRST_MOMENT, level: int | None = None) -> bytes:
    """The files (path -> content) as one zip, each as of the `moment`.

    `level` is that of zlib, from 1 (fast) to 9 (small); what is packed already, as a picture is, is stored as it is.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in sorted(files.items()):
            kind = zipfile.ZIP_STORED if name.endswith(PACKED) else zipfile.ZIP_DEFLATED
            archive.writestr(_entry(name, moment), content, kind, level)
    return packed.getvalue()


def first_stored(name: str, first: bytes, files: Mapping[str, bytes]) -> bytes:
    """The `files` as one zip behind the file `name`, which is stored as it is: formats are known by such a file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(_entry(name, FIRST_MOMENT), first, zipfile.ZIP_STORED)
        for other, content in sorted(files.items()):
            archive.writestr(_entry(other, FIRST_MOMENT), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _entry(name: str, moment: Moment) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, moment)
    entry.create_system, entry.external_attr = 3, 0o100644 << 16  # as from any Unix, readable by all
    return entry
