"""Rosters: read whole or refused whole; issued workbooks, their ids, names and register."""

import csv
import datetime as dt
import hashlib
import io
import re

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font

from clusterbook.forms.options import Options
from clusterbook.forms.stamp import Stamp
from clusterbook.issuing import issue, patch
from clusterbook.issuing.roster import NOT_SHOWABLE, RosterError, contact_of, read_roster
from clusterbook.layout import layouts
from clusterbook.layout.own_sheets import META_SHEET
from clusterbook.paths import safe_name

HEADER = ["序号", "市州", "县（市、区）", "集群名称", "类别", "联系人", "电话", "备注"]
SHAODONG = [
    "1",
    "邵阳",
    "邵东",
    "邵东市小五金产业集群",
    "中小企业特色产业集群",
    "张三",
    "13900000001",
    "=1+1",
]
LIUYANG = [
    "2",
    "长沙市",
    "浏阳市",
    "浏阳市烟花爆竹产业集群",
    "先进制造业集群",
    "李四",
    "0731-83600001",
    "",
]
FUJIAN = [
    ["设区市", "县区", "集群名称"],
    ["泉州", "晋江", "福建省中小企业特色产业集群（鞋服产业）"],
]


@pytest.fixture(scope="module")
def layout():
    return layouts.of("cluster_contest")


