"""The look: fonts, borders and colours by role. Nothing else knows a colour.

Fonts are named as GB/T 9704 papers use them (宋体 tables, 黑体 heads, 仿宋 prose, 楷体 notes); a
client without them substitutes. The ``_GB2312`` variants are avoided: rare surnames are missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

SONG, HEI, FANG, KAI = "宋体", "黑体", "仿宋", "楷体"

INK = "#1F1F1F"
PAPER = "#FFFFFF"
RULE = "#7F7F7F"
HEAD_FILL = "#DDEBF7"
LABEL_FILL = "#F2F2F2"
COMPUTED_INK = "#1F4E9E"
ADDED_FILL = "#E2EFDA"
ADDED_INK = "#375623"
MISSING_FILL = "#FFF2CC"
FAULT_FILL = "#FFC7CE"
QUERY_FILL = "#FCE4D6"
ERROR_FILL = "#F8A9A0"
EXPLAIN_FILL = "#FFD966"
INFO_FILL = "#BDD7EE"
COMMENT_FILL = "#FFFBE6"
GOOD_FILL = "#E2EFDA"
GOOD_INK = "#2E7D32"
OPEN_INK = "#7F6000"
BAD_INK = "#C00000"
MISSING_INK = "#FFC000"
LINK_INK = "#1F4E9E"

# The standard font of a workbook, in which no cell is set: the width of its digits is the unit of
# column widths. Arial of 10 points gives 7 pixels wherever it, Liberation Sans or Nimbus Sans is;
# Calibri, which only Windows has, comes out half as wide again elsewhere.
STANDARD: Mapping[str, Any] = MappingProxyType(
    {"font_name": "Arial", "font_size": 10, "font_scheme": False}
)

_BOX = {"border": 1, "border_color": RULE}
_CENTRE = {"align": "center", "valign": "vcenter", "text_wrap": True}
_LEFT = {"align": "left", "valign": "vcenter", "text_wrap": True, "indent": 1}


def _role(font: str, size: float, *parts: Mapping[str, Any], **more: Any) -> Mapping[str, Any]:
    merged: dict[str, Any] = {"font_name": font, "font_size": size, "font_charset": 134}
    merged["font_color"] = INK
    for part in parts:
        merged |= part
    return MappingProxyType(merged | more)


ROLES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "cover_title": _role(HEI, 26, _CENTRE),
        "cover_label": _role(SONG, 14, _LEFT, align="right", indent=0, valign="bottom"),
        "cover_inline": _role(SONG, 12, _CENTRE, valign="bottom"),
        "cover_hint": _role(KAI, 11, _CENTRE, valign="top"),
        "cover_foot": _role(FANG, 16, _CENTRE),
        "heading": _role(HEI, 18, _CENTRE),
        "title": _role(HEI, 16, _CENTRE),
        "head": _role(HEI, 11, _BOX, _CENTRE, bg_color=HEAD_FILL),
        "list_head": _role(HEI, 10, _BOX, _CENTRE, bg_color=HEAD_FILL),
        "head_small": _role(HEI, 9, _BOX, _CENTRE, bg_color=HEAD_FILL),
        "label": _role(SONG, 11, _BOX, _LEFT, bg_color=LABEL_FILL),
        "unit": _role(SONG, 11, _BOX, _CENTRE, bg_color=LABEL_FILL),
        "group": _role(SONG, 11, _BOX, _CENTRE, bg_color=LABEL_FILL),
        "option": _role(SONG, 11, _BOX, _LEFT),
        "note": _role(KAI, 10.5, _LEFT, indent=0),
        "body": _role(FANG, 14, _LEFT, indent=0),
        "boxed_note": _role(KAI, 10.5, _BOX, _LEFT),
        "sign": _role(FANG, 14, _BOX, _LEFT, indent=12),
        "void": _role(SONG, 11, _BOX, _CENTRE, bg_color=LABEL_FILL),
        "total": _role(HEI, 11, _BOX, _CENTRE, bg_color=LABEL_FILL),
        "number": _role(SONG, 10.5, _BOX, _CENTRE, bg_color=LABEL_FILL),
        "free_number": _role(SONG, 10.5, _BOX, _CENTRE, locked=False),
        "added_title": _role(HEI, 11, font_color=ADDED_INK, align="left", valign="bottom"),
        "added_head": _role(HEI, 11, _BOX, _CENTRE, bg_color=ADDED_FILL, font_color=ADDED_INK),
        "added_label": _role(SONG, 11, _BOX, _LEFT, bg_color=ADDED_FILL, font_color=ADDED_INK),
        # cells a person fills, and computed cells beside them
        "answer": _role(SONG, 11, _BOX, valign="vcenter", text_wrap=True, locked=False),
        "cover_answer": _role(
            SONG, 14, valign="bottom", text_wrap=True, locked=False, align="center",
            bottom=1, bottom_color=INK,
        ),
        "prose": _role(FANG, 12, _BOX, _LEFT, valign="top", indent=0, locked=False),
        "profile": _role(FANG, 11, _BOX, _LEFT, valign="top", indent=0, locked=False),
        "cell": _role(SONG, 10.5, _BOX, valign="vcenter", text_wrap=True, locked=False),
        "computed": _role(
            SONG, 11, _BOX, _CENTRE, bg_color=LABEL_FILL, font_color=COMPUTED_INK
        ),
        "cover_computed": _role(
            SONG, 14, _CENTRE, valign="bottom", bottom=1, bottom_color=INK,
            font_color=COMPUTED_INK,
        ),
        # beside the printed page: links to the sheets around, remarks on boxes
        "aside_link": _role(SONG, 10, _CENTRE, font_color=LINK_INK, underline=1),
        "aside_remark": _role(KAI, 10, _CENTRE, font_color=BAD_INK, valign="top"),
        # the guide, instruction and check sheets
        "guide_title": _role(HEI, 20, _CENTRE),
        "guide_part": _role(HEI, 14, _LEFT, indent=0),
        "guide_text": _role(FANG, 12, _LEFT, indent=0),
        "guide_fact": _role(FANG, 11, _LEFT, indent=0),
        "guide_figure": _role(HEI, 15, _BOX, _CENTRE, underline=1),
        "guide_step": _role(FANG, 11, _BOX, _LEFT),
        "guide_part_done": _role(HEI, 11, _BOX, _CENTRE, bg_color=LABEL_FILL, num_format="0%"),
        "guide_way": _role(SONG, 11, font_color=LINK_INK, underline=1, valign="vcenter"),
        "review_mark": _role(SONG, 10, _CENTRE),
        "review_text": _role(SONG, 10, _LEFT, indent=0),
        "review_what": _role(SONG, 9, _LEFT, indent=0),
        "review_jump": _role(SONG, 10, _CENTRE, font_color=LINK_INK, underline=1),
        "guide_progress": _role(HEI, 12, _BOX, _CENTRE, bg_color=LABEL_FILL),
        "guide_head": _role(HEI, 11, _BOX, _CENTRE, bg_color=HEAD_FILL),
        "guide_cell": _role(SONG, 11, _BOX, _LEFT),
        "guide_small": _role(SONG, 10, _BOX, _LEFT),
        "guide_count": _role(SONG, 11, _BOX, _CENTRE),
        "guide_link": _role(SONG, 11, _BOX, _LEFT, font_color=LINK_INK, underline=1),
        "guide_jump": _role(SONG, 10, _BOX, _LEFT, font_color=LINK_INK, underline=1),
        "explain": _role(SONG, 11, _BOX, _LEFT, locked=False),
        # the 退回意见 sheet, and the comments at cells
        "returned_text": _role(SONG, 10, _BOX, _LEFT),
        "returned_mark": _role(SONG, 10, _BOX, _CENTRE),
        "returned_error": _role(HEI, 10, _BOX, _CENTRE, bg_color=ERROR_FILL),
        "returned_explain": _role(HEI, 10, _BOX, _CENTRE, bg_color=EXPLAIN_FILL),
        "returned_ask": _role(
            HEI, 10, _BOX, _CENTRE, bg_color=EXPLAIN_FILL, font_color=LINK_INK, underline=1
        ),
        "returned_info": _role(HEI, 10, _BOX, _CENTRE, bg_color=INFO_FILL),
        "returned_mended": _role(HEI, 10, _BOX, _CENTRE, bg_color=GOOD_FILL),
        "returned_jump": _role(SONG, 10, _BOX, _CENTRE, font_color=LINK_INK, underline=1),
        "returned_facts": _role(FANG, 12, _LEFT, indent=0),
        "comment": _role(SONG, 10),
        "locked_blank": _role(SONG, 11),
        # the provincial summary
        "list_text": _role(SONG, 10, _BOX, _LEFT, indent=0),
        "list_centre": _role(SONG, 10, _BOX, _CENTRE),
        "list_input": _role(SONG, 10, _BOX, _CENTRE, bg_color=ADDED_FILL, locked=False),
        "list_none": _role(SONG, 10, _BOX, _CENTRE, font_color=RULE),
        "list_link": _role(SONG, 10, _BOX, _LEFT, indent=0, font_color=LINK_INK, underline=1),
        "figure": _role(SONG, 10, _BOX, align="right", valign="vcenter"),
        "figure_made": _role(
            SONG, 10, _BOX, align="right", valign="vcenter", font_color=COMPUTED_INK
        ),
        "figure_total": _role(
            HEI, 10, _BOX, align="right", valign="vcenter", bg_color=LABEL_FILL,
            font_color=COMPUTED_INK,
        ),
        "list_total": _role(HEI, 10, _BOX, _CENTRE, bg_color=LABEL_FILL),
        "card_label": _role(SONG, 10.5, _BOX, _CENTRE, bg_color=HEAD_FILL),
        "card_value": _role(HEI, 16, _BOX, _CENTRE, font_color=COMPUTED_INK),
        "ruler": _role(SONG, 8),
    }
)  # fmt: skip

# What a conditional format puts on a cell, by what it says.
MARKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "missing": MappingProxyType({"bg_color": MISSING_FILL}),
        "fault": MappingProxyType({"bg_color": FAULT_FILL}),
        "query": MappingProxyType({"bg_color": QUERY_FILL}),
        "idle": MappingProxyType({"bg_color": LABEL_FILL}),
        "done": MappingProxyType({"bg_color": GOOD_FILL, "font_color": GOOD_INK}),
        "open": MappingProxyType({"bg_color": MISSING_FILL, "font_color": OPEN_INK}),
        "bad": MappingProxyType({"bg_color": FAULT_FILL, "font_color": BAD_INK}),
        "boxed": MappingProxyType({"border": 1, "border_color": RULE}),
        "mended": MappingProxyType({"bg_color": GOOD_FILL}),
        "error": MappingProxyType({"bg_color": ERROR_FILL}),
        "explain": MappingProxyType({"bg_color": EXPLAIN_FILL}),
        "info": MappingProxyType({"bg_color": INFO_FILL}),
        "paper": MappingProxyType({"bg_color": PAPER}),
    }
)

# How a raw value is shown that a file had as a date or as a percentage.
LOOKS: Mapping[str, str] = MappingProxyType({"date": "yyyy-mm-dd", "percent": "0.00%"})

# Charts: bars, growth that falls, and the verdicts in their order (通过, 待说明, 退回, 无法读取).
CHART_INKS = ("#3E6FA3", "#5B9A8B", "#B07AA1")
CHART_FALL = "#C0504D"
# Parts of a whole, each as far from its neighbours as ink on grey paper allows.
CHART_PARTS = ("#3E6FA3", "#C98F1F", "#5B9A8B", "#B07AA1", "#8C6D46", "#7F9FBF", "#A8B545",
               "#C77F6B", "#6B6B8C", "#8F8F8F")  # fmt: skip
# From a low to a high number of a column.
HEAT = ("#FFFFFF", "#B4D0EC")
CHART_GRID = "#D9D9D9"
CHART_VERDICTS = ("#5B9A8B", "#E3B04B", "#C0504D", "#8C8C8C")

# The font of headers and footers (the size first: digits behind it would be taken for it), and
# the colours of the tabs by what a sheet is for.
PAGE_FONT = f'&9&"{KAI}"'
TABS: Mapping[str, str] = MappingProxyType(
    {
        "returned": BAD_INK, "guide": LINK_INK, "form": HEAD_FILL, "library": ADDED_FILL,
        "review": MISSING_INK,
    }
)  # fmt: skip
