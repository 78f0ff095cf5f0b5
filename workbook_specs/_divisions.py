"""Divisions of China, countries and industries for drop-down lists and for reading what people typed.

The data lies beside this module in ``data/``: ``divisions.json`` and ``countries.json`` are made by
``data/build.py`` (sources and versions are written in them), ``reporting_units.toml``,
``division_aliases.toml`` and ``industries.toml`` are kept by people. Nothing is read before it is asked for, and only once.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from clusterbook import forms as f

_DATA = Path(__file__).parent / "data"
_REPORTING = "reporting_units.toml"
_ALIASES = "division_aliases.toml"
_ENTRY = {"province": str, "city": str, "county": str, "confirmed": bool, "aliases": list}


class _Change(NamedTuple):
    """One entry of the overlay: a county-level unit that reports, or one that does not."""

    province: str
    city: str
    county: str
    confirmed: bool
    aliases: list[str]


def provinces() -> tuple[str, ...]:
    """The 34 provinces in official order; those without subdivisions here are listed too.

    Source: ``divisions.json``.
    """
    return tuple(_statistical())


@cache
def reporting_units(province: str) -> tuple[tuple[str, str], ...]:
    """All (city, county) that report in a province; the counties of one city stand together.

    The statistical list in order of code, less the exclusions, plus the confirmed additions of the
    overlay: an addition to a city follows its counties, an addition beside the cities comes last.
    Empty for 台湾省, 香港特别行政区 and 澳门特别行政区.

    Source: ``divisions.json`` and ``reporting_units.toml``.

    Raises:
        OptionError: no province has this name. ValueError: the overlay names a unit that does not exist.

    """
    excluded = _confirmed("exclude", province)
    by_city = {
        city: [county for county in counties if (city, county) not in excluded]
        for city, counties in _cities_of(province).items()
    }
    for city, county in _confirmed("add", province):
        by_city.setdefault(city, []).append(county)
    return tuple((city, county) for city, counties in by_city.items() for county in counties)


@cache
def cities(province: str) -> tuple[str, ...]:
    """The city-level units with at least one reporting county, in the order of `reporting_units`.

    Raises:
        ValueError: as for `reporting_units`.

    """
    return tuple(dict.fromkeys(city for city, _ in reporting_units(province)))


@cache
def aliases(province: str, *, level: Literal["city", "county"] | None = None) -> Mapping[str, str]:
    """What people type for a reporting unit, mapped to its official name.

    Old names (沙县 → 沙县区), names of zones (平潭 → 平潭综合实验区) and short forms (龙文 → 龙文区,
    湘西州 → 湘西土家族苗族自治州). A short form that fits two names is left out: 长沙 may be 长沙市 or
    长沙县. With ``level`` only the names of that column count, so that in a city column 长沙 is 长沙市.
    Official names are not keys.

    Source: ``division_aliases.toml`` and ``reporting_units.toml``; short forms by rule.

    Raises:
        ValueError: as for `reporting_units`; or the alias file gives a name that does not exist.

    """
    zones = [zone for zone in _overlay()["add"] if zone.province == province]
    statistical = _names(_pairs(province), level)
    # Units that do not report and zones not yet confirmed still make a short form ambiguous.
    known = statistical | _names([(zone.city, zone.county) for zone in zones], level)
    offered = _names(reporting_units(province), level)

    meant: dict[str, set[str]] = {}
    for name in known:
        for short in _short_forms(name):
            meant.setdefault(short, set()).add(name)
    # The short form of a zone (西洞庭管理 for 西洞庭管理区) is nothing anybody would type.
    found = {
        short: name
        for short, names in meant.items()
        if len(names) == 1 and short not in known
        for name in names & statistical
    }
    found |= _old_names(province)
    found |= {alias: zone.county for zone in zones if zone.confirmed for alias in zone.aliases}
    return MappingProxyType(
        {typed: name for typed, name in found.items() if name in offered and typed not in offered}
    )


@cache
def countries() -> tuple[str, ...]:
    """Chinese country names: 中国, main trading partners, the others by pinyin.

    香港, 澳门 and 台湾 are not among them; they are provinces.

    Source: ``countries.json``.
    """
    return tuple(country["name"] for country in _read("countries.json")["countries"])


def industries() -> tuple[str, ...]:
    """The classes of GB/T 4754-2017 with their codes in front: 33 金属制品业.

    Source: ``industries.toml``.
    """
    return tuple(f"{code} {name}" for code, name in _read("industries.toml").items())


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any]
    try:
        text = (_DATA / name).read_text(encoding="utf-8-sig")  # Notepad likes to add a BOM
        content = json.loads(text) if name.endswith(".json") else tomllib.loads(text)
    except ValueError as error:
        raise ValueError(f"{name} 无法读取：{error}") from error
    return content


@cache
def _statistical() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Province → city → counties, as statistics list them."""
    return {
        province["name"]: {city["name"]: tuple(city["counties"]) for city in province["cities"]}
        for province in _read("divisions.json")["provinces"]
    }


