"""The report page: what it says, that nobody's text can break it, and how it works in a real browser."""

from __future__ import annotations

import csv
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from support.axe import serious
from support.browser import Browser, Page
from support.office import page_texts
from support.places import ROOT

from clusterbook.reports.page import words
from clusterbook.reports.page.facts import by_city, by_code, by_label, pattern, read_facts, visible
from clusterbook.reports.page.pieces import MANY as MANY_ROWS
from clusterbook.reports.page.report import report_html, write_report
from clusterbook.results.read import NotAnImportError
from clusterbook.verdicts import Status, Verdict

PACKAGE = ROOT / "clusterbook" / "reports" / "page"
SUBMISSION = {
    "file": "", "sha256": "0" * 64, "submission": "", "form": "cluster_contest", "year": "2025",
    "issued_to": "", "cluster_name": "", "city": "", "county": "", "verdict": "退回",
    "years": "", "province": "", "filled": "", "asked": "",
    "errors": "0", "explains": "0", "infos": "0",
}  # fmt: skip
PROBLEM = {
    "submission": "", "file": "", "level": "error", "code": "V101", "sheet": "", "cell": "",
    "key": "", "label": "", "value": "", "message": "“营收”未填写。", "how_to_mend": "请填写。",
    "explanation": "",
}  # fmt: skip
PROGRESS = dict.fromkeys(
    ("issue", "issued_to", "city", "county", "cluster_name", "status", "submission", "file",
     "verdict"), "",
)  # fmt: skip
HOSTILE = (
    "</script><script>window.broken=1</script>",
    "<!--<script>",
    "</noscript><img src=x onerror='window.broken=2'>",
    '"><svg onload="window.broken=3">',
    "';window.broken=4;'",
    "{{constructor}} ${1} %00 &lt;b&gt; &amp;",
    "line\u2028break\u2029here",
    "</title></style></textarea><b>",
    "javascript:window.broken=5",
    "{0.__class__}",
    "__proto__",
)


