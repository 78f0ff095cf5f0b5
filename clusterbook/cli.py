"""The commands. No logic: each hands its arguments on and prints what comes back.

Only click is imported at the top, so that ``--help`` answers at once. Exit codes: 0 all passed, 1
something was returned, waits for an explanation or could not be read, or somebody sent attachments
alone, 2 wrong usage or a machine that cannot do the work.
"""

from __future__ import annotations

import gc
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import clusterbook as cb
from clusterbook import cli_word, number_threads
from clusterbook.cli_desk import COMMANDS
from clusterbook.cli_evidence import evidence as evidence_command
from clusterbook.cli_options import (
    PATH,
    evidence_option,
    form_argument,
    help_option,
    lang_option,
    month_option,
    passwords_option,
    paths_argument,
    province_option,
    rows_option,
    year_option,
    years_option,
)
from clusterbook.cli_rules import rules
from clusterbook.refusals import refused, refusing
from clusterbook.terminal import (
    MISUSED,
    PASSED,
    Commands,
    Refused,
    check_file,
    emit,
    progress,
    put,
    reaching,
    reaching_any,
    settle,
    try_open,
)

if TYPE_CHECKING:
    from datetime import datetime

    from clusterbook.issuing.prefill import Prefilled
    from clusterbook.issuing.roster import Roster


@click.group(cls=Commands, invoke_without_command=True, context_settings={"max_content_width": 100})
@click.version_option(
    cb.__version__, "--version", help="显示版本。", message="clusterbook %(version)s"
)
@help_option
@click.option("--forms", "folder", metavar="DIR", type=PATH,
              help="另有申报表的文件夹，每张表一个 .py 文件（同 CLUSTERBOOK_FORMS）。")  # fmt: skip