def _cities_of(province: str) -> Mapping[str, tuple[str, ...]]:
    known = _statistical()
    if province in known:
        return known[province]
    close = [name for name in known if province and name.startswith(province)]
    close = close or difflib.get_close_matches(province, known, n=3, cutoff=0.5)
    hint = f"，是不是{'、'.join(close)}？" if close else "，请写全称，例如湖南省。"
    raise f.OptionError(f"没有名为“{province}”的省份{hint}")


def _pairs(province: str) -> list[tuple[str, str]]:
    return [(city, county) for city, inside in _cities_of(province).items() for county in inside]


def _names(pairs: Iterable[tuple[str, str]], level: str | None) -> set[str]:
    columns = {"city": [0], "county": [1], None: [0, 1]}[level]
    return {pair[column] for pair in pairs for column in columns}


# -- the overlay: edited by hand, so each entry is looked at closely ------------------------------


def _confirmed(section: str, province: str) -> list[tuple[str, str]]:
    entries = _overlay()[section]
    return [(c.city, c.county) for c in entries if c.province == province and c.confirmed]


@cache
def _overlay() -> Mapping[str, list[_Change]]:
    found: dict[str, list[_Change]] = {"add": [], "exclude": []}
    for section, entries in _read(_REPORTING).items():
        if section not in found:
            raise ValueError(f"{_REPORTING}：只有 [[add]] 和 [[exclude]]，没有 [[{section}]]")
        for number, entry in enumerate(entries, start=1):
            try:
                found[section].append(_change(section, entry, found[section]))
            except ValueError as error:
                where = f"{_REPORTING} 第 {number} 个 [[{section}]]"
                raise ValueError(f"{where}：{error}") from error
    return found


def _change(section: str, entry: Mapping[str, Any], earlier: list[_Change]) -> _Change:
    filled = {"aliases": [], **entry}
    if {key: type(value) for key, value in filled.items()} != _ENTRY:
        raise ValueError(
            "province、city、county 各写一行，加引号；confirmed 写 true 或 false；"
            "aliases 写在方括号里，可以不写；不写其他的行"
        )
    change = _Change(**filled)
    pair = (change.city, change.county)
    there = pair in _pairs(change.province)
    if section == "exclude" and not there:
        raise ValueError(f"{change.province}没有{change.city}{change.county}")
    if section == "add" and (there or pair in [(c.city, c.county) for c in earlier]):
        raise ValueError(f"{change.city}已经有{change.county}")
    return change


# -- other ways to write a name ----------------------------------------------------------------


@cache
def _alias_file() -> dict[str, Any]:
    content = _read(_ALIASES)
    for section in content.keys() - {"peoples"}:
        _cities_of(section)  # complains if there is no such province
    return content


def _old_names(province: str) -> dict[str, str]:
    known = _names(_pairs(province), None)
    written: dict[str, str] = _alias_file().get(province, {})
    for alias, name in written.items():
        if name not in known or alias in known:
            wrong = alias if alias in known else name
            fault = "本身就是现在的名称" if alias in known else "不是现在的名称"
            raise ValueError(f"{_ALIASES}：{province}“{alias}” = “{name}”，{wrong}{fault}")
    return written


@cache
def _autonomous() -> re.Pattern[str]:
    peoples = "|".join(map(re.escape, _alias_file()["peoples"]))
    return re.compile(rf"(?P<place>.{{2,}}?)(?:{peoples})+自治(?P<kind>[州县旗])")


def _short_forms(name: str) -> list[str]:
    """恩施土家族苗族自治州 → 恩施, 恩施州; 喀什地区 → 喀什; 龙文区 → 龙文; 沙县 and 城区 stay whole."""
    if match := _autonomous().fullmatch(name):
        return [match["place"], match["place"] + match["kind"]]
    match = re.fullmatch(r"(.{2,}?)(?:地区|[市县区旗盟])", name)
    return [match[1]] if match else []
