package report

import (
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/sheet"
)

// definition explains figures, named by their keys (one that ends in a dot stands for all below
// it), or a term of the page.
type definition struct {
	keys   []string
	term   string
	text   string
	source string
}

// definitions explain the figures of a report under the names they are printed by.
func definitions(r *indices.Report) []sheet.Definition {
	var printed []sheet.Figure
	for i := range r.Accounts {
		printed = append(printed, Figures(&r.Accounts[i])...)
	}
	all := slices.Concat(waitDefinitions(), indexDefinitions(), otherDefinitions())
	list := make([]sheet.Definition, 0, len(all))
	for i := range all {
		if name := all[i].name(printed); name != "" {
			list = append(list, sheet.Definition{Name: name, Text: all[i].text, Source: all[i].source})
		}
	}
	return list
}

// name is the term, or the printed names of the figures; "" when none of them is printed.
func (d *definition) name(printed []sheet.Figure) string {
	var names []string
	if d.term != "" {
		names = append(names, d.term)
	}
	for i := range printed {
		name := strings.TrimLeft(printed[i].Name, "　")
		if d.explains(printed[i].Key) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, "、")
}

func (d *definition) explains(key string) bool {
	return slices.ContainsFunc(d.keys, func(k string) bool {
		return k == key || strings.HasSuffix(k, ".") && strings.HasPrefix(key, k)
	})
}

const ours = "本产品口径"

func waitDefinitions() []definition {
	return []definition{
		{keys: []string{"counts.inbound"}, text: "市民发来的内容消息（文字、图片、语音、视频、位置、链接、留言、表单），按消息时间归期；微信重发的不重复计。关注、扫码、点菜单等事件不算，按提示回复序号、标题、“更多”也不算。没有关注者的工单（如从热线导入的）不计入来信量，只计入诉求轮次。", source: ours},
		{keys: []string{"counts.active_citizens", "counts.active_permille", "interaction_index.permille"}, text: "窗口内发过内容消息的不同市民；除以前一日关注人数再乘 1000 为每千名关注者互动人数。（30天）为互动指数所用：窗口内逐日往前 30 天的平均，不含账号开始记录之前的日子。", source: ours},
		{keys: []string{"followers"}, text: "窗口最后一天的前一日的关注人数。", source: "微信公众平台用户分析；或 followers import"},
		{keys: []string{"counts.waits.opened"}, text: "同一市民（留言、办件）连续未获答复的内容消息为一轮，从第一条起计时；之后的消息并入本轮，不推迟时限。按开始时间归入窗口。", source: ours},
		{keys: []string{"counts.waits.human", "counts.waits.bot"}, text: "第一条送达的人工答复结束一轮。命中规则的机器人答复在其后 30 分钟无新消息时才算解决；“已收到”之类的统一回复、群发、发送失败都不停表。", source: ours + "；国际同类产品同样排除自动回复"},
		{keys: []string{"counts.waits.expired", "counts.waits.left", "counts.waits.open", "counts.waits.pending"}, text: "窗口内开始、到截至时刻的状态：最后一条消息后 48 小时未答为过期；市民取关为离开；其余为尚未了结，其中机器人已答、30 分钟未满的单列。", source: ours + "；微信客服消息 48 小时窗口"},
		{keys: []string{"counts.sessions", "counts.two_way_sessions", "two_way"}, text: "同一市民的对话中间隔不超过 48 小时的为一次会话，至少含一轮诉求才计；含两轮及以上人工答复的为双向会话。双向会话率 = 双向会话数 ÷ 会话数。", source: ours},
		{keys: []string{"counts.dialogues."}, text: "市民在聊天里分步登记诉求的对话，按开始时间归入窗口：已提交、放弃、还能继续，三项之和即开始的。没有提交，且最后一步之后已过 24 小时和两个 bot.dialogue_ttl（再也不能继续）的为放弃，明说不写的也到那时才算；对话的每一步不算来信，也不算诉求，提交的工单另计一轮（办件渠道）。以前的对话没有记下，从账号第一次计到的那天算起。", source: ours},
		{keys: []string{"first_response."}, text: "每次会话的第一轮诉求的响应时长。分位数同下，均值只含已答复的。", source: ours},
		{keys: []string{"response."}, text: "每轮诉求从开始到人工答复的时长。最近秩分位数，分母为 48 小时到期且需人工的诉求，未答复按无穷大排序；落在 48 小时及以上或未答者印作“≥48 h/未答”。均值只含已答复的，不能代替分位数；办公时间均值只计办公时段。", source: ours},
		{keys: []string{"limits."}, text: "响应率 = 按时 ÷ 到期。时限内获人工或机器人答复为按时，过了时限为超时，未到时限的不计；“其中人工”只看需人工的诉求。区间为威尔逊 95% 置信区间。", source: "3 分钟：GB/T 33358-2016；2 小时、24 小时：北京 12345 热线服务与管理规范（征求意见稿）；48 小时：国办发〔2016〕61号，亦为微信客服消息窗口；Wilson, JASA 22 (1927) 209–212"},
		{term: "目标与结论", text: "目标由本单位在设置 targets 中写明，出处印在旁边；没有设目标的，只列数字，不作达标与否的结论。", source: "本单位设置"},
		{keys: []string{"self_served"}, text: "机器人答复解决的诉求 ÷（机器人解决 + 人工答复 + 过期未答）。", source: ours},
		{keys: []string{"csat"}, text: "评价为满意的诉求 ÷ 有评价的诉求；评价不足 10 份不显示。", source: ours},
		{keys: []string{"rates.repeat_asks"}, text: "答复满 7 天的诉求中，答复后 7 天内同一市民就同一主题再次提出的比例。", source: ours},
		{keys: []string{"rates.marked.hits", "rates.marked"}, text: "由人员标记为感谢、广告骚扰或测试的诉求，记名、记时、可取消；不计入任何比率和指数，只在此单列。占比 = 标记的轮次 ÷（诉求轮次 + 标记的轮次），高于 5% 列入诊断。", source: "12345 热线月报将感谢类单列；界限为本产品设定"},
	}
}

