"""What a county may answer with a written reason, where it writes it, and what counts as one.

Every problem of level 需说明 has a 说明 cell: a rule its own or that of its group, a code of the
catalogue one for all problems with that code. A reason must say something: a full stop or a row of
digits settles nothing and is asked for again.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import evolve

from clusterbook.forms.parsing.look_alikes import ordinary
from clusterbook.problems import Level, Problem

LEAST = 6  # Han characters or letters in a reason, not all the same
WORD = f"不少于{LEAST}个汉字"
# What is no letter: the workbook counts the characters that are not among these.
NO_LETTERS = (
    " \u3000\u00a0\t\n0123456789０１２３４５６７８９.,;:!?'\"`~@#$%^&*()-_=+[]{}|\\/<>"
    "。，、；：！？…—－·～“”‘’「」『』《》〈〉【】〔〕（）［］｛｝．＂＇／＼｜＿＋＝＊＆％￥＄＃＠＾｀"
    "①②③④⑤⑥⑦⑧⑨⑩×÷±℃‰°→←↑↓√☑☐□■○●◎△▲▽▼◇◆☆★※"
)
MARKS_NAME = "cb_marks"
_SEEN = 200  # characters of a reason that the workbook looks at
_QUOTED = 30  # characters of a refused reason in a sentence

# The questions of the catalogue in general. All of one code have one reason.
QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "F115": "文件里没有发放信息，按表内的标记识别",
        "F116": "实际数与上一轮申报的目标相差过多",
        "F150": "文件里的发放信息已损坏，按表内的标记识别",
        "F160": "佐证材料打不开或不是 PDF",
        "L105": "填报栏以外的地方写有内容",
        "L106": "自动计算格里的数与按填报数据算出的不一致",
        "L111": "表中固定的文字被改动",
        "L112": "工作簿中多出工作表",
        "L114": "合并的单元格下面藏有内容",
        "L122": "表的定位标记被删除",
        "L136": "表上放有文本框或带文字的图形",
        "L140": "清单中留有示例行",
        "L137": "填报格上画有线条或图形",
        "L139": "表上放有复选框或其他控件",
        "L130": "名单里有整行划了删除线",
        "V208": "数字后面写了别的单位，已换算成本表的单位",
        "V211": "填了“/”“—”一类符号，不清楚是 0 还是不适用",
        "V212": "数字的写法不规范，按推定的数读取",
        "V214": "填的是自己写的公式，按计算结果读取",
        "V221": "文字略超字数限制（一成以内）",
        "V232": "级别或类别写得不明确",
        "V234": "写法与下拉列表不同，按相近的一项读取",
        "V235": "名称后面带有备注",
        "V236": "姓名栏里还写有职务、单位或电话",
        "V241": "日期没有具体到月",
        "V242": "年月填成小数，分不清是1月还是10月",
        "V244": "起止时间缺少截止年月",
        "V251": "固定电话缺少区号",
        "V261": "填了“无”，分不清是否符合该项条件",
        "V262": "所填荣誉是否属于所列品牌不能确定",
        "V263": "降低率填成负数",
        "V264": "填的内容有一部分划了删除线",
        "V265": "整格内容划了删除线",
        "V266": "填的内容带有上标的注脚",
        "V268": "填的内容看不见（白色字体或隐藏内容的格式）",
        "V301": "所注页码超出了佐证材料",
        "V302": "所注页码在佐证材料里是空白页",
        "V303": "所注页码在佐证材料里显示不出来",
        "R202": "同一项目还列入另外的申报",
        "R203": "同一专利还列入另外的申报",
    }
)
# What typing alone may lead to; the others arise only from a file that was tampered with, and a
# returned copy puts most of them right, from what an earlier round knows, or from the evidence.
FROM_TYPING = tuple(code for code in QUESTIONS if code[0] in "VR" and not code.startswith("V30"))


def reason_name(key: str) -> str:
    """Defined name of the 说明 cell of a rule, a group or a code."""
    return f"cb_reason.{key}"


def says_why(text: str) -> bool:
    """Whether a reason says something."""
    letters = [char for char in ordinary(text) if char.isalpha() and char not in NO_LETTERS]
    return len(letters) >= LEAST and len(set(letters)) > 1


def excel_padded(cell: str) -> str:
    """A reason with blanks behind it, as long as ``excel_says_why`` wants it."""
    return f'LEFT({cell}&REPT(" ",{_SEEN}),{_SEEN})'


def excel_says_why(padded: str) -> str:
    """1 where a padded reason says something, else 0.

    Were its letters one repeated, each would stand there as often as there are letters.
    """
    letters = f"SUMPRODUCT(({_is_letter(padded)})*1)"
    often = f'{_SEEN}-LEN(SUBSTITUTE({padded},{_characters(padded)},""))'
    varied = f"SUMPRODUCT(({_is_letter(padded)})*({often}))<{letters}*{letters}"
    return f'IF(TRIM({padded})="",0,IF({letters}<{LEAST},0,IF({varied},1,0)))'


def excel_bound(cell: str) -> str:
    """What the 说明 cell itself holds a text against; short enough for a validation."""
    letters = f'SUMPRODUCT(({_characters(cell)}<>"")*({_is_letter(cell)}))'
    return f'=AND({letters}>={LEAST},SUBSTITUTE({cell},RIGHT({cell},1),"")<>"")'


def _characters(cell: str) -> str:
    return f"MID({cell},ROW($A$1:$A${_SEEN}),1)"


def _is_letter(cell: str) -> str:
    return f'LEN(SUBSTITUTE({MARKS_NAME},{_characters(cell)},""))=LEN({MARKS_NAME})'


def explained(problem: Problem, reasons: Mapping[str, str]) -> Problem:
    """The problem with the county's reason, where one was given and says something."""
    given = reasons.get(problem.code, "")
    if not given or problem.level is not Level.EXPLAIN:
        return problem
    if says_why(given):
        return evolve(problem, explanation=given)
    shown = given if len(given) <= _QUOTED else given[:_QUOTED] + "…"
    return evolve(problem, refused=shown)
