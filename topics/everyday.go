package topics

import (
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// Characters that no word is made with by itself: at its beginning or end (edgeCharacters), only
// at its beginning, only at its end, or anywhere.
const (
	edgeCharacters = "建修开有不无未被请让给在对将为与和及或至到从由以等该此每各本还也已再又才就都很太更最是能会可要应需想问说叫把向往于之其所而且但因若如何哪谁这那的了吗呢吧啊呀我你您他们" +
		"个内里外上下旁边前后处占用改做办加收交买卖去来没怎么多少"
	notFirst     = edgeCharacters + "市县区省路号栋期组年月日元好"
	notLast      = edgeCharacters + "中乱难大小差高低靠"
	notInside    = "也不都就还没未无了着过得很太"
	numerals     = "一二三四五六七八九十零两几半"
	verbs        = "坏丢忘补查换找拿领交缴退转停漏堵塌裂破断关拆挖铺装摔撞打骂偷骗欠着过得掉完好成起亮黑暗吵响臭脏"
	placeEndings = "路街巷道村镇乡区城苑园湾府郡庭居寓厦场馆院校店司团行站桥湖山江河岭冲塘坪铺家花心广"
	// nounEndings make a noun of what stands before them: 贷 车 卡 证.
	nounEndings = placeEndings + "车摊厂证卡费金款税票险贷券群盘房楼网管线灯井坑墙门窗梯铁机器材药病奖案法员工师生长"
	// nameEndings are those of places that a new compound may end with, villageEndings those by which
	// a rare word of the dictionary is a place, estateLetters those before 区 that make it no district.
	nameEndings    = "路街巷村苑园湾府郡庭寓厦湖山江河岭冲塘坪铺城"
	villageEndings = "路街巷村湾岛河湖山江岭冲塘坪铺苑园城"
	estateLetters  = "小社校园景新片城地山住库厂专战灾街客生"
)

// petitionWords are in questions about anything: how people ask, where it is, who they are, what an
// office does. They neither name a matter nor belong to a new word.
var petitionWords = wordSet("请问 咨询 想问 想知道 了解 问题 情况 事情 相关 有关 关于 反映 投诉 举报 建议 意见 希望 要求 强烈 尽快 及时 帮忙 帮助 解决 处理 回复 答复 " +
	"领导 政府 部门 单位 公司 企业 集团 有限公司 工作人员 老百姓 群众 居民 村民 市民 业主 住户 家长 学生 老人 老年人 孩子 小孩 子女 父母 员工 工人 个人 本人 我们 他们 大家 " +
	"小区 门口 附近 旁边 楼下 楼上 对面 路口 马路 道路 社区 街道 乡镇 学校 医院 家里 地方 地址 电话 窗口 现场 本地 外地 本市 全市 我市 我县 我区 " +
	"什么时候 什么 时候 时间 多久 多长 几天 多少 多少钱 为什么 为何 怎么办 怎么样 怎样 如何 是否 是不是 可不可以 能不能 有没有 可以 能否 可否 哪里 哪个 哪些 谁 几点 " +
	"办理 申请 手续 流程 材料 条件 需要 政策 规定 标准 服务 管理 工作 使用 发放 收费 费用 交费 缴费 领取 查询 登记 预约 取消 开通 查看 打电话 " +
	"今天 明天 昨天 现在 目前 最近 今年 去年 每天 每月 每年 一直 已经 至今 没有 没人 不能 无法 不到 不了 太多 太大 太吵 严重 多次 再次 经常 长期 一天 一个 一下 " +
	"出现 发生 存在 导致 影响 造成 进行 开始 准备 打算 感谢 谢谢 您好 你好 辛苦 生活 社会 国家 中国 全国 历史 遗留 技术 科技 有限 坚决 反对 " +
	"签合同 合同 多少分 带什么 要什么 在哪 找谁 不发 不给 不交 不开 何去何从 进展 最新 " +
	"请 对于 针对 以及 并且 而且 但是 因为 所以 如果 虽然 不过 为了 通过 根据 按照 由于 以来 之后 之前 以后 以前 期间 左右 以上 以下 其中 其他 其它 任何 所有 全部 部分 各种 各项 " +
	"一些 一点 一次 每次 这个 那个 这种 那种 这样 那样 这里 那里 周边 周围 之间 里面 外面 上面 下面 前面 后面 以东 以西 以南 以北 旁 内 外 处 段 方面 方案 措施 办法 行为 现象 状况 结果 原因 具体 实际 真正 " +
	"非常 十分 特别 比较 更加 太 很 最 越来越 不断 继续 仍然 依然 还是 还有 只有 只能 只是 就是 都是 不是 应该 应当 必须 可能 能够 " +
	"区政府 市政府 县政府 区委 市委 书记 市长 县长 局长 相关部门 有关部门 职能部门 主管部门 麻烦 麻烦您 问下 想问下 请问下 问一下 短信 平台 网站 公众号 微信 来信 留言 尊敬 敬请 " +
	"望 盼 盼望 期盼 呼吁 求助 援助 诉求 疑问 请教 询问 人 自己 别人 有人 人们 百姓 市民们 业主们 我家 你们 她们 女士 先生 同志 " +
	"年 月 日 号 时 分 点 天 周 元 亿 平方米 公里 米 楼 栋 期 单元 室 层 建 修 开 停 拖 拖延 延期 到底 究竟 居然 竟然 公然 擅自 私自 强制 强行 恶意 故意 长年 常年 天天 整天 彻夜 " +
	"凌晨 夜间 晚上 白天 半夜")

// vagueWords name no matter by themselves, but tell what the questions of a group share.
var vagueWords = wordSet("恳请 请求 曝光 维权 质疑 合理 不合理 何时 何时能 迟迟 不作为 乱作为 涉嫌 非法 违法 违规 违反 合法 合规 严重影响 扰民 严查 查处 监管 整治 治理 改善 加快 加强 推进 落实 " +
	"启动 完善 优化 开发商 物业公司 经营 营业 施工 建设 规划 改造 工程 项目 设施 设置 增加 增设 安排 调整 修建")

// plainWords may be part of a name, but are no matter: kinds of places, times, and what happens to
// anything.
var plainWords = wordSet("大道 大街 东路 西路 南路 北路 中路 路段 片区 广场 花园 家园 新村 新城 大厦 后街 公馆 国际 学府 山水 中路 支路 星期 周末 上午 下午 深夜 通宵 今晚 天亮 期限 半年 " +
	"修好 过好 拿到 到期 不停 入住 退还 收取 缴纳 出行 占用 侵占 公共 力度 无故 无良 随意 不符 乱象 刻不容缓 现有 到位 动工 增多 打造 巨额 小区业主 网友 案件 消费者")

func wordSet(list string) map[string]bool {
	set := make(map[string]bool)
	for _, word := range strings.Fields(list) {
		set[word] = true
	}
	return set
}

// everyday reports words that name neither a place nor a matter.
func everyday(word string) bool {
	if petitionWords[word] || vagueWords[word] {
		return true
	}
	r := []rune(word)
	return len(r) == 1 && models.FunctionWord(r[0])
}

// area reports provinces, cities, counties and districts: half of all questions name theirs.
func area(word []rune) bool {
	n := len(word)
	switch word[n-1] {
	case '省', '市', '县', '州':
		return n >= 2 && n <= 5
	case '区':
		return n >= 2 && n <= 4 && !strings.ContainsRune(estateLetters, word[n-2])
	}
	return false
}

func latin(word []rune) bool {
	return !slices.ContainsFunc(word, func(r rune) bool { return !alphanumeric(r) })
}

func oneOf(set string, r rune) bool { return strings.ContainsRune(set, r) }