func indexDefinitions() []definition {
	return []definition{
		{keys: []string{"rti."}, text: "每轮得分 u：第一时限 g（默认 3 分钟）内为 1，最后时限 L（默认 48 小时）及以上或未答为 0，其间 u = ln(L/x) ÷ ln(L/g)；指数为 100 × 平均 u，分母为 48 小时到期且需人工的诉求。另按办公时间计算一遍。", source: ours + "，界限见“时限”"},
		{keys: []string{"interaction_index.value"}, text: "(C 覆盖 + T 时效 + A 认可) ÷ 3。等权为本产品设定。", source: "李勇等，政民交互度，重庆大学学报（社会科学版）2016"},
		{keys: []string{"interaction_index.coverage"}, text: "100·ln(1 + 每千名关注者互动人数（30天）) ÷ ln 101，封顶 100；100‰ 满分为本产品设定。", source: "同上"},
		{keys: []string{"interaction_index.timeliness"}, text: "½·最后时限（默认 48 小时）响应率 + ½·响应时效指数 RTI。", source: "同上"},
		{keys: []string{"interaction_index.recognition"}, text: "½·双向会话率 + ½·满意率；没有满意率时取双向会话率，标“无满意度”。", source: "同上"},
		{keys: []string{"service_index.value"}, text: "S1、S2、S3、S4 中有数据的各项等权平均；缺项时标“部分项无数据”。", source: "政府电子服务能力指数 EGSAI（南京大学），权重未公布，等权为本产品设定"},
		{keys: []string{"service_index.information"}, text: "得到答复的询问 ÷ 询问。询问为市民的文字消息或菜单点击；48 小时内命中规则、菜单或知识库的答复，或所在诉求由人工答复，为得到答复；未到期的不计。", source: "同上"},
		{keys: []string{"service_index.transaction"}, text: "窗口内开始的办事事项中，到截至时刻已办完的比例。", source: "同上"},
		{keys: []string{"service_index.participation", "service_index.solved", "service_index.satisfied"}, text: "已办结且有反馈的办件中，市民确认解决的比例（解决率）与满意的比例（办件满意率），两者平均。", source: "同上"},
		{keys: []string{"service_index.availability", "service_index.probes", "interface.success"}, text: "接口健康 × 自测通过率。接口健康 = 1 − 微信回调失败数 ÷ 回调数；自测通过率 = 每日自测通过的天数 ÷ 有自测的天数。", source: "微信公众平台接口分析；每日自测"},
		{keys: []string{"spread_index."}, text: "WCI V14.2（四项）= 12·(0.6·O + 0.2·A + 0.1·H + 0.1·P)²，O、A、H、P 依次为日均、篇均、头条日均、单篇最高的阅读、在看、点赞、转发的对数加权（0.70、0.09、0.06、0.15）；S100 = 100·√(WCI/1000)，封顶 100。由微信接口数据计算的为 WCI-u（人数而非次数），不与公开榜单并列。", source: "清博 WCI V14.2 公式说明；S100 常数为本产品设定"},
		{keys: []string{"composite.value", "composite.band"}, text: "0.30·S100 + 0.35·SI + 0.35·II；任一部分无数据则无值。不合格 < 60，合格 60–80，良 ≥ 80。", source: "权重拟合 2023 年第三季度城市榜；等次参照地方考核办法"},
		{keys: []string{"composite.vetoes"}, text: "按统计窗口末的情况判定（窗口未结束时为截至时刻）：V1 已 14 天未发布；V2 最近一次自测未通过，或此前 14 天有需人工的诉求而无一次人工答复；V3 管理员登记的安全事件未解除。有否决即不合格、不排名。", source: "国办秘函〔2019〕19号"},
	}
}

