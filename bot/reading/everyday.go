package reading

import (
	"strings"
	"sync"
)

// everydayWords stand in questions about anything: how people ask, where it is, who they
// are, what an office does. A rule is not recognised by them.
const everydayWords = "请问 咨询 想问 想知道 了解 问题 情况 事情 相关 有关 关于 反映 投诉 举报 建议 意见 希望 恳请 请求 要求 强烈 尽快 及时 帮忙 帮助 解决 处理 回复 答复 " +
	"领导 政府 部门 单位 公司 企业 集团 有限公司 工作人员 老百姓 群众 居民 村民 市民 业主 住户 家长 学生 老人 老年人 孩子 小孩 子女 父母 员工 工人 个人 本人 我们 他们 大家 " +
	"小区 门口 附近 旁边 楼下 楼上 对面 路口 马路 道路 社区 街道 乡镇 学校 医院 家里 地方 地址 电话 窗口 现场 本地 外地 本市 全市 我市 我县 我区 " +
	"什么时候 什么 时候 时间 多久 多长 几天 多少 多少钱 为什么 为何 怎么办 怎么样 怎样 如何 是否 是不是 可不可以 能不能 有没有 可以 能否 合理 合法 哪里 哪个 哪些 谁 几点 " +
	"办理 申请 手续 流程 材料 条件 需要 政策 规定 标准 服务 管理 工作 使用 发放 收费 费用 交费 缴费 领取 查询 登记 预约 取消 开通 查看 打电话 " +
	"今天 明天 昨天 现在 目前 最近 今年 去年 每天 每月 每年 一直 已经 至今 没有 没人 不能 无法 不到 不了 太多 太大 太吵 严重 多次 再次 经常 长期 一天 一个 一下 " +
	"出现 发生 存在 导致 影响 造成 进行 开始 准备 打算 感谢 谢谢 您好 你好 辛苦 生活 社会 国家 中国 全国 历史 遗留 项目 建设 技术 科技 有限 坚决 反对 学院 大学 " +
	"签合同 合同 多少分 带什么 要什么 在哪 找谁 不发 不给 不交 不开"

// everydayTrie finds the everyday words in a text; it is made on first use and never changes.
var everydayTrie = sync.OnceValue(func() *Trie {
	t, _ := TrieOf(strings.Fields(everydayWords))
	return t
})
