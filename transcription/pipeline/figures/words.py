"""The words that decide what a numeral is: units, cues, names. Data, no rules."""

import re
from typing import Final


def any_of(words: str) -> str:
    """A pattern for one of ``words`` (parted by white space), the longest first."""
    ordered = sorted(set(words.split()), key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(re.escape(word) for word in ordered)})"


# What follows a number of things. A bare 十, and the teens that names are made of
# (十三香, 十六铺), are figures only before one of these.
MEASURES: Final = any_of(
    """
    个 位 名 人 条 件 张 台 辆 次 遍 回 份 篇 页 行 列 层 级 栋 座 间 套 组 批 箱 包
    瓶 桶 袋 盒 本 支 枚 颗 粒 头 只 匹 棵 朵 门 款 种 类 样 期 届 轮 场 集 部 封 通
    笔 单 号 室 班 秒 分 钟 天 日 周 月 年 岁 代 块 元 毛 角 美 欧 英 港 公 毫 厘 米
    斤 吨 千 兆 克 升 度 倍 成 折 点 平 亩 尺 寸 小时 多 余 万 亿 家 户 口 字 节 课 句
    段 首 幅 艘 架 片 对 双 楼 桌 排 路 站 码 股 刻 圈 步 杯 碗 盘 根 顿 道 题 项 声
    幢 弄 队 连 周岁 星期 世纪 瓦 伏 安 赫 摄氏度 百分点 进制 位数 平方 立方 海里 盎司
    磅 加仑 像素 帧 员 季 学期 环 版 车 船 罐 串 束 床 把 副 盏 扇 趟 拨 里路 里地 章
    回合 分之 款式 号线 度角 纳米 微米 册 堂 大元 贯 丈 匝 摞 扎 捆 例 篮 桩 宗 起 处
    面 堆 筐 麻袋 股份 局 拍 弦
    """
)
# After a number that stands alone: 今年十八了, 排到十五的.
AFTER_A_NUMBER: Final = any_of(
    """
    的 了 吗 呢 吧 啊 呀 和 跟 与 或 还 到 至 比 加 减 乘 除 以上 以下 以内 以外 之内
    左右 上下 不 是 也 都 就 才 再 等于 打 起 宽 高 长 厚 送 返 整 换
    """
)
# 三点二十个人: a number of things, no minutes.
NO_MINUTES: Final = any_of(
    """
    个 位 名 人 块 元 天 次 万 斤 公 米 台 件 张 条 岁 度 层 楼 页 多 几 余 分 小时 号
    种 家 毫 厘 % 倍 美元 欧元 款 份 箱 盒 套 辆 项 亿 平 吨 升 克
    """
)
# 两百八一晚: 一 before one of these is one of them, not the number's last figure.
PER_THING: Final = any_of(
    """
    晚 天 年 个 位 次 斤 公斤 千克 份 件 张 台 套 平 小时 分钟 月 间 条 瓶 盒 箱 包 袋
    只 支 双 桌 单 度 升 吨 米 人 本 节 课 堂 场 趟 根 组 户 棵 盆 杯 碗 串 对 周 季
    期 笔 层 局 把 株 头 辆 床 顿 克 两 打 车 粒 片 枚 颗 亩 学期 匹 副 道 项 门 款 种
    部 股 手 注 轮 公里 立方 锅 桶 罐 提 页 餐 首 幅 笼 屉
    """
)
# 一万三天 may be ten thousand for three days; 一百二平 is one number.
COUNTED: Final = any_of(
    """
    晚 天 年 个 位 次 份 件 张 台 套 小时 分钟 月 间 条 瓶 盒 箱 包 袋 只 支 双 桌 单
    人 本 节 课 堂 场 趟 根 组 户 棵 盆 杯 碗 串 对 周 期 层 把 株 头 辆 床 顿 家 名
    员
    """
)
# 五千瓦 is five thousand watts and five kilowatts: 千 may belong to the unit.
KILO: Final = any_of("克 米 瓦时 瓦 卡 帕 赫兹 赫 伏安 伏 焦 字节")
UNIT_SIGNS: Final = {
    "吉字节": "GB",
    "兆字节": "MB",
    "太字节": "TB",
    "千字节": "KB",
    "摄氏度": "℃",
}
# 三元桥, 一元论, 二元一次: 元 is no money there.
CURRENCY: Final = (
    "(?:元(?![桥里复论化素组次方件酸牛店宵旦月气老首经醇函催区说关系结体制及]|年(?!费)|一次方)"
    "|美元|欧元|英镑|港币|港元|日元|人民币)"
)
# A single figure before one of these is written as a figure.
NUMBERED_PLACES: Final = any_of(
    """
    楼 线 门 院 桌 床 机 柜 库 店 厅 车 口 馆 窗 通道 航站 会议 键 专线 诊室 诊台 门诊
    窗口 站台 登机口 出口 入口 检票口 柜台 病房 包厢 包间 包房 仓 教室 宿舍 公馆 岗
    厂房 展馆 球衣 泳道 车位 座位 码头
    """
)
PERIODS: Final = any_of(
    """
    凌晨 清晨 早晨 早上 早间 上午 中午 正午 午间 下午 午后 傍晚 晚上 晚间 夜里 夜间
    半夜 深夜 今晚 明晚 昨晚 当晚 今早 明早 昨早 时间 时间是 时间为 现在是
    """
)
CLOCK_AFTER: Final = any_of(
    """
    前 以前 之前 后 以后 之后 左右 出发 开会 开门 关门 开始 结束 上班 下班 到 至
    的时候 的飞机 的航班 的高铁 的火车 的车 的会 起飞 起床 发车 开车 见面 见 集合 送到
    送达 来 钟 多 半 整 那趟 那班 的票 的班 的课 的场 的闹钟 的动车 的列车 的大巴
    """
)
POINTS: Final = any_of(
    """
    建议 意见 要求 理由 问题 原因 希望 内容 体会 声明 说明 想法 看法 注意 不同 好处
    坏处 优势 需要 事项 经验 教训 质疑 疑问 诉求 请求 感受 原则 区别
    """
)
SCORE_AFTER: Final = "分(?:好评|满意|的?评[分价]|的好评|以上的评)"
SCORE_BEFORE: Final = any_of(
    """
    满意度 评分 打分 得分 分数 平均分 均分 总分 综合分 评价 星级 服务分 信用分 体验分
    物流分 质量分 绩效分 考核分 口碑分 平均
    """
)
# Verbs of scores and of much else: only before a decimal and 分.
SCORE_VERBS: Final = any_of("评 打 得了 扣 扣了 评为 给了 给 给个 高 低 加 减 差")
DECIMAL_BEFORE: Final = any_of(
    """
    涨 跌 利率 年化 汇率 比率 费率 利息 均价 单价 版本 版本号 视力 系数 指数 净值 赔率
    增长率 市盈率 收益 收益率 涨幅 跌幅 油耗 均分 平均 评级 酸碱度 血糖 尿酸 血脂 参数
    比值
    """
)
DECIMAL_UNITS: Final = (
    "(?:元|块|米|毫|厘|公|千|升|吨|克|斤|万|亿|倍|折|度|小时|%|个百分点|个点|摄氏|平|亩|伏|瓦|安"
    "|兆|[A-Za-z]|寸|英寸|英里|尺|级|美|欧|英镑|港|秒|个亿|股|版)"
)
DAY_BEFORE: Final = any_of(
    """
    这个月 上个月 下个月 本月 上月 下月 每月 每个月 当月 次月 今天 明天 昨天 后天 前天
    这月 月的 日期
    """
)
DAY_AFTER: Final = (
    "(?:之前|以前|之后|以后|前(?![台门面厅院])|后(?![门面院勤台])|上午|下午|早上|中午|晚上|凌晨|傍晚"
    "|当天|那天|这天|生效|到期|还款|扣款|扣费|出账|发货|到货|发工资|截止|早晨|晚间|放假|开学|开始)"
)

