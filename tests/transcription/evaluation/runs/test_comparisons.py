"""What is read from finished runs: two compared, a table, the trial of a draft."""

import pytest
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.people import supervisor_of
from tests.transcription.conftest import Upload
from tests.transcription.engines import FakeEngine
from tests.transcription.evaluation.runs.ordering import WORDS, done
from transcription.models.evaluation import LibraryKind, ReferenceItem, ReferenceSet
from transcription.services.evaluation.reading import (
    changed_results,
    compare,
    export_csv,
    readable,
)
from transcription.services.evaluation.running import run_evaluation
from transcription.services.evaluation.runs import Library, order_trial
from transcription.services.evaluation.trials import newest_trial, try_draft
from transcription.services.hotwords.lists import add_words, create_list
from transcription.services.hotwords.versions import publish_list

pytestmark = pytest.mark.django_db


def test_a_list_that_writes_what_nobody_said_makes_things_worse(
    target: ReferenceSet, engine: FakeEngine
) -> None:
    engine.text = "立绿调整了吗"
    after = order_trial(
        reference_set=target,
        origin=SYSTEM,
        before=Library(LibraryKind.NONE, ("利率",), ("利率", "例率")),
        after=Library(LibraryKind.JOBS, ("例率",), ("利率", "例率")),
    )
    assert after.baseline
    run_evaluation(after.baseline.pk)
    run_evaluation(after.pk)
    after.refresh_from_db()
    after.baseline.refresh_from_db()
    found = compare(after.baseline, after, supervisor_of(target.department))
    assert found.is_worse
    assert (found.worse, found.better, found.changed) == (2, 0, 2)
    assert (
        len(changed_results(after.baseline, after, supervisor_of(target.department)))
        == 2
    )
    assert found.cer_low > 0


def test_two_runs_that_recognised_the_same_are_no_worse(
    target: ReferenceSet, engine: FakeEngine
) -> None:
    found = compare(done(target), done(target, WORDS), supervisor_of(target.department))
    assert not found.is_worse
    assert found.changed == 0


def test_what_is_in_the_trash_is_not_read(
    target: ReferenceSet, engine: FakeEngine, alice: User, upload: Upload
) -> None:
    recording = upload(alice).recording
    ReferenceItem.objects.create(
        reference_set=target,
        name="通话",
        text="利率调整了吗",
        language="zh",
        recording=recording,
        start_ms=0,
        end_ms=900,
    )
    run = done(target)
    assert readable(run, supervisor_of(target.department)).count() == 3
    recording.deleted_at = timezone.now()
    recording.save()
    assert readable(run, supervisor_of(target.department)).count() == 2
    assert "通话" not in export_csv(
        run, supervisor_of(target.department), SYSTEM
    ).decode("utf-8-sig")


def test_the_file_for_spreadsheets_has_every_sentence(
    target: ReferenceSet, engine: FakeEngine
) -> None:
    engine.text = "=1+1"
    lines = (
        export_csv(done(target), supervisor_of(target.department), SYSTEM)
        .decode("utf-8-sig")
        .splitlines()
    )
    assert len(lines) == 3
    assert "'=1+1" in lines[1]


def test_a_draft_is_tried_beside_what_jobs_use(
    target: ReferenceSet, sales: Department, engine: FakeEngine
) -> None:
    made = create_list(department=sales, origin=SYSTEM, name="产品")
    add_words(hotword_list=made, origin=SYSTEM, text="利率")
    publish_list(hotword_list=made, origin=SYSTEM)
    add_words(hotword_list=made, origin=SYSTEM, text="黎律")
    engine.text = "黎绿调整了吗"
    try_draft(hotword_list=made, reference_set=target, origin=SYSTEM)
    trial = newest_trial(supervisor_of(sales), made)
    assert trial
    assert trial.is_active
    assert (trial.before.label, trial.after.label) == (
        "产品（第 1 版）",
        "产品（草稿）",
    )
    assert (trial.before.hotwords, trial.after.hotwords) == (["利率"], ["利率", "黎律"])
    run_evaluation(trial.before.pk)
    run_evaluation(trial.after.pk)
    done = newest_trial(supervisor_of(sales), made)
    assert done
    assert done.comparison
    assert not done.is_outdated
    add_words(hotword_list=made, origin=SYSTEM, text="理财产品")
    later = newest_trial(supervisor_of(sales), made)
    assert later
    assert later.is_outdated
