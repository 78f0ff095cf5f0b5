"""The quick look that tells texts from heads: with three such signs their folding begins, too."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from clusterbook.forms.parsing.folding import begins_steady, fold

_ODD = st.sampled_from("戶户⼾⼀　 \u0301\u3099\u200b（(-—ａa1①㈠﹪Å")
_TEXTS = st.text(st.one_of(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), _ODD))


@given(_TEXTS)
def test_a_text_that_begins_steady_folds_to_its_first_signs(text):
    if begins_steady(text):
        assert fold(text)[:3] == text[:3]


def test_every_steady_sign_keeps_itself_whatever_follows():
    marks = [chr(code) for code in range(0x300, 0x3100) if unicodedata.combining(chr(code))]
    signs = [sign for sign in map(chr, range(0x4E00, 0x9FA6)) if begins_steady(sign * 3)]
    assert len(signs) > 20_000
    for sign in signs:
        assert fold(f"{sign}（") == f"{sign}("
    for mark in marks:
        assert fold(f"户户户{mark}（").startswith("户户户")


def test_a_look_alike_among_the_first_three_is_not_steady():
    assert all(map(begins_steady, ("企业名称", "2025年", "A企业名")))
    assert not any(
        map(
            begins_steady,
            ("戶企业", "企戶业", "企业戶", "企业", "企 业名", "A-1", "1\u0301年度", "12\u0301年"),
        )
    )
