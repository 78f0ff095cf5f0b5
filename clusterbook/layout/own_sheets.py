"""What the sheets of a workbook are called that no form declares: guides, 校验, the hidden ones."""

from __future__ import annotations

#: the first page, the notes on the form, what is open, and the whole list of checks
GUIDE_SHEET, NOTES_SHEET, REVIEW_SHEET, WHOLE_SHEET = "首页", "填报说明", "校验", "校验明细"
#: of a returned copy: what is to be mended
RETURNED_SHEET = "退回意见"
#: hidden: the live checks of answers and of rules, the lists of choices, the stamp
CHECKS_SHEET, RULES_SHEET, LISTS_SHEET, META_SHEET = "_checks", "_rules", "_lists", "_meta"
#: hidden, of a returned copy: what was typed in its marked cells
TYPED_SHEET = "_returned"

# What the corners of their rulers call them.
GUIDE_KEY, NOTES_KEY, REVIEW_KEY, WHOLE_KEY = "guide", "instructions", "review", "review_all"
RETURNED_KEY, META_KEY = "returned", "meta"
PAGE_KEYS = {
    GUIDE_SHEET: GUIDE_KEY, NOTES_SHEET: NOTES_KEY, REVIEW_SHEET: REVIEW_KEY,
    WHOLE_SHEET: WHOLE_KEY, RETURNED_SHEET: RETURNED_KEY,
}  # fmt: skip
#: on these the importer asks for nothing but reasons
AROUND = (GUIDE_SHEET, NOTES_SHEET, REVIEW_SHEET, WHOLE_SHEET)
#: the cell that is selected on coming to one of these sheets: its title, as A1 holds a mark
DOOR = "B2"