def csv_roster(path, rows, encoding="utf-8"):
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def xlsx_roster(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def read(path, layout):
    return read_roster(path, layout.workbook)


def faults(path, layout):
    with pytest.raises(RosterError) as caught:
        read(path, layout)
    return {(fault.row, fault.column): fault.text for fault in caught.value.faults}


@pytest.fixture(scope="module")
def issued(layout, tmp_path_factory):
    """Two issued workbooks in a folder."""
    folder = tmp_path_factory.mktemp("issued") / "发放"
    roster = csv_roster(folder.parent / "名单.csv", [HEADER, SHAODONG, LIUYANG])
    told = []
    found = issue.write(
        layout, read(roster, layout), folder, issued_on="2026-01-05",
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    assert told == [(1, 2), (2, 2)]
    return folder, found


# --- reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_csv_in_the_usual_encodings(layout, tmp_path, encoding):
    roster = read(csv_roster(tmp_path / "r.csv", [HEADER, SHAODONG], encoding), layout)
    (entry,) = roster.entries
    assert (entry.city, entry.county) == ("邵阳市", "邵东市")
    assert entry.issued_to == "邵阳市邵东市 邵东市小五金产业集群"
    assert entry.values == {
        "basics.city": "邵阳市", "basics.counties": "邵东市",
        "basics.cluster_name": "邵东市小五金产业集群", "basics.category": "中小企业特色产业集群",
        "cover.contact_name": "张三", "cover.contact_phone": "13900000001",
    }  # fmt: skip
    assert roster.others == ("序号", "类别", "联系人", "电话", "备注")


def test_what_the_first_page_shows_is_no_answer(layout, tmp_path):
    """联系人 and 联系电话 are the county's; 咨询联系 is whom it may ask. Ids rest on neither."""
    header = [*HEADER, "报送截止", "咨询联系", "发放单位"]
    rows = [
        header,
        [*SHAODONG, "3月15日", "王工 0731-00000001", "省工信厅"],
        [*LIUYANG, "", "", ""],
    ]
    roster = read(csv_roster(tmp_path / "r.csv", rows), layout)
    shaodong, liuyang = roster.entries
    assert shaodong.shown == {
        "deadline": "3月15日", "contact": "王工 0731-00000001", "sender": "省工信厅",
    }  # fmt: skip
    assert liuyang.shown == {}
    bare = read(csv_roster(tmp_path / "bare.csv", [HEADER, SHAODONG, LIUYANG]), layout)
    assert [one.values for one in bare.entries] == [one.values for one in roster.entries]
    found = issue.issues(layout.workbook, roster, shown={"deadline": "3月20日", "sender": "市局"})
    stamps = [(one.stamp.deadline, one.stamp.contact, one.stamp.sender) for one in found]
    assert stamps == [("3月15日", "王工 0731-00000001", "省工信厅"), ("3月20日", "", "市局")]
    ids = [one.stamp.issue for one in issue.issues(layout.workbook, bare)]
    assert [one.stamp.issue for one in found] == ids


def test_what_the_first_page_cannot_show_is_told(layout, tmp_path):
    header = [*HEADER, "截止日期", "咨询电话"]
    rows = [header, [*SHAODONG, "长" * 61, "一行\n二行"], [*LIUYANG, "长" * 60, "x"]]
    told = faults(csv_roster(tmp_path / "r.csv", rows), layout)
    assert told == {(2, "截止日期"): NOT_SHOWABLE, (2, "咨询电话"): NOT_SHOWABLE}


def test_xlsx_with_a_title_and_numbers_for_phones(layout, tmp_path):
    rows = [["湖南省集群名单"], [], HEADER, [1, *SHAODONG[1:6], 13900000001, None]]
    roster = read(xlsx_roster(tmp_path / "r.xlsx", rows), layout)
    (entry,) = roster.entries
    assert entry.row == 4
    assert entry.values["cover.contact_phone"] == "13900000001"


def test_the_content_counts_and_not_the_name_of_the_file(layout, tmp_path):
    path = xlsx_roster(tmp_path / "r.xlsx", [HEADER, SHAODONG]).rename(tmp_path / "r.csv")
    assert len(read(path, layout).entries) == 1


def test_column_names_are_folded(layout, tmp_path):
    rows = [
        ["县 (市、区)", "集群名称*", "电话："],
        ["邵东市", "邵东市小五金产业集群", "13900000001"],
    ]
    (entry,) = read(csv_roster(tmp_path / "r.csv", rows), layout).entries
    assert entry.city == "邵阳市", "the city follows from the county"
    assert entry.values["cover.contact_phone"] == "13900000001"


def test_counties_of_a_cluster_across_borders(layout, tmp_path):
    rows = [["市州", "县", "集群名称"], ["邵阳市", "邵东市、双峰县", "邵东市小五金产业集群"]]
    (entry,) = read(csv_roster(tmp_path / "r.csv", rows), layout).entries
    assert entry.values["basics.counties"] == "邵东市、双峰县"


def test_every_form_can_be_issued_by_county(tmp_path):
    layout = layouts.of("fujian_sme_cluster")
    (entry,) = read(csv_roster(tmp_path / "r.csv", FUJIAN), layout).entries
    assert entry.values["cover.city"] == "泉州市"
    assert entry.values["cover.county"] == "晋江市"


def test_all_faults_are_told_at_once(layout, tmp_path):
    rows = [
        ["市州", "县", "集群名称", "类别", "电话"],
        ["邵阳市", "邵动市", "邵东市小五金产业集群", "特色", "123"],
        ["长沙市", "邵东市", "浏阳市烟花爆竹产业集群", "", ""],
        ["长沙市", "浏阳市", "浏阳市烟花爆竹产业集群", "", ""],
        ["长沙市", "浏阳", "浏阳市 烟花爆竹产业集群", "", "13900000001"],
        ["", "", "", "先进制造业集群", ""],
        ["", "", "", "", ""],
    ]
    found = faults(csv_roster(tmp_path / "r.csv", rows), layout)
    assert list(found) == [
        (2, "县"),
        (2, "类别"),
        (2, "电话"),
        (3, "县"),
        (5, ""),
        (6, ""),
    ]
    assert "是不是邵东市" in found[2, "县"]
    assert "可选：" in found[2, "类别"]
    assert found[3, "县"] == "“邵东市”不属于长沙市，它属于邵阳市。"
    assert "与第4行重复" in found[5, ""]


@pytest.mark.parametrize(
    "names",
    [
        ("市（州）", "县（区、市）", "产业集群名称", "联系人*"),
        ("市、州", "区县（市）", "申报集群", "联系人："),
        ("设区市(州)", "县(市/区)", "集群名称", "联系人姓名"),
    ],
)
def test_columns_go_by_their_names_whatever_marks_stand_in_them(layout, tmp_path, names):
    roster = read(
        csv_roster(tmp_path / "r.csv", [names, ["邵阳市", "邵东市", "五金", "王工"]]), layout
    )
    (entry,) = roster.entries
    assert (entry.city, entry.county, entry.cluster_name) == ("邵阳市", "邵东市", "五金")
    assert contact_of(entry) == ("王工", "")
    assert roster.unread == ()


def test_what_a_register_lacks_is_called_as_its_heads_are(layout, tmp_path):
    path = csv_roster(tmp_path / "名单.csv", [HEADER, SHAODONG])
    with pytest.raises(issue.IssueError, match="缺少“发放编号”或“发放对象”列"):
        issue.read_register(path)


def test_columns_of_no_use_are_named_with_the_faults(layout, tmp_path):
    """What is missed may stand in a column that was not understood."""
    rows = [["市州", "县", "产业集群"], ["长沙市", "宁乡市", "食品"], ["长沙市", "宁乡市", "烟花"]]
    with pytest.raises(RosterError, match=r"没有用到，名称不对的请改正：产业集群$"):
        read(csv_roster(tmp_path / "r.csv", rows), layout)


def test_heads_of_two_rows_are_asked_to_be_one(layout, tmp_path):
    rows = [
        ["序号", "地区", "", "集群名称"],
        ["", "市（州）", "县（市、区）", ""],
        [1, "长沙市", "宁乡市", "食品"],
    ]
    told = "列名请都写在同一行里，这一行也是列名：“市（州）”“县（市、区）”。"
    assert faults(csv_roster(tmp_path / "r.csv", rows), layout) == {(2, ""): told}


def test_a_hint_names_counties_of_the_city(layout, tmp_path):
    """A zone is in no list of counties: what to write instead is told."""
    rows = [HEADER[:4], [1, "湘潭市", "岳阳区", "五金"], [2, "湘潭市", "湘潭高新区", "装备"]]
    found = faults(csv_roster(tmp_path / "r.csv", rows), layout)
    assert found[2, "县（市、区）"].endswith("是不是岳塘区？")
    assert "请填所在的县（市、区）" in found[3, "县（市、区）"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["联系人", "电话"], ["张三", "13900000001"]], "缺少必要的列"),
        ([HEADER], "名单是空的"),
        ([], "名单是空的"),
        ([["集群名称", "集群名称"], ["a", "b"]], "有两列同名"),
        ([["集群名称", "县", "区县"], ["a", "b", "c"]], "与“县”是同一项内容"),
    ],
)
def test_rosters_that_cannot_be_read(layout, tmp_path, rows, expected):
    assert expected in "".join(faults(csv_roster(tmp_path / "r.csv", rows), layout).values())


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"PK\x03\x04 broken", "文件不完整"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "文件不完整"),
        (b"%PDF-1.7 \n", "PDF"),
        (b"<html><table><tr><td>\xe5\x8e\xbf</td></tr></table></html>", "网页"),
        (b"\xff\xfe\x00\x81\x00", "无法识别"),
    ],
)
def test_files_that_are_no_rosters(layout, tmp_path, data, expected):
    path = tmp_path / "r.csv"
    path.write_bytes(data)
    assert expected in faults(path, layout)[0, ""]