@click.pass_context
def cli(ctx: click.Context, folder: Path | None) -> None:
    """产业集群申报工作簿：发放、检查、导入。

    各命令的用法见 clusterbook 命令 --help。

    退出码：0 全部通过，1 有退回、待说明、无法读取的或只报了附件的，2 用法不对或本机不能工作。
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
        ctx.exit(MISUSED)
    if folder is not None:
        if not folder.is_dir():
            raise Refused(f"--forms 要的是文件夹，没有文件夹“{folder}”。")
        from clusterbook.forms.folders import name_folders, named_folders

        name_folders(os.pathsep.join(filter(None, (named_folders(), str(folder)))))


def main() -> None:
    """Entry point of the console script."""
    settle()
    number_threads.keep_to_one()
    try:
        cli(prog_name="clusterbook")
    finally:
        gc.freeze()  # ending, Python would look for cycles four times over in all that is loaded


# --- options --------------------------------------------------------------------------------------


_DAY = click.DateTime(formats=["%Y-%m-%d"])


# --- forms, blank, describe -----------------------------------------------------------------------


@cli.command()
@help_option
def forms() -> int:
    """列出可用的申报表：编号、版本、年度、表数、字段数、名称。"""
    faults: list[cb.Error] = []
    with refusing():
        for one in map(cb.load_form, cb.list_forms(on_fault=faults.append)):
            click.echo(
                f"{one.id:<20} {one.version:<8} {one.year}年度  "
                f"{len(one.sheets)}张表  {len(one.fields)}个字段  {one.title}"
            )
    if faults:
        raise refused(faults)
    return PASSED


@cli.command("new-form")
@help_option
@form_argument
@click.option("--title", metavar="TEXT", required=True, help="申报表的名称，如 某省集群月报。")
@click.option("-o", "--output", "folder", metavar="DIR", type=PATH, default=Path(),
              help="放申报表的文件夹，默认当前文件夹。")  # fmt: skip
def new_form(*, form: str, title: str, folder: Path) -> int:
    """写出一张新申报表的定义 FORM.py：可以直接使用，请照原表逐处修改。"""
    with refusing():
        text = cb.new_form(form, title)
    target = folder / f"{form}.py"
    put(target, text.encode(), keep=True)
    click.echo(f"已生成 {target}。试用：clusterbook --forms {folder} blank {form}")
    return PASSED


@cli.command()
@help_option
@form_argument
@click.option("-o", "--output", "out", metavar="FILE|FOLDER", type=PATH,
              help="输出的 .xlsx 文件；用 --roster 时是新的或空的文件夹。")  # fmt: skip
@year_option
@month_option
@province_option
@years_option
@rows_option
@click.option(
    "--roster", type=PATH, help="发放名单（.xlsx、.xls、.et、.ods 或 .csv），每行生成一份。"
)
@click.option("--date", "issued_on", metavar="YYYY-MM-DD", type=_DAY,
              help="登记表中的发放日期，默认今天；只和 --roster 一起用。")  # fmt: skip
@click.option("--prefill", "earlier", metavar="OUT|FILE", type=PATH,
              help="用以前一轮的内容预填：import 的输出文件夹、其中一份 .json，或一份返回的工作簿；"
                   "同一年度的数填到同一年度的栏，预填清单在 prefill.csv。")  # fmt: skip
@click.option("--stage", metavar="TEXT", default="",
              help="预填的竞赛阶段：初赛或决赛；名单的“竞赛阶段”列先用。")  # fmt: skip
@click.option("--deadline", metavar="TEXT", default="",
              help="首页上写明的报送截止时间，如 3月15日；名单的“报送截止”列先用。")  # fmt: skip
@click.option("--contact", metavar="TEXT", default="",
              help="首页上写明的咨询联系人和电话；名单的“咨询联系”列先用。")  # fmt: skip
@click.option("--sender", metavar="TEXT", default="",
              help="首页上写明的发放单位；名单的“发放单位”列先用。")  # fmt: skip
def blank(
    *, form: str, out: Path | None, year: int, month: int | None, province: str, years: str,
    rows: int | None, roster: Path | None, issued_on: datetime | None, earlier: Path | None,
    stage: str, **shown: str,
) -> int:  # fmt: skip
    """生成空白申报工作簿，或按名单逐份发放。"""
    _check_shown(shown)
    made = _form(form, year=year, month=month, province=province, years=years, rows=rows)
    if rows and not made.resizable:
        click.echo("提示：这张申报表没有可调行数的库，--rows 不起作用。", err=True)
    if roster is not None:
        folder = out or Path(f"{form}-{made.round}")
        return _issue(made, roster, folder, issued_on, earlier, stage=stage, **shown)
    if issued_on:
        raise click.UsageError("--date 只和 --roster 一起使用。", click.get_current_context())
    target = out or Path(f"{form}-{made.round}.xlsx")
    check_file(target, ".xlsx")
    filled = _prefilled(made, None, earlier)
    with refusing():
        data = made.blank(previous=filled, stage=stage, **shown)
    put(target, data, keep=out is None)
    click.echo(f"已生成 {target}（{len(made.sheets)}张表）")
    if filled is not None:
        listing = target.with_name(f"{target.stem}.prefill.csv")
        put(listing, filled.as_csv(), keep=out is None)
        click.echo(f"{filled.told()}。清单：{listing}")
    return PASSED


def _check_shown(shown: dict[str, str]) -> None:
    """Wrong usage unless what the first page is to show takes one line each."""
    from clusterbook.forms.stamp import LONGEST_SHOWN, showable

    for name, text in shown.items():
        if not showable(text):
            told = f"--{name} 要写在首页上，请写成一行，不超过{LONGEST_SHOWN}字。"
            raise click.UsageError(told, click.get_current_context())


def _issue(
    form: cb.Form, path: Path, folder: Path, issued_on: datetime | None, earlier: Path | None,
    **said: Any,
) -> int:  # fmt: skip
    from clusterbook.issuing.issue import REGISTER_LIST, check_folder, stage_of

    with reaching(path, "打开"), refusing():
        check_folder(folder)
        roster = form.roster(path)
        stage_of(form.layout.workbook, said["stage"])
    filled = _prefilled(form, roster, earlier)
    with reaching(folder, "写入"), refusing(), progress() as tell:
        issued = form.issue(
            roster, folder, previous=filled, issued_on=issued_on and issued_on.date(),
            on_progress=partial(tell, "已生成"), **said,
        )  # fmt: skip
    click.echo(f"已生成 {len(issued.workbooks)} 份工作簿：{folder}")
    click.echo(f"发放登记表：{folder / REGISTER_LIST}（程序用的同一份：{issued.register.name}）")
    if roster.unread:
        click.echo(f"名单的这些列不预填任何内容，只记入登记表：{'、'.join(roster.unread)}")
    if filled is not None:
        click.echo(f"{filled.told()}。清单：{folder / 'prefill.csv'}")
    return PASSED


def _prefilled(form: cb.Form, roster: Roster | None, earlier: Path | None) -> Prefilled | None:
    """What the submissions of an earlier round give, by roster or for the one blank."""
    if earlier is None:
        return None
    with reaching(earlier, "打开"), refusing():
        if earlier.is_dir() or earlier.suffix.lower() == ".json":
            return form.prefilled(earlier, roster)
        with cb.Pool(1) as pool:
            (one,) = pool.check([earlier])
        if not one.readable:
            raise Refused(f"无法预填：{one.problems[0].message()}")
        return form.prefilled([one.to_dict()], roster)


@cli.command()
@help_option
@form_argument
@click.option("--format", "form_of", type=click.Choice(["md", "json", "xlsx"]), default="md",
              show_default=True, help="输出格式。")  # fmt: skip
@click.option("-o", "--output", "out", metavar="FILE", type=PATH,
              help="输出文件；不写时 md 和 json 显示在屏幕上。")  # fmt: skip
@year_option
@month_option
@province_option
@years_option
@rows_option
def describe(
    *, form: str, form_of: str, out: Path | None, year: int, month: int | None, province: str,
    years: str, rows: int | None,
) -> int:  # fmt: skip
    """输出字段说明：每个字段的编号、栏目、位置、类型、单位、必填、限度、规则。"""
    made = _form(form, year=year, month=month, province=province, years=years, rows=rows)
    data = made.dictionary_file(form_of)
    if out is None and form_of != "xlsx":
        emit(data)
        return PASSED
    target = out or Path(f"{form}-{made.round}-fields.xlsx")
    check_file(target, ".xlsx" if form_of == "xlsx" else "")
    put(target, data, keep=out is None)
    click.echo(f"已生成 {target}（{len(made.fields)}个字段）")
    return PASSED


def _form(form: str, **options: Any) -> cb.Form:
    """The form that the options ask for; Refused for an unknown form or province."""
    with refusing():
        return cb.load_form(form, **options)


# --- check, import --------------------------------------------------------------------------------


@cli.command()
@help_option
@paths_argument
@click.option("--format", "form_of", type=click.Choice(["text", "json"]), default="text",
              show_default=True, help="输出格式。")  # fmt: skip
@evidence_option
@passwords_option
@lang_option
def check(
    *, paths: tuple[Path, ...], form_of: str, evidence: Path | None, secrets: Path | None,
    lang: str,
) -> int:  # fmt: skip
    """检查返回的工作簿（文件或文件夹），显示全部问题。"""
    from clusterbook.verdict_lines import as_json, counts, exit_code, lines_of

    with refusing(), reaching_any(paths), cb.Pool(passwords=_passwords(secrets)) as pool:
        judged = pool.submissions(paths, evidence=evidence)
    verdicts = [one.verdict for one in judged]
    alone = any(one.attached and one.attached.alone for one in judged)
    code = exit_code(verdicts, only_attached=alone)
    if form_of == "json":
        emit(as_json(judged, lang))
        return code
    for one in judged:
        for line in lines_of(one, lang):
            click.echo(line)
    click.echo(counts(verdicts, lang))
    return code


@cli.command("import")
@help_option
@paths_argument
@click.option("-o", "--output", "out", metavar="OUT", type=PATH, required=True,
              help="输出文件夹。")  # fmt: skip
@click.option("--jobs", type=click.IntRange(0, 256), default=0,
              help="同时使用的进程数；默认每个处理器一个。")  # fmt: skip
@click.option("--register", metavar="FILE", type=PATH,
              help="发放登记表（发放登记表.xlsx 或 register.csv），用来核对发放编号、列出"
                   "谁还没有报；一份也没有收到时也可导入。")  # fmt: skip
@click.option("--previous", metavar="OUT", type=PATH,
              help="上一次导入的结果，用来对比哪些问题已更正。")  # fmt: skip
@click.option("--last-round", metavar="OUT", type=PATH,
              help="上一年度那一轮导入的结果，用来对比今年的实际数与当时所定的目标。")  # fmt: skip
@click.option("--answers", metavar="FILE", type=PATH,
              help="另外报来的说明（.xlsx 或 .csv）：编号、代码、单元格、说明。")  # fmt: skip
@click.option("--decisions", metavar="FILE", type=PATH,
              help="裁定表（.xlsx 或 .csv）；OUT 里的 decisions.xlsx 总会读入。")  # fmt: skip
@evidence_option
@click.option("--returned/--no-returned", default=True, show_default=True,
              help="是否生成退回件：标注副本、退回通知、短消息。")  # fmt: skip
@click.option(
    "--deadline", metavar="TEXT", default="", help="退回通知中的重新报送时限，如 3月15日。"
)
@click.option("--sender", metavar="TEXT", default="", help="退回通知的落款单位。")
@click.option("--dated", metavar="TEXT", default="", help="退回通知的落款日期。")
@click.option("--contact", metavar="TEXT", default="", help="退回通知中的咨询联系人和电话。")
@click.option("--number", metavar="TEXT", default="", help="退回通知的文号。")
@click.option("--letter-template", metavar="DOCX", type=PATH,
              help="通知的样式文件，由 letter-template 命令生成后修改。")  # fmt: skip
@click.option("--packs", is_flag=True, help="退回件另按市州各打一个压缩包。")
@click.option("--csv-for-excel", is_flag=True, help="另存一套可直接用 Excel 打开的 CSV。")
@click.option("--parquet", is_flag=True, help="另存 Parquet 文件，按表式和申报年度分开。")
@click.option("--scheduler", metavar="ADDRESS", default="",
              help="在 Dask 集群上运行，如 tcp://10.0.0.5:8786。")  # fmt: skip
@passwords_option
@lang_option
def import_(
    *, paths: tuple[Path, ...], out: Path, jobs: int, scheduler: str, secrets: Path | None,
    **chosen: Any,
) -> int:  # fmt: skip
    """导入返回的工作簿（文件、文件夹或压缩包），写出结论、问题和数据。

    已读过且没有变化的文件不再重读。缓存在 OUT 下的 .cache 文件夹，删除它即清空。
    """
    from clusterbook.api.pool import check_out, find
    from clusterbook.verdict_lines import OUTPUTS, counts, exit_code, missing, settled

    with refusing(), reaching(out, "写入"):
        check_out(paths, out)
    with refusing(), reaching_any(paths):
        known = chosen["register"] is not None
        found = find(paths, out, chosen.pop("evidence"), none_sent=known)
    for given in ("register", "previous", "last_round", "answers", "decisions", "letter_template"):
        if chosen[given] is not None:
            with reaching(chosen[given], "打开"):
                try_open(chosen[given])
    lang, passwords = chosen["lang"], _passwords(secrets)
    with (
        refusing(),
        cb.Pool(jobs, scheduler=scheduler, passwords=passwords) as pool,
        progress() as tell,
        reaching(out, "写入"),
        refusing(),
    ):
        made = pool.import_found(found, out, on_progress=tell, **chosen)
    verdicts = [one.verdict for one in made.outcomes]
    click.echo(counts(verdicts, lang))
    click.echo(f"结果在 {out}" if lang == "zh" else f"Results are in {out}")
    for name, chinese, english in OUTPUTS:
        if (out / name).exists():
            click.echo(f"  {name:<16} {chinese if lang == 'zh' else english}")
    said = settled(made.settled, lang) if made.settled else ""
    for line in filter(None, (said, missing(made.table("progress"), lang))):
        click.echo(line)
    return exit_code(verdicts, only_attached=any(one.alone for one in made.outcomes))


def _passwords(path: Path | None) -> tuple[str, ...]:
    from clusterbook.api.pool import passwords_in

    if path is None:
        return ()
    with reaching(path, "打开"), refusing():
        return passwords_in(path)


@cli.command("letter-template")
@help_option
@click.option("-o", "--output", "out", metavar="DOCX", type=PATH, default=Path("通知样式.docx"),
              show_default=True, help="输出的 .docx 文件。")  # fmt: skip
def letter_template(*, out: Path) -> int:
    """写出退回通知、通过通知和收到回执共用的样式文件，可加红头、落款等，双花括号里的名称保留。"""
    check_file(out, ".docx")
    put(out, cb.letter_template(), keep=True)
    click.echo(f"已生成 {out}。改好后用：clusterbook import … --letter-template {out}")
    return PASSED


# --- summarize ------------------------------------------------------------------------------------


@cli.command()
@help_option
@click.argument("folder", metavar="OUT", type=PATH)
@click.option("-o", "--output", "out", metavar="FILE", type=PATH,
              help="输出的 .xlsx 文件，默认 汇总.xlsx。")  # fmt: skip
@click.option("--include-returned", is_flag=True, help="退回的报送也计入合计和排名。")
@click.option("--without-contacts", is_flag=True, help="不写联系人和电话，用于对外提供。")
@click.option("--print-lists", is_flag=True, help="名录、清单和溯源也全部打印。")
@click.option("--previous", metavar="OUT", type=PATH, help="上一轮导入的结果，用来对比。")
def summarize(
    *, folder: Path, out: Path | None, include_returned: bool, without_contacts: bool,
    print_lists: bool, previous: Path | None,
) -> int:  # fmt: skip
    """由导入的结果生成全省汇总：汇总表、排名、名录、门槛对照、溯源。"""
    target = out or Path("汇总.xlsx")
    check_file(target, ".xlsx")
    with reaching(folder, "打开"), refusing():
        made = cb.open_round(folder)
        province = made.province(previous=previous, include_returned=include_returned)
    data = made.summary_of(province, contacts=not without_contacts, print_lists=print_lists)
    put(target, data, keep=out is None)
    counted = sum(len(part.counted) for part in province.parts)
    others = sum(len(part.others) for part in province.parts)
    click.echo(f"已生成 {target}：计入 {counted} 个集群，退回未计入 {others} 个")
    return PASSED


@cli.command()
@help_option
@click.argument("folder", metavar="OUT", type=PATH)
@click.option("-o", "--output", "out", type=PATH, default=Path("材料"), help="输出文件夹。")
@click.option("--pdf", is_flag=True, help="同时生成 PDF（要装有 LibreOffice）。")
@click.option("--include-returned", is_flag=True, help="退回的报送也计入合计和名次。")
@click.option("--previous", metavar="OUT", type=PATH, help="上一轮导入的结果，用来对比。")
def papers(*, folder: Path, out: Path, **asked: Any) -> int:
    """由导入的结果生成情况报告和每个集群的一页纸（.docx），数都注明出处。"""
    with reaching(folder, "打开"), refusing():
        made = list(cb.open_round(folder).papers(**asked))
    for name, data in made:
        put(out / name, data, keep=False)
    click.echo(f"已生成 {out}：情况报告和一页纸共 {len(made)} 个文件")
    return PASSED


for _command in (*COMMANDS, *cli_word.COMMANDS, evidence_command, rules):
    cli.add_command(_command)
