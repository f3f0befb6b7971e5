"""Figures where Chinese readers expect them, and nowhere else."""

import time

import pytest

from transcription.pipeline.figures.itn import normalise

CHANGED = [
    ("会议定于二零二四年三月十二号上午十点召开", "会议定于2024年3月12日上午10点召开"),
    ("二零二四年三月十二号", "2024年3月12日"),
    ("百分之三点二", "3.2%"),
    ("一千两百九十九元", "1299元"),
    ("十二块五毛", "12.5元"),
    ("手续费一共是十二块五毛会在到期", "手续费一共是12.5元会在到期"),
    ("一三八零零一三八零零零", "13800138000"),
    ("十八点四十五分", "18:45"),
    ("九十天", "90天"),
    ("早上九点到下午五点", "早上9点到下午5点"),
    ("明天下午三点半在三楼会议室开会", "明天下午3点半在三楼会议室开会"),
    ("服务器的内存从十六吉字节升级到三十二吉字节", "服务器的内存从16GB升级到32GB"),
    ("工号三零二八为您服务", "工号3028为您服务"),
    ("合同编号是京财二零二四零八六号", "合同编号是京财2024086号"),
    ("总价是三万五千八百元", "总价是35800元"),
    ("三十八摄氏度", "38℃"),
    ("血压是一百三十五和八十五", "血压是135和85"),
    ("请按一不满意请按二", "请按1不满意请按2"),
    ("人民路一百二十八号", "人民路128号"),
    ("年化收益率由百分之三点二调整为百分之二点九五", "年化收益率由3.2%调整为2.95%"),
    ("一张五十元的优惠券", "一张50元的优惠券"),
    ("订单号是八六六二零一九", "订单号是8662019"),
    ("合同到明年六月到期", "合同到明年6月到期"),
    ("上传了两千四百条通话", "上传了2400条通话"),
    ("利用率只有百分之四十", "利用率只有40%"),
    ("还剩下十二万八千元", "还剩下12.8万元"),
    ("一九九零年后出生", "1990年后出生"),
    ("六十四岁吴幼文一天挑水泥九小时", "64岁吴幼文一天挑水泥九小时"),
    ("将四千万余元公款挪用", "将4000万余元公款挪用"),
    ("二零一五年最晚二零一六年", "2015年最晚2016年"),
    ("下周三三点开会", "下周三3点开会"),
    ("周五十点见", "周五10点见"),
    ("二十多个", "20多个"),
    ("十多个", "10多个"),
    ("十分钟", "10分钟"),
    ("一百分", "100分"),
    ("三亿五千万", "3.5亿"),
    ("一百零八将", "108将"),
    ("两千四", "2400"),
    ("一百五", "150"),
    ("三万五", "3.5万"),
    ("一千零五", "1005"),
    ("一万零三百", "10300"),
    ("十二点五", "12.5"),
    ("三点五个", "3.5个"),
    ("两点十五", "2:15"),
    ("下午两点十五分", "下午2:15"),
    ("九点零五分", "9:05"),
    ("晚上八点二十", "晚上8:20"),
    ("上午十点三个人", "上午10点三个人"),
    ("二十四小时", "24小时"),
    ("三分之一", "1/3"),
    ("百分之百", "100%"),
    ("负二十", "-20"),
    ("三点五万", "3.5万"),
    ("幺三八零零一三八零零零", "13800138000"),
    ("幺幺零", "110"),
    ("九零后", "90后"),
    ("八十年代", "80年代"),
    ("二十一世纪", "21世纪"),
    ("九八年", "98年"),
    ("十年", "10年"),
    ("第十二条", "第12条"),
    ("十一月十一日", "11月11日"),
    ("五到十天", "5到10天"),
    ("十到二十个", "10到20个"),
    ("一米七五", "1米75"),
    ("三块五", "3.5元"),
    ("五十块钱", "50块钱"),
    ("两小时十五分", "2小时15分"),
    ("九点到五点", "9点到5点"),
    ("凌晨零点", "凌晨0点"),
    ("两百万", "200万"),
    ("一亿两千万", "1.2亿"),
    ("十二月二十五号", "12月25日"),
    ("零点五", "0.5"),
    ("二零二四年", "2024年"),
    ("两千零二十四年", "2024年"),
    ("一百二十万零五百", "1200500"),
    ("二零二四年十月", "2024年10月"),
    ("号码是零二一六二八八", "号码是0216288"),
    ("二百五十", "250"),
    ("一万", "1万"),
]

