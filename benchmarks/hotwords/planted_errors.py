"""Texts of a call centre with business words, and the errors that recognisers make in
them: written for the benchmarks of hotwords, by nobody's customers."""

import random
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Final

from pypinyin import Style, lazy_pinyin

WORDS: Final = [
    "云帆科技",
    "稳盈增利",
    "金葵花卡",
    "安心宝",
    "御景湾",
    "悦享套餐",
    "月子管家",
    "聚优选",
    "星火计划",
    "惠民贷",
    "顾晓棠",
    "骆嘉禾",
    "沈砚秋",
    "臻享卡",
    "瑞康达",
    "畅游包",
    "海棠苑",
    "启明班",
    "护航险",
    "青禾农场",
    "智能门锁",
    "语音转写平台",
    "心血管内科",
    "滨江分公司",
    "质检规则",
    "跨境汇款",
    "电子保单",
    "分期免息",
    "上门取件",
    "亲情号",
]
SHORT_WORDS: Final = [
    "转写",
    "工单",
    "坐席",
    "外呼",
    "御澜",
    "臻选",
    "朗诺",
    "凌蓝",
    "乐融",
    "绿源",
    "荣泰",
    "润禾",
    "福瑞",
    "恒丰",
    "岳宁",
    "许诺",
    "尹朔",
    "余欣",
    "黎冉",
    "聂鹏",
    "方晗",
    "季蓉",
    "傅航",
    "郑森",
    "曾静",
    "滨和",
    "金梧",
    "秦岚",
    "徐汇",
    "云启",
]
SENTENCES: Final = (
    "我想咨询一下{}",
    "{}什么时候可以办理",
    "请问{}的费用是多少",
    "我昨天买的{}有问题",
    "麻烦您帮我查一下{}",
    "{}这个月有没有优惠",
    "我朋友给我推荐了{}",
    "你们的{}能不能取消",
    "关于{}我还有一个问题",
    "上次跟我联系的是{}",
    "那我再考虑一下{}吧",
    "合同里写的是{}",
    "短信里说的{}是真的吗",
    "我不需要{}了",
    "如果换成{}会不会便宜一点",
    "他让我找{}",
)
# What people correct every day, and no list needs: wrong, right.
EVERYDAY: Final = (
    ("我在考虑一下", "我再考虑一下"),
    ("那我在想想吧", "那我再想想吧"),
    ("他什么时候来在说", "他什么时候来再说"),
    ("这个钱什么时候推给我", "这个钱什么时候退给我"),
    ("你们能不能把钱推给我", "你们能不能把钱退给我"),
    ("我要头诉你们", "我要投诉你们"),
    ("我已经头诉过一次了", "我已经投诉过一次了"),
    ("请您稍登", "请您稍等"),
    ("好的请稍登一下", "好的请稍等一下"),
    ("麻饭您了", "麻烦您了"),
    ("那就麻饭你帮我看看", "那就麻烦你帮我看看"),
    ("我的地止没有变", "我的地址没有变"),
    ("地止写错了", "地址写错了"),
    ("可以题前还吗", "可以提前还吗"),
    ("能不能题前一天", "能不能提前一天"),
    ("这个服物不好", "这个服务不好"),
    ("你们的服物态度", "你们的服务态度"),
    ("需要身分证吗", "需要身份证吗"),
    ("我的身分证过期了", "我的身份证过期了"),
    ("做天打过电话", "昨天打过电话"),
    ("做天下午来过", "昨天下午来过"),
    ("没有问提", "没有问题"),
    ("还有别的问提吗", "还有别的问题吗"),
)
GREETINGS: Final = (
    "您好欢迎致电客户服务中心工号{}为您服务",
    "感谢您的来电请对本次服务作出评价谢谢",
    "您的通话将会被录音请问有什么可以帮助您",
)
KINDS: Final = (
    "final n/ng",
    "initial z/zh",
    "l/n",
    "f/h",
    "r/l",
    "i/ü",
    "tone only",
    "swallowed",
)


