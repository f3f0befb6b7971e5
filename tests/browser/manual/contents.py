"""The department that the manual's pictures show.

``python -m tests.browser.manual.contents`` in the portal's environment, as
``tests.browser.cast``. A department of its own: the cast's is every test's.
"""

import os
import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from accounts.models.departments import Department  # noqa: E402
from accounts.models.people import User  # noqa: E402
from accounts.roles import Role  # noqa: E402
from accounts.services.audit.writing import Origin  # noqa: E402
from tests.factories import make_job, make_recording  # noqa: E402
from tests.people import join, make_user  # noqa: E402
from tests.stack import ROOT  # noqa: E402
from transcription.models.recordings import (  # noqa: E402
    Direction,
    Recording,
    Tag,
    playback_path,
)
from transcription.models.transcripts import (  # noqa: E402
    Segment,
    Speaker,
    TimingSource,
    Transcript,
)
from transcription.pipeline.audio.decode import decode_file  # noqa: E402
from transcription.pipeline.types import DecodeLimits  # noqa: E402
from transcription.services.hotwords.lists import add_words, create_list  # noqa: E402
from transcription.services.hotwords.versions import publish_list  # noqa: E402
from transcription.services.media import storage  # noqa: E402
from transcription.services.search.index import index_transcript  # noqa: E402

CALL = ROOT / "transcription" / "samples" / "bank_wealth_product.wav"
# Channel, times, what is said in it.
SENTENCES = (
    (0, 0, 6_000, "您好，欢迎致电客户服务中心，工号3028为您服务。"),
    (1, 5_600, 9_000, "我上个月买的理财产品，利率调整了吗？"),
    (
        0,
        9_300,
        19_400,
        "请您稍等，我帮您查询一下。您购买的是稳增90天，年化收益率由3.2%调整为2.9%。",
    ),
    (1, 20_000, 23_000, "怎么又降了？那我可以提前赎回吗？"),
    (0, 23_300, 30_000, "这款产品是封闭式的，到期日是2024年3月12日，中途不能赎回。"),
    (1, 30_200, 31_900, "那手续费是多少？"),
    (0, 32_100, 36_400, "手续费一共是12.5元，会在到期的时候一起扣除。"),
    (1, 37_000, 39_200, "行，那我再考虑考虑。"),
    (0, 40_000, 46_500, "好的。投资有风险，请您仔细阅读产品说明书。祝您生活愉快。"),
)
PRODUCTS = "稳增90天\n龙腾计划\n金葵花卡\n周周盈\n朝朝宝\n云帆科技\n净值型理财\n封闭式"


def main() -> None:
    """李明 uploads, 王芳 administers, 陈静 audits the wealth department."""
    wealth = Department.objects.create(slug="wealth", name="财富管理部")
    li = join(make_user("liming", display_name="李明"), wealth, Role.MEMBER)
    wang = join(make_user("wangfang", display_name="王芳"), wealth, Role.ADMIN)
    join(make_user("chenjing", display_name="陈静"), wealth, Role.AUDITOR)
    hotwords(wealth, wang)
    index_transcript(transcript_of(recording(wealth, li)))


def hotwords(department: Department, admin: User) -> None:
    """A published list, with two words that wait."""
    products = create_list(
        department=department, origin=Origin(user=admin), name="产品名"
    )
    add_words(hotword_list=products, origin=Origin(user=admin), text=PRODUCTS)
    publish_list(hotword_list=products, origin=Origin(user=admin))
    add_words(hotword_list=products, origin=Origin(user=admin), text="季季红\n天天利")


def recording(department: Department, uploader: User) -> Recording:
    """The sample call, with sound to play and the details of a call."""
    made = make_recording(
        department,
        uploader,
        content=CALL.read_bytes(),
        title="理财产品咨询",
        agent="张伟",
        phone_number="138****2046",
        direction=Direction.INBOUND,
        recorded_at=datetime(2026, 3, 2, 10, 24, tzinfo=ZoneInfo("Asia/Shanghai")),
    )
    made.tags.add(Tag.objects.get_or_create(department=department, name="理财")[0])
    with tempfile.TemporaryDirectory() as folder:
        decoded = decode_file(CALL, Path(folder), DecodeLimits())
        made.duration_ms = decoded.duration_ms
        made.channel_count = decoded.channel_count
        made.waveform = [list(peaks) for peaks in decoded.waveform]
        if decoded.playback is not None:
            made.playback_file = playback_path(made, "")
            storage.keep_file(decoded.playback, made.playback_file.name)
        made.save()
    return made


def transcript_of(call: Recording) -> Transcript:
    """Both sides of it, with one doubt."""
    made = Transcript.objects.create(
        recording=call, department=call.department, job=make_job(call), language="zh"
    )
    sides = [
        Speaker.objects.create(
            transcript=made, label=f"channel-{channel}", name=name, channel=channel
        )
        for channel, name in enumerate(("客服", "客户"))
    ]
    for index, (channel, start_ms, end_ms, text) in enumerate(SENTENCES):
        Segment.objects.create(
            transcript=made,
            department=call.department,
            index=index,
            speaker=sides[channel],
            channel=channel,
            start_ms=start_ms,
            end_ms=end_ms,
            text_raw=text,
            text=text,
            confidence=0.3 if index == 3 else 0.95,
            timing_source=TimingSource.VAD,
        )
    return made


if __name__ == "__main__":
    main()
