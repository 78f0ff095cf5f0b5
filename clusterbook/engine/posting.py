"""What leads through the papers that go back: an index page, its list in Excel, a pack per city."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from clusterbook.docx_package import packed
from clusterbook.reports import lists
from clusterbook.reports.page.facts import visible
from clusterbook.reports.page.markup import Html, tag
from clusterbook.reports.progress import official_cities
from clusterbook.results.read import Line, Written
from clusterbook.results.shares import put

INDEX, LIST = "returned/index.html", "returned/退回件目录.xlsx"
_STYLE = """
body { margin: 2em auto; max-width: 72em; padding: 0 1em; color: #1c2733;
  font: 15px/1.65 "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 1.6em; } h2 { font-size: 1.2em; margin: 1.6em 0 .4em; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; color: #46535f; }
th, td { border: 1px solid #b9c5d2; padding: .3em .6em; text-align: left; vertical-align: top; }
th { background: #ddebf7; } a { color: #1f4e8c; }
.short, a { white-space: nowrap; } td { overflow-wrap: anywhere; min-width: 9em; }
td.short { min-width: 4em; } td.links { min-width: 17em; }
"""


def write_index(staging: Path, *, packs: bool) -> None:
    """Writes what leads through the papers in a staging folder; with ``packs`` a zip per city."""
    written = Written(staging)
    returned, passed = (_as_registered(written, name) for name in ("returned", "passed"))
    official = official_cities(written.lines("submissions"))
    order = cities_of(returned, passed, official)
    put(staging, INDEX, page(returned, passed, packs=packs, official=official))
    put(staging, LIST, lists.returned_list(returned, passed, order))
    for city, paths in _by_city(returned, passed) if packs else ():
        parts = {path: (staging / "returned" / path).read_bytes() for path in paths}
        put(staging, f"returned/{city}.zip", packed(parts))


def _as_registered(written: Written, name: str) -> list[Line]:
    """What goes back in the order of the register; without one as the returns came."""
    lines = written.lines("progress") if written.names("progress") else ()
    listed = {one["submission"]: at for at, one in enumerate(lines)}
    return sorted(written.lines(name), key=lambda one: listed.get(one["submission"], len(listed)))


def _by_city(returned: Iterable[Line], passed: Iterable[Line]) -> Iterator[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for one in (*returned, *passed):
        paths = [one.get(name, "") for name in ("copy", "notice", "message", "receipt")]
        found.setdefault(one["city"], []).extend(filter(None, paths))
    yield from sorted(found.items())


def cities_of(
    returned: Iterable[Line], passed: Iterable[Line], official: Sequence[str] = ()
) -> list[str]:
    """The cities that get something, in official order as far as it is known."""
    places = {city: at for at, city in enumerate(official)}
    found = {one["city"] for one in (*returned, *passed)}
    return sorted(found, key=lambda city: (places.get(city, len(places)), city))


def page(
    returned: Sequence[Line], passed: Sequence[Line], *, packs: bool, official: Sequence[str] = ()
) -> bytes:
    """The index page: by city, whom what goes to, with links."""
    told = f"未通过 {len(returned)} 份，通过 {len(passed)} 份。各市州的文件在同名文件夹里。"
    parts: list[Html] = [tag("h1", "退回件和通知"), tag("p", told)]
    for city in cities_of(returned, passed, official):
        own = [one for one in returned if one["city"] == city]
        good = [one for one in passed if one["city"] == city]
        parts.append(tag("h2", city, id=city))
        if packs:
            parts.append(tag("p", tag("a", f"{city}全部文件（.zip）", href=quote(f"{city}.zip"))))
        parts.append(_table(city, own, good))
    style = tag("style", Html(_STYLE))
    head = tag("head", tag("meta", charset="utf-8"), tag("title", "退回件和通知"), style)
    body = tag("body", tag("main", *parts))
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='zh-CN')}\n".encode()


def _table(city: str, returned: Iterable[Line], passed: Iterable[Line]) -> Html:
    heads = ("发放对象", "结论", "文件", "报送文件")
    rows = [
        _row(one, one["verdict"],
             (("标注副本", "copy"), ("退回通知", "notice"), ("短消息", "message")))
        for one in returned
    ]  # fmt: skip
    rows += [_row(one, "通过", (("通过通知", "notice"), ("收到回执", "receipt"))) for one in passed]
    head = tag("thead", tag("tr", *(tag("th", name, scope="col") for name in heads)))
    caption = tag("caption", f"{city}：{len(rows)} 份")
    return tag("table", caption, head, tag("tbody", *rows))


def _row(one: Line, verdict: str, papers: Iterable[tuple[str, str]]) -> Html:
    links: list[str] = []
    for name, kind in papers:
        if one[kind]:
            links += [tag("a", name, href=quote(one[kind])), "　"]
    whom = visible(one["issued_to"]) or "—"
    return tag(
        "tr", tag("td", whom), tag("td", verdict, class_="short"),
        tag("td", *links[:-1], class_="links"), tag("td", visible(one["file"])),
    )  # fmt: skip