def write_out(folder: Path, submissions: list[dict], problems: list[dict], progress=()) -> Path:
    """A folder as an import leaves it, as far as the report reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = [("submissions", SUBMISSION, submissions), ("problems", PROBLEM, problems)]
    if progress:
        tables.append(("progress", PROGRESS, progress))
    for name, blank, rows in tables:
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            lines = csv.DictWriter(file, list(blank), quoting=csv.QUOTE_ALL)
            lines.writeheader()
            lines.writerows(blank | row for row in rows)
    (folder / "schema").mkdir(exist_ok=True)
    (folder / "schema" / "cluster_contest.json").write_text('{"title": "集群申报表"}', "utf-8")
    return folder


SMALL = [
    {"submission": "H-1", "file": "长沙/a.xlsx", "cluster_name": "长沙集群", "city": "长沙市",
     "county": "岳麓区", "errors": "2", "explains": "1"},
    {"submission": "H-2", "file": "长沙/b.xlsx", "cluster_name": "浏阳集群", "city": "长沙市",
     "verdict": "通过"},
    {"submission": "H-3", "file": "c.xlsx", "cluster_name": "株洲集群", "city": "株洲市",
     "verdict": "待说明", "explains": "1"},
    {"submission": "file-1", "file": "d.xlsx", "form": "", "year": "", "verdict": "无法读取",
     "errors": "1"},
    {"submission": "file-skipped", "file": "说明.md", "form": "", "verdict": "跳过", "infos": "1"},
    {"submission": "H-1-2", "file": "old.xlsx", "verdict": "被替代", "infos": "1"},
]  # fmt: skip
SMALL_PROBLEMS = [
    {"submission": "H-1", "file": "长沙/a.xlsx", "sheet": "二、指标", "cell": "C10", "label": "营收",
     "message": "“营收”未填写。"},
    {"submission": "H-1", "file": "长沙/a.xlsx", "sheet": "二、指标", "cell": "C9", "label": "税金",
     "code": "V203", "value": "-3", "message": "“税金”不能小于0，现为-3。"},
    {"submission": "H-1", "file": "长沙/a.xlsx", "sheet": "一、基本", "cell": "D2", "label": "营收",
     "code": "A01.total", "level": "explain", "value": "12",
     "message": "“营收”为12亿元，应等于各行之和11亿元。", "explanation": "含外地厂"},
    {"submission": "H-3", "file": "c.xlsx", "sheet": "一、基本", "cell": "D2", "label": "营收",
     "code": "A01.total", "level": "explain", "value": "7",
     "message": "“营收”为7亿元，应等于各行之和8.5亿元。"},
    {"submission": "file-1", "file": "d.xlsx", "code": "F105", "message": "文件是空的（0 字节）。"},
    {"submission": "file-skipped", "file": "说明.md", "level": "info", "code": "F190",
     "message": "跳过：这不是报送文件（说明文件）。"},
    {"submission": "H-1-2", "file": "old.xlsx", "level": "info", "code": "F111",
     "message": "同一发放编号另有一份报送文件。"},
]  # fmt: skip


@pytest.fixture
def small(tmp_path) -> Path:
    return write_out(tmp_path / "out", SMALL, SMALL_PROBLEMS)


# --- what is counted ------------------------------------------------------------------------------


def test_counts_leave_out_files_that_were_not_judged(small):
    """Cities, codes and labels count the judged files; the others are listed with their reason."""
    everything = read_facts(small)
    facts = everything.judged()
    assert [(one.city, one.total, one.verdicts["通过"]) for one in by_city(facts.submissions)] == [
        ("长沙市", 2, 1), ("株洲市", 1, 0), ("", 1, 0),
    ]  # fmt: skip
    assert [(one.code, one.count, one.submissions) for one in by_code(facts.problems, "zh")] == [
        ("A01.total", 2, 2), ("F105", 1, 1), ("V101", 1, 1), ("V203", 1, 1),
    ]  # fmt: skip
    assert [(one.sheet, one.label, one.submissions) for one in by_label(facts.problems)] == [
        ("一、基本", "营收", 2), ("二、指标", "税金", 1), ("二、指标", "营收", 1),
    ]  # fmt: skip
    assert [one.file for one in everything.set_aside()] == ["说明.md", "old.xlsx"]


def test_what_a_workbook_left_empty_lacks_is_one_line_of_the_frequent(tmp_path):
    """Under a twentieth: 1 of 20 answers is some; what was read before answers counted is not."""
    rows = [
        {"submission": name, "file": f"{name}.xlsx", "filled": filled, "asked": asked}
        for name, filled, asked in (("A", "0", "20"), ("B", "1", "20"), ("C", "", ""))
    ]
    old = {"submission": "D", "file": "D.xlsx", "verdict": "被替代", "filled": "0", "asked": "20"}
    missing = [
        {"submission": one["submission"], "file": one["file"], "label": "营收"} for one in rows
    ]
    out = write_out(tmp_path / "some", [*rows, old], missing)
    facts = read_facts(out)
    assert facts.blank == {"A"}
    assert [one.submission for one in facts.counted()] == ["B", "C"]
    page = report_html(facts).decode()
    assert "另有1份基本未填，未计入。" in page
    assert "1 left out, as next to nothing" in report_html(facts, lang="en").decode()
    alone = report_html(read_facts(write_out(tmp_path / "all", rows[:1], missing[:1]))).decode()
    assert (
        "另有1份基本未填，未计入。" in alone and "没有发现问题。" not in alone.split("<script")[0]
    )


@pytest.mark.parametrize(
    ("code", "messages", "lang", "expected"),
    [
        ("V203", ["whatever"], "zh", "“栏目”不能小于…，现为…。"),
        ("V203", ["whatever"], "en", "“field” cannot be below …; it is …."),
        ("V208", ["whatever"], "zh", "“栏目”的单位是…，现填“…”，已换算为…。"),
        ("A1.x", ["“甲”为12亿元，应为11.5亿元。", "“甲”为3亿元，应为4亿元。"], "zh",
         "“甲”为…亿元，应为…亿元。"),
        ("A1.x", ["“甲 › 2024年”为12个。", "“甲 › 2025年”为12个。"], "zh", "…为12个。"),
        ("A1.x", ["只有一句12。", "只有一句12。"], "zh", "只有一句12。"),
        ("A1.x", ["甲1。", "完全不同的另一句，2和3。"], "zh", "甲1。"),
        ("D1.x", ["“名称”为甲，应以“集群”结尾。", "“名称”为“乙”1号，应以“集群”结尾。"], "zh",
         "“名称”为…，应以“集群”结尾。"),
        ("D1.x", ["“名称”为甲市，应完整。", "“名称”为乙，应完整。", "“名称”为丙县2，应完整。"], "zh",
         "“名称”为…，应完整。"),
    ],
)  # fmt: skip
def test_the_pattern_behind_messages(code, messages, lang, expected):
    assert pattern(code, messages, lang) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("普通 text 123", "普通 text 123"),
        ("a\u202eb\u2066c", "a[U+202E]b[U+2066]c"),
        ("零\u200b宽\ufeff", "零[U+200B]宽[U+FEFF]"),
        ("\x00\x1b[31m\x7f", "[U+0000][U+001B][31m[U+007F]"),
        ("一\r\n二\r三\n四\t五", "一\n二\n三\n四\t五"),
        ("𠮷 \ue000 👩\u200d🔧 e\u0301", "𠮷 \ue000 👩\u200d🔧 e\u0301"),
        ("a\u2028b\x85c", "a[U+2028]b[U+0085]c"),
        ("\ud800", "[U+D800]"),
    ],
)
def test_hidden_characters_are_shown(text, expected):
    """What would reverse, hide or break the text around it is named; scripts and pictures stay."""
    assert visible(text) == expected


def test_percentages_do_not_hide_an_exception(tmp_path):
    """1 of 300 is not 0 %, and 299 of 300 not 100 %."""
    rows = [{"submission": f"H-{n}", "file": f"{n}.xlsx", "city": "长沙市", "verdict": "通过"}
            for n in range(299)]  # fmt: skip
    rows.append({"submission": "H-x", "file": "x.xlsx", "city": "长沙市"})
    page = write_report(write_out(tmp_path, rows, [])).read_text("utf-8")
    assert "<small>99%</small>" in page and "<small>1%</small>" in page
    assert "100%</small>" not in page and "<small>0%</small>" in page  # 待说明, 无法读取: none


# --- what is refused ------------------------------------------------------------------------------


def test_a_folder_without_an_import_is_refused(tmp_path):
    with pytest.raises(NotAnImportError):
        write_report(tmp_path)


def test_tables_of_something_else_are_refused_by_name(small):
    text = (small / "problems.csv").read_text("utf-8")
    (small / "problems.csv").write_text(text.replace('"label"', '"Label"', 1), "utf-8")
    with pytest.raises(NotAnImportError, match=r"problems\.csv has no column label"):
        write_report(small)


def test_a_problem_of_nobody_is_refused(small):
    text = (small / "problems.csv").read_text("utf-8")
    (small / "problems.csv").write_text(text.replace('"H-3"', '"H-9"', 1), "utf-8")
    with pytest.raises(NotAnImportError, match="no row for H-9"):
        write_report(small)
    assert not (small / "report.html").exists()


def test_a_count_that_is_none_is_refused_with_its_line(small):
    text = (small / "submissions.csv").read_text("utf-8")
    (small / "submissions.csv").write_text(text.replace('"2","1"', '"two","1"', 1), "utf-8")
    with pytest.raises(NotAnImportError, match=r"submissions\.csv, line 2"):
        write_report(small)


# --- the bytes ------------------------------------------------------------------------------------


def test_same_inputs_same_bytes(small, tmp_path):
    """Wherever the folder is, and nothing is left beside the page."""
    first = write_report(small).read_bytes()
    other = shutil.copytree(small, tmp_path / "elsewhere")
    (other / "report.html").unlink()
    before = set(other.iterdir())
    assert write_report(other).read_bytes() == first
    assert set(other.iterdir()) - before == {other / "report.html"}
    assert str(tmp_path) not in first.decode()


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the text of the scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.scripts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.found and self.found[-1][0] == "script":
            self.scripts.append(data)


def hostile_out(folder: Path) -> Path:
    submissions, problems, progress = [], [], []
    for n, text in enumerate(HOSTILE):
        whole = dict.fromkeys(
            ("file", "submission", "form", "year", "issued_to", "cluster_name", "city", "county"),
            f"{text}{n}",
        )
        submissions.append(whole | {"verdict": "退回" if n else text, "errors": "2"})
        problem = dict.fromkeys(set(PROBLEM) - {"level"}, text)
        problems += [problem | {"submission": f"{text}{n}", "level": level}
                     for level in ("error", text)]  # fmt: skip
        progress.append(dict.fromkeys(PROGRESS, text) | {"submission": f"{text}{n}"})
    return write_out(folder, submissions, problems, progress)


def test_hostile_texts_stay_texts(tmp_path):
    """No text becomes an element or an attribute, and the data block gives it back as it was."""
    facts = read_facts(hostile_out(tmp_path))
    page = report_html(facts, title=HOSTILE[0]).decode()
    elements = Elements(page)
    assert [tag for tag, _ in elements.found].count("script") == 2
    assert not {"img", "b onload"} & {tag for tag, _ in elements.found}
    assert not [1 for _, given in elements.found for name in given if name.startswith("on")]
    links = {given["href"] for _, given in elements.found if "href" in given}
    assert {link[:1] for link in links - {"data:,"}} == {"#"}
    data = json.loads(elements.scripts[0])
    assert {visible(text) for text in HOSTILE} <= set(data["texts"])
    assert not set("<>&\u2028\u2029") & set(elements.scripts[0])


def test_nothing_points_outside(small):
    page = write_report(small).read_text("utf-8")
    assert not re.findall(r"(?:https?:|//[a-z]|@import|url\((?!#over-))", page.split("<title>")[1]
                          .replace("//i", "").split('id="data"')[0])  # fmt: skip
    assert {given.get("src") for _, given in Elements(page).found} == {None}


def test_the_script_is_one_for_old_browsers():
    """ECMAScript 5 and the functions it has: IE 11 stops at anything newer."""
    script = (PACKAGE / "page.js").read_text("utf-8")
    bare = re.sub(r"/\*.*?\*/|//[^\n]*", "", script, flags=re.DOTALL)
    newer = r"=>|`|\.\.\.\s*\w|\b(?:let|const|class|async|await|yield|of)\s+[\w(]|\?\.|\?\?"
    assert re.findall(newer, bare) == []
    functions = (
        r"\.(?:includes|startsWith|endsWith|repeat|padStart|find|findIndex|fill|flat|entries|assign|"
        r"from|append|prepend|remove|closest|matches|replaceWith|normalize|replaceAll|matchAll)\("
        r"|\b(?:fetch|Promise|Map|Set|Symbol|URLSearchParams|Proxy|Reflect|XMLHttpRequest)\b"
        r"|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b"
    )
    assert re.findall(functions, bare) == []


def test_words_say_the_same_in_both_languages():
    """The same slots, and every word stands somewhere in the page or its script."""
    chinese, english = words.words("zh"), words.words("en")
    for key, text in chinese.items():
        assert set(re.findall(r"\{\d\}", text)) == set(re.findall(r"\{\d\}", english[key])), key
    used = "".join((PACKAGE / name).read_text("utf-8") for name in (
        "report.py", "parts.py", "pieces.py", "round_parts.py", "page.js", "facts.py"))  # fmt: skip
    told = {*Verdict, *Status}  # looked up by what submissions.csv and progress.csv say
    for key in chinese:
        word = key.removeprefix("about_")
        assert word in told or re.search(rf"""["'.]{re.escape(word)}\b""", used), key