def test_rosters_of_other_office_programs(layout, tmp_path, office):
    """Saved by LibreOffice in each format, they say the same, dates included."""
    rows = [
        ["2026年名单", *[None] * 8],
        [*HEADER, "报送截止"],
        [*SHAODONG[:6], 13900000001, "备", dt.date(2026, 3, 15)],
        [2, *LIUYANG[1:], None],
    ]
    path = xlsx_roster(tmp_path / "r.xlsx", rows)
    whole = read(path, layout)
    assert whole.entries[0].shown == {"deadline": "2026-03-15"}
    assert whole.entries[0].values["cover.contact_phone"] == "13900000001"
    assert whole.unread == ("序号", "备注")
    with office.open(path) as doc:
        for kind in ("ods", "xls"):
            assert read(doc.save(tmp_path / f"r.{kind}", kind), layout) == whole


def test_what_cannot_be_read_from_a_workbook_is_told(layout, tmp_path):
    """Errors, formulas without a result and hidden rows; what stands in columns of no use is not."""
    path = tmp_path / "r.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for row, values in enumerate([HEADER, SHAODONG[:7], LIUYANG[:7], SHAODONG[:7], SHAODONG[:7]]):
        sheet.write_row(row, 0, values)
    sheet.write_formula("C2", "=VLOOKUP(1,A:B,2)", value="#N/A")
    sheet.write_formula("D3", '=""&A1', value="")
    sheet.write_formula("H3", "=1/0", value="#DIV/0!")
    sheet.set_row(3, options={"hidden": True})
    sheet.set_row(4, options={"hidden": True})
    sheet.set_row(9, options={"hidden": True})
    book.close()
    assert faults(path, layout) == {
        (0, ""): "第4行、第5行是隐藏的或被筛选掉的：要发放，请取消隐藏和筛选；不发放，请删去。",
        (2, "县（市、区）"): "格内是错误值 #N/A，请改正。",
        (3, "集群名称"): "公式没有算出结果，请用 Excel 或 WPS 打开名单保存一次，或直接填写内容。",
    }


