"""The commands for forms in Word: out, in, and a first draft of a spec. No logic, as in ``cli``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

import clusterbook as cb
from clusterbook.cli_options import (
    PATH,
    form_argument,
    help_option,
    month_option,
    paths_argument,
    province_option,
    rows_option,
    year_option,
    years_option,
)
from clusterbook.refusals import refusing
from clusterbook.terminal import (
    FAILED,
    PASSED,
    Commands,
    Refused,
    check_file,
    progress,
    put,
    reaching,
)

_ENDING = ".docx"


@click.command()
@help_option
@paths_argument
@click.option("-o", "--output", "out", metavar="FILE|FOLDER", type=PATH, required=True,
              help="输出的 .docx 文件；有几份或是导入的结果时是文件夹。")  # fmt: skip
@click.option("--summary", "only_summary", is_flag=True,
              help="只由导入的结果生成一份推荐汇总表。")  # fmt: skip
@year_option
@month_option
@province_option
@years_option
def word(*, paths: tuple[Path, ...], out: Path, only_summary: bool, **options: Any) -> int:
    """打印正式的申报表（Word）：由报送的工作簿、导入的结果，或表的编号（空白表）。

    原表没有位置的内容印在附表里，页脚有发放编号和数据校验码。
    """
    if only_summary:
        return _summary(paths, out)
    made = list(_made(paths, options))
    if not made:
        raise Refused("没有可以打印的报送。")
    if out.suffix.lower() == _ENDING:
        if len(made) > 1:
            raise Refused(f"要打印的有 {len(made)} 份，-o 请给文件夹。")
        put(out, made[0][1], keep=False)
        click.echo(f"已生成 {out}")
        return PASSED
    for name, data in made:
        put(out / name, data, keep=False)
    click.echo(f"已生成 {len(made)} 份申报表：{out}")
    return PASSED


def _summary(paths: tuple[Path, ...], out: Path) -> int:
    if len(paths) != 1:
        raise Refused("--summary 要的是一个导入的结果。")
    check_file(out, _ENDING)
    with reaching(paths[0], "打开"), refusing():
        data = cb.open_round(paths[0]).recommendation()
    put(out, data, keep=False)
    click.echo(f"已生成 {out}")
    return PASSED


def _made(paths: tuple[Path, ...], options: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the printed forms."""
    files = []
    for path in paths:
        if (path / "submissions.csv").is_file():
            with reaching(path, "打开"), refusing():
                yield from cb.open_round(path).words()
        elif not path.exists() and str(path) in cb.list_forms():
            with refusing():
                yield f"{path}_申报表{_ENDING}", cb.load_form(str(path), **options).word()
        else:
            files.append(path)
    if files:
        with refusing(), reaching(files[0], "打开"), cb.Pool() as pool:
            for one in pool.check(files):
                if one.readable:
                    stem = Path(one.file).with_suffix("").as_posix().replace("/", "_")
                    yield f"{stem}_申报表{_ENDING}", one.word()
                elif one.verdict is cb.Verdict.UNREADABLE:
                    click.echo(f"跳过 {one.file}：{one.verdict}", err=True)


@click.command("from-word")
@help_option
@form_argument
@paths_argument
@click.option("-o", "--output", "out", metavar="FILE|FOLDER", type=PATH, required=True,
              help="输出的 .xlsx 文件；有几份时是文件夹。")  # fmt: skip
@click.option("--issue", metavar="ID", default="", help="写入工作簿的发放编号；只有一份时用。")
@click.option("--register", metavar="FILE", type=PATH,
              help="发放登记表：按集群名称认出每份是发给谁的，写入他的发放编号。")  # fmt: skip
@click.option("--jobs", type=click.IntRange(0, 256), default=0,
              help="同时使用的进程数；默认每个处理器一个。")  # fmt: skip
@year_option
@month_option
@province_option
@years_option
@rows_option
def from_word(
    *, form: str, paths: tuple[Path, ...], out: Path, issue: str, register: Path | None, jobs: int,
    **options: Any,
) -> int:  # fmt: skip
    """把填过的 Word 申报表（.docx、.doc、.wps、.rtf）读成预填的工作簿。

    读不准的不填，列在明细里；读入的每一项都有批注“从Word读入，请核对”和它在 Word 中的位置。
    中断后再次运行会接着做。退出码：0 全部读入，1 有读不准或无法读取的。
    """
    from clusterbook.forms.stamp import is_issue

    if not is_issue(issue):
        raise Refused("--issue 只能用字母、数字、- 和 _，以字母或数字开头。")
    with refusing():
        made = cb.load_form(form, **options)
    single = out.suffix.lower() == ".xlsx"
    if single and (len(paths) > 1 or paths[0].is_dir()):
        raise Refused("要读的不止一份，-o 请给文件夹。")
    folder = out.with_suffix(".读入") if single else out
    with (
        refusing(),
        cb.Pool(jobs) as pool,
        reaching(folder, "写入"),
        refusing(),
        progress() as tell,
    ):
        found = made.read_words(
            pool, paths, folder, issue=issue, register=register,
            on_progress=lambda done, of: tell("已读", done, of),
        )  # fmt: skip
    for one in found:
        click.echo(f"{one.verdict}  {one.file}  {one.why}")
    if single and found[0].workbook:
        put(out, (folder / found[0].workbook).read_bytes(), keep=False)
        click.echo(f"预填的工作簿：{out}")
    click.echo(f"明细在 {folder}")
    return FAILED if any(one.unsure or not one.workbook for one in found) else PASSED


@click.group(cls=Commands)
@help_option
def spec() -> None:
    """申报表的定义：由空白的 Word 表起草。"""


@spec.command()
@help_option
@click.argument("path", metavar="DOCX", type=PATH)
@click.option("-o", "--output", "out", metavar="FILE", type=PATH, required=True,
              help="输出的 .py 文件；文件名就是表的编号。")  # fmt: skip
def draft(*, path: Path, out: Path) -> int:
    """由空白的 Word 申报表起草定义：表、表头、单位、年份、方框、字数。

    猜的地方都写有“猜”字，请逐处核对后再用。
    """
    check_file(out, ".py")
    with reaching(path, "打开"), refusing():
        text = cb.draft_form(out.stem, path.read_bytes())
    put(out, text.encode(), keep=True)
    click.echo(f"已生成 {out}。请逐处核对标有“猜”的地方。")
    return PASSED


COMMANDS = (word, from_word, spec)