func otherDefinitions() []definition {
	return []definition{
		{keys: []string{"cases.all."}, text: "按时办结率 = 按时办结 ÷（办结 + 逾期未结）。工作日不含收件当日；重新打开的办件累计计算。受理 1、咨询 2、投诉建议 5、复杂 15 个工作日。", source: "乐清网络问效"},
		{keys: []string{"cases.index"}, text: "同响应时效指数，以工作日计：1 个工作日满分，15 个工作日零分。", source: ours},
		{keys: []string{"publication.gap_at_end_d", "publication.largest_gap_d"}, text: "至窗口末未更新：窗口末（未结束时为截至时刻）距此前最近一次发布的天数，满 14 天为单项否决 V1。最长断更：窗口内相邻两次发布相隔的天数，从窗口前开始的整段计入，到窗口末为止。", source: "国办秘函〔2019〕19号；本产品口径"},
		{keys: []string{"log.ratio"}, text: "本系统去重后的来信 ÷ 微信统计的消息数；低于 99% 报警，高于 100% 为重复记录。", source: "微信公众平台数据接口 getupstreammsg"},
		{keys: []string{"concurrency.per_staff"}, text: "诉求处于未答状态的总时长 ÷ 坐席值班的总时长；没有值班表则无值。", source: ours},
		{keys: []string{"backlog.", "live."}, text: "标题所写时刻的情况，不论统计窗口：尚未答复、也不在等机器人答复生效的诉求，按等待时间分档；客服窗口将关闭：距最后一条消息超过 44 小时，或 5 条客服消息的额度已用完。已结束的窗口不以这些数作诊断。", source: ours + "；微信客服消息规则"},
		{keys: []string{"publication.gap_d"}, text: "标题所写时刻距最近一次发布的天数。", source: ours},
		{term: "诊断", text: "每类问题列出所看的数值、界限和界限的来源；“未见异常”为看过而未过界，“无数据”为无从看起。", source: "来源写在界限之后"},
		{term: "办公时间", text: "按账号设置的办公时段与国务院节假日安排（含调休）计算；下一年通知未发布时标“暂定日历”。", source: "国务院办公厅关于部分节假日安排的通知"},
		{term: "暂定", text: "窗口结束不满 48 小时，部分诉求尚未到期；只显示，不排名。图中以斜线标出。", source: ours},
		{term: "重算中", text: "公式版本、办公时间或工作日历改变之后，历史数字由服务在后台逐步重算；完成之前新旧数字并存，只显示，不排名。", source: ours},
		{term: "样本不足", text: "到期诉求少于 30 轮；只显示，不排名。", source: ours},
	}
}

// FigureDefinition says of one figure what it counts, by which formula and whose.
type FigureDefinition struct {
	Key     string     `json:"key"` // of the figure in a report, "" for a term
	Group   string     `json:"group"`
	Name    string     `json:"name"`
	Unit    sheet.Unit `json:"unit"`
	Text    string     `json:"text"`
	Source  string     `json:"source"`
	Version string     `json:"version"` // of the formula
}

// FigureDefinitions are those of every figure that is explained, under the limits that are usual, and
// of the terms beside them.
func FigureDefinitions() []FigureDefinition {
	empty := indices.Compute(&indices.Inputs{})
	all := slices.Concat(waitDefinitions(), indexDefinitions(), otherDefinitions())
	var list []FigureDefinition
	for _, f := range Figures(&empty) {
		i := slices.IndexFunc(all, func(d definition) bool { return d.explains(f.Key) })
		if i < 0 {
			continue
		}
		list = append(list, FigureDefinition{
			Key: f.Key, Group: f.Group, Name: strings.TrimLeft(f.Name, "　"), Unit: f.Unit, Text: all[i].text, Source: all[i].source, Version: indices.FormulaVersion,
		})
	}
	for i := range all {
		if all[i].term != "" {
			list = append(list, FigureDefinition{Name: all[i].term, Unit: sheet.UnitText, Text: all[i].text, Source: all[i].source, Version: indices.FormulaVersion})
		}
	}
	return list
}
