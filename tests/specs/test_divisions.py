"""The vendored divisions and countries, their overlay, and what people type for them."""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clusterbook.layout import layouts
from workbook_specs import _divisions

DATA = Path(_divisions.__file__).parent / "data"
BUILD = DATA / "build.py"
NO_SUBDIVISIONS = ("台湾省", "香港特别行政区", "澳门特别行政区")


def forget():
    for function in vars(_divisions).values():
        if hasattr(function, "cache_clear"):
            function.cache_clear()


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A copy of the data folder that a test may edit."""
    for path in DATA.glob("*.*"):
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(_divisions, "_DATA", tmp_path)
    forget()
    yield tmp_path
    forget()


@pytest.fixture(scope="module")
def build():
    spec = importlib.util.spec_from_file_location("build_data", BUILD)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def counties_of(province, city):
    return [county for c, county in _divisions.reporting_units(province) if c == city]


# -- provinces and reporting units -------------------------------------------------------------


def test_34_provinces_in_official_order():
    provinces = _divisions.provinces()
    assert len(set(provinces)) == len(provinces) == 34
    assert provinces[:3] == ("北京市", "天津市", "河北省")
    assert provinces[-3:] == NO_SUBDIVISIONS


def test_fujian_reports_by_9_cities_and_pingtan():
    sizes = {city: len(counties_of("福建省", city)) for city in _divisions.cities("福建省")}
    assert sizes == {
        "福州市": 12,
        "厦门市": 6,
        "莆田市": 5,
        "三明市": 11,
        "泉州市": 11,
        "漳州市": 11,
        "南平市": 10,
        "龙岩市": 7,
        "宁德市": 9,
        "平潭综合实验区": 1,
    }
    units = _divisions.reporting_units("福建省")
    assert units[-1] == ("平潭综合实验区", "平潭综合实验区")
    assert not {"平潭县", "金门县"} & {county for _, county in units}


def test_hunan_reports_by_14_cities_with_122_counties():
    assert len(_divisions.cities("湖南省")) == 14
    assert _divisions.cities("湖南省")[-1] == "湘西土家族苗族自治州"
    assert len(_divisions.reporting_units("湖南省")) == 122
    assert ("邵阳市", "邵东市") in _divisions.reporting_units("湖南省")


@pytest.mark.parametrize("province", _divisions.provinces())
def test_counties_of_a_city_stand_together_and_no_unit_twice(province):
    units = _divisions.reporting_units(province)
    assert len(set(units)) == len(units)
    assert [city for city, _ in units] == [
        city for city in _divisions.cities(province) for _ in counties_of(province, city)
    ]
    assert (units == ()) == (province in NO_SUBDIVISIONS)


@pytest.mark.parametrize(
    ("province", "city", "county"),
    [
        ("北京市", "北京市", "海淀区"),
        ("重庆市", "重庆市", "两江新区"),
        ("广东省", "东莞市", "东莞市"),
        ("广东省", "中山市", "中山市"),
        ("海南省", "儋州市", "儋州市"),
        ("甘肃省", "嘉峪关市", "嘉峪关市"),
        ("河南省", "省直辖县级行政区划", "济源市"),
        ("湖北省", "省直辖县级行政区划", "仙桃市"),
        ("湖北省", "省直辖县级行政区划", "神农架林区"),
        ("海南省", "省直辖县级行政区划", "琼中黎族苗族自治县"),
        ("新疆维吾尔自治区", "自治区直辖县级行政区划", "石河子市"),
        ("新疆维吾尔自治区", "自治区直辖县级行政区划", "草湖市"),
        ("新疆维吾尔自治区", "喀什地区", "岑岭县"),
        ("新疆维吾尔自治区", "和田地区", "和安县"),
    ],
)
def test_units_without_the_usual_three_levels_can_be_reached(province, city, county):
    assert (city, county) in _divisions.reporting_units(province)


def test_same_county_name_under_two_cities_stays_two_units():
    units = _divisions.reporting_units("河北省")
    assert [unit for unit in units if unit[1] == "桥西区"] == [
        ("石家庄市", "桥西区"),
        ("张家口市", "桥西区"),
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("湖南", "湖南省"), ("新疆", "新疆维吾尔自治区"), ("胡南省", "湖南省"), ("福健省", "福建省")],
)
@pytest.mark.parametrize("ask", [_divisions.reporting_units, _divisions.cities, _divisions.aliases])
def test_unknown_province_is_refused_with_close_matches(ask, typed, meant):
    with pytest.raises(ValueError, match=meant):
        ask(typed)


@pytest.mark.parametrize("typed", ["", "法国"])
def test_a_name_like_no_province_is_refused_too(typed):
    with pytest.raises(ValueError, match=f"没有名为“{typed}”的省份"):
        _divisions.cities(typed)


# -- what people type --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("province", "typed", "official"),
    [
        ("福建省", "沙县", "沙县区"),
        ("福建省", "龙海市", "龙海区"),
        ("福建省", "长泰县", "长泰区"),
        ("福建省", "梅列区", "三元区"),
        ("福建省", "建阳市", "建阳区"),
        ("福建省", "长乐市", "长乐区"),
        ("福建省", "龙文", "龙文区"),
        ("福建省", "泉州", "泉州市"),
        ("福建省", "平潭", "平潭综合实验区"),
        ("福建省", "平潭县", "平潭综合实验区"),
        ("湖南省", "宁乡县", "宁乡市"),
        ("湖南省", "邵东县", "邵东市"),
        ("湖南省", "祁阳县", "祁阳市"),
        ("湖南省", "株洲县", "渌口区"),
        ("湖南省", "湘西", "湘西土家族苗族自治州"),
        ("湖南省", "湘西州", "湘西土家族苗族自治州"),
        ("湖南省", "江华县", "江华瑶族自治县"),
        ("湖南省", "津市", "津市市"),
        ("湖北省", "恩施州", "恩施土家族苗族自治州"),
        ("云南省", "西双版纳", "西双版纳傣族自治州"),
        ("贵州省", "黔东南州", "黔东南苗族侗族自治州"),
        ("新疆维吾尔自治区", "克州", "克孜勒苏柯尔克孜自治州"),
        ("黑龙江省", "大兴安岭", "大兴安岭地区"),
        ("河北省", "桥西", "桥西区"),
    ],
)
def test_old_names_and_short_forms_lead_to_the_official_name(province, typed, official):
    assert _divisions.aliases(province)[typed] == official


@pytest.mark.parametrize(
    ("province", "typed"),
    [
        ("湖南省", "长沙"),  # 长沙市, 长沙县
        ("湖南省", "洪江"),  # 洪江市, and 洪江区 that is not confirmed
        ("湖北省", "恩施"),  # 恩施州, 恩施市
        ("福建省", "金门"),  # does not report
        ("福建省", "台商投资区"),  # not confirmed
        ("山西省", "城"),  # nobody calls 城区 that
    ],
)
def test_what_could_mean_two_units_or_none_is_no_alias(province, typed):
    assert typed not in _divisions.aliases(province)


def test_a_column_tells_apart_what_the_province_cannot():
    assert _divisions.aliases("湖南省", level="city")["长沙"] == "长沙市"
    assert _divisions.aliases("湖南省", level="county")["长沙"] == "长沙县"
    assert "湘西州" not in _divisions.aliases("湖南省", level="county")
    assert "沙县" not in _divisions.aliases("福建省", level="city")


@pytest.mark.parametrize("level", [None, "city", "county"])
@pytest.mark.parametrize("province", _divisions.provinces())
def test_aliases_lead_to_offered_names_and_are_none_themselves(province, level):
    aliases = _divisions.aliases(province, level=level)
    offered = {name for unit in _divisions.reporting_units(province) for name in unit}
    assert set(aliases.values()) <= offered
    if level is None:
        assert not aliases.keys() & offered


@pytest.mark.parametrize("province", _divisions.provinces())
def test_every_autonomous_unit_has_a_form_without_the_peoples(province):
    whole = {"鄂伦春自治旗", "鄂温克族自治旗", "东乡族自治县"}
    for unit in _divisions.reporting_units(province):
        for name in unit:
            if "自治" in name and "直辖" not in name and name not in whole:
                assert _divisions._short_forms(name)[1].endswith(name[-1])
                assert name in _divisions.aliases(province).values()


def test_aliases_cannot_be_changed_by_a_caller():
    with pytest.raises(TypeError):
        _divisions.aliases("福建省")["龙文"] = "洛江区"


# -- countries ---------------------------------------------------------------------------------


def test_countries_begin_with_china_and_its_main_partners():
    countries = _divisions.countries()
    assert " ".join(countries[:10]) == "中国 美国 日本 德国 韩国 法国 英国 意大利 瑞士 新加坡"
    assert len(set(countries)) == len(countries)
    assert 195 <= len(countries) <= 250


def test_the_other_countries_follow_by_pinyin():
    countries = _divisions.countries()
    names = "阿富汗 巴拿马 秘鲁 冰岛 法罗群岛 梵蒂冈 斐济 佛得角 马里 瑙鲁 尼泊尔 赞比亚 中非共和国"
    positions = [countries.index(name) for name in names.split()]
    assert positions == sorted(positions)
    assert countries[-1] == "中非共和国"


def test_parts_of_china_and_what_is_no_country_are_not_listed():
    countries = _divisions.countries()
    assert not [n for n in countries if any(p in n for p in ("香港", "澳门", "台湾", "福克兰群岛"))]
    assert not {"科索沃", "欧盟", "联合国", "南极洲", "未知地区", "巴勒斯坦领土"} & set(countries)
    assert {"巴勒斯坦", "马尔维纳斯群岛（福克兰）"} <= set(countries)


# -- the overlay as staff edit it --------------------------------------------------------------


def add_text(path, text):
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_a_zone_is_offered_once_it_is_confirmed(data):
    overlay = data / "reporting_units.toml"
    text = overlay.read_text(encoding="utf-8")
    overlay.write_text(text.replace("confirmed = false", "confirmed = true"), encoding="utf-8")
    assert counties_of("福建省", "泉州市")[-1] == "泉州台商投资区"
    assert _divisions.aliases("福建省")["台商投资区"] == "泉州台商投资区"
    assert ("怀化市", "洪江区") in _divisions.reporting_units("湖南省")
    assert len(_divisions.reporting_units("湖南省")) == 127


def test_pingtan_is_a_county_of_fuzhou_again_without_the_overlay(data):
    (data / "reporting_units.toml").write_text("", encoding="utf-8")
    assert len(_divisions.reporting_units("福建省")) == 84
    assert "平潭综合实验区" not in _divisions.cities("福建省")
    assert _divisions.aliases("福建省")["平潭"] == "平潭县"


def test_an_overlay_saved_by_notepad_is_read(data):
    overlay = data / "reporting_units.toml"
    overlay.write_text(overlay.read_text(encoding="utf-8"), encoding="utf-8-sig", newline="\r\n")
    assert len(_divisions.reporting_units("福建省")) == 83


ENTRY = 'province = "福建省"\ncity = "泉州市"\ncounty = "{county}"\nconfirmed = {confirmed}\n'


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[exclude]]\n" + ENTRY.format(county="某某县", confirmed="true"), "第 3 个.*某某县"),
        ("[[add]]\n" + ENTRY.format(county="鲤城区", confirmed="true"), "已经有鲤城区"),
        ("[[add]]\n" + ENTRY.format(county="泉州台商投资区", confirmed="true"), "已经有"),
        ("[[add]]\n" + ENTRY.format(county="甲区", confirmed='"是"'), "true 或 false"),
        (
            "[[add]]\n" + ENTRY.format(county="甲区", confirmed="true").replace("city", "ctiy"),
            "第 8 个",
        ),
        ("[[add]]\n" + ENTRY.format(county="甲区", confirmed="true") + 'aliases = "甲"', "方括号"),
        ("[[add]]\n" + ENTRY.format(county="甲区", confirmed="true").replace("省", ""), "福建省"),
        ("[[exlude]]\n" + ENTRY.format(county="金门县", confirmed="true"), "exlude"),
        ("[[add]]\ncity = 泉州市", "无法读取"),
    ],
)
def test_a_slip_in_the_overlay_is_named(data, text, complaint):
    add_text(data / "reporting_units.toml", "\n" + text)
    with pytest.raises(ValueError, match=complaint) as caught:
        _divisions.reporting_units("湖南省")
    assert "reporting_units.toml" in str(caught.value)


def test_an_overlay_in_the_wrong_encoding_is_named(data):
    overlay = data / "reporting_units.toml"
    overlay.write_text(overlay.read_text(encoding="utf-8"), encoding="gb18030")
    with pytest.raises(ValueError, match=r"reporting_units\.toml 无法读取"):
        _divisions.cities("福建省")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('["江西省"]\n"赣县" = "赣县市"', "赣县市不是现在的名称"),
        ('["江西省"]\n"南昌县" = "南昌市"', "南昌县本身就是现在的名称"),
        ('["江西"]\n"赣县" = "赣县区"', "江西省"),
    ],
)
def test_a_slip_among_the_aliases_is_named(data, text, complaint):
    add_text(data / "division_aliases.toml", "\n" + text)
    with pytest.raises(ValueError, match=complaint):
        _divisions.aliases("江西省")


@pytest.mark.parametrize("province", _divisions.provinces())
def test_the_hand_kept_files_hold_for_every_province(province):
    _divisions.aliases(province)


def test_nothing_is_read_before_it_is_asked_for():
    code = (
        "import sys\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, args: event == 'open' and opened.append(str(args[0])))\n"
        "from workbook_specs import _divisions\n"
        "assert not [path for path in opened if path.endswith(('.json', '.toml'))], opened\n"
        "_divisions.countries()\n"
        "assert [path for path in opened if path.endswith('countries.json')]\n"
        "assert not [path for path in opened if path.endswith('divisions.json')]\n"
    )
    root = Path(_divisions.__file__).parents[1]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)


# -- the build script --------------------------------------------------------------------------


def test_the_committed_files_pass_the_check_with_whatever_sources_are_installed():
    done = subprocess.run(
        [sys.executable, BUILD, "--check"], check=False, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_check_needs_no_source_package():
    done = subprocess.run(
        [sys.executable, "-S", BUILD, "--check"], check=False, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("not compared with") == 3


def test_the_statistical_list_keeps_what_does_not_report():
    document = json.loads((DATA / "divisions.json").read_text(encoding="utf-8"))
    fujian = next(p for p in document["provinces"] if p["name"] == "福建省")
    by_city = {city["name"]: city["counties"] for city in fujian["cities"]}
    assert by_city["福州市"]["平潭县"] == "350128"
    assert by_city["泉州市"]["金门县"] == "350527"
    assert sum(map(len, by_city.values())) == 84
    assert document["counts"]["county_level"] == 2851


def without(document, province, city, county):
    for p in document["provinces"]:
        for c in p["cities"]:
            if (p["name"], c["name"]) == (province, city):
                del c["counties"][county]


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        (lambda d: without(d, "福建省", "福州市", "平潭县"), "平潭县 is missing"),
        (lambda d: without(d, "湖南省", "长沙市", "长沙县"), "instead of (14, 122)"),
        (lambda d: d["provinces"].pop(), "33 provinces"),
        (lambda d: d["provinces"][2]["cities"].append(d["provinces"][2]["cities"][0]), "twice"),
        (lambda d: d["provinces"][2]["cities"][0]["counties"].update(甲县="1301"), "does not fit"),
        (
            lambda d: d["provinces"][2]["cities"][0]["counties"].update(甲县="430102"),
            "does not fit",
        ),
        (lambda d: d["provinces"][2]["cities"][0]["counties"].update(甲县="130102"), "2 times"),
        (lambda d: d["provinces"][2]["cities"][0]["counties"].update({"甲 县": "130199"}), "plain"),
        (lambda d: d["provinces"][2]["cities"].append(d["provinces"][2]["cities"].pop(0)), "order"),
        (lambda d: d["provinces"][2]["cities"][0]["counties"].clear(), "no county-level unit"),
    ],
)
def test_the_check_finds_a_harmed_divisions_file(build, harm, complaint):
    document = json.loads((DATA / "divisions.json").read_text(encoding="utf-8"))
    assert build.division_faults(document) == []
    harm(document)
    document["counts"] = build.division_counts(document["provinces"])
    assert complaint in "\n".join(build.division_faults(document))


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        (lambda rows: rows.append({"code": "HK", "name": "中国香港"}), "no country"),
        (lambda rows: rows.append({"code": "ZW", "name": "津巴布韦"}), "listed twice"),
        (lambda rows: rows.append(rows.pop(50)), "order of pinyin"),
        (lambda rows: rows.append(rows.pop(0)), "main trading partners"),
    ],
)
def test_the_check_finds_a_harmed_countries_file(build, harm, complaint):
    document = json.loads((DATA / "countries.json").read_text(encoding="utf-8"))
    assert build.country_faults(document) == []
    harm(document["countries"])
    assert any(complaint in fault for fault in build.country_faults(document))


# --- industries ----------------------------------------------------------------------------------


def test_industries_are_the_classes_of_the_standard():
    """97 classes, numbered without a gap, as the sections of the standard part them."""
    named = dict(one.split(" ", 1) for one in _divisions.industries())
    assert list(named) == [f"{number:02}" for number in range(1, 98)]
    assert len(set(named.values())) == 97
    first_of_section = {
        "01": "农业", "06": "煤炭开采和洗选业", "13": "农副食品加工业", "44": "电力、热力生产和供应业",
        "47": "房屋建筑业", "51": "批发业", "53": "铁路运输业", "61": "住宿业",
        "63": "电信、广播电视和卫星传输服务", "66": "货币金融服务", "70": "房地产业", "71": "租赁业",
        "73": "研究和试验发展", "76": "水利管理业", "80": "居民服务业", "83": "教育", "84": "卫生",
        "86": "新闻和出版业", "91": "中国共产党机关", "97": "国际组织",
    }  # fmt: skip
    assert {code: named[code] for code in first_of_section} == first_of_section


@pytest.mark.parametrize("typed", ["33 金属制品业", "C3351", "3351", "金属制品业"])
def test_codes_are_offered_and_other_spellings_read(typed):
    layout = layouts.of("cluster_contest")
    kind = layout.slots["basics.industry_code"][0].field.kind
    assert kind.offer().options == _divisions.industries()
    assert all(len(option) <= kind.longest for option in kind.offer().options)
    reading = kind.read(typed)
    assert (reading.value, reading.problem) == (typed, "")
