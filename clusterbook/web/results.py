"""What comes of a round, to be taken away: OUT, the summary, letters, and all that came in."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from sqlalchemy import select
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from clusterbook.paths import safe_name
from clusterbook.store import audit, jobs, rounds
from clusterbook.store.tables import County, Job, Judged, Upload
from clusterbook.web.office import by_city
from clusterbook.web.pages import Ask, attachment, file

_DATE = (1980, 1, 1, 0, 0, 0)  # of every file in an archive: the same content, the same bytes
_HIDDEN = ".cache"


def show(ask: Ask) -> Response:
    """What there is to be had, and whether anything has come in since it was made."""
    with ask.desk.database.reading() as session:
        found = rounds.the_round(session)
        if found is None or found.issued is None:
            return ask.go("/desk")
        job = session.scalar(
            select(Job).where(Job.kind == "results").order_by(Job.id.desc()).limit(1)
        )
        standings = rounds.standings(session)
        waiting = sum(one.latest is not None and one.latest.state == "waiting" for one in standings)
        return ask.show(
            "results.html", round=found, job=job, cities=[city for city, _ in by_city(standings)],
            waiting=waiting, fresh=found.made == found.changes,
        )  # fmt: skip


def make(ask: Ask) -> Response:
    """Have the import made of everything that counts, and the summary of it."""
    with ask.desk.database.writing() as session:
        if not jobs.under_way(session, "results"):
            jobs.ask(session, "results")
            audit.note(session, ask.who.name, "生成结果")
            jobs.tell(session, "round")
    ask.wake()
    return ask.go("/desk/results")


def out(ask: Ask) -> Response:
    """All that the import wrote."""
    return _packed(ask, "OUT.zip", _below(ask.desk.out))


def received(ask: Ask) -> Response:
    """All that an import on another machine needs to come to the same: files and register."""
    files: dict[str, Path | bytes] = dict(_below(ask.desk.returns, "returns/"))
    for path in (ask.desk.register, ask.desk.answers, ask.desk.decisions):
        if path.is_file():
            files[path.name] = path
    return _packed(ask, "报送文件.zip", files.items())


def blanks(ask: Ask) -> Response:
    """Everything that was issued, with its register."""
    return _packed(ask, "发放.zip", _below(ask.desk.issued))


def summary(ask: Ask) -> Response:
    """The provincial summary."""
    if not ask.desk.summary.is_file():
        raise HTTPException(404)
    return file(ask.desk.summary, "汇总.xlsx")


def report(ask: Ask) -> Response:
    """The report page, to be kept: its own styles and scripts are not for this address."""
    path = ask.desk.out / "report.html"
    if not path.is_file():
        raise HTTPException(404)
    return file(path, "report.html")


def letters(ask: Ask) -> Response:
    """What goes back to the counties of a city, or of all: marked copies, letters, messages."""
    city = ask.query("city")
    asked = (
        select(Judged, County).join(Upload, Judged.upload_id == Upload.id)
        .join(County, Upload.county_id == County.id).where(Upload.current.is_(True))
        .order_by(County.number, Judged.id)
    )  # fmt: skip
    files: dict[str, Path | bytes] = {}
    with ask.desk.database.reading() as session:
        for row, county in session.execute(asked):
            if (city and county.city != city) or not ask.who.sees(county):
                continue
            stem = county.blank_name.removesuffix(".xlsx")
            folder = safe_name(county.city, "", "").removesuffix(".xlsx") or "全省"
            for sha256, name in ((row.copy, "退回.xlsx"), (row.letter, "退回通知.docx")):
                if sha256:
                    files[f"{folder}/{stem}_{name}"] = ask.desk.files.path(sha256)
            if row.message:
                files[f"{folder}/{stem}_短消息.txt"] = f"{row.message}\n".encode()
    name = safe_name("退回件", city, "").removesuffix(".xlsx")
    return _packed(ask, f"{name}.zip", files.items())


def _below(folder: Path, before: str = "") -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if path.is_file() and inner.parts[0] != _HIDDEN:
            yield before + inner.as_posix(), path


def _packed(ask: Ask, name: str, files: Iterable[tuple[str, Path | bytes]]) -> Response:
    """An archive made on the disk, not in memory, and thrown away when it has been sent."""
    folder = ask.desk.setting.folder / "files" / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".zip", delete=False) as made:
        path, count = Path(made.name), 0
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as pack:
            for inner, content in files:
                entry = zipfile.ZipInfo(inner, _DATE)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                with (
                    pack.open(entry, "w", force_zip64=True) as target,
                    BytesIO(content)
                    if isinstance(content, bytes)
                    else content.open("rb") as source,
                ):
                    shutil.copyfileobj(source, target, 1 << 20)
                count += 1
    if not count:
        path.unlink()
        raise HTTPException(404)
    with ask.desk.database.writing() as session:
        audit.note(session, ask.who.name, "下载", name)
    gone = BackgroundTask(path.unlink, missing_ok=True)
    return FileResponse(
        path, media_type="application/zip", headers=attachment(name), background=gone
    )
