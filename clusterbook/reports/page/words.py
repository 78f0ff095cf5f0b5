"""The words of the report page, in both languages; {0}, {1} stand for what is put in."""

from __future__ import annotations

from collections.abc import Mapping

from clusterbook.problems import Level
from clusterbook.reports.feedback.groups import LEFT_OUT
from clusterbook.verdicts import Status, Verdict

# fmt: off
_WORDS: Mapping[str, tuple[str, str]] = {
    # --- head, sections
    "title": ("集群申报审核报告", "Report on the returned workbooks"),
    "overview": ("概况", "Overview"),
    "cities": ("各市州", "By city"),
    "progress": ("报送进度", "Progress"),
    "submissions": ("报送单位", "Submissions"),
    "frequent": ("常见问题", "Frequent problems"),
    "problems": ("问题清单", "All problems"),
    "print_page": ("打印", "Print"),
    "counted": ("共审核 {0} 份报送文件", "{0} returned files were checked"),
    "problem_count": ("共 {0} 条问题", "Problems: {0}"),
    "form_count": ("{0}（{1}年）{2} 份", "{0} ({1}): {2}"),
    "form_unknown": ("未识别表式 {0} 份", "form not recognised: {0}"),
    # --- verdicts, levels, statuses
    **{one.value: (one.value, one.english) for one in Verdict},
    Status.UNSENT.value: (Status.UNSENT.value, "Not yet sent"),
    Status.ONLY_ATTACHED.value: (Status.ONLY_ATTACHED.value, "Not yet sent (attachments only)"),
    Status.SENT.value: (Status.shown(Status.SENT), Verdict.EXPLAIN.english),
    **{one.value: (one.chinese, one.value.title()) for one in Level},
    "about_通过": ("没有错误，没有待说明的问题", "No error, nothing left to explain"),
    "about_待说明": ("没有错误，有的问题要写明原因", "No error; some problems need a reason"),
    "about_退回": ("有错误，更正后重新报送", "Has errors: to be mended and sent again"),
    "about_无法读取": ("文件打不开或不是申报工作簿", "Damaged, or not an issued workbook"),
    "about_error": ("必须更正", "must be mended"),
    "about_explain": ("请核对；如属实，写明原因即可", "accepted with a written reason"),
    "about_info": ("供参考，不影响通过", "for information only"),
    # --- the round
    "due_round": ("各市州报送情况", "The round by city"),
    "due": ("应报", "Due"), "sent_": ("已报", "Sent"), "unsent_": ("未报", "Not sent"),
    "passed_": ("通过", "Passed"), "asked_": ("待说明", "To explain"),
    "back_": ("退回", "Returned"),
    "attached_": ("其中仅附件", "Attachments only"),
    "due_lead": (
        "应报 {0} 份，已报 {1} 份，未报 {2} 份；已报的通过 {3} 份，待说明 {4} 份，退回 {5} 份。",
        "Due {0}, sent {1}, not sent {2}; of those sent {3} passed, {4} to explain, {5} returned.",
    ),
    "said_deadline": ("报送截止：{0}", "Deadline: {0}"),
    "said_sender": ("发放单位：{0}", "Issued by: {0}"),
    "said_contact": ("咨询：{0}", "Contact: {0}"),
    "since_all": (
        "与上次导入相比：已更正 {0} 条，仍有 {1} 条（含已说明的），新增 {2} 条（共 {3} 份可比）。",
        "Since then: {0} fixed, {1} still there (explained ones too), {2} new (in {3} returns).",
    ),
    "show_codes": ("显示规则代码", "Show rule codes"),
    "by_kind": ("按问题类别", "By group"),
    "kind": ("问题类别", "Group"),
    "all_papers": ("全部退回件和通知的目录", "Index of all papers"),
    "returned_copy": ("标注副本", "Marked copy"), "returned_notice": ("退回通知", "Letter"),
    "returned_message": ("短消息", "Message"), "passed_notice": ("通过通知", "Letter"),
    "passed_receipt": ("收到回执", "Receipt"),
    "attachments": (
        "附件 {0} 个（不是报送文件，不读取，不计数）", "Attachments: {0} (never read or counted)",
    ),
    # --- tables
    "city": ("市州", "City"),
    "no_city": ("（未填市州）", "(no city given)"),
    "shares": ("结论分布", "Verdicts"),
    "total": ("合计", "Total"),
    "passed_share": ("通过率", "Passed"),
    "verdict": ("结论", "Verdict"),
    "cluster": ("集群 · 文件", "Cluster · file"),
    "place": ("市州 · 县（市、区）", "City · county"),
    "its_problems": ("问题", "Problems"),
    "places": ("{0} 家", "{0}"),
    "see": ("查看 {0} 条", "See {0}"),
    "code": ("代码", "Code"),
    "level": ("级别", "Level"),
    "pattern": ("问题 · 实例", "Problem · example"),
    "times": ("次数", "Times"),
    "in_submissions": ("涉及份数", "Submissions"),
    "sheet": ("工作表", "Sheet"),
    "field": ("栏目", "Field"),
    "codes": ("问题代码（次数）", "Codes (times)"),
    "by_code": ("按问题种类", "By kind of problem"),
    "by_label": ("按栏目", "By field"),
    "example": ("例：{0}", "Example: {0}"),
    "show_all": ("显示全部 {0} 项", "Show all {0}"),
    "more_on_screen": ("以上为前 {0} 项，共 {1} 项。", "The first {0} of {1}."),
    "set_aside": (
        "另有 {0} 个文件未计入：不是报送文件，或以另一份为准",
        "{0} files do not count: no submissions, or another one counts instead",
    ),
    "left_out": (LEFT_OUT, "{} left out, as next to nothing is filled in."),
    "no_problems": ("没有发现问题。", "No problem was found."),
    "since": (
        "较上次：已更正 {0}，仍有（含已说明的）{1}，新增 {2}",
        "since the round before: {0} fixed, {1} still there (explained ones too), {2} new",
    ),
    "no_submissions": ("没有报送文件。", "There are no submissions."),
    # --- the list of problems
    "where": ("位置", "Where"),
    "label_value": ("栏目 · 所填内容", "Field · what was filled in"),
    "message": ("问题 · 怎样更正", "Problem · how to mend"),
    "submission": ("报送单位", "Submission"),
    "search": ("搜索", "Search"),
    "search_hint": (
        "输入单位、栏目、内容、单元格……用空格隔开几个词",
        "unit, field, text, cell … several words narrow it down",
    ),
    "all": ("全部", "All"),
    "all_of": ("全部（{0}）", "All ({0})"),
    "clear": ("清除筛选", "Clear filters"),
    "found": ("共 {0} 条，符合条件 {1} 条", "{1} of {0} problems"),
    "found_all": ("共 {0} 条", "Problems: {0}"),
    "shown_rows": ("第 {0}–{1} 条", "{0}–{1}"),
    "nothing_found": (
        "没有符合条件的问题。请减少搜索词，或清除筛选。",
        "No problem matches. Use fewer words, or clear the filters.",
    ),
    "copy": ("复制这 {0} 条", "Copy these {0}"),
    "copy_ticked": ("复制勾选的 {0} 条", "Copy the {0} ticked"),
    "untick": ("取消勾选", "Untick all"),
    "copied": ("已复制 {0} 条，可以粘贴到聊天窗口。", "{0} copied; paste them into a chat."),
    "copy_by_hand": (
        "浏览器不允许自动复制，请按 Ctrl+C 复制下面的文字。",
        "The browser does not allow copying: press Ctrl+C.",
    ),
    "close": ("关闭", "Close"),
    "print_these": ("打印这些问题", "Print these"),
    "printed_part": (
        "本次只印出第 {0}–{1} 条，共 {2} 条。要全部印出，请在页面上用“打印这些问题”。",
        "Only {0}–{1} of {2} are printed here; “Print these” prints all of them.",
    ),
    "tick": ("勾选", "Tick"),
    "tick_page": ("勾选本页全部", "Tick this page"),
    "previous": ("上一页", "Previous"),
    "next": ("下一页", "Next"),
    "page": ("第 {0} / {1} 页", "Page {0} of {1}"),
    "per_page": ("每页", "Per page"),
    "whole_file": ("整个文件", "whole file"),
    "mend": ("更正", "To mend"),
    "reason": ("已说明", "Reason given"),
    "proof": ("打开佐证材料 P{0}", "Open the evidence, page {0}"),
    "expand": ("展开全文（{0}字）", "Show all ({0} characters)"),
    "filtered": ("当前筛选：{0}", "Filters: {0}"),
    "of_all": ("（{0} / {1}）", "({0} / {1})"),
    "option": ("{0}（{1}）", "{0} ({1})"),
    # --- the text for a chat: whom, what is asked, one problem
    "chat_head": ("【{0}】共 {1} 条：{2}", "[{0}] {1} problems: {2}"),
    "chat_count": ("{0} {1} 条", "{0} {1}"),
    "chat_join": ("，", ", "),
    "chat_line": ("{0}.［{1}］{2}：{3}", "{0}. [{1}] {2}: {3}"),
    "chat_file": ("文件：{0}", "File: {0}"),
    # --- foot
    "no_script": (
        "脚本没有运行，不能搜索和筛选。下面若没有列出问题，请换较新的浏览器，或看 problems.csv。",
        "No search: the script does not run. No list below? Newer browser, or problems.csv.",
    ),
    "made_by": (
        "本页由 clusterbook {0} 根据 submissions.csv 和 problems.csv 生成，不联网也能打开。",
        "Made by clusterbook {0} from submissions.csv and problems.csv; needs no network.",
    ),
    "privacy": (
        "内含未公开的企业数据，请勿外传。",
        "Holds unpublished figures of enterprises; do not pass on.",
    ),
}
# fmt: on

LANGUAGES = ("zh", "en")


def month_count(lang: str, title: str, year: str, month: int, count: int) -> str:
    """``form_count`` of a round by months; the page's own script has no need of it."""
    if lang == "zh":
        return f"{title}（{year}年{month}月）{count} 份"
    return f"{title} ({year}-{month:02d}): {count}"


def words(lang: str) -> dict[str, str]:
    """The words in one language. ValueError for a language that there is not."""
    at = LANGUAGES.index(lang)
    return {key: both[at] for key, both in _WORDS.items()}