def test_a_hidden_sheet_comes_after_those_that_are_seen(layout, tmp_path):
    path = tmp_path / "r.xlsx"
    book = openpyxl.Workbook()
    old, new = book.active, book.create_sheet("今年")
    for sheet, last in ((old, LIUYANG), (new, SHAODONG)):
        for row in (HEADER, last):
            sheet.append(row[:7])
    old.sheet_state = "hidden"
    book.active = 1
    book.save(path)
    assert [entry.county for entry in read(path, layout).entries] == ["邵东市"]


def test_a_county_that_several_cities_have_needs_its_city(tmp_path):
    layout = layouts.of("fujian_sme_cluster", Options(province="河北省"))
    found = faults(csv_roster(tmp_path / "r.csv", [["县"], ["桥西区"]]), layout)
    assert "请在“市州”列写明" in found[2, "县"]


# --- issuing -------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:Print area:UserWarning")  # openpyxl knows no computed ones
def test_prefilled_cells_stand_at_their_addresses(layout, issued):
    folder, found = issued
    book = openpyxl.load_workbook(folder / found[0].file)
    for key, value in found[0].entry.values.items():
        slot = layout.slots[key][0]
        cell = book[layout.sheet_of[key].name][slot.area.cell]
        assert cell.value == value
        assert cell.data_type == "s"
    stamp = Stamp.parse(book[META_SHEET]["B2"].value)
    assert stamp == found[0].stamp
    assert stamp.issued_to == "邵阳市邵东市 邵东市小五金产业集群"


def test_register_tells_what_was_issued(issued):
    folder, found = issued
    data = (folder / issue.REGISTER).read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n") == 3
    rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [*(r["file"] for r in rows), issue.REGISTER, issue.REGISTER_LIST]
    )
    assert issue.read_register(folder / issue.REGISTER_LIST) == issue.read_register(
        folder / issue.REGISTER
    )
    for row, one in zip(rows, found, strict=True):
        assert row["sha256"] == hashlib.sha256((folder / row["file"]).read_bytes()).hexdigest()
        assert row["issue"] == one.stamp.issue
        assert row["issued_on"] == "2026-01-05"
    assert rows[0]["county"] == "邵东市"
    assert rows[0]["备注"] == "=1+1"
    assert b'"2026.2",2025,"rolled"' in data, "texts are quoted, numbers are not"


def test_of_the_register_people_print_what_is_theirs(issued):
    """Hashes and what else an import needs stand on the right, and on no page."""
    folder, *_ = issued
    sheet = openpyxl.load_workbook(folder / issue.REGISTER_LIST).active
    assert sheet["A2"].value == "自“发放对象”起各栏供导入时核对，不打印，请不要改动。"
    heads = [cell.value for cell in sheet[3]]
    last = sheet[sheet.print_area.split(":")[1].replace("$", "")]
    assert heads[last.column] == "发放对象" and last.row == sheet.max_row
    assert "文件摘要" in heads[last.column :] and "联系人" in heads[: last.column]


