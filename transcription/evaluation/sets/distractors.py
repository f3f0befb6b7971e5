"""Words that a company's list might hold and that nobody says in the recordings.

A library of thousands is measured with them: people, companies, products, places,
systems and abbreviations, made from parts of such names. The same seed and number give
the same words, and a longer list begins with the shorter one.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import numpy as np

from transcription.evaluation.scores.cer import comparable
from transcription.evaluation.sets.english_distractors import Pick, english_name, parts

_SURNAMES: Final = (
    "王李张刘陈杨黄赵周吴徐孙马胡朱郭何罗高林郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡"
    "余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯"
    "龙史陶黎贺顾毛郝"
)
_GIVEN: Final = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建文玉红志永春梅晓燕海波鹏飞宇浩"
    "然子轩雨欣怡佳琪思远天佑嘉懿一诺梓涵俊熙若曦书豪铭泽诗婷雪莹国栋振宏立群启航景行"
    "望舒知夏云帆"
)
_PLACES: Final = parts(
    "深圳 苏州 宁波 成都 武汉 西安 青岛 厦门 长沙 合肥 南昌 郑州 福州 昆明 贵阳 无锡 "
    "佛山 东莞 常州 嘉兴 绵阳 宜昌 襄阳 洛阳 烟台 威海 温岭 义乌 昆山 江阴 柳州 桂林 "
    "遵义 曲靖 湛江 惠州"
)
_BRANDS: Final = parts(
    "启明 恒瑞 金石 远景 宏图 智联 云帆 海纳 博雅 天成 中正 鼎盛 瑞丰 华景 安泰 联创 "
    "星河 凌云 百川 同和 盛泰 优品 佳禾 锦程 东方 凯旋 明德 永信 嘉和 德隆 顺达 科瑞 "
    "泰康 弘毅 汇智 隆昌"
)
_TRADES: Final = parts(
    "科技 信息 电子 能源 生物 医药 物流 置业 证券 保险 银行 基金 传媒 教育 餐饮 建材 "
    "机械 化工 汽车 航空 食品 服饰 环保 通信 软件 半导体 新材料 租赁 担保 咨询"
)
_FORMS: Final = parts("公司 集团 股份 有限公司 研究院 事务所 中心 工厂")
_PRODUCT_HEADS: Final = parts(
    "稳盈 安享 优选 尊享 灵动 极速 睿智 悦享 添利 聚宝 畅行 护航 启程 臻选 乐活 超能 "
    "全能 轻享 智汇 双擎 月月 年年 天天 金葵 银杏 红杉 青藤 蓝鲸 飞鱼 猎豹"
)
_PRODUCT_TAILS: Final = parts(
    "理财计划 定期宝 年金险 重疾险 信用卡 储蓄卡 打印机 路由器 交换机 摄像头 净水器 "
    "空调扇 平衡车 充电桩 传感器 控制器 数据线 投影仪 收款码 会员卡 保证金 质保金 "
    "预付卡 白皮书"
)
_SYSTEM_HEADS: Final = parts(
    "合同 采购 库存 薪酬 考勤 绩效 工单 质检 排班 报销 档案 招投标 供应商 固定资产 "
    "应收账款 客户关系 风险控制 反洗钱 知识产权 数据治理 主数据 单点登录 统一认证 "
    "灾备 运维 监控"
)
_SYSTEM_TAILS: Final = parts(
    "平台 系统 模块 看板 中台 接口 流程 台账 小组 委员会 制度 专员"
)
_ROADS: Final = parts(
    "解放 建设 中山 和平 胜利 新华 文化 友谊 团结 长江 黄河 泰山 迎宾 科苑 滨河 学府"
)
_ROAD_TAILS: Final = parts(
    "大道 东路 西路 北路 南街 新村 广场 大厦 花园 产业园 码头 客运站"
)
_CONSONANTS: Final = "BCDFGHJKLMNPRSTVWXZ"
_VOWELS: Final = "AEIOU"
_SYLLABLES: Final = parts(
    "no va lu mi ra ter con ex pri mo tek dy na sol ar vi ta lex or ion syn cor pha zen"
)


def distractors(
    count: int, references: Iterable[str], *, seed: int = 0, language: str = "zh"
) -> list[str]:
    """``count`` different words of which none occurs in the references; names in Latin
    letters alone for ``en``."""
    said = "\n".join(comparable(text) for text in references)
    kept: dict[str, None] = {}
    for word in _english(seed) if language == "en" else _chinese(seed):
        if len(kept) >= count:
            break
        if comparable(word) not in said:
            kept[word] = None
    return list(kept)


def _english(seed: int) -> Iterator[str]:
    pick = _picker(seed)
    while True:
        yield english_name(pick)


def _chinese(seed: int) -> Iterator[str]:
    pick = _picker(seed)
    while True:
        # As a list of a company looks: mostly people and products.
        kind = pick("ppppppppcccbbuuuuuussssrrraal")
        yield _MAKERS[kind](pick)


def _picker(seed: int) -> Pick:
    rng = np.random.default_rng(seed)
    return lambda parts: parts[int(rng.integers(len(parts)))]


def _person(pick: Pick) -> str:
    second = pick(_GIVEN) if pick("12345") != "1" else ""
    return pick(_SURNAMES) + pick(_GIVEN) + second


def _company(pick: Pick) -> str:
    return pick(("", *_PLACES)) + pick(_BRANDS) + pick(_TRADES) + pick(("", *_FORMS))


def _brand(pick: Pick) -> str:
    return pick(_BRANDS) + pick(("", *_TRADES))


def _product(pick: Pick) -> str:
    return pick(_PRODUCT_HEADS) + pick(_PRODUCT_TAILS)


def _system(pick: Pick) -> str:
    return pick(_SYSTEM_HEADS) + pick(_SYSTEM_TAILS)


def _road(pick: Pick) -> str:
    return pick(("", *_PLACES)) + pick(_ROADS) + pick(_ROAD_TAILS)


def _abbreviation(pick: Pick) -> str:
    letters = [pick(_CONSONANTS) for _ in pick(("12", "123", "1234"))]
    letters.insert(1, pick(("", *_VOWELS, *_CONSONANTS)))
    return "".join(letters)


def _latin(pick: Pick) -> str:
    return "".join(pick(_SYLLABLES) for _ in pick(("12", "123"))).capitalize()


_MAKERS: Final[dict[str, Callable[[Pick], str]]] = {
    "p": _person,
    "c": _company,
    "b": _brand,
    "u": _product,
    "s": _system,
    "r": _road,
    "a": _abbreviation,
    "l": _latin,
}
