"""A department as it is after a year: three thousand recordings in every state.

``python -m benchmarks.pages.filling`` writes it into the migrated, empty database of
the environment's portal. The addresses of a call, of an hour of five speakers and of
5,000 sentences are printed, in this order. What is random is the same each time.
"""

import io
import os
import random
import sys
from datetime import timedelta
from itertools import cycle, islice
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from accounts.models.departments import Department
    from accounts.models.members import Membership
    from transcription.models.jobs import TranscriptionJob
    from transcription.models.recordings import Recording
    from transcription.models.runs import JobState

RECORDINGS = 3_000
CALL_SENTENCES = 12
HOUR_SENTENCES = 1_200
LONG_SENTENCES = 5_000
SENTENCE_MS = 3_000
HOTWORDS = 800
NOTICES = 120
PEAKS = 2_000  # of a waveform, as the pipeline stores at most
_AGENTS = ("李娜", "王强", "张敏", "陈静", "刘洋", "赵雪", "周凯", "吴桐")
_TAGS = ("投诉", "退款", "回访", "理财", "物流", "VIP", "质检")
_MATTERS = (
    "理财产品到期咨询",
    "订单未按时送达，客户要求退款并补偿运费",
    "信用卡账单分期",
    "扫地机器人保修",
    "预约体检改期",
    "套餐资费投诉",
    "发票抬头更正",
)
_SENTENCES = (
    "您好，这里是客服中心，请问有什么可以帮您？",
    "我上个月买的那款理财产品，最近利率是不是调整了？",
    "请您稍等，我这边帮您查询一下。",
    "嗯，好的。",
    "查到了，从十一月一号开始，年化收益率从百分之三点二调整到百分之二点九。",
    "那我要是现在赎回，会不会有损失？",
    "提前赎回的话会按照活期计息，手续费是一百二十块钱。",
    "我的订单号是二零二六零八一七三三五，已经五天了还没有送到。",
)
_FAILURES = ("corrupt_audio", "no_audio", "unsupported_format", "decoder_lost")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    for address in fill():
        sys.stdout.write(f"{address}\n")


def fill() -> tuple[str, str, str]:
    """Its people's names are lin (member), sue, adam and audrey; lin is in the empty
    department ``new``, too."""
    from django.core.management import call_command

    from accounts.models.departments import Department
    from accounts.models.members import Membership
    from accounts.roles import Role
    from tests.people import join, make_user

    service = Department.objects.create(slug="service", name="客户服务部")
    lin = join(make_user("lin", display_name="林晓"), service, Role.MEMBER)
    new = Department.objects.create(slug="new", name="新业务部")
    join(lin, new, Role.MEMBER)
    people = (("sue", Role.SUPERVISOR), ("adam", Role.ADMIN), ("audrey", Role.AUDITOR))
    for name, role in people:
        join(make_user(name), service, role)
    member = Membership.objects.select_related("user").get(user=lin, department=service)
    _recordings(service, member)
    addresses = (
        _long(member, "扫地机器人物流咨询", 60, 2),
        _long(member, "十一月客户服务例会", HOUR_SENTENCES, 5),
        _long(member, "全天培训录音", LONG_SENTENCES, 3),
    )
    _hotwords(service)
    _notices(member)
    call_command("rebuild_search", stdout=io.StringIO())
    return addresses


def _recordings(department: "Department", member: "Membership") -> None:
    from accounts.models.members import Membership
    from transcription.models.recordings import Tag
    from transcription.models.runs import JobState

    chance = random.Random(1)
    tags = [Tag.objects.create(department=department, name=name) for name in _TAGS]
    people = list(Membership.objects.filter(department=department))
    states = [JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELED, JobState.QUEUED]
    for number in range(RECORDINGS):
        # Two of three are somebody's, one is the member's.
        owner = chance.choice([*people, member])
        recording = _call(owner, number, chance)
        recording.tags.set(chance.sample(tags, chance.choice((0, 0, 1, 1, 2))))
        state = chance.choices(states, (940, 30, 15, 15))[0]
        _finish(recording, state, chance)


def _call(owner: "Membership", number: int, chance: random.Random) -> "Recording":
    from django.utils import timezone

    from tests.factories import make_recording
    from transcription.models.recordings import Direction

    made_at = timezone.now() - timedelta(minutes=170 * number + chance.randrange(90))
    phone = f"1{chance.randrange(3_000_000_000, 9_999_999_999)}"
    matter = chance.choice(_MATTERS)
    named_by_machine = f"{made_at:%Y%m%d%H%M%S}_{phone}_{chance.randrange(9_999):04}"
    return make_recording(
        owner.department,
        owner.user,
        title=named_by_machine if number % 3 else matter,
        original_name=f"{named_by_machine}.wav",
        duration_ms=CALL_SENTENCES * SENTENCE_MS,
        channel_count=2,
        agent=chance.choice(_AGENTS),
        phone_number=phone,
        direction=chance.choice(Direction.values),
        recorded_at=made_at - timedelta(minutes=chance.randrange(5, 600)),
        created_at=made_at,
        is_private=not number % 50,
        waveform=_waveform(2),
    )