def test_register_is_read_back(issued):
    folder, found = issued
    known = issue.read_register(folder / issue.REGISTER)
    assert known == {
        one.stamp.issue: issue.Registered(
            issued_to=one.stamp.issued_to, city=one.entry.city, county=one.entry.county,
            cluster_name=one.entry.cluster_name, file=one.file,
            contact=one.entry.typed["联系人"], phone=one.entry.typed["电话"],
        )
        for one in found
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "issue,issued_to\nX,甲\nX,乙\n"])
def test_what_is_no_register(tmp_path, text):
    path = tmp_path / "register.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(issue.IssueError, match="发放登记表"):
        issue.read_register(path)


def test_same_roster_same_bytes(layout, issued, tmp_path):
    folder, _ = issued
    roster = csv_roster(tmp_path / "r.csv", [HEADER, SHAODONG, LIUYANG], "gbk")
    issue.write(layout, read(roster, layout), tmp_path / "again", issued_on="2026-01-05")
    for path in folder.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()


def test_issue_ids_follow_from_content(layout, tmp_path):
    rows = [HEADER, SHAODONG, LIUYANG]
    roster = read(csv_roster(tmp_path / "r.csv", rows), layout)
    ids = [one.stamp.issue for one in issue.issues(layout.workbook, roster)]
    assert len(set(ids)) == 2
    assert all(re.fullmatch(r"[A-HJKMNP-TV-Z][0-9A-HJKMNP-TV-Z]{9}", one) for one in ids)
    turned = read(
        csv_roster(tmp_path / "r2.csv", [row[::-1] for row in [HEADER, LIUYANG, SHAODONG]]), layout
    )
    assert [one.stamp.issue for one in issue.issues(layout.workbook, turned)] == ids[::-1]
    again = [one.stamp.issue for one in issue.issues(layout.workbook, roster, parent="A")]
    assert not set(again) & set(ids)


def test_nothing_is_left_when_writing_fails(layout, tmp_path, monkeypatch):
    roster = read(csv_roster(tmp_path / "r.csv", [HEADER, SHAODONG, LIUYANG]), layout)

    def broken(*args):
        yield b"x"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(patch, "workbooks", broken)
    with pytest.raises(OSError, match="space"):
        issue.write(layout, roster, tmp_path / "out", issued_on="2026-01-05")
    assert [path.name for path in tmp_path.iterdir()] == ["r.csv"]


def test_a_folder_in_use_is_left_alone(layout, issued, tmp_path):
    folder, _ = issued
    roster = read(csv_roster(tmp_path / "r.csv", [HEADER, SHAODONG]), layout)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(issue.IssueError, match="不是空的"):
        issue.write(layout, roster, folder, issued_on="2026-01-05")
    with pytest.raises(issue.IssueError, match="是文件"):
        issue.write(layout, roster, tmp_path / "r.csv", issued_on="2026-01-05")
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("place", "name", "expected"),
    [
        ("邵东市", "邵东市小五金产业集群", "001_邵东市_邵东市小五金产业集群.xlsx"),
        ("", 'a<b>:"c"/d\\e|f?*.', "001_a_b___c__d_e_f.xlsx"),
        ("", "CON", "001_CON.xlsx"),
        ("x\n\u200b", " .\t", "001_x.xlsx"),
        ("", "", "001.xlsx"),
    ],
)
def test_file_names_are_safe(place, name, expected):
    assert safe_name("001", place, name) == expected


def test_long_file_names_are_cut_between_characters():
    name = safe_name("001", "县" * 100, "集" * 100)
    assert len(name.encode()) <= 120
    assert name.startswith("001_县县")
    assert "_集集" in name


def test_a_roster_in_which_something_is_struck_out_is_asked_about(tmp_path, layout):
    path = xlsx_roster(tmp_path / "r.xlsx", [HEADER, SHAODONG, LIUYANG])
    book = openpyxl.load_workbook(path)
    place = next(cell for cell in book.active[1] if cell.value in ("集群名称", "产业集群名称"))
    book.active.cell(3, place.column).font = Font(strike=True)
    book.save(path)
    told = faults(path, layout)
    assert list(told) == [(3, place.value)]
    assert told[3, place.value].startswith("格内显示“”，与存储的内容不同")
