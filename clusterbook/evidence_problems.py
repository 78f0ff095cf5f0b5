"""What a volume of evidence may say against its return: entries of the problem catalogue.

Each is an id, a level, what is wrong and how to mend it in Chinese, and both in English.
"""

from __future__ import annotations

from typing import Final

_X, _I = "explain", "info"

# fmt: off
EVIDENCE_PROBLEMS: Final[tuple[tuple[str, str, str, str, str, str], ...]] = (
    ("V301", _X, "“{label}”注明的{value}，佐证材料没有：它只有{count}页。", "请核对页码，或补交缺少的佐证材料。",
          "“{label}” cites {value}, but the evidence has {count} pages only.",
          "Check the page, or send the evidence that is missing."),
    ("V302", _X, "“{label}”注明的{value}，在佐证材料里是空白页。", "请核对页码，或重新扫描后补交。",
          "“{label}” cites {value}, which is blank in the evidence.",
          "Check the page, or scan it again."),
    ("V303", _X, "“{label}”注明的{value}，其中{pages}在佐证材料里显示不出来（内容已损坏）。", "请重新扫描或导出后补交佐证材料。",
          "“{label}” cites {value}; {pages} of the evidence cannot be shown.",
          "Scan or export the evidence again and send it."),
    ("V304", _I, "“{label}”注明的{value}，文字中没有出现“{name}”。", "请核对页码；图片上的文字不在核对范围，如无误无需处理。",
          "“{label}” cites {value}, whose text does not mention “{name}”.",
          "Check the page; text within pictures was not looked at."),
    ("V305", _I, "“{label}”注明的{value}，文字中没有出现{years}。", "请核对页码和年度；如无误无需处理。",
          "“{label}” cites {value}, whose text mentions none of {years}.", "Check page and year."),
    ("V306", _I, "佐证材料目录中的{value}，佐证材料没有：它只有{count}页。", "请核对目录的页码，或补交缺少的佐证材料。",
          "The index lists {value}, but the evidence has {count} pages only.",
          "Check the index, or send what is missing."),
    ("V307", _I, "佐证材料目录中的{value}与另一份材料的{other}有重叠。", "请核对目录的页码。",
          "{value} in the index overlaps {other} of another material.", "Check the index."),
    ("V308", _I, "佐证材料中的{value}没有列入目录。", "请核对目录的页码，或在目录中补列。",
          "{value} of the evidence stand in no row of the index.", "Check or complete the index."),
)
# fmt: on
