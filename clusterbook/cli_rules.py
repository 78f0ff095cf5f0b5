"""``clusterbook rules``: what the rules of a form came to in what was imported."""

from __future__ import annotations

from pathlib import Path

import click

import clusterbook as cb
from clusterbook.cli_options import PATH, help_option
from clusterbook.refusals import refusing
from clusterbook.terminal import PASSED, Commands, emit, reaching


@click.group(cls=Commands)
@help_option
def rules() -> None:
    """规则：从导入的结果看各条规则是否合适。"""


@rules.command()
@help_option
@click.argument("folders", metavar="OUT...", nargs=-1, required=True, type=PATH)
@click.option("--format", "form_of", type=click.Choice(["text", "json"]), default="text",
              show_default=True, help="输出格式。")  # fmt: skip
def trial(*, folders: tuple[Path, ...], form_of: str) -> int:
    """每条规则触发、说明、更正的份数，以及触发了仍然通过的份数。

    OUT 是 import 的输出文件夹，可以给出多个，如各轮的结果；同一文件只计一次，以后面的为准。
    同组的规则合为一条。在通过的报送中触发超过 30% 的标有 !。
    """
    from json import dumps

    from clusterbook.reports import trial as measured

    for folder in folders:
        with reaching(folder, "打开"), refusing():
            cb.open_round(folder)
    with refusing():
        found = measured.trial(folders)
    if form_of == "json":
        emit((dumps(measured.as_data(found), ensure_ascii=False, indent=2) + "\n").encode())
    else:
        click.echo("\n".join(measured.as_text(found)))
    return PASSED