@cache
def _by_sound() -> dict[str, list[str]]:
    """Everyday characters by their toneless sound."""
    characters = sorted({c for text in _all_texts() for c in text if c > "\u3400"})
    common = [chr(code) for code in range(0x4E00, 0x9FA6) if _is_everyday(chr(code))]
    found: defaultdict[str, list[str]] = defaultdict(list)
    for character in dict.fromkeys([*common, *characters]):
        found[lazy_pinyin(character)[0]].append(character)
    return found


def _is_everyday(character: str) -> bool:
    try:  # the 3,755 characters of GB 2312's first level
        first = character.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    return 0xB0 <= first <= 0xD7


def _all_texts() -> list[str]:
    return [
        *WORDS,
        *SHORT_WORDS,
        *SENTENCES,
        *(text for pair in EVERYDAY for text in pair),
    ]


def homophone(word: str, rng: random.Random, times: int = 1) -> str:
    """The word with some of its characters as others of the same sound."""
    said = lazy_pinyin(word)
    places = rng.sample(range(len(word)), min(times, len(word)))
    letters = list(word)
    for place in places:
        letters[place] = _other(said[place], word[place], rng) or letters[place]
    return "".join(letters)


def near_miss(word: str, kind: str, rng: random.Random) -> str | None:
    """The word with one syllable wrong in this way; None where none can be."""
    said = lazy_pinyin(word)
    places = list(range(len(word)))
    rng.shuffle(places)
    for place in places:
        if kind == "swallowed":
            if len(word) > 3:
                return word[:place] + word[place + 1 :]
            continue
        sound = _CHANGES[kind](said[place])
        other = _other(sound, word[place], rng) if sound else None
        if other and kind == "tone only":
            tone = lazy_pinyin(word, style=Style.TONE3)[place]
            if lazy_pinyin(other, style=Style.TONE3)[0] == tone:
                continue
        if other:
            return word[:place] + other + word[place + 1 :]
    return None


def _other(sound: str, character: str, rng: random.Random) -> str | None:
    others = [one for one in _by_sound().get(sound, ()) if one != character]
    return rng.choice(others) if others else None


def _final(sound: str) -> str:
    if sound.endswith(("ang", "eng", "ing")):
        return sound[:-1]
    return sound + "g" if sound.endswith(("an", "en", "in")) else ""


def _initial(sound: str) -> str:
    if sound[:2] in ("zh", "ch", "sh"):
        return sound[0] + sound[2:]
    return sound[0] + "h" + sound[1:] if sound[:1] in ("z", "c", "s") else ""


def _swap(a: str, b: str) -> Callable[[str], str]:
    return lambda sound: (
        {a: b, b: a}.get(sound[:1], "") and ({a: b, b: a}[sound[0]] + sound[1:])
    )


def _rounded(sound: str) -> str:
    """i for ü, and ü for i."""
    for a, b in _ROUNDED:
        if sound in (a, b):
            return b if sound == a else a
    return ""


_ROUNDED: Final = (
    *((f"{initial}u", f"{initial}i") for initial in "jqxy"),
    *((f"{initial}ue", f"{initial}ie") for initial in "jqx"),
    *((f"{initial}uan", f"{initial}ian") for initial in "jqx"),
    *((f"{initial}un", f"{initial}in") for initial in "jqxy"),
    ("yue", "ye"),
    ("yuan", "yan"),
    ("lv", "li"),
    ("nv", "ni"),
)
_CHANGES: Final[dict[str, Callable[[str], str]]] = {
    "final n/ng": _final,
    "initial z/zh": _initial,
    "l/n": _swap("l", "n"),
    "f/h": _swap("f", "h"),
    "r/l": _swap("r", "l"),
    "i/ü": _rounded,
    "tone only": lambda sound: sound,
}
