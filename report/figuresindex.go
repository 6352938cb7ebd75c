package report

import (
	"strconv"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/sheet"
)

func (l *figureList) shares(r *indices.AccountReport) {
	l.group = "解决与满意"
	l.rate("self_served", "自助解决率", &r.Rates.SelfServed)
	l.rate("two_way", "双向会话率", &r.Rates.TwoWay)
	csat := l.rate("csat", "满意率", &r.Rates.CSAT)
	if r.CSAT == nil && r.Rates.CSAT.N > 0 {
		csat.Note = "评价不足 10 份，不显示"
	}
	l.rate("rates.repeat_asks", "重复诉求率", &r.Rates.Repeat)
}

func (l *figureList) interaction(r *indices.AccountReport) {
	l.group = "互动指数的组成（各三分之一，权重为本产品设定）"
	x := r.Interaction
	l.add("interaction_index.permille", "每千名关注者互动人数（30天）", sheet.UnitNumber, x.Permille).Note = "C 用此数：窗口内各个 30 天的平均；窗口为 30 天或账号记录不足 30 天时为整个窗口"
	l.add("interaction_index.coverage", "C 覆盖", sheet.UnitPoints, x.Coverage).Note = "100·ln(1 + 上一行) ÷ ln 101，封顶 100"
	l.add("interaction_index.timeliness", "T 时效", sheet.UnitPoints, x.Timeliness).Note = "½·" + limitName(lastLimit(r)) + "响应率 + ½·RTI"
	a := l.add("interaction_index.recognition", "A 认可", sheet.UnitPoints, x.Recognition)
	a.Note = "½·双向会话率 + ½·满意率"
	for _, flag := range x.Flags {
		a.Note += "；" + flag
	}
}

func (l *figureList) service(r *indices.AccountReport) {
	l.group = "服务指数的组成（有数据的各项等权）"
	s := r.Service
	l.part("service_index.information", "S1 信息服务", s.Information, &s.Queries)
	l.part("service_index.transaction", "S2 事务服务", s.Transaction, &s.Items)
	l.add("service_index.participation", "S3 参与服务", sheet.UnitPoints, s.Participation).Note = "½·解决率 + ½·办件满意率"
	l.rate("service_index.solved", "　解决率", &s.Solved)
	l.rate("service_index.satisfied", "　办件满意率", &s.Satisfied)
	f := l.add("service_index.availability", "S4 服务提供", sheet.UnitPoints, s.Availability)
	f.Note = "接口健康 × 自测通过率"
	if s.Partial {
		f.Note += "；部分项没有数据，权重已重新分配"
	}
	l.rate("service_index.probes", "　自测通过率", &s.Probes)
	l.rate("interface.success", "　接口健康", &r.Interface.Rate)
}

// part is a part of an index that is a rate itself.
func (l *figureList) part(key, name string, v *float64, r *indices.Rate) {
	f := l.add(key, name, sheet.UnitPoints, v)
	f.Low, f.High, f.N = r.Low, r.High, new(r.N)
}

func (l *figureList) spread(r *indices.AccountReport) {
	l.group = "传播指数的组成"
	s := r.Spread
	w := l.add("spread_index.wci", s.Label+"（"+string(s.Version)+"）", sheet.UnitPoints, s.WCI)
	if s.WCI != nil {
		w.N, w.Note = new(int64(s.Posts)), "样本为发布篇数"
	}
	l.add("spread_index.o", "O 整体传播力", sheet.UnitNumber, s.Overall)
	l.add("spread_index.a", "A 篇均传播力", sheet.UnitNumber, s.Average)
	l.add("spread_index.h", "H 头条传播力", sheet.UnitNumber, s.Head)
	l.add("spread_index.p", "P 峰值传播力", sheet.UnitNumber, s.Peak)
}

func (l *figureList) cases(r *indices.AccountReport) {
	l.group = "办件"
	c := r.Cases
	l.rate("cases.all.on_time", "按时办结率", &c.All.OnTime).Note = verdictNote(c.All.Verdict)
	l.count("cases.all.closed", "　办结", c.All.Closed)
	l.count("cases.all.open_late", "　逾期未结", c.All.OpenLate)
	l.add("cases.index", "办理时效指数", sheet.UnitPoints, c.Index).N = new(c.N)
}

func (l *figureList) running(r *indices.AccountReport) {
	l.group = "运行"
	gap := l.whole("publication.gap_at_end_d", "至窗口末未更新", sheet.UnitDays, r.Publication.GapAtEnd)
	if r.Publication.LastAtEnd != "" {
		gap.Note = "窗口末之前最近一次发布 " + r.Publication.LastAtEnd
	}
	l.whole("publication.largest_gap_d", "窗口内最长断更", sheet.UnitDays, r.Publication.Largest)
	log := l.add("log.ratio", "日志完整率", sheet.UnitPercent, r.Log.Ratio)
	if n := len(r.Log.Alarms); n > 0 {
		log.Note = strconv.Itoa(n) + " 个日期与微信的统计不一致"
	}
	load := l.add("concurrency.per_staff", "人均并发诉求", sheet.UnitNumber, nil)
	if r.Concurrency != nil {
		load.Value = r.Concurrency.PerStaff
	}
}

// live are the figures of the instant of reading, which belong to no window.
func (l *figureList) live(r *indices.AccountReport) {
	b := r.Live
	l.group = "实时（" + b.AsOf.Format("2006-01-02 15:04:05") + "，不属统计窗口）"
	l.count("backlog.open", "待答复", b.Open)
	from := int64(0)
	for _, a := range b.Ages {
		name, key := "　超过 "+limitName(from), "over_"+strconv.FormatInt(from, 10)
		if a.UpTo != nil {
			name, key = "　不超过 "+limitName(*a.UpTo), strconv.FormatInt(*a.UpTo, 10)
			from = *a.UpTo
		}
		l.count("backlog.ages."+key, name, a.Count)
	}
	l.whole("backlog.oldest_s", "最长等待", sheet.UnitSeconds, b.Oldest)
	l.count("backlog.at_risk", "客服窗口将关闭", b.AtRisk)
	l.count("backlog.pending", "机器人已答，等 30 分钟", b.Pending)
	l.whole("live.unassigned", "超过 1 个办公小时无人认领", sheet.UnitCount, b.Unassigned)
	gap := l.whole("publication.gap_d", "距上次发布", sheet.UnitDays, b.PublicationGap)
	if b.LastPublication != "" {
		gap.Note = "上次发布 " + b.LastPublication
	}
}
