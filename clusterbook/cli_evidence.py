"""``clusterbook evidence``: one volume of evidence, and its pages in the return.

It stands beside the other commands as it has its own words.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

import clusterbook as cb
from clusterbook.cli_options import PATH, help_option
from clusterbook.refusals import refusing
from clusterbook.terminal import FAILED, PASSED, Refused, check_file, put, reaching

if TYPE_CHECKING:
    from clusterbook.evidence.citing import Unplaced
    from clusterbook.evidence.filling import FilledReturn
    from clusterbook.evidence.volume import Volume

_TOLD = 20  # of one kind in full; how many more there are is told


@click.command()
@help_option
@click.argument("folder", metavar="FOLDER", type=PATH)
@click.option("-o", "--output", "out", metavar="FILE", type=PATH, default=Path("佐证材料.pdf"),
              show_default=True, help="输出的 PDF。")  # fmt: skip
@click.option("--list", "listed", metavar="FILE", type=PATH,
              help="材料清单（.xlsx 或 .csv）：文件、材料名称、对应表格及指标等栏，按行的次序装订；"
                   "没有清单时按文件夹和文件名的次序。")  # fmt: skip
@click.option("--return", "returned", metavar="FILE", type=PATH, help="填好的申报工作簿。")
@click.option("--filled", metavar="FILE", type=PATH,
              help="填好佐证页码的新工作簿（.xlsx）；原工作簿不改动。")  # fmt: skip
@click.option(
    "--about", metavar="TEXT", default="", help="目录标题下的一行，如 某县 某某产业集群。"
)
def evidence(
    *, folder: Path, out: Path, listed: Path | None, returned: Path | None, filled: Path | None,
    about: str,
) -> int:  # fmt: skip
    """把佐证材料装订成一册，逐页编号，并把页码填入申报工作簿。

    PDF 和图片按文件夹和文件名的次序装订，前面加目录，每页右上角印 P1、P2……，
    图片转正并放到 A4 页面上。
    """
    if filled is not None and returned is None:
        raise click.UsageError("--filled 要和 --return 一起使用。", click.get_current_context())
    check_file(out, ".pdf")
    if filled is not None:
        check_file(filled, ".xlsx")
        if returned is not None and filled.resolve() == returned.resolve():
            raise Refused(
                "--filled 和 --return 是同一个文件；原工作簿不改动，请给新工作簿另起名字。"
            )
    with reaching(folder, "打开"), refusing(), _pool() as pool:
        if out.exists() and not pool.bound_here(out):
            raise Refused(f"“{out}”已经存在，不是以前装订的佐证材料，请用 -o 指定另一个文件名。")
        own = [path for path in (out, returned, filled) if path is not None]
        volume = pool.bind(folder, listed=listed, about=about, apart=own)
        if not volume.bound:
            raise Refused("没有可以装订的 PDF 或图片：" + "；".join(_refused(volume)))
        put(out, volume.data, keep=False)
        lines = [f"已生成 {out}：{len(volume.bound)} 个文件，共 {volume.pages} 页"]
        lines += _part(f"没有放入的文件 {len(volume.refused)} 个", _refused(volume))
        lines += _part(
            "内容完全相同的材料，都已装订；如是重复放入，请移出多余的后重新装订", _same(volume)
        )
        fine = not volume.refused
        if returned is not None:
            one = pool.read(returned)
            made = one.fill(volume)
            lacking = pool.read(made.data, name=returned.name)
            if filled is not None:
                put(filled, made.data, keep=False)
            lines += _cited(made, filled)
            keys = {cell.key for cell in made.citations.cells}
            still = [p for p in lacking.problems if p.key in keys and p.level is not cb.Level.INFO]
            still += [p for p in lacking.problems if p.key in keys and p.level is cb.Level.INFO]
            told = [f"{p.sheet}!{p.cell} {p.message()}" for p in still]
            lines += _part(f"还缺佐证、或页码仍有问题的 {len(told)} 处", told)
            fine = fine and not told and not made.citations.unplaced and not made.citations.kept
    click.echo("\n".join(lines))
    return PASSED if fine else FAILED


def _pool() -> cb.Pool:
    return cb.Pool(1)


def _refused(volume: Volume) -> list[str]:
    return [f"“{one.material.name}”{one.why}" for one in volume.refused]


def _same(volume: Volume) -> list[str]:
    return [
        "、".join(f"“{one.material.name}”（P{one.first}）" for one in alike)
        for alike in volume.same()
    ]


def _part(head: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"{head}："
        yield from (f"  {line}" for line in lines[:_TOLD])
        if len(lines) > _TOLD:
            yield f"  ……另有 {len(lines) - _TOLD} 条"


def _cited(made: FilledReturn, filled: Path | None) -> Iterator[str]:
    found = made.citations
    where = f"，已写入 {filled}" if filled is not None else "（没有写 --filled，工作簿未生成）"
    yield f"佐证页码 {len(found.cited)} 处{where}"
    changed = [one for one in found.cited if one.before and one.before != one.text]
    yield from _part(f"与原来所填不同的 {len(changed)} 处", [
        f"{one.cell.place} {one.cell.called}：原为 {one.before}，现为 {one.text}" for one in changed
    ])  # fmt: skip
    head = (f"看不出证明哪一项的材料 {len(found.unplaced)} 个，请放入以指标命名的文件夹，"
            "或在清单、佐证材料目录的“对应表格及指标”栏写明")  # fmt: skip
    yield from _part(head, [_unplaced(one) for one in found.unplaced])
    yield from _part(f"所填页码没有对应材料的 {len(found.kept)} 处，未改动，请核对", [
        f"{cell.place} {cell.called}：{before}" for cell, before in found.kept
    ])  # fmt: skip
    yield from _part(f"目录中有、文件夹里没有的材料 {len(found.missing)} 个", [
        f"“{title}”" for title in found.missing
    ])  # fmt: skip
    yield from _part(f"原工作簿中有 {len(made.beside)} 处内容不在填报格里，新工作簿没有带上", [
        f"{one.sheet}{'!' + one.cell if one.cell else ''} {one.message()}" for one in made.beside
    ])  # fmt: skip


def _unplaced(one: Unplaced) -> str:
    said = f"：写的是“{one.said}”" if one.said else ""
    perhaps = "、".join(f"“{cell.called}”" for cell in one.perhaps)
    maybe = f"；可能是{perhaps}" if perhaps else ""
    return f"“{one.bound.material.title}”（P{one.bound.first}）{said}{maybe}"