UNTOUCHED = [
    "调整为百分之二点就五",
    "百分之三点而",
    "一心一意",
    "十有八九",
    "三心二意",
    "不三不四",
    "请输入六位数字的验证码",
    "请按一下",
    "三个工作日",
    "至少保留六个月",
    "六本木",
    "一下一些一样万一星期一第一三七二十一",
    "七八十个人",
    "十几个",
    "几十万",
    "两三百",
    "十七八岁",
    "三四个人",
    "十分感谢",
    "千万别",
    "百姓",
    "有三点建议",
    "早一点",
    "一点也不",
    "差一点",
    "早上一点都不冷",
    "万分之一",
    "三五年",
    "两三年",
    "第三条",
    "双十一",
    "三到五天",
    "一五一十",
    "十全十美",
    "成千上万",
    "九牛一毛",
    "一刀两断",
    "四面八方",
    "五湖四海",
    "千方百计",
    "百里挑一",
    "一二三四",
    "三三两两",
]


@pytest.mark.parametrize(("said", "written"), CHANGED)
def test_figures_where_readers_expect_them(said: str, written: str) -> None:
    assert normalise(said, "zh").text == written


@pytest.mark.parametrize("said", UNTOUCHED)
def test_idioms_small_counts_and_approximations_stay(said: str) -> None:
    assert normalise(said, "zh") == normalise(said, "none")


@pytest.mark.parametrize(("said", "written"), CHANGED)
def test_spans_say_what_went_where(said: str, written: str) -> None:
    """Outside of the spans both texts are the same, letter for letter."""
    raw_at = at = 0
    for raw_start, raw_end, start, end in normalise(said, "zh").mapping.changes:
        assert said[raw_at:raw_start] == written[at:start]
        assert said[raw_start:raw_end] != written[start:end]
        assert start < end
        raw_at, at = raw_end, end
    assert said[raw_at:] == written[at:]


@pytest.mark.parametrize("language", ["zh", "en", "fr", ""])
@pytest.mark.parametrize(
    "text", ["", " ", "。", "零", "点", "负", "十", "第", "百分之"]
)
def test_odd_texts_come_back_as_they_are(text: str, language: str) -> None:
    assert normalise(text, language).text == text


def test_a_long_text_takes_no_time() -> None:
    text = "您购买的是稳健增利九十天年化收益率由百分之三点二调整为百分之二点九五" * 50
    began = time.perf_counter()
    normalise(text, "zh")
    assert time.perf_counter() - began < 1.0  # measured: 0.03


def test_thousands_of_numerals_do_not_make_it_slow() -> None:
    began = time.perf_counter()
    for text in ("一" * 5000, "十" * 5000, "一点" * 5000, "百分之" * 3000):
        assert normalise(text, "zh").text
    assert time.perf_counter() - began < 5.0


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("three point two percent of two hundred", "3.2% of 200"),
        ("I'll be there at five pm", "I'll be there at 5:00 p.m."),
        ("it costs one hundred and twenty five dollars", "it costs $125"),
        ("one of us has two cats", "one of us has two cats"),
        ("hello there", "hello there"),
    ],
)
def test_english_is_written_as_english(said: str, written: str) -> None:
    assert normalise(said, "en").text == written


def test_japanese_is_written_as_japanese() -> None:
    assert normalise("午後三時半に三百円です", "ja").text == "午後3時半に300円です"
