"""A workbook patched for somebody is, byte for byte, the one that would be built for them."""

import io
import zipfile

import pytest
from attrs import evolve

from clusterbook.forms import registry
from clusterbook.forms.stamp import Stamp
from clusterbook.issuing import patch
from clusterbook.layout import layouts, paper, text_metrics
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

FORMS = registry.form_ids()


def person(layout, number, *, whom=None, drop=(), **changed):
    """A stamp and an answer to every key that a roster can fill, changed by the key's last part."""
    keys = dict.fromkeys(layout.workbook.prefill.values())
    values = {key: f"{key}·{number}" for key in keys if key not in drop}
    values |= {key: changed[name] for key in values if (name := key.split(".")[1]) in changed}
    whom = f"邵阳市邵东市 第{number}产业集群" if whom is None else whom
    stamp = Stamp.of(layout.workbook, issue=f"A{number:09d}", issued_to=whom)
    return stamp, Entries(values=values)


def assert_as_built(layout, people):
    """Parts first: a difference is then told where it is; then the whole files."""
    made = patch.workbooks(layout, people)
    for (stamp, answers), patched in zip(people, made, strict=True):
        built = write_template(layout, stamp, answers)
        if patched != built:
            assert parts(patched) == parts(built)
        assert patched == built


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return [(name, archive.read(name)) for name in archive.namelist()]


@pytest.fixture
def builds(monkeypatch):
    """Counts the workbooks that are built and not patched."""
    built = []

    def counted(*args, **more):
        built.append(args)
        return write_template(*args, **more)

    monkeypatch.setattr(patch, "write_template", counted)
    return built


@pytest.mark.parametrize("form", FORMS)
def test_one_build_serves_all(form, builds):
    layout = layouts.of(form)
    people = [person(layout, number) for number in (1, 2, 3)]
    assert_as_built(layout, people)
    assert len(builds) == 1


@pytest.mark.parametrize("form", FORMS)
def test_a_city_stands_in_the_hidden_lists_too(form, builds):
    """Its string is then one and not two, and the numbers of those behind it change."""
    layout = layouts.of(form)
    kinds = {f"{block.name}.{asked.name}": asked.kind for block, asked in layout.workbook.answers()}
    city = next(key for key in layout.workbook.prefill.values() if key.endswith(".city"))
    first, *_, last = kinds[city].options
    assert_as_built(layout, [person(layout, n, city=name) for n, name in enumerate((first, last))])
    assert len(builds) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"contact_name": "合计"},  # printed before: all sheets are numbered anew
        {"contact_name": "cb:c1"},
        {"contact_name": "同名", "cluster_name": "同名"},
        {"contact_name": "cb:sheet:meta|A000000007"},
        {"contact_name": "&lt;b>\"'&amp;", "cluster_name": "]]>&<i>"},
        {"contact_name": "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")},
        {"contact_name": "０12é　内"},
    ],
    ids=lambda changed: "+".join(changed.values()),
)
def test_texts_that_coincide_or_need_escapes(changed, builds):
    layout = layouts.of("fujian_sme_cluster")
    assert_as_built(layout, [person(layout, 7, **changed)])
    ((_, _, answers),) = builds
    assert answers != person(layout, 7, **changed)[1], "the master, which is nobody's"


@pytest.mark.parametrize("whom", ["甲&乙<丙>\"丁'\\戊", "县" * 100, "A-B" * 30, "😀" * 9, "填"])
def test_whom_it_is_for(whom, builds):
    """In footers, in a line that may need two rows, in JSON, in the properties of the document.

    One is also a part of printed texts.
    """
    layout = layouts.of("fujian_sme_cluster")
    assert_as_built(layout, [person(layout, 1), person(layout, 2, whom=whom)])


def test_deadline_contact_and_sender(builds):
    """Each wording has a master of its own: few wordings, few builds."""
    layout = layouts.of("fujian_sme_cluster")
    people = [person(layout, number) for number in range(1, 5)]
    shown = [
        {"deadline": "3月15日", "contact": "王工 0591-00000001", "sender": "省工信厅"},
        {"deadline": "3月15日", "contact": "王工 0591-00000001", "sender": "省工信厅"},
        {"contact": "甲&乙<丙>"},
        {"sender": "_x0041_"},  # written otherwise than escaped: built
    ]
    people = [(stamp.showing(one), more) for (stamp, more), one in zip(people, shown, strict=True)]
    assert_as_built(layout, people)
    assert len(builds) == 3


def test_a_long_name_makes_its_row_higher(builds):
    """The rows of the first sheet are as high as in a build; each height takes a master."""
    layout = layouts.of("fujian_sme_cluster")
    wide = int(paper.FORM.across(landscape=False) // text_metrics.font_size("guide_text"))
    whoms = ["短", "长" * (wide + 30), "长" * (wide + 31), "更长" * wide]
    people = [person(layout, n, whom=whom) for n, whom in enumerate(whoms)]
    assert_as_built(layout, people[:3])
    assert len(builds) == 2
    assert_as_built(layout, people[3:])


@pytest.mark.parametrize(
    "text",
    ["_x0041_", " 前", "后\u3000", "一\n二", "a\x07b", "<r>a</r>", "\ue000\ue001\ue002", "\uffff"],
)
def test_what_is_written_in_unusual_ways_is_built(text, builds):
    layout = layouts.of("fujian_sme_cluster")
    people = [person(layout, 1, contact_name=text)]
    assert_as_built(layout, people)
    assert builds == [(layout, *people[0])]


@pytest.mark.filterwarnings("ignore:Number of footer images")
@pytest.mark.parametrize("whom", ["", "县" * 200, "a&[Picture]", "\ue001\ue001", "一\n二"])
def test_whom_that_is_unusual_is_built(whom, builds):
    layout = layouts.of("fujian_sme_cluster")
    people = [person(layout, 1, whom=whom)]
    assert_as_built(layout, people)
    assert builds == [(layout, *people[0])]


def test_what_is_no_single_text_is_built(builds):
    layout = layouts.of("fujian_sme_cluster")
    stamp, answers = person(layout, 1)
    parted = next(key for key, slots in layout.slots.items() if len(slots) > 1)
    year = layout.workbook.options.report_year
    for more in ({"values": {f"industry.output_value.{year}": 3.5}}, {"values": {parted: "一\n二"}},
                 {"rows": {"patents_list": [{"patent_name": "甲"}]}}, {"reasons": {"P01.x": "属实"}}, {"earlier": 2025}):  # fmt: skip
        people = [(stamp, evolve(answers, **more))]
        assert_as_built(layout, people)
        assert builds.pop() == (layout, *people[0])


def test_who_has_other_answers_has_another_master(builds):
    layout = layouts.of("fujian_sme_cluster")
    keys = list(dict.fromkeys(layout.workbook.prefill.values()))
    people = [person(layout, n, drop=keys[-n:] if n else ()) for n in (0, 2, 0, 2)]
    assert_as_built(layout, people)
    assert len(builds) == 2


def test_a_child_keeps_its_parent(builds):
    layout = layouts.of("fujian_sme_cluster")
    stamp, answers = person(layout, 1)
    assert_as_built(layout, [(evolve(stamp, parent="B123456789"), answers), (stamp, answers)])
    assert len(builds) == 2
