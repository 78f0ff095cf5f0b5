"""The problem catalogue: every sentence the software says about a return, each with a stable code."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import Any

from attrs import evolve, field, frozen

from clusterbook.evidence_problems import EVIDENCE_PROBLEMS
from clusterbook.file_problems import FILE_PROBLEMS, MACHINE_PROBLEMS


class Level(Enum):
    """How much a problem weighs; the order of the members is their order of weight."""

    ERROR = "error"
    EXPLAIN = "explain"
    INFO = "info"

    @property
    def chinese(self) -> str:
        """The word printed in workbooks, notices and Chinese messages."""
        return {"error": "错误", "explain": "需说明", "info": "提示"}[self.value]


class Ruling(StrEnum):
    """What the office decides about a question that a county explained, or did not."""

    ACCEPTED = "采纳"
    REFUSED = "不采纳"


@frozen(kw_only=True)
class Code:
    """One catalogue entry: what is wrong and how to mend it, in both languages.

    The texts are ``str.format`` templates over the facts of a problem; ``label`` and ``value`` are
    always among them. An id is never given to another meaning.
    """

    id: str
    level: Level
    zh: str
    zh_mend: str
    en: str
    en_mend: str
    #: about the machine that reads and not about the file: nothing is asked of whoever sent it
    ours: bool = False

    @property
    def importer_only(self) -> bool:
        """Whether no formula of the workbook can tell it: it shows when the file is read."""
        return self.id[0] in "FL" or self.id in _IMPORTER_ONLY


# What formulas of Excel 2010 cannot see: how a cell was filled, what a program made of it, check
# characters and patterns, what a remark in a name is, the same thing in another row or file.
_IMPORTER_ONLY = frozenset((
    *("V213", "V214", "V215", "V216", "V217", "V218", "V233", "V235", "V236", "V242", "V251"),
    *("V262", "V264", "V265", "V266", "V267", "V268", "V274"),
    *("V301", "V302", "V303", "V304", "V305", "V306", "V307", "V308"),
    *("V291", "R101", "R201", "R202", "R203"),
))  # fmt: skip

# Stands before how to mend what was explained with a reason that says nothing.
_REFUSED = "所写的说明“{refused}”看不出原因，请写明具体情况（不少于6个汉字）。"
_REFUSED_EN = "The reason “{refused}” says nothing; state it in six or more characters. "

# Stands there where the office has refused a reason, or said why a question stays.
_NOT_TAKEN = "所写的说明“{given}”未予采纳{why}。请重新写明原因，或按下面的办法更正。"
_NOT_TAKEN_EN = "The reason “{given}” was not accepted{why}. State another one, or: "
_NOTED = "审核意见：{note}。"
_NOTED_EN = "The office says: {note}. "
_QUOTED = 60  # characters of a refused reason in a sentence

_PATH_MARK = " › "
_LONG_LABEL = 24

_E, _X, _I = Level.ERROR, Level.EXPLAIN, Level.INFO


def _code(id: str, level: Level, zh: str, zh_mend: str, en: str, en_mend: str) -> Code:  # noqa: A002
    return Code(id=id, level=level, zh=zh, zh_mend=zh_mend, en=en, en_mend=en_mend)


def _ours(id: str, zh: str, zh_mend: str, en: str, en_mend: str) -> Code:  # noqa: A002
    return evolve(_code(id, Level.ERROR, zh, zh_mend, en, en_mend), ours=True)


# F file · L place · V value · R rule. Three digits; the first groups by topic.
# fmt: off
_CODES = (
    *sorted(
        [*(_code(one[0], Level(one[1]), *one[2:]) for one in FILE_PROBLEMS),
         *(_ours(*one) for one in MACHINE_PROBLEMS)], key=lambda code: code.id,
    ),
    # --- L: where things stand ----------------------------------------------------------------
    _code("L101", _E, "缺少工作表“{value}”。", "请不要删除工作表；请从原发放的工作簿恢复该表后重填。",
          "Sheet “{value}” is missing.", "Do not delete sheets; restore it from the issued workbook."),
    _code("L102", _E, "表中找不到“{label}”这一栏。", "该行或该列可能被删除，请从原发放的工作簿恢复该行（列）后重填。",
          "“{label}” cannot be found on the sheet.",
          "Its row or column may have been deleted; restore it from the issued workbook."),
    _code("L103", _E, "“{label}”的填报格疑似被剪切移动（{detail}），没有读取。",
          "请不要移动或剪切填报格；请把内容填回原位置。",
          "The position marks of “{label}” disagree ({detail}); nothing was read.",
          "Do not move or cut input cells; type the content back in its place."),
    _code("L104", _I, "表中固定文字被改动：原为“{expected}”，现为“{value}”。",
          "固定文字不需要填写，请恢复原样。",
          "Printed text was changed: it was “{expected}”, it is “{value}”.",
          "Printed text is not to be filled in; restore it."),
    _code("L105", _X, "此处有内容“{value}”，但不属于任何填报栏。",
          "请把内容移到对应的填报格；如只是备注，请删除。",
          "There is content “{value}” here that belongs to no field.",
          "Move it to the field it belongs to; delete it if it is only a remark."),
    _code("L106", _X, "“{label}”应由公式自动计算：表中为{value}，按填报数据应为{expected}。",
          "请不要改动自动计算格；请核对填报数据，以重新计算的结果为准。",
          "“{label}” is computed: the sheet says {value}, the data give {expected}.",
          "Do not overwrite computed cells; check the figures they are computed from."),
    _code("L108", _E, "同一张表有几份，内容不同（{value}），都没有读取。", "请只保留一份正确的表，删除其余。",
          "The same sheet stands several times with different content ({value}).",
          "Keep the right one and delete the others."),
    _code("L110", _I, "“{label}”存储的计算结果（{value}）已过期，按填报数据应为{expected}。",
          "无需处理；重新打开并保存工作簿即可更新。",
          "The stored result of “{label}” ({value}) is out of date; the data give {expected}.",
          "Nothing to do; opening and saving the workbook refreshes it."),
    _code("L109", _I, "本工作簿由另一版本的软件生成，各栏按名称定位读取。", "无需处理。",
          "The workbook was made by another version of the software; read by names.",
          "Nothing to do."),
    _code("L111", _X, "“{expected}”这一固定文字被改成“{value}”，相应各栏仍按原来的含义读取。",
          "请恢复原来的文字；如果所填内容的口径或单位不同，请按原栏目重新填写。",
          "The printed text “{expected}” was changed to “{value}”; its answers were read as before.",
          "Restore the text; if the figures have another meaning or unit, fill them in anew."),
    _code("L112", _X, "多出一张工作表“{value}”，其中{count}格有内容，没有读取。",
          "请把要填报的内容填到发放的各表中，并删除多出的工作表。",
          "There is a sheet “{value}” of your own with {count} filled cells; it was not read.",
          "Move what is to be reported to the issued sheets and delete this one."),
    _code("L113", _I, "工作簿里有隐藏的多余工作表“{value}”（{count}格有内容），没有读取。", "无需处理。",
          "There is a hidden sheet “{value}” ({count} filled cells); it was not read.",
          "Nothing to do."),
    _code("L114", _X, "合并单元格下面藏着看不见的内容“{value}”，没有读取。",
          "请取消合并单元格，核对后只保留应填报的内容。",
          "Under a merged cell there is content that nobody sees: “{value}”; it was not read.",
          "Unmerge the cells and keep only what is to be reported."),
    _code("L115", _E, "“{label}”与旁边的填报格合并成了一格（{detail}），分不清“{value}”是哪一格的，没有读取。",
          "请取消合并单元格，逐格填写。",
          "“{label}” was merged with other cells ({detail}); whose value “{value}” is cannot be told.",
          "Unmerge the cells and fill in each of them."),
    _code("L116", _I, "{what}被隐藏或筛选掉了，其中的填报内容照常读取。", "无需处理；请取消隐藏和筛选，核对其中的内容。",
          "{what} is hidden or filtered out; its content was read all the same.",
          "Nothing to do; show it and check what it holds."),
    _code("L117", _I, "“{label}”的自动计算公式被改动（{count}处）：原为“{expected}”，现为“{value}”；已按填报数据重新计算。",
          "无需处理；请不要改动自动计算格。",
          "The formula of “{label}” was changed ({count} cells): it was “{expected}”, it is “{value}”.",
          "Nothing to do, the result was worked out anew; do not change formulas."),
    _code("L118", _I, "{count}处自动计算格里的公式不见了（{cells}），已按填报数据重新计算。",
          "无需处理；请不要在自动计算格里填写或粘贴。",
          "The formulas of {count} computed cells are gone ({cells}); they were worked out anew.",
          "Nothing to do; do not type or paste into computed cells."),
    _code("L119", _I, "“{label}”填到了预留的{rows}行以下（{count}行），照常读取；表中的合计没有包括这些行。",
          "无需处理。",
          "{count} rows of “{label}” stand below the {rows} rows offered; they were read.",
          "Nothing to do; the totals shown on the sheet leave them out."),
    _code("L120", _I, "第{row}行是{what}（“{value}”），没有作为一行数据读取。",
          "无需处理；合计由软件自动计算，表中只需填写各行数据。",
          "Row {row} is not data (“{value}”) and was not read.", "Nothing to do."),
    _code("L121", _E, "“{label}”这一列里贴着别的表头“{value}”，看不出各行填的是哪一栏，该列没有读取。",
          "请按本表的栏目顺序粘贴数据，不要连表头一起粘贴。",
          "The head “{value}” was pasted into the column “{label}”; the column was not read.",
          "Paste the data in the order of the columns of this sheet, without its head."),
    _code("L122", _X, "{what}的定位标记（隐藏的第一行、第一列）已被删除，只能按表中文字定位读取。",
          "请核对{what}是否本单位的表、各栏内容是否读对；请在原发放的工作簿中填写，不要删除隐藏的行和列。",
          "The hidden marks of {what_en} were deleted; what was read rests on printed texts alone.",
          "Check that it is yours and was read right; do not delete hidden rows and columns."),
    _code("L123", _I, "“{label}”在现行表中已不再填报，这里填的“{value}”没有采用。", "无需处理。",
          "“{label}” is not asked any more; “{value}” was not taken over.", "Nothing to do."),
    _code("L130", _X, "第{row}行（“{value}”）整行划了删除线，没有作为一行数据读取；如仍有效，应照常计入。",
          "确已删去的请删除该行内容；仍有效的请去掉删除线。",
          "Row {row} (“{value}”) is struck out as a whole and was not read; if it holds, it counts.",
          "Delete its content, or take off the strike-through."),
    # What lies over the cells and is in none of them.
    _code("L135", _I, "此处有批注“{value}”，批注不作为填报内容读取。",
          "如批注中有填报内容或更正，请写入对应的填报格。",
          "There is a note “{value}” here; notes are not read as answers.",
          "If it holds an answer or a correction, type that into the cell."),
    _code("L136", _X, "表上（{where}）放有文本框或带文字的图形“{value}”，不在单元格里，没有读取。",
          "请把要填报的内容填入对应的填报格，并删除文本框。",
          "A text box or shape ({where}) says “{value}”; it is in no cell and was not read.",
          "Type what belongs to the form into its cells and delete the box."),
    _code("L137", _X, "填报格上有{what}（{where}），看不出是否表示作废或更正，格内内容照常读取。",
          "请核对格内内容：作废的请清空，有误的请更正，并删除{what}。",
          "Something over filled cells may strike them out ({where}); they were read all the same.",
          "Clear what it strikes out, correct what is wrong, and delete it."),
    _code("L138", _I, "表上放有{what}（{where}），其中的内容不会读取。",
          "无需处理；如其中有填报内容，请填入对应的填报格。",
          "There are drawings or charts on the sheet ({where}); what they show is not read.",
          "Nothing to do, unless they show what belongs to the form."),
    _code("L139", _X, "表上（{where}）放有{what}“{value}”，不是填报格，没有读取。",
          "请在对应的填报格里填写或勾选（☑），并删除控件。",
          "There is a form control ({where}), “{value}”; it is no cell of the form and was not read.",
          "Answer in the cell of the form and delete the control."),
    # Rows of a list that are no rows of data.
    _code("L140", _X, "第{row}行写明是示例（“{value}”），没有作为一行数据读取。",
          "请删除示例行；如是填报内容，请去掉“示例”字样。",
          "Row {row} says that it is an example (“{value}”); it was not read.",
          "Delete the example; if it is an entry, take that word out."),
    _code("L141", _E, "“{label}”疑似分写在相邻两行：第{row}行只有“{value}”，没有作为一行数据读取。",
          "请把完整名称写在同一格内；如是另一条内容，请补全该行。",
          "A name seems to be broken over two rows: row {row} holds only “{value}”; it was not read.",
          "Type the whole name into one cell; if it is another entry, complete its row."),
    # --- V: one value --------------------------------------------------------------------------
    _code("V101", _E, "“{label}”未填写{covered}。", "请填写{unit_hint}{none_hint}。",
          "“{label}” is empty{covered_en}.", "Fill it in{none_hint_en}."),
    _code("V102", _E, "“{label}”未填写（{condition}时必填）{covered}。", "请填写{unit_hint}。",
          "“{label}” is empty (required when {condition}){covered_en}.", "Fill it in."),
    _code("V103", _E, "“{label}”仅{condition}时填报，现在不应填写，但填有“{value}”。",
          "请清空此格。",
          "“{label}” must stay empty (only for {condition}), but holds “{value}”.",
          "Clear the cell."),
    _code("V104", _E, "“{label}”一行也没有填写{covered}。", "请至少填写一行。",
          "“{label}” has no row{covered_en}.", "Fill in at least one row."),
    _code("V201", _E, "“{label}”应填数字，现填“{value}”。", "请只填数字{unit_hint}。",
          "“{value}” is not a number for “{label}”.", "Type digits only{unit_hint_en}."),
    _code("V202", _E, "“{label}”应为整数，现为{value}。", "请填写整数{unit_hint}。",
          "“{label}” must be a whole number, not {value}.", "Type a whole number{unit_hint_en}."),
    _code("V203", _E, "“{label}”不能小于{limit}，现为{value}。", "请核对后更正。",
          "“{label}” cannot be below {limit}; it is {value}.", "Check and correct it."),
    _code("V204", _E, "“{label}”不能大于{limit}，现为{value}。", "请核对后更正。",
          "“{label}” cannot be above {limit}; it is {value}.", "Check and correct it."),
    _code("V205", _E, "“{label}”填的是大约数“{value}”。", "请按报表填写准确数字{unit_hint}。",
          "“{label}” holds an approximation “{value}”.", "Give the exact figure{unit_hint_en}."),
    _code("V206", _E, "“{label}”填的是一个范围“{value}”。", "请按报表填写一个准确数字{unit_hint}。",
          "“{label}” holds a range “{value}”.", "Give one exact figure{unit_hint_en}."),
    _code("V207", _E, "“{label}”的单位是{unit}，现填“{value}”，单位不一致，不能自动换算。",
          "请换算成以{unit}为单位的数字后填写。",
          "“{label}” is in {unit}; “{value}” has another unit that cannot be converted.",
          "Convert it to {unit} and type the number."),
    _code("V208", _X, "“{label}”的单位是{unit}，现填“{value}”，已换算为{read}{unit}。",
          "请确认；正确的话请直接填写{read}。",
          "“{label}” is in {unit}; “{value}” was converted to {read} {unit}.",
          "Confirm; if right, type {read}."),
    _code("V210", _E, "“{label}”填的是“{value}”，不能作为填报内容。",
          "请填写实际内容{none_hint}。",
          "“{label}” holds “{value}”, which is not an answer.",
          "Give the actual content{none_hint_en}."),
    _code("V211", _X, "“{label}”填的是“{value}”，不清楚是 0 还是不适用。",
          "数量为零请填 0；不适用请填“无”。",
          "“{label}” holds “{value}”: is it zero or not applicable?",
          "Type 0 for zero, 无 for not applicable."),
    _code("V212", _X, "“{label}”填的是“{value}”，按{read}读取。", "请确认，并改填为{read}。",
          "“{label}” holds “{value}”, read as {read}.", "Confirm, and type {read}."),
    _code("V213", _E, "“{label}”显示为错误值{value}。", "请删除公式，直接填写结果。",
          "“{label}” shows the error value {value}.", "Delete the formula and type the result."),
    _code("V214", _X, "“{label}”是填写人自己写的公式，已按当前结果{value}读取。",
          "请改为直接填写数值或文字。",
          "“{label}” holds a formula; its current result {value} was read.",
          "Type the value instead of a formula."),
    _code("V215", _E, "“{label}”是公式，但没有保存计算结果。", "请改为直接填写数值或文字。",
          "“{label}” holds a formula without a stored result.", "Type the value instead."),
    _code("V216", _E, "“{label}”的数字超过 15 位，后面的数位已经丢失（{value}）。",
          "请把单元格设为文本格式后重新填写完整号码。",
          "“{label}” has more than 15 digits; the last ones are lost ({value}).",
          "Format the cell as text and type the full number again."),
    _code("V217", _E, "“{label}”填的内容被表格软件自动改成了{value}，原来填的是什么已看不出来。",
          "请把单元格设为文本格式后重新填写。",
          "What was typed into “{label}” was turned into {value} by the office program.",
          "Format the cell as text and type it again."),
    _code("V218", _E, "“{label}”里放的是图片，不是文字或数字，没有读取。",
          "请删除图片，直接填写文字或数字{unit_hint}；图片可作为佐证材料另附。",
          "“{label}” holds a picture; nothing was read.",
          "Delete the picture and type the text or number{unit_hint_en}; send pictures as evidence."),
    _code("V220", _E, "“{label}”有{length}字，超过{limit}字的限制。", "请压缩到{limit}字以内。",
          "“{label}” has {length} characters, above the limit of {limit}.",
          "Shorten it to {limit} characters."),
    _code("V221", _X, "“{label}”有{length}字，略超{limit}字。", "请尽量压缩到{limit}字以内。",
          "“{label}” has {length} characters, slightly above {limit}.",
          "Shorten it to {limit} characters if possible."),
    _code("V230", _E, "“{label}”填的是“{value}”，不在可选范围内。", "请从下列各项中选择：{options}。",
          "“{label}” holds “{value}”, which is not an option.", "Choose from the list: {options}."),
    _code("V231", _E, "“{label}”填的“{value}”不属于“{parent}”。", "请核对上一级和本格，从“{parent}”的下拉列表中重新选择。",
          "“{value}” does not belong to {parent}.", "Choose {parent_label} first, then {label}."),
    _code("V232", _X, "“{label}”填的是“{value}”，级别或类别不明确。", "请从下列各项中选择：{options}。",
          "“{label}” holds “{value}”, which is ambiguous.", "Choose from the list: {options}."),
    _code("V233", _E, "“{label}”同时勾选了几项（{value}）。", "只能选一项，请重新选择。",
          "“{label}” has several choices ticked ({value}).", "Choose exactly one."),
    _code("V234", _X, "“{label}”填的是“{value}”，按“{read}”读取。", "请确认后从下拉列表中选择。",
          "“{label}” holds “{value}”, read as “{read}”.", "Confirm and choose from the list."),
    _code("V235", _X, "“{label}”后面带有备注“{remark}”，按“{read}”读取。",
          "请确认该单位是否应填报；名称中不要写备注。",
          "“{label}” carries the remark “{remark}”; it was read as “{read}”.",
          "Confirm that it belongs here; give the name without the remark."),
    _code("V236", _X, "“{label}”填的是“{value}”，按姓名“{read}”读取。",
          "请确认，并只填写姓名；职务、单位和电话请填入各自的栏目。",
          "“{label}” holds “{value}”; the name was taken to be “{read}”.",
          "Confirm, and give the name only; post, office and telephone have their own cells."),
    _code("V240", _E, "“{label}”填的是“{value}”，看不出具体日期。", "请按“{example}”的样式填写。",
          "“{value}” is not a date that can be read for “{label}”.", "Write it like {example}."),
    _code("V241", _X, "“{label}”填的是“{value}”，没有具体到月。", "请按“{example}”的样式填写年和月。",
          "“{label}” is “{value}” without a month.", "Give year and month like {example}."),
    _code("V242", _X, "“{label}”填的是数字{value}，分不清是1月还是10月。",
          "请按“{example}”的样式重新填写年和月。",
          "“{label}” is the number {value}: January or October?", "Write it like {example}."),
    _code("V243", _E, "“{label}”填的是“{value}”，看不出起止年月。",
          "请按“{example}”的样式填写起止年月。",
          "“{value}” is not a period that can be read for “{label}”.", "Write it like {example}."),
    _code("V244", _X, "“{label}”填的是“{value}”，缺少截止时间。", "请按“{example}”的样式填写起止年月。",
          "“{label}” is “{value}” without an end.", "Give start and end like {example}."),
    _code("V245", _E, "“{label}”的起止时间颠倒（{value}）。", "请核对后更正。",
          "“{label}” ends before it starts ({value}).", "Check and correct it."),
    _code("V246", _E, "“{label}”填的是“{value}”，不在本次申报的时间（{first}年至{last}年）之内。", "请核对年份后更正。",
          "“{label}” is “{value}”; this round runs from {first} to {last}.", "Check the year."),
    _code("V250", _E, "“{label}”填的“{value}”不是有效的电话号码。",
          "请填写 11 位手机号码，或“区号-号码”样式的固定电话。",
          "“{value}” is not a valid telephone number.",
          "Type an 11-digit mobile number, or a landline as area code-number."),
    _code("V251", _X, "“{label}”填的“{value}”缺少区号。", "请按“区号-号码”的样式补全，如 0595-22000001。",
          "Telephone “{value}” lacks its area code.", "Write it like 0595-22000001."),
    _code("V252", _I, "电话“{value}”是400/800服务号码。", "如有条件，请填写联系人的手机或固定电话。",
          "Telephone “{value}” is a 400/800 service number.",
          "Give the person's own mobile or landline number if possible."),
    _code("V260", _E, "“{label}”填的“{value}”看不出页码。", "请先编好佐证材料页码，再按“P12”或“P12-15”的样式填写。",
          "“{value}” is not a page reference.", "Write it like P12 or P12-15."),
    _code("V261", _X, "“{label}”填的是“{value}”，分不清是没有这类情况，还是不符合这一条。",
          "情况属实、符合这一条的选“是”，不符合的选“否”。",
          "“{label}” holds “{value}”: did nothing of the kind happen, or is the statement untrue?",
          "Choose 是 where the statement is true, 否 where it is not."),
    _code("V262", _X, "“{label}”中的“{value}”，不能确定是否属于所列品牌（{options}）。",
          "属于其中一项的，请改填该项名称；不属于的请删去，确需保留的请说明理由。",
          "“{label}” names “{value}”: is it one of those listed ({options})?",
          "Type the name of the one it is; leave out what is none of them, or state why it counts."),
    _code("V263", _X, "“{label}”填的是{value}，负数表示不降反升。",
          "下降的请填正数（下降9.14%填9.14）；确属上升的请说明。",
          "“{label}” holds {value}; below zero means that it rose.",
          "Type what it fell by as a positive number; where it did rise, say so."),
    _code("V264", _X, "“{label}”里有划去的文字：未划去的是“{shown}”，连同划去的是“{value}”，已按未划去的读取。",
          "请删除划去的文字，只保留要填报的内容。",
          "Part of “{label}” is struck: “{shown}” is left of “{value}”.", "Delete what is struck."),
    _code("V265", _X, "“{label}”整格内容“{value}”都划了删除线，按未填写处理；如仍有效则为“{value}”。",
          "不再填报的请删除内容；仍有效的请去掉删除线。",
          "All of “{label}” (“{value}”) is struck out and counts as empty; if it holds, it is “{value}”.",
          "Delete the text, or take off the strike-through."),
    _code("V266", _X, "“{label}”显示为“{shown}”，其中上标的小字当作注脚去掉，按“{read}”读取（连在一起是“{value}”）。",
          "请删除上标的注脚，只填内容本身。",
          "“{label}” shows “{shown}”; without the footnote it is “{read}”.", "Delete the footnote."),
    _code("V267", _E, "“{label}”格内显示“{shown}”，实际存储的是“{value}”，两者不一致，看不出应以哪一个为准。",
          "请把单元格格式改为“常规”，核对后直接填写正确的内容{unit_hint}。",
          "“{label}” shows “{shown}” but stores “{value}”; which is meant cannot be told.",
          "Set the cell's format to General and type what is right{unit_hint_en}."),
    _code("V268", _X, "“{label}”格内什么也看不到（白色字体或隐藏内容的格式），实际存储的是“{value}”，已读取。",
          "请去掉隐藏内容的格式，核对后填写；不填报的请删除。",
          "Nothing is seen in “{label}”, but it stores “{value}”, which was read.",
          "Remove the format that hides it, and check the value or delete it."),
    _code("V269", _I, "“{label}”填的“{value}”注明的是另附的附件，没有总页码。",
          "佐证材料统一编页码的，请按“P12”或“P12-15”的样式补填；附件单独装订的无需处理。",
          "“{label}” names an attachment (“{value}”) and no page of the evidence volume.",
          "Give the page if the evidence is bound and numbered as one volume; else nothing to do."),
    _code("V270", _E, "“{label}”列了{count}项，最多{limit}项。", "请保留最主要的{limit}项，用“、”隔开。",
          "“{label}” lists {count} items; at most {limit} are allowed.",
          "Keep the {limit} main ones, separated by 、."),
    _code("V271", _I, "“{label}”中“{value}”较长，像是一句话。", "请只写名称，用“、”隔开。",
          "“{value}” in “{label}” looks like a sentence.", "Give names only, separated by 、."),
    _code("V274", _E, "“{label}”一格里写了不止一个值（{value}），看不出应以哪一个为准。",
          "请只填一个值{unit_hint}；其余的填入各自的栏目或另起一行。",
          "“{label}” holds more than one value ({value}); which of them counts cannot be told.",
          "Give one value only{unit_hint_en}; the others have cells or rows of their own."),
    _code("V276", _E, "“{label}”填的是“{value}”，分不清是正数还是负数。",
          "负数请写上负号（如 -3.2），正数请只填数字{unit_hint}。",
          "“{label}” holds “{value}”: is it above or below zero?",
          "Type a minus sign before what is below zero, digits alone for the rest{unit_hint_en}."),
    _code("V280", _E, "“{label}”填的“{value}”不是有效的勾选。", "请从下拉列表中选择 ☑ 或 ☐。",
          "“{value}” is not a tick.", "Choose ☑ or ☐ from the list."),
    _code("V290", _E, "“{label}”应为四个整数（如 0/1/3/12），现为“{value}”。",
          "请按领航级/卓越级/先进级/基础级的顺序分别填写四个整数。",
          "“{label}” needs four whole numbers (like 0/1/3/12), not “{value}”.",
          "Give the four whole numbers in the printed order."),
    _code("V291", _E, "“{label}”填写有误（{value}）。", "{help}。",
          "“{label}” does not have the right form ({value}).", "{help_en}."),
    _code("V292", _E, "“同上”不能用于“{label}”。", "请填写实际内容。",
          "“同上” (ditto) cannot be used for “{label}”.", "Type the actual content."),
    # What a volume of evidence says against its return.
    *(_code(one[0], Level(one[1]), *one[2:]) for one in EVIDENCE_PROBLEMS),
    # --- R: several values ---------------------------------------------------------------------
    _code("R101", _E, "“{value}”在本表中重复出现（第{first}行）。", "请删除重复行或更正名称。",
          "“{value}” appears twice on this sheet (row {first}).",
          "Delete the duplicate row or correct the name."),
    _code("R201", _I, "企业“{value}”同时列入另外{count}份申报（{others}）。",
          "请核对该企业是否确属本集群；属实则无需处理。",
          "Enterprise “{value}” stands in {count} other submissions, too ({others}).",
          "Check that it belongs to this cluster; nothing to do if it does."),
    _code("R202", _X, "项目“{value}”同时列入另外{count}份申报（{others}）。",
          "同一项目只应由一个集群填报，请与对方核对后由一方删除；确为不同项目的，请在项目名称中写明区别。",
          "Project “{value}” stands in {count} other submissions, too ({others}).",
          "A project is reported by one cluster only; if they differ, say so in the names."),
    _code("R203", _X, "专利（授权编号）“{value}”同时列入另外{count}份申报（{others}）。",
          "同一专利只应由一个集群填报，请与对方核对后由一方删除；编号有误的请更正。",
          "Patent “{value}” stands in {count} other submissions, too ({others}).",
          "A patent is reported by one cluster only; correct the number if it is wrong."),
)

# fmt: on
CATALOGUE: Mapping[str, Code] = {code.id: code for code in _CODES}


@frozen(kw_only=True)
class Problem:
    """One finding about one place of one submission.

    ``key`` is the machine key (``economy.revenue.2025``), ``cell`` the address in *that* file
    (``D9``); both are empty for problems of the whole file. ``facts`` fill the templates.
    """

    code: str
    sheet: str = ""
    cell: str = ""
    key: str = ""
    label: str = ""
    value: str = ""
    facts: Mapping[str, Any] = field(factory=dict)
    #: the entry of a rule of the form, which the spec and not the catalogue states
    own: Code | None = None
    #: the county's written reason, where the problem is one that a reason settles
    explanation: str = ""
    #: what was written as a reason and says nothing, so that it is asked for again
    refused: str = ""
    #: what the office decided about the question, a word of ``Ruling``, why, and the figure it set
    decision: str = ""
    decision_note: str = ""
    approved: float | None = None

    @property
    def entry(self) -> Code:
        """The catalogue's entry, or that of the form's rule."""
        return self.own or CATALOGUE[self.code]

    @property
    def level(self) -> Level:
        """The level of the entry."""
        return self.entry.level

    @property
    def open(self) -> bool:
        """Whether something is still asked of the county."""
        if self.level is not Level.EXPLAIN or self.decision == Ruling.ACCEPTED:
            return self.level is Level.ERROR
        return not self.explanation or self.decision == Ruling.REFUSED

    def message(self, lang: str = "zh") -> str:
        """What is wrong, as one sentence."""
        code = self.entry
        return (code.en if lang == "en" else code.zh).format_map(self._facts())

    def how_to_mend(self, lang: str = "zh") -> str:
        """What to do about it, as one sentence."""
        code = self.entry
        mend = (code.en_mend if lang == "en" else code.zh_mend).format_map(self._facts())
        if self.refused:
            asked_again = _REFUSED_EN if lang == "en" else _REFUSED
            mend = asked_again.format(refused=self.refused) + mend
        return self._decided(lang) + mend

    def _decided(self, lang: str) -> str:
        """That the office did not take the reason, and why; "" where it has not said so."""
        if self.decision != Ruling.REFUSED:
            return ""
        note = self.decision_note.strip().rstrip("。.")
        if not self.explanation:
            told = _NOTED_EN if lang == "en" else _NOTED
            return told.format(note=note) if note else ""
        given = self.explanation
        given = given if len(given) <= _QUOTED else given[:_QUOTED] + "…"
        why = (f": {note}" if lang == "en" else f"：{note}") if note else ""
        return (_NOT_TAKEN_EN if lang == "en" else _NOT_TAKEN).format(given=given, why=why)

    def _facts(self) -> Mapping[str, Any]:
        # A sentence is one line: a break within the cell is shown as a sign.
        lines = filter(None, map(str.strip, self.value.splitlines()))
        value = " ↵ ".join(lines) or self.value
        return _Facts({"label": short_label(self.label), "value": value} | dict(self.facts))


def short_label(path: str) -> str:
    """A label path as a sentence can bear it: no colon at the ends, long parts without brackets."""
    parts: list[str] = []
    for part in path.split(_PATH_MARK):
        name = part.strip().rstrip("：:")
        bare = name.split("（")[0]
        if len(name) > _LONG_LABEL and len(bare) > 1:
            name = bare
        if not parts or not parts[-1].startswith(name):
            parts.append(name)
    return _PATH_MARK.join(parts)


class _Facts(dict[str, Any]):
    """Facts with a blank for hints that a kind does not give (a number without a unit)."""

    def __missing__(self, name: str) -> str:
        return ""
