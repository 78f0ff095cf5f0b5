"""Options and arguments that several commands have."""

from __future__ import annotations

from pathlib import Path

import click

from clusterbook.languages import LANGUAGES

ROWS_LIMIT = 20_000
PATH = click.Path(path_type=Path)
help_option = click.help_option("-h", "--help", help="显示帮助。")
form_argument = click.argument("form", metavar="FORM")
paths_argument = click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=PATH)
year_option = click.option("--year", type=click.IntRange(2000, 2100), default=2025,
                            show_default=True, help="填报数据的最近年度。")  # fmt: skip
month_option = click.option("--month", type=click.IntRange(1, 12),
                             help="月报、季报的月份（季报写季末月），如 10。")  # fmt: skip
province_option = click.option("--province", metavar="NAME", default="",
                                help="省份全称，如 湖南省。")  # fmt: skip
years_option = click.option("--years", type=click.Choice(["rolled", "as-printed"]),
                             default="rolled", show_default=True,
                             help="年份按 --year 推算，或照原表所印。")  # fmt: skip
rows_option = click.option("--rows", type=click.IntRange(1, ROWS_LIMIT),
                            help="企业库预留的行数。")  # fmt: skip
lang_option = click.option("--lang", type=click.Choice(LANGUAGES), default="zh",
                            show_default=True, help="问题说明用的语言。")  # fmt: skip
passwords_option = click.option("--password-file", "secrets", metavar="FILE", type=PATH,
                                 help="口令文件，每行一个打开密码，逐个试用。")  # fmt: skip

evidence_option = click.option(
    "--evidence", metavar="FOLDER", type=PATH,
    help="各地佐证材料（PDF）所在的文件夹，文件名或文件夹名带有地名、集群名或编号；用来核对佐证页码。",
)  # fmt: skip
