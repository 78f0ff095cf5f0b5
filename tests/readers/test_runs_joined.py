"""Texts of several runs, as LibreOffice writes them, read the same with their runs joined first."""

from hypothesis import given
from hypothesis import strategies as st

from clusterbook.readers.xlsx import strings

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OPENING = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="9" uniqueCount="9">'
KEEP = ' xml:space="preserve"'
PROPERTIES = (
    "", "<rPr></rPr>", '<rPr><sz val="11"/><rFont val="仿宋"/></rPr>', '<rPr><b val="true"/></rPr>',
    '<rPr><vertAlign val="superscript"/></rPr>',
)  # fmt: skip

texts = st.sampled_from(["", "甲", " 乙 ", "10", "a&amp;b", "_x0041_", "&lt;r&gt;"])
kept = st.sampled_from([KEEP, KEEP, KEEP, ""])
runs = st.builds(
    lambda properties, keep, text: f"<r>{properties}<t{keep}>{text}</t></r>",
    st.sampled_from(PROPERTIES[:-1]), kept, texts,
)  # fmt: skip
phonetic = st.sampled_from(["", "", "", '<rPh sb="0" eb="1"><t>かん</t></rPh>'])
items = st.one_of(
    st.builds(lambda keep, text: f"<si><t{keep}>{text}</t></si>", kept, texts),
    st.builds(lambda found, read: f"<si>{''.join(found)}{read}</si>",
              st.lists(runs, min_size=1, max_size=4), phonetic),
)  # fmt: skip


@given(st.lists(items, min_size=1, max_size=6))
def test_a_table_reads_as_it_would_run_by_run(found: list[str]) -> None:
    table = f"{HEAD}{OPENING}{''.join(found)}</sst>"
    joined = strings.without_run_properties(table.encode()).decode()
    assert strings._exact_strings(joined, "") == strings._exact_strings(table, "")
    read = strings.SharedStrings(joined, "")
    assert [read[str(n)] for n in range(len(found))] == strings._exact_strings(table, "")


def test_runs_of_plain_properties_are_gone_and_others_stay() -> None:
    plain = "".join(f"<r>{one}<t{KEEP}>甲</t></r>" for one in PROPERTIES[2:4])
    raised = f"<r>{PROPERTIES[-1]}<t{KEEP}>2</t></r>"
    gone = strings.without_run_properties(f"{HEAD}{OPENING}<si>{plain}</si></sst>".encode())
    assert gone.decode() == f"{HEAD}{OPENING}<si><t{KEEP}>甲甲</t></si></sst>"
    stays = f"{HEAD}{OPENING}<si>{plain}{raised}</si></sst>".encode()
    assert strings.without_run_properties(stays) == stays