CODE_BEFORE: Final = any_of(
    """
    工号 尾号 尾数 房间 房间号 房号 编号 号码 代码 验证码 密码 分机 分机号 航班 车牌
    车牌号 单号 订单 订单号 区号 邮编 卡号 账号 帐号 户号 学号 学籍号 会员号 流水号
    批号 型号 口令 取件码 提取码 邀请码 动态码 校验码 识别码 兑换码 合同号 保单号
    身份证 身份证号 证件号 手机 手机号 电话 座机 热线 客服 专线 四位 六位 几位 三位
    两位 前三 后四 后六 开头 结尾 末尾 门牌 门牌号 座位号 编码 代号 序号 票号 柜号
    机号 群号 QQ QQ号 微信号 案号 受理号
    """
)
CODE_AFTER: Final = any_of(
    """
    热线 分机 开头 打头 结尾 邮箱 国道 省道 高速 号段 公交 号段的 客服 工作制 胶水
    政务 服务热线 转人工 专线 晚会
    """
)
# 二三四线 is the second, third and fourth tier; 三四五楼 are three floors.
LIST_OF: Final = any_of(
    """
    线城市 线 年级 楼 月份 月 等奖 等 季度 号楼 天 个 条 岁 点 产业 级 层 环 班 次 位
    章 节 类 期 块 万 本 家 星 线楼市 页 遍 下 回 趟 米 斤 公斤 人 张 种 分钟 小时 秒
    度 折 成 杯
    """
)
# Letters whose figure before them is written as one: 五G, 四S店. Not 三D: usage wavers.
AFTER_LETTERS: Final = (
    "(?:GB|MB|TB|KB|Gbps|Mbps|GHz|MHz|kHz|Hz|kg|km|cm|mm|ml|mAh|W|V|G|M|T|K)(?![A-Za-z零一二两三四五六七八九十])"
    "|S店|A级|A(?=景)|B(?=铅笔)|C(?=认证|产品|数码)"
)
# Letters that a figure belongs to, with the figure and what must follow it.
_FIGURE: Final = "[零〇一二三四五六七八九十百幺]+"
BEFORE_LETTERS: Final = (
    "(?<![A-Za-z])[A-Z]{1,3}[零〇幺一二三四五六七八九]{2,}",
    "(?<![A-Za-z])A[零一二三四五六](?=纸|打印|复印|$|大小|规格|幅|尺寸|的纸)",
    "(?<![A-Za-z])[ABC][一二三](?=驾照|驾驶证|照|本|证|类|$)",
    "(?<![A-Za-z])T[一二三四](?=航站|到达|出发|楼|候机|$)",
    f"(?<![A-Za-z])[GDCZTKYSL]{_FIGURE}(?=次|高速|列车|动车|高铁|火车|国道|省道|线)",
    "(?<![A-Za-z])H[一二三五七九十]+N[一二三四五六七八九]",
    "(?<![A-Za-z])(?:P二P|B二B|B二C|C二C|O二O)(?![A-Za-z])",
    "(?<![A-Za-z])H五(?=页|链接|$|网页|版)|(?<![A-Za-z])F一(?=赛|方程|$)",
    f"(?<=奥迪|宝马|奔驰|问界|小鹏|蔚来|理想|华为|荣耀|红米|小米)[A-Z]{{1,2}}{_FIGURE}",
    "PM(?:二点五|十)|(?:USB|HDMI)[二三]点[零一]|(?:DDR|Type)[三四五]",
    "(?<![A-Za-z])[BCDEK][一二三六十]+(?=族|片|$|的|缺|族)",
    "(?<![A-Za-z])i[三五七九](?![A-Za-z个])|(?<![A-Za-z])Q[一二三四](?=季|财|$|的)",
    f"(?:iPhone|iPad|iOS|Win|WIN|Windows|Mate|Pro|Mi|Model|Note|WiFi|Wi-Fi){_FIGURE}",
    "(?<![A-Za-z])VIP[一二三四五六七八九十]+(?=会员|客户|等级|$)",
)
