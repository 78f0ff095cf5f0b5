"""汇总.xlsx of twenty clusters as it comes out of the printer."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import round_of_twelve
from round_of_twelve import PASSED, County
from support.office import need_office, page_texts

import clusterbook as cb

MOST_PAGES = 40
PLACES = (
    "长沙市望城区 长沙市宁乡市 长沙市浏阳市 株洲市醴陵市 株洲市攸县 湘潭市湘乡市 湘潭市韶山市 衡阳市耒阳市"
    " 衡阳市常宁市 邵阳市邵东市 岳阳市汨罗市 岳阳市临湘市 常德市津市市 张家界市慈利县 益阳市沅江市"
    " 郴州市永兴县 永州市祁阳市 怀化市洪江市 娄底市冷水江市 湘西土家族苗族自治州吉首市"
).split()
MAKES = (
    "食品 烟花 陶瓷 皮革 油茶 小五金 有色金属 盐化工 船舶 贵金属 纺织 锑 服饰 电缆 电机 玻璃 竹木 药材"
    " 硬质合金 锰业"
).split()
FIELDS = (
    "现代石化 绿色矿业 食品加工 轻工纺织 工程机械 轨道交通 现代农业 新能源 大健康 前沿材料 人工智能 数字产业"
).split()


def twenty() -> tuple[County, ...]:
    """Twenty clusters in all fourteen cities and twelve industries."""
    found = []
    for at, (place, makes) in enumerate(zip(PLACES, MAKES, strict=True)):
        city, name = re.fullmatch(r"(.+?[市州])(.+)", place).groups()
        scale = round(0.5 + 0.11 * (at * 7 % 20), 2)
        found.append(County(city, name, makes, PASSED, scale, industry=FIELDS[at % 12]))
    return tuple(found)


@pytest.mark.office
@pytest.mark.wide
def test_twenty_clusters_are_forty_pages_at_most_and_each_says_something(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_office()
    counties = twenty()
    monkeypatch.setattr(round_of_twelve, "COUNTIES", counties)
    monkeypatch.setattr(
        round_of_twelve, "SERIALS", {one.name: at for at, one in enumerate(counties)}
    )
    made = round_of_twelve.build(tmp_path / "round")
    with cb.Pool(1) as pool:
        done = pool.import_returns([made.inbox], tmp_path / "OUT", register=made.register)
    assert [one.verdict for one in done.outcomes] == ["通过"] * 20
    path = tmp_path / "汇总.xlsx"
    path.write_bytes(done.summary())
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
         "--convert-to", "pdf", "--outdir", tmp_path, path], check=True, capture_output=True,
    )  # fmt: skip
    pages = page_texts(path.with_suffix(".pdf"))
    assert 20 < len(pages) <= MOST_PAGES
    for at, text in enumerate(pages, start=1):
        lines = [line for line in text.split() if not re.fullmatch(r"第\d*页，共\d*页", line)]
        # Header, sheet and page number alone would be a page of nothing.
        assert len("".join(lines)) > 40, (at, text)
        assert not lines[-1].endswith("："), (at, "a heading at the foot", lines[-1])
    assert sum("供在屏幕上查看，不打印" in re.sub(r"\s", "", text) for text in pages) >= 6
