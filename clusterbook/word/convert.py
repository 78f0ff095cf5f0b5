"""Older Word and WPS documents → .docx, by LibreOffice Writer where there is one.

LibreOffice says with exit code 0 that it has no Writer, so only the file that it wrote counts. It
works out dates and sums anew, which is told of what was converted.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from clusterbook.readers.limits import USUAL_LIMITS, GridError, open_package
from clusterbook.readers.sniffing import sniff
from clusterbook.readers.zip_kinds import what_zip

_PROGRAMS = ("soffice", "libreoffice")
_SECONDS = 120
#: what Writer opens, by what the bytes are; their usual ending
_KINDS = {"ole": ".doc", "rtf": ".rtf", "doc": ".xml", "odt": ".odt", "mhtml": ".mht"}
CONVERTED = "由 LibreOffice 转换后读入，自动日期和求和会重新计算，请特别核对"


def needs_writer(data: bytes) -> str:
    """The ending under which Writer opens these bytes; '' where they need no Writer."""
    kind = sniff(data)
    if kind == "zip":
        try:
            kind = what_zip(open_package(data, USUAL_LIMITS))
        except GridError:
            return ""
    return _KINDS.get(kind, "")


def to_docx(data: bytes) -> bytes:
    """The document as .docx; the bytes themselves where they need no Writer.

    Raises:
        GridError: "no_writer" where this machine has none, "not_converted" where it made nothing.

    """
    ending = needs_writer(data)
    if not ending:
        return data
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        raise GridError("no_writer")
    with TemporaryDirectory() as folder:
        source = Path(folder) / f"form{ending}"
        source.write_bytes(data)
        command = [
            program, "--headless", f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}",
            "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(Path(folder) / "out"),
            str(source),
        ]  # fmt: skip
        try:
            said = subprocess.run(  # noqa: S603 - our own command, on a file of our own name
                command, capture_output=True, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise GridError("not_converted", {"reason": "time"}) from error
        made = Path(folder) / "out" / "form.docx"
        if made.is_file():
            return made.read_bytes()
        lacking = b"no export filter" in said.stdout + said.stderr
        raise GridError("no_writer" if lacking else "not_converted")
