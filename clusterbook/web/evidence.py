"""Pages of evidence that returns cite, as small pictures beside the cells that cite them."""

from __future__ import annotations

from pathlib import Path
from time import monotonic, sleep
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from clusterbook.store import jobs
from clusterbook.store.tables import Judged
from clusterbook.web.pages import Ask

MOST = 6  # pages shown of one citation
_PATIENCE = 30.0  # seconds until a worker has rendered a page
_LOOK_EVERY = 0.1


def citations(row: Judged) -> list[dict[str, Any]]:
    """The cells of a return that cite pages, with the pages to be shown and how many more."""
    found = []
    for one in row.cited:
        spans = [range(first, last + 1) for first, last in one["pages"]]
        pages = [page for span in spans for page in span[:MOST]][:MOST]
        found.append({**one, "shown": pages, "more": sum(map(len, spans)) - len(pages)})
    return found


def picture(ask: Ask, row: Judged, page: int) -> Response:
    """A page that the return cites; rendered by a worker when it is first looked at."""
    cited = (span for one in row.cited for span in one["pages"])
    if not any(first <= page <= last for first, last in cited):
        raise HTTPException(404)
    path = ask.desk.thumbnail(row.id, page)
    if not path.exists():
        with ask.desk.database.writing() as session:
            jobs.ask(session, "page", row=row.id, page=page)
        ask.wake()
        _await(path)
    if not path.exists() or not path.stat().st_size:
        raise HTTPException(404)
    return FileResponse(path, media_type="image/png")


def _await(path: Path) -> None:
    end = monotonic() + _PATIENCE
    while not path.exists() and monotonic() < end:
        sleep(_LOOK_EVERY)