# --- in a real browser ----------------------------------------------------------------------------

MANY = 5000
CITIES = ("长沙市", "株洲市", "湘潭市", "衡阳市", "")
VERDICT = ("退回", "待说明", "退回", "无法读取")
LEVEL = ("error", "error", "explain", "info")


def many() -> tuple[list[dict], list[dict]]:
    """125 submissions with 40 problems each, no two alike."""
    submissions = [
        {"submission": f"H-{n:03}", "file": f"in/{n:03}.xlsx", "cluster_name": f"第{n}号集群",
         "city": CITIES[n % 5], "county": f"{n}县" if n % 3 else "", "verdict": VERDICT[n % 4],
         "errors": str(n), "explains": "10", "infos": "10"}
        for n in range(MANY // 40)
    ]  # fmt: skip
    problems = [
        {"submission": f"H-{n // 40:03}", "file": f"in/{n // 40:03}.xlsx", "level": LEVEL[n % 4],
         "code": f"V{100 + n % 7}", "sheet": f"第{n % 6}表", "cell": f"{'ABC'[n % 3]}{n % 40 + 1}",
         "label": f"指标{n % 90}", "value": f"值{n}", "message": f"“指标{n % 90}”为{n}，不对。",
         "how_to_mend": "请核对后更正。" if n % 2 else "请填写。",
         "explanation": "Ｓｐｅｃｉａｌ Case" if n % 1000 == 3 else ""}
        for n in range(MANY)
    ]  # fmt: skip
    return submissions, problems


SUBMISSIONS, PROBLEMS = many()
BY_ID = {one["submission"]: one for one in SUBMISSIONS}


def matching(query: str = "", **wanted: str) -> list[int]:
    """The numbers of the problems that fit, found without the page's means."""
    found = []
    for n, one in enumerate(PROBLEMS):
        whose = BY_ID[one["submission"]]
        texts = [one[name] for name in ("code", "sheet", "cell", "label", "value", "message",
                                        "how_to_mend", "explanation")]  # fmt: skip
        texts.append(" ".join(whose[name] for name in ("cluster_name", "file", "submission", "city",
                                                       "county")))  # fmt: skip
        fits = all(any(term in text.lower() for text in texts) for term in query.lower().split())
        if fits and all((whose | one)[name] == value for name, value in wanted.items()):
            found.append(n)
    return found


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    out = write_out(tmp_path_factory.mktemp("many"), SUBMISSIONS, PROBLEMS)
    return write_report(out)


@pytest.fixture
def page(browser: Browser, report: Path):
    with browser.open(report) as page:
        yield ready(page)
        assert page.complaints == []
        assert page.requests == [report.as_uri()]


def ready(page: Page) -> Page:
    page.wait("document.documentElement.getAttribute('data-ready')")
    return page


def rows(page: Page) -> list[int]:
    return page.evaluate(
        "[].map.call(document.querySelectorAll('#list tbody tr'),"
        " e => Number(e.getAttribute('data-row')))"
    )


def number_found(page: Page) -> int:
    return int(re.findall(r"\d+", page.text("#found b"))[-1])


def hash_of(page: Page) -> str:
    return str(page.evaluate("location.hash"))


def search(page: Page, query: str) -> None:
    page.type("#q", query)
    page.wait(f"location.hash.indexOf('q=' + encodeURIComponent({json.dumps(query)})) >= 0")


in_browser = pytest.mark.office


@in_browser
def test_it_opens_with_all_problems_and_few_rows(page):
    """5,000 problems are there, 50 are drawn."""
    assert page.text("#found b") == "共 5000 条"
    assert rows(page) == list(range(50))
    assert page.text("h1") == "集群申报审核报告"
    assert page.texts(".tile b")[0].startswith("0")
    assert page.count("table.submissions tbody tr") == 125
    assert page.count("noscript *") == 0
    assert page.evaluate("document.querySelector('.no-js').offsetHeight") == 0


@in_browser
@pytest.mark.parametrize(
    ("query", "same_as"),
    [
        ("值123", "值123"),
        ("指标7 第3表", "指标7 第3表"),
        ("４９９９", "4999"),
        ("special　case", "Ｓｐｅｃｉａｌ Case"),
        ("h-007 长沙 填写", "h-007 长沙 填写"),
        ("没有这样的词", "没有这样的词"),
    ],
)
def test_search_finds_every_word_anywhere(page, query, same_as):
    """Letters of any width and case; the words may stand in different columns."""
    search(page, query)
    expected = matching(same_as)
    assert number_found(page) == len(expected)
    assert rows(page) == expected[:50]
    if expected and query != "special　case":
        assert page.count("#list mark") > 0
    assert page.count("#list .nothing") == (not expected)


@in_browser
def test_filters_work_together_and_say_what_is_left(page):
    """Each choice shows how many it would leave, given the others."""
    page.click('#levels [data-level="error"]')
    page.choose("#facet-city", "长沙市")
    page.choose("#facet-sheet", "第4表")
    expected = matching(level="error", city="长沙市", sheet="第4表")
    assert number_found(page) == len(expected)
    assert rows(page) == expected[:50]
    texts = page.texts("#facet-code option")
    assert texts[0] == f"全部（{len(expected)}）"
    left = {text.split("（")[0]: int(re.findall(r"（(\d+)）", text)[0]) for text in texts[1:]}
    assert left == {
        code: count
        for code in {one["code"] for one in PROBLEMS}
        if (count := len(matching(level="error", city="长沙市", sheet="第4表", code=code)))
    }
    cities = page.texts("#facet-city option")
    assert f"株洲市（{len(matching(level='error', city='株洲市', sheet='第4表'))}）" in cities
    assert hash_of(page) == f"#city={quote('长沙市')}&sheet={quote('第4表')}&level=error"
    page.click("#clear")
    assert number_found(page) == MANY
    assert hash_of(page) == "#all"


@in_browser
def test_the_address_holds_the_state(browser, report):
    """A copied address opens the same rows; each part of the state is in it."""
    state = {"q": "指标", "verdict": "退回", "level": "explain", "sort": "-where", "page": "3",
             "size": "20", "order": "-error"}  # fmt: skip
    hash_ = "#" + "&".join(f"{key}={quote(value)}" for key, value in state.items())
    with browser.open(report, hash_=hash_) as page:
        ready(page)
        expected = matching("指标", verdict="退回", level="explain")
        expected.sort(key=lambda n: (-ranks(n)[0], -ranks(n)[1], -ranks(n)[2], n))
        assert number_found(page) == len(expected)
        assert rows(page) == expected[40:60]
        assert page.evaluate("document.getElementById('q').value") == "指标"
        assert page.evaluate("document.getElementById('facet-verdict').value") == "退回"
        page.evaluate("location.hash = '#submission=H-005'")
        page.wait("document.querySelectorAll('#list tbody tr').length == 40")
        assert rows(page) == list(range(200, 240))
        page.evaluate("history.back()")
        page.wait("document.querySelectorAll('#list tbody tr').length == 20")
        assert rows(page) == expected[40:60]
        assert page.complaints == []


def ranks(n: int) -> tuple[int, int, int]:
    """Sheet in the order of the data, row, column."""
    cell = PROBLEMS[n]["cell"]
    return n % 6, int(cell[1:]), ord(cell[0])


@in_browser
@pytest.mark.parametrize(
    "hash_",
    ["#q=%E4%&level=nonsense", "#page=0&size=7&sort=constructor", "#__proto__=1&page=99999&&=&x"],
)
def test_a_broken_address_breaks_nothing(browser, small, hash_):
    with browser.open(write_report(small), hash_=hash_) as page:
        ready(page)
        assert number_found(page) in (0, 5)
        page.click("#clear" if number_found(page) == 0 else '#levels [data-level=""]')
        assert number_found(page) == 5
        assert page.complaints == []


@in_browser
def test_sorting_reads_cells_as_people_do(page):
    """By sheet, then row 2 before row 10; down; and back to the order of the import."""
    button = '#list th[class~="where"] button'
    page.click(button)
    expected = sorted(range(MANY), key=lambda n: (*ranks(n), n))
    assert rows(page) == expected[:50]
    page.click(button)
    assert rows(page)[0] == min(range(MANY), key=lambda n: (*(-rank for rank in ranks(n)), n))
    page.click(button)
    assert rows(page) == list(range(50))


@in_browser
def test_leafing_through(page):
    page.click("#pager button:last-of-type")
    assert rows(page) == list(range(50, 100))
    assert hash_of(page) == "#page=2"
    page.choose("#pager select", "200")
    assert rows(page) == list(range(200))
    search(page, "值4999")
    assert rows(page) == [4999]
    assert page.count("#pager *") == 0


@in_browser
def test_a_tile_shows_the_submissions_behind_it(page):
    """A click on 待说明: those submissions, and their problems."""
    page.click(".tile.ask")
    page.wait(f"location.hash == '#verdict={quote('待说明')}'")
    expected = [one for one in SUBMISSIONS if one["verdict"] == "待说明"]
    page.wait(
        f"document.querySelectorAll('table.submissions tr[style]').length == {125 - len(expected)}"
    )
    assert number_found(page) == 40 * len(expected)
    page.click('table.submissions [data-sort="error"]')
    page.click('table.submissions [data-sort="error"]')
    shown = page.evaluate(
        "[].filter.call(document.querySelectorAll('table.submissions tbody tr'), e => e.offsetHeight)"
        ".map(e => Number(e.cells[3].textContent))"
    )
    assert shown == sorted((int(one["errors"]) for one in expected), reverse=True)


@in_browser
def test_copy_gives_what_one_would_write_in_a_chat(page):
    """The ticked problems, by submission, numbered; without ticks all that were found."""
    page.evaluate("document.addEventListener('copy', e => { window.copied = e.target.value; })")
    search(page, "值41")
    for row in (41, 410, 411):
        page.click(f'tr[data-row="{row}"] input')
    assert page.text("#copy") == "复制勾选的 3 条"
    page.click("#copy")
    assert page.evaluate("window.copied") == (
        "【第1号集群】共 1 条：错误 1 条\n文件：in/001.xlsx\n"
        "1.［错误］第5表 C2：“指标41”为41，不对。请核对后更正。\n\n"
        "【第10号集群】共 2 条：需说明 1 条，提示 1 条\n文件：in/010.xlsx\n"
        "1.［需说明］第2表 C11：“指标50”为410，不对。请填写。\n"
        "2.［提示］第3表 A12：“指标51”为411，不对。请核对后更正。"
    )
    assert page.text("#told") == "已复制 3 条，可以粘贴到聊天窗口。"
    page.click("#untick")
    page.click("#copy")
    assert len(re.findall(r"^\d+\.［", page.evaluate("window.copied"), re.MULTILINE)) == len(
        matching("值41")
    )
    page.evaluate("document.execCommand = () => false")
    page.click("#copy")
    assert page.evaluate("document.querySelector('#told textarea').value").startswith("【第1号")


@in_browser
def test_long_texts_are_cut_in_sight_and_whole_on_demand(browser, tmp_path):
    """No text is lost: the cut says how long it is, and paper has it whole."""
    value = "很长的内容" * 1000 + "完"
    problem = SMALL_PROBLEMS[1] | {"value": value}
    out = write_out(tmp_path, SMALL, [problem])
    with browser.open(write_report(out)) as page:
        ready(page)
        assert page.text(".value").endswith("展开全文（5001字）")
        assert len(page.text(".value")) < 300
        page.click(".value button")
        assert page.text(".value") == value
        assert "".join(page_texts(page.pdf(tmp_path / "p.pdf"))).replace("\n", "").count("完") == 1


@in_browser
def test_hostile_texts_do_nothing_in_the_browser(browser, tmp_path):
    """They are shown as they are, run nothing, add no element and ask for nothing."""
    path = write_report(hostile_out(tmp_path), title=HOSTILE[1])
    with browser.open(path) as page:
        ready(page)
        assert page.evaluate("typeof window.broken") == "undefined"
        assert page.count("script") == 2 and page.count("img, iframe, object") == 0
        assert page.evaluate("document.title") == HOSTILE[1]
        assert {visible(text) for text in HOSTILE} <= set(page.texts("#list span.value"))
        page.choose("#facet-submission", f"{HOSTILE[0]}0")
        assert number_found(page) == 2
        address = page.evaluate("location.href")
        page.click("#copy")
        assert (page.complaints, page.requests) == ([], [path.as_uri()])
    with browser.open(path, hash_=address[address.index("#") :]) as page:
        assert number_found(ready(page)) == 2
    with browser.open(path, script=False) as page:
        assert page.count("script") == 2 and page.count("img, iframe, object") == 0


@in_browser
def test_the_page_forbids_itself_the_network(page):
    """Even a script that got in could not send anything out, nor could one get in by markup."""
    refused = page.evaluate(
        "new Promise(done => { document.addEventListener('securitypolicyviolation',"
        " e => done(e.effectiveDirective)); fetch('https://example.org/').catch(() => 0); })"
    )
    assert refused == "connect-src"
    page.evaluate(
        "(e => { e.textContent = 'window.broken = 1'; document.body.appendChild(e); })"
        "(document.createElement('script'))"
    )
    assert page.evaluate("typeof window.broken") == "undefined"
    page._events.clear()  # these complaints were wanted
    page._events.append({"method": "Network.requestWillBeSent",
                         "params": {"request": {"url": page.evaluate("location.href.split('#')[0]")}}})  # fmt: skip


@in_browser
def test_without_script_everything_can_be_read(browser, small):
    """All problems stand in a table, no dead control is there, and links lead to rows."""
    with browser.open(write_report(small), script=False, hash_="#submission=H-3") as page:
        assert page.count("noscript table tbody tr") == 5
        assert page.texts("noscript tbody tr")[4].split("\n")[0].startswith("错误")
        shown = page.evaluate(
            "[].filter.call(document.querySelectorAll('button, input, select'), e => e.offsetHeight)"
            ".map(e => e.id || e.textContent)"
        )
        assert shown == ["codes"], "which works without a script"
        assert "problems.csv" in page.text(".no-js")
        assert page.evaluate("document.querySelector(':target').closest('tr').innerText").count(
            "株洲集群"
        )
        assert page.text("details summary").startswith("另有 2 个文件未计入")
        heights = ("[].map.call(document.querySelectorAll('#frequent .rule, noscript .rule'),"
                   " e => e.offsetHeight > 0)")  # fmt: skip
        assert set(page.evaluate(heights)) == {False}
        page.evaluate("document.querySelector('#codes').click()")
        assert set(page.evaluate(heights)) == {True}
        assert page.complaints == []


@in_browser
def test_codes_are_shown_on_demand_in_the_list_too(browser, small):
    shown = ("[].map.call(document.querySelectorAll('#list .rule'),"
             " e => e.offsetHeight > 0)")  # fmt: skip
    with browser.open(write_report(small)) as page:
        ready(page)
        assert set(page.evaluate(shown)) == {False}
        page.click("#codes")
        assert set(page.evaluate(shown)) == {True}


@in_browser
def test_a_page_without_script_shows_the_same_facts(browser, report):
    """All 5,000 problems with all that is known of them, and each file with its counts."""
    with browser.open(report, script=False) as page:
        listed = page.evaluate("[].map.call(document.querySelectorAll('noscript tbody tr'),"
                               " e => e.textContent)")  # fmt: skip
        sent = page.evaluate("[].map.call(document.querySelectorAll('.submissions tbody tr'),"
                             " e => [].map.call(e.cells, c => c.textContent))")  # fmt: skip
        assert page.evaluate("document.querySelector('.problems').offsetHeight") > 0
    assert len(listed) == len(PROBLEMS) and len(sent) == len(SUBMISSIONS)
    for line, one in zip(listed, PROBLEMS, strict=True):
        facts = [one[name] for name in ("code", "sheet", "cell", "label", "value", "message",
                                        "how_to_mend", "explanation")]  # fmt: skip
        level = {"error": "错误", "explain": "需说明", "info": "提示"}[one["level"]]
        assert all(fact in line for fact in (*facts, level)), one
        assert BY_ID[one["submission"]]["cluster_name"] in line
    for cells, one in zip(sent, SUBMISSIONS, strict=True):
        assert (cells[0], cells[3]) == (one["verdict"], one["errors"])
        assert all(one[name] in cells[1] for name in ("cluster_name", "file", "submission"))
        assert one["city"] in cells[2] and one["county"] in cells[2]


@in_browser
def test_nothing_is_hard_to_use_for_somebody(browser, small):
    """By axe."""
    with browser.open(write_report(small)) as page:
        assert serious(ready(page)) == []


@in_browser
@pytest.mark.wide
def test_nothing_is_hard_to_use_narrow_in_english_or_with_many(browser, small, report):
    for file, width in ((write_report(small), 390), (report, 1440),
                        (write_report(small, lang="en"), 1440)):  # fmt: skip
        with browser.open(file, width=width) as page:
            assert serious(ready(page)) == [], (file, width)


def crowd(count: int) -> tuple[list[dict], list[dict], list[dict]]:
    """So many files with a problem each, and whom they came from."""
    submissions = [
        {"submission": f"S-{n}", "file": f"{n}.xlsx", "cluster_name": f"第{n:04}号", "errors": "1",
         "city": CITIES[n % 5]} for n in range(count)
    ]  # fmt: skip
    problems = [{"submission": f"S-{n}", "file": f"{n}.xlsx"} for n in range(count)]
    progress = [{"issue": f"S-{n}", "issued_to": f"第{n:04}号", "status": "退回"}
                for n in range(count)]  # fmt: skip
    return submissions, problems, progress


def test_the_script_need_not_wait_for_the_list_of_those_without(tmp_path):
    """The heaviest part of a page stands behind the script; thousands of rows in many tables."""
    text = write_report(write_out(tmp_path, *crowd(1000))).read_text("utf-8")
    head, _, rest = text.partition("<noscript>")
    assert "</main>" in head and head.rstrip().endswith("</script>")
    assert rest.count("<table") == 10 and rest.count("<tr><td") == 1000
    assert text.count("<noscript>") == 1


@in_browser
def test_of_thousands_the_first_ones_show_and_the_rest_on_demand(browser, tmp_path):
    """Names and files beyond 200 are there for whoever asks; filters count all of them."""
    visible_rows = ("[].filter.call(document.querySelectorAll('.submissions tbody tr'),"
                    " e => getComputedStyle(e).display !== 'none').length")  # fmt: skip
    names = visible_rows.replace(".submissions tbody tr", ".names li")
    with browser.open(write_report(write_out(tmp_path, *crowd(1200)))) as page:
        ready(page)
        assert page.evaluate(visible_rows) == page.evaluate(names) == MANY_ROWS
        assert "以上为前 200 项，共 1200 项。" in page.text("#submissions-more")
        page.evaluate("document.querySelector('.submissions [data-sort=cluster]').click()")
        page.evaluate("document.querySelector('.submissions [data-sort=cluster]').click()")
        assert "第1199号" in page.texts(".submissions tbody tr")[0], "all are sorted, not 200"
        page.choose("#facet-city", "长沙市")
        assert page.evaluate(visible_rows) == MANY_ROWS
        assert "240 项" in page.text("#submissions-more")
        page.evaluate("document.querySelector('#submissions-more button').click()")
        assert page.evaluate(visible_rows) == 240
        assert page.evaluate("document.querySelector('#submissions-more').offsetHeight") == 0
        page.evaluate("document.querySelector('#progress .show-all').click()")
        assert page.evaluate(names) == 1200
        assert page.complaints == []


@in_browser
def test_print_is_a_document(browser, report, tmp_path):
    """Heads again on each page, no controls, and what is not printed is told."""
    with browser.open(report) as page:
        ready(page)
        search(page, "第4表 填写")
        found = len(matching("第4表 填写"))
        printed = page_texts(page.pdf(tmp_path / "some.pdf"))
        text = "".join(printed)
        assert f"本次只印出第 1–50 条，共 {found} 条" in text
        assert "当前筛选：第4表 填写" in text
        assert "复制" not in text and "清除" not in text and "每页" not in text
        start = next(n for n, one in enumerate(printed) if "本次只印出" in one)
        assert len(printed) - start >= 3
        assert all("问题 · 怎样更正" in one for one in printed[start:])
        assert page.count("#list tbody tr") == 50
        page.evaluate("window.print = () => {}")
        page.choose("#facet-city", "长沙市")
        chosen = matching("第4表 填写", city="长沙市")
        page.click("#print-these")
        printed = page_texts(page.pdf(tmp_path / "these.pdf"))
        text = "".join(printed)
        assert all("问题 · 怎样更正" in one for one in printed)
        assert f"集群申报审核报告 · 当前筛选：长沙市，第4表 填写 · 共 {len(chosen)} 条" in text
        assert len(chosen) > 100
        assert all(PROBLEMS[n]["value"] in text for n in chosen)
        assert "各市州" not in text
        assert page.complaints == []


@in_browser
def test_a_narrow_screen_needs_no_sideways_scrolling(browser, report):
    with browser.open(report, width=390) as page:
        ready(page)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        wide = "[].filter.call(document.querySelectorAll('main *'), e => e.getBoundingClientRect().right > 391)"
        assert page.evaluate(f"{wide}.map(e => e.outerHTML.slice(0, 80))") == []


def test_submissions_stand_by_official_city_and_as_registered(tmp_path):
    """Not as their files are called; problems follow them."""
    known = {"form": "cluster_contest", "year": "2025", "years": "rolled", "province": "湖南省"}
    rows = [
        {"submission": "A", "file": "丙.xlsx", "city": "湘潭市", **known},
        {"submission": "B", "file": "乙.xlsx", "city": "长沙市", **known},
        {"submission": "C", "file": "甲.xlsx", "city": "长沙市", **known},
        {"submission": "D", "file": "丁.xlsx", "verdict": "无法读取"},
    ]
    problems = [{"submission": one["submission"], "file": one["file"]} for one in rows]
    progress = [{"issue": one, "submission": one, "status": "退回"} for one in "CAB"]
    facts = read_facts(write_out(tmp_path, rows, problems, progress))
    assert [one.submission for one in facts.submissions] == ["C", "B", "A", "D"]
    assert [one.submission for one in facts.problems] == ["C", "B", "A", "D"]


@in_browser
def test_progress_names_everybody(browser, tmp_path):
    """Who has not sent anything comes first; with a link to the problems of who has."""
    progress = [
        {"issue": "H-2", "issued_to": "浏阳", "status": "通过", "submission": "H-2"},
        {"issue": "H-1", "issued_to": "岳麓", "status": "退回", "submission": "H-1"},
        {"issue": "H-8", "issued_to": "醴陵", "status": "未报"},
        {"issue": "H-9", "issued_to": "攸县", "status": "未报"},
        {"cluster_name": "株洲集群", "file": "c.xlsx", "status": "已报", "submission": "H-3"},
    ]
    with browser.open(write_report(write_out(tmp_path, SMALL, SMALL_PROBLEMS, progress))) as page:
        ready(page)
        assert page.texts("#progress h3") == ["未报 2 家", "待说明 1 家", "退回 1 家", "通过 1 家"]
        assert page.texts("#progress li") == [
            "醴陵H-8", "攸县H-9", "株洲集群查看 1 条", "岳麓H-1查看 3 条", "浏阳H-2",
        ]  # fmt: skip
        page.click("#progress li a")
        assert hash_of(page) == "#submission=H-3"
        # The page follows its address a moment after the click.
        page.wait("/符合条件 1 条$/.test(document.querySelector('#found b').textContent)")
        assert number_found(page) == 1
        assert page.complaints == []


@in_browser
def test_english(browser, small):
    with browser.open(write_report(small, lang="en")) as page:
        ready(page)
        assert page.evaluate("document.documentElement.lang") == "en"
        assert page.texts("h2") == ["By city", "Submissions", "Frequent problems", "All problems"]
        assert page.texts(".tile .badge") == ["Passed", "To be explained", "Returned", "Unreadable"]
        assert page.text("#found b") == "Problems: 5"
        assert page.text("#copy") == "Copy these 5"


@in_browser
def test_an_import_without_problems_is_a_page_too(browser, tmp_path):
    told = {"passed": ([SMALL[1]], "没有发现问题。"), "empty": ([], "没有报送文件。")}
    for name, (submissions, says) in told.items():
        with browser.open(write_report(write_out(tmp_path / name, submissions, []))) as page:
            ready(page)
            assert page.text("#problems") == f"问题清单\n\n{says}"
            assert page.texts(".tile b")[0] == ("1100%" if submissions else "0—")
            assert page.complaints == []


def test_a_missing_browser_is_told(monkeypatch):
    """Skipped with its reason; failed where skipping is forbidden."""
    from support import browser as driver

    monkeypatch.setattr(driver, "_chromium", lambda: None)
    monkeypatch.delenv(driver.REQUIRE, raising=False)
    with pytest.raises(pytest.skip.Exception, match="NOT TESTED IN A REAL BROWSER"):
        driver.need_browser()
    monkeypatch.setenv(driver.REQUIRE, "1")
    with pytest.raises(pytest.fail.Exception, match="forbids skipping"):
        driver.need_browser()
