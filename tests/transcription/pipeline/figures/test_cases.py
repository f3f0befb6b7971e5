"""Spoken figures by kind: our own cases, and the shared ones where they are."""

import re
from pathlib import Path

import pytest

from benchmarks.itn.cases import OWN, Case, read
from benchmarks.itn.sense import changes_sense
from transcription.pipeline.figures.itn import normalise

ROOT = Path(__file__).parents[4]
SHARED = ROOT.parent / "shared" / "cases"
CASES = read(ROOT / OWN)


def written(case: Case) -> str:
    return normalise(case.spoken, "zh").text


def wrong(cases: list[Case]) -> list[tuple[str, str]]:
    found = [(case.spoken, written(case)) for case in cases]
    return [
        pair
        for pair, case in zip(found, cases, strict=True)
        if pair[1] not in case.accepted
    ]


def with_other_sense(cases: list[Case]) -> list[str]:
    return [
        case.spoken
        for case in cases
        if changes_sense(case.spoken, written(case), case.accepted)
    ]


@pytest.mark.parametrize("kind", sorted({case.kind for case in CASES["tuning"]}))
def test_every_case_of_a_kind_is_written_right(kind: str) -> None:
    assert wrong([case for case in CASES["tuning"] if case.kind == kind]) == []


@pytest.mark.parametrize("half", ["tuning", "held-out"])
def test_no_case_says_something_else_in_writing(half: str) -> None:
    assert with_other_sense(CASES[half]) == []


def test_cases_that_nothing_was_tuned_on_are_written_right() -> None:
    cases = CASES["held-out"]
    assert len(wrong(cases)) <= 0.03 * len(cases)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared cases are not there")
@pytest.mark.parametrize("name", ["itn.tsv", "itn_ordinary.tsv"])
def test_shared_cases(name: str) -> None:
    (cases,) = read(SHARED / name).values()
    assert with_other_sense(cases) == []
    assert len(wrong(cases)) <= (0 if name == "itn_ordinary.tsv" else 0.03 * len(cases))


@pytest.mark.parametrize(
    ("spoken", "written", "accepted"),
    [
        ("三百块一晚", "300.1元晚", "300块一晚"),
        ("九点五分", "9:05", "9.5分"),
        ("零点零三元", "0:03元", "0.03元"),
        ("一点五千克", "一点5000克", "1.5千克"),
        ("三到五百块", "3到500块", "三到五百块"),
        ("百分之三到五", "3%到五", "3%到5%"),
        ("二三四线", "234线", "二三四线"),
        ("七七八八", "7788", "七七八八"),
        ("八点零五", "8:15", "8:05"),
    ],
)
def test_another_sense_is_seen(spoken: str, written: str, accepted: str) -> None:
    assert changes_sense(spoken, written, [accepted])


def test_another_figure_anywhere_is_another_sense() -> None:
    """In every case, every figure of what is written, one after the other."""
    for case in [*CASES["tuning"], *CASES["held-out"]]:
        right = written(case)
        for at in (match.start() for match in re.finditer("[0-9]", right)):
            other = right[:at] + str((int(right[at]) + 3) % 10) + right[at + 1 :]
            if other not in case.accepted:
                assert changes_sense(case.spoken, other, case.accepted), other


@pytest.mark.parametrize(
    ("spoken", "written", "accepted"),
    [
        ("三百块一晚", "三百块一晚", "300块一晚"),
        ("五月一号到五号", "5月1日到五号", "5月1日到5日"),
        ("十三香", "13香", "十三香"),
        ("尾号一二三四", "尾号一二三四", "尾号1234"),
        ("三到五百块", "300到500块", "三到五百块"),
        ("十二块五", "12块5", "12.5元"),
        ("九点零五", "9点05分", "9:05"),
    ],
)
def test_what_is_only_written_badly_says_the_same(
    spoken: str, written: str, accepted: str
) -> None:
    assert not changes_sense(spoken, written, [accepted])
