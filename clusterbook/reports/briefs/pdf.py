"""Documents as PDF, by LibreOffice where there is one."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from clusterbook.errors import Error

_SECONDS = 300
# What LibreOffice writes of its clock, and of a number that it draws.
_CLOCK = re.compile(rb"/(CreationDate|ModDate)\(D:[^)]*\)")
_IDS = re.compile(rb"/ID \[ <[0-9A-F]+>\s*<[0-9A-F]+> \]|/DocChecksum /[0-9A-F]+")


class NoOfficeError(Error, OSError):
    """There is no LibreOffice on this machine, or it cannot turn a document into a PDF."""


def with_pdf(documents: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Each document, and behind it its PDF, without the clock of this machine."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise NoOfficeError("LibreOffice is not installed")
    listed = list(documents)
    with TemporaryDirectory() as folder:
        base = Path(folder)
        paths = []
        for at, (_, data) in enumerate(listed):  # names of our own: no text of a county
            path = base / f"{at:06d}.docx"
            path.write_bytes(data)
            paths.append(path)
        profile = (base / "profile").as_uri()
        command = [office, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf",
                   "--outdir", str(base), *map(str, paths)]  # fmt: skip
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603 - our own files
        except (subprocess.SubprocessError, OSError) as error:
            raise NoOfficeError(str(error)) from error
        for (name, data), path in zip(listed, paths, strict=True):
            pdf = path.with_suffix(".pdf")
            yield name, data
            if not pdf.is_file():
                raise NoOfficeError(f"no PDF of {name}")
            yield f"{name.removesuffix('.docx')}.pdf", _plain(pdf.read_bytes())


def _plain(data: bytes) -> bytes:
    """The same without a clock, as long as it was: places in a PDF are counted."""
    data = _CLOCK.sub(lambda found: found[0][:-1].split(b"D:")[0]
                      + b"D:" + b"20260101000000Z".ljust(len(found[0].split(b"D:")[1]) - 1, b"'")
                      + b")", data)  # fmt: skip
    return _IDS.sub(lambda found: re.sub(rb"[0-9A-F]{16,}", lambda i: b"0" * len(i[0]), found[0]),
                    data)  # fmt: skip
