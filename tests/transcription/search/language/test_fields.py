import pytest

from tests.transcription.search.language.shapes import TODAY, read
from transcription.models.recordings import Direction, Language
from transcription.models.runs import JobState
from transcription.search.language.facts import CHOICES
from transcription.search.language.parsing import parse
from transcription.search.language.refusals import NotUnderstood
from transcription.search.language.tree import FactName
from transcription.services.search.filters import ACTIVE


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("speaker:客服 退款", "(& {speaker=客服} 退款)"),
        ("说话人:客服 退款", "(& {speaker=客服} 退款)"),
        ("说话人：客服 退款", "(& {speaker=客服} 退款)"),
        ("說話人：客服 退款", "(& {speaker=客服} 退款)"),
        ("发言人:客服 退款", "(& {speaker=客服} 退款)"),
        ("Speaker:客服 退款", "(& {speaker=客服} 退款)"),
        ("ｓｐｅａｋｅｒ：客服 退款", "(& {speaker=客服} 退款)"),
        ("speaker :客服 退款", "(& {speaker=客服} 退款)"),
        ('speaker:"张 三" 退款', "(& {speaker=张 三} 退款)"),
        ("speaker:“张 三”退款", "(& {speaker=张 三} 退款)"),
        ("退款 speaker:客服", "(& {speaker=客服} 退款)"),
        ("退款，说话人：客服", "(& {speaker=客服} 退款)"),
        ("speaker:客服 speaker:客服 退款", "(& {speaker=客服} 退款)"),
        ("speaker:客服 AND 退款", "(& {speaker=客服} 退款)"),
        ("speaker:客服 抱歉 OR 对不起", "(| {speaker=客服} 抱歉 对不起)"),
        ("speaker:客服 AND 抱歉 OR 对不起", "(| (& {speaker=客服} 抱歉) 对不起)"),
        ("speaker:客服 -抱歉", "(& {speaker=客服} (- 抱歉))"),
        ("speaker:A (speaker:B 退款)", "(& {speaker=A} (& {speaker=B} 退款))"),
        (
            "speaker:A 甲 (speaker:B 乙 OR 丙)",
            "(& {speaker=A} 甲 (| {speaker=B} 乙 丙))",
        ),
        ("within:first30s 退款", "(& {first=30000} 退款)"),
        ("within:last1m 退款", "(& {last=60000} 退款)"),
        ("位置:开头30秒 退款", "(& {first=30000} 退款)"),
        ("位置：開頭三十秒 退款", "(& {first=30000} 退款)"),
        ("位置:前半分钟 退款", "(& {first=30000} 退款)"),
        ("位置:结尾1分钟 退款", "(& {last=60000} 退款)"),
        ("位置:最后两分钟 退款", "(& {last=120000} 退款)"),
        ('after:"转人工" 退款', "(& {after=转人工} 退款)"),
        ("之后:“转人工” 退款", "(& {after=转人工} 退款)"),
        ("after:转人工 退款", "(& {after=转人工} 退款)"),
        ("scope:sentence 退款 投诉", "(& {scope=sentence} 退款 投诉)"),
        ("范围:一句 退款 投诉", "(& {scope=sentence} 退款 投诉)"),
        ("范围:一轮 退款 投诉", "(& {scope=turn} 退款 投诉)"),
        ("范围:全程 退款 投诉", "(& {scope=call} 退款 投诉)"),
        (
            "speaker:A within:first1m scope:turn after:好 退款",
            "(& {speaker=A scope=turn first=60000 after=好} 退款)",
        ),
    ],
)
def test_where_the_words_of_a_bracket_are_said(typed: str, expected: str) -> None:
    assert read(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("agent:张三", "agent=张三"),
        ("坐席:张三", "agent=张三"),
        ("座席：张三", "agent=张三"),
        ("tag:投诉", "tag=投诉"),
        ("标签：投诉", "tag=投诉"),
        ("標籤:投诉", "tag=投诉"),
        ("tags:投诉", "tag=投诉"),
        ("title:三月 tag:投诉", "(& title=三月 tag=投诉)"),
        ("标题:“三月 回访”", "title=三月 回访"),
        ("title:12:30", "title=12:30"),
        ("title:1,299", "title=1,299"),
        ("number:1380013", "number=1380013"),
        ("号码:138-0013", "number=138-0013"),
        ("uploader:alice", "uploader=alice"),
        ("上传人:李四", "uploader=李四"),
        ("tag:投诉，退款", "(& tag=投诉 退款)"),
        ("tag:投诉，标签:退款", "(& tag=投诉 tag=退款)"),
        ("tag:甲|tag:乙", "(| tag=甲 tag=乙)"),
        ("-tag:投诉", "(- tag=投诉)"),
        ("退款 NOT tag:投诉", "(& 退款 (- tag=投诉))"),
        ("退款 tag:a\x00b", "(& 退款 tag=a b)"),
        ("direction:in", "direction=inbound"),
        ("direction:INBOUND", "direction=inbound"),
        ("方向:呼入", "direction=inbound"),
        ("方向：呼出", "direction=outbound"),
        ("direction:out", "direction=outbound"),
        ("status:failed", "status=failed"),
        ("状态:失败", "status=failed"),
        ("状态:完成", "status=succeeded"),
        ("status:active", "status=active"),
        ("language:zh", "language=zh"),
        ("语言:英语", "language=en"),
        ("longer:5m", "longer=300000"),
        ("长于:5分钟", "longer=300000"),
        ("shorter:30s", "shorter=30000"),
        ("短于：半小时", "shorter=1800000"),
        ("longer:30s shorter:5m", "(& longer=30000 shorter=300000)"),
        ("from:2024-03-01 to:2024-03-31", "(& from=2024-03-01 to=2024-03-31)"),
        ("从:2024-03-01 到：2024-03-31", "(& from=2024-03-01 to=2024-03-31)"),
        ("last:today", "(& from=2026-11-30 to=2026-11-30)"),
        ("-last:today", "(- (& from=2026-11-30 to=2026-11-30))"),
        ("last:today OR tag:甲", "(| (& from=2026-11-30 to=2026-11-30) tag=甲)"),
    ],
)
def test_facts_about_the_call(typed: str, expected: str) -> None:
    assert read(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("http://example.com", "http+example+com"),
        ("比分3:2", "比分3∶2"),
        ("12:30", "12∶30"),
        ("3:2", "3∶2"),
        ("问题：退款", "问题+退款"),
        ("主题:退款", "主题+退款"),
        ("方案：退款", "方案+退款"),
        ("短信：验证码", "短信+验证码"),
        ("最后：再见", "最后+再见"),
        ("list:甲", "list+甲"),
        ("no:甲", "no+甲"),
        ("我的标签:甲", "我的标签+甲"),
        ('"tag:甲"', "tag+甲"),
        ("“说话人：客服”", "说话人+客服"),
        ("标签", "标签"),
        ("after 退款", "(& after 退款)"),
        (":", "empty [:]"),
    ],
)
def test_what_looks_like_no_name_is_text(typed: str, expected: str) -> None:
    assert read(typed) == expected


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("speeker:客服 退款", "speaker"),
        ("spaeker:客服", "speaker"),
        ("speakers:客服", "speaker"),
        ("Speeker：客服", "speaker"),
        ("标鉴:投诉", "标签"),
        ("標鑒:投诉", "标签"),
        ("说化人：客服", "说话人"),
        ("说话：客服", "说话人"),
        ("上传:李四", "上传人"),
        ("方项:呼入", "方向"),
        ("form:2024-03", "from"),
        ("tga:甲", "tag"),
        ("agents:甲", "agent"),
        ("langauge:zh", "language"),
        ("since:2024-03", "from"),
        ("before:2024-03", "to"),
        ("之前:“转人工”", "之后"),
        ("退款，speeker:客服", "speaker"),
        ("退款 -标鉴:投诉", "标签"),
    ],
)
def test_a_misspelt_name_is_not_taken_for_text(typed: str, meant: str) -> None:
    assert read(typed).startswith("field_unknown")
    try:
        parse(typed, TODAY)
    except NotUnderstood as refusal:
        assert refusal.about.meant == meant


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("speaker:", "field_without_value [speaker:]"),
        ("speaker: 客服", "field_without_value [speaker:]"),
        ("说话人： 客服", "field_without_value [说话人：]"),
        ('speaker:"" 退款', 'field_without_value [speaker:""]'),
        ("tag:(甲 OR 乙)", "field_without_value [tag:]"),
        ("tag:，", "field_without_value [tag:]"),
        ("after:“，” 退款", "field_without_value [after:“，”]"),
        ("tag:“甲", "quote_not_closed [“甲]"),
        ("speaker:客服", "where_alone [speaker:客服]"),
        ("speaker:客服 last:month", "where_alone [speaker:客服]"),
        ("after:转人工", "where_alone [after:转人工]"),
        ("speaker:客服 OR 退款", "where_alone [speaker:客服]"),
        ("退款 (scope:turn tag:甲)", "where_alone [scope:turn]"),
        ("-speaker:客服 退款", "where_negated [speaker:客服]"),
        ("退款 NOT within:first30s", "where_negated [within:first30s]"),
        ("speaker:A speaker:B 退款", "where_twice [speaker:B]"),
        ("within:first30s within:last1m 退款", "where_twice [within:last1m]"),
        ("scope:call 范围:一句 退款", "where_twice [范围:一句]"),
        ("after:甲 after:乙 退款", "where_twice [after:乙]"),
        ("direction:up", "not_a_choice [up]"),
        ("方向:上", "not_a_choice [上]"),
        ("scope:word 退款", "not_a_choice [word]"),
        ("status:lost", "not_a_choice [lost]"),
        ("language:fr", "not_a_choice [fr]"),
        ("within:30s 退款", "not_a_part [30s]"),
        ("within:first 退款", "not_a_part [first]"),
        ("within:first30 退款", "not_a_part [first30]"),
        ("within:first0s 退款", "length_out_of_range [first0s]"),
        ("longer:5", "not_a_length [5]"),
        ("longer:0s", "length_out_of_range [0s]"),
        ("longer:49h", "length_out_of_range [49h]"),
        ("longer:999999999h", "length_out_of_range [999999999h]"),
        ("longer:1e9s", "not_a_length [1e9s]"),
        ("longer:5m shorter:30s", "lengths_reversed [longer:5m shorter:30s]"),
        ("from:2024-03 to:2024-02", "days_reversed [from:2024-03 to:2024-02]"),
        ("to:2024-02 退 from:今天", "days_reversed [to:2024-02 退 from:今天]"),
        ("last:today to:2024", "days_reversed [last:today to:2024]"),
        ("from:2024-02-30", "no_such_day [2024-02-30]"),
        ("from:3月", "not_a_day [3月]"),
        ("last:ever", "not_a_period [ever]"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(typed: str, expected: str) -> None:
    assert read(typed) == expected


def test_what_may_stand_there_is_said_in_the_language_of_the_name() -> None:
    proposed = []
    for typed in ("direction:up", "方向:上"):
        with pytest.raises(NotUnderstood) as refused:
            parse(typed, TODAY)
        proposed.append(refused.value.about.choices)
    assert proposed == [("in", "out"), ("呼入", "呼出")]


def test_choices_are_the_words_of_the_database() -> None:
    known = {
        FactName.DIRECTION: set(Direction.values),
        FactName.LANGUAGE: set(Language.values) - {Language.AUTO},
        FactName.STATUS: {*JobState.values, ACTIVE},
    }
    for name, words in known.items():
        assert {machine for machine, *_typed in CHOICES[name]} == words
