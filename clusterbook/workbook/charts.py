"""Native charts over cells of a workbook of tables: bars, parts of a whole, rings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from clusterbook import styles
from clusterbook.workbook.tables import TablesBook


@frozen(kw_only=True)
class Series:
    """One row of bars: its name, the ranges of categories and values, and colours."""

    name: str
    categories: str
    values: str
    ink: str
    falls: bool = False
    points: tuple[str, ...] = ()
    decimals: int = 0
    largest: float = 0.0


def bars(book: TablesBook, title: str, series: Sequence[Series], *, subtype: str = "") -> Any:
    """Horizontal bars, the first category on top, with the values beside them."""
    chart = book.chart("bar", subtype)
    for one in series:
        chart.add_series({
            "name": one.name, "categories": "=" + one.categories, "values": "=" + one.values,
            "fill": {"color": one.ink}, "border": {"none": True}, "gap": 55,
            "overlap": 100 if subtype else 0,
            **({"invert_if_negative": True, "invert_if_negative_color": styles.CHART_FALL}
               if one.falls else {}),
            "data_labels": _labels(one, stacked=bool(subtype)),
        })  # fmt: skip
    chart.set_title({"name": title, "overlay": False, "name_font": _font(12, bold=True)})
    # The value stands beside each bar, so that no axis is needed.
    falls, largest = any(one.falls for one in series), max(one.largest for one in series)
    bounds: dict[str, float] = {} if falls else {"min": 0}
    if largest > 0:  # room for the value beside the longest bar
        bounds["max"] = round(largest * 1.15, 4)
    if subtype:  # then all bars together fill the width
        bounds = {}
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, **bounds})
    low = {"label_position": "low"} if falls else {}
    chart.set_y_axis({"reverse": True, "num_font": _font(9), "line": {"color": styles.RULE},
                      "major_tick_mark": "none", **low})  # fmt: skip
    if len(series) > 1:
        chart.set_legend({"position": "bottom", "font": _font(9)})
    else:
        chart.set_legend({"none": True})
    chart.set_chartarea({"border": {"color": styles.CHART_GRID}})
    return chart


def ring(book: TablesBook, title: str, one: Series) -> Any:
    """Shares of a whole, with how many each is."""
    chart = book.chart("doughnut")
    chart.add_series({
        "name": one.name, "categories": "=" + one.categories, "values": "=" + one.values,
        "points": [{"fill": {"color": ink}, "border": {"color": "white"}} for ink in one.points],
        "data_labels": {"value": True, "font": {**_font(10, bold=True), "color": "white"}},
    })  # fmt: skip
    chart.set_title({"name": title, "overlay": False, "name_font": _font(12, bold=True)})
    chart.set_legend({"position": "right", "font": _font(10)})
    chart.set_hole_size(50)
    chart.set_chartarea({"border": {"color": styles.CHART_GRID}})
    return chart


def _labels(one: Series, *, stacked: bool) -> Mapping[str, Any]:
    form = "#,##0." + "0" * one.decimals if one.decimals else "#,##0"
    if stacked:
        font = {**_font(9), "color": "white"}
        return {"value": True, "position": "center", "num_format": form, "font": font}
    return {"value": True, "position": "outside_end", "num_format": form, "font": _font(9)}


def _font(size: float, *, bold: bool = False) -> dict[str, Any]:
    return {"name": styles.HEI if bold else styles.SONG, "size": size, "bold": False,
            "color": styles.INK}  # fmt: skip