def _waveform(channels: int) -> list[list[int]]:
    chance = random.Random(channels)
    return [[chance.randrange(101) for _ in range(PEAKS)] for _ in range(channels)]


def _finish(recording: "Recording", state: "JobState", chance: random.Random) -> None:
    from tests.factories import make_job
    from transcription.models.runs import JobState

    made_at = recording.created_at
    over: dict[str, object] = {"created_at": made_at, "enqueued_at": made_at}
    if state == JobState.FAILED:
        over |= {"error_code": chance.choice(_FAILURES), "finished_at": made_at}
    if state == JobState.SUCCEEDED:
        over["finished_at"] = made_at + timedelta(minutes=2)
    job = make_job(recording, state, **over)
    if state == JobState.SUCCEEDED:
        _transcript(job, CALL_SENTENCES, 2)


def _transcript(job: "TranscriptionJob", length: int, voices: int) -> None:
    from tests.factories import make_transcript
    from transcription.models.transcripts import Segment, Speaker, TimingSource

    transcript = make_transcript(job.recording, [], job)
    speakers = [
        Speaker.objects.create(transcript=transcript, label=f"speaker-{number}")
        for number in range(1, voices + 1)
    ]
    rows = (
        Segment(
            transcript=transcript,
            department=job.department,
            index=index,
            speaker=speakers[index // 3 % voices],
            start_ms=index * SENTENCE_MS,
            end_ms=(index + 1) * SENTENCE_MS - 200,
            text_raw=text,
            text=text,
            words=_words(text, index * SENTENCE_MS),
            flags=["near_silence"] if index % 40 == 7 else [],
            confidence=0.7 if index % 25 == 3 else 0.95,
            timing_source=TimingSource.ENGINE,
        )
        for index, text in enumerate(islice(cycle(_SENTENCES), length))
    )
    Segment.objects.bulk_create(rows, batch_size=500)


def _words(text: str, start_ms: int) -> list[dict[str, object]]:
    spoken = [(at, char) for at, char in enumerate(text) if char.isalnum()]
    step = (SENTENCE_MS - 300) // len(spoken)
    return [
        {
            "text": char,
            "start_ms": start_ms + step * place,
            "end_ms": start_ms + step * (place + 1) - 10,
            "confidence": 0.9,
            "offset": at,
        }
        for place, (at, char) in enumerate(spoken)
    ]


def _long(member: "Membership", title: str, length: int, voices: int) -> str:
    from tests.factories import make_job, make_recording

    recording = make_recording(
        member.department,
        member.user,
        title=title,
        original_name=f"{title}.wav",
        duration_ms=length * SENTENCE_MS,
        channel_count=1,
        waveform=_waveform(1),
    )
    _transcript(make_job(recording), length, voices)
    return f"/d/{member.department.slug}/recordings/{recording.uuid}/"


def _hotwords(department: "Department") -> None:
    from accounts.services.audit.writing import SYSTEM
    from transcription.services.hotwords.lists import add_words, create_list
    from transcription.services.hotwords.versions import publish_list

    parts = ("稳健", "天天", "月月", "云帆", "智选", "安心", "锦绣", "长盈")
    names = (f"{first}{second}{number}号" for number in range(1, 99)
             for first in parts for second in parts if first != second)  # fmt: skip
    for name in ("理财产品", "公司与人名"):
        words = create_list(department=department, origin=SYSTEM, name=name)
        text = "\n".join(islice(names, HOTWORDS // 2))
        add_words(hotword_list=words, origin=SYSTEM, text=text)
        publish_list(hotword_list=words, origin=SYSTEM)


def _notices(member: "Membership") -> None:
    from transcription.models.jobs import TranscriptionJob
    from transcription.models.notices import Notice, NoticeKind
    from transcription.models.runs import JobState

    mine = TranscriptionJob.objects.filter(requested_by=member.user)
    ended = mine.filter(state__in=(JobState.SUCCEEDED, JobState.FAILED))
    Notice.objects.bulk_create(
        Notice(
            department=member.department,
            recipient=member.user,
            kind=NoticeKind.JOB,
            job=job,
            created_at=job.finished_at or job.created_at,
            read_at=job.finished_at if number > 12 else None,
        )
        for number, job in enumerate(ended.order_by("-id")[:NOTICES])
    )


if __name__ == "__main__":
    main()
