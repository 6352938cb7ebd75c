package main

import (
	"strconv"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
)

// figures lists what a report holds of one account, in the order in which people read it.
// Keys are the paths of the JSON.
func figures(r *indices.AccountReport) []sheet.Figure {
	var l figureList
	l.headline(r)
	l.counts(r)
	l.times(r)
	l.limits(r)
	l.backlog(r)
	l.shares(r)
	l.interaction(r)
	l.service(r)
	l.spread(r)
	l.cases(r)
	l.running(r)
	return l.list
}

// figureList collects figures under the heading of the moment.
type figureList struct {
	list  []sheet.Figure
	group string
}

func (l *figureList) add(key, name string, unit sheet.Unit, v *float64) *sheet.Figure {
	l.list = append(l.list, sheet.Figure{Key: key, Group: l.group, Name: name, Unit: unit, Value: v})
	return &l.list[len(l.list)-1]
}

func (l *figureList) count(key, name string, n int64) {
	l.add(key, name, sheet.UnitCount, new(float64(n)))
}

func (l *figureList) whole(key, name string, unit sheet.Unit, n *int64) *sheet.Figure {
	if n == nil {
		return l.add(key, name, unit, nil)
	}
	return l.add(key, name, unit, new(float64(*n)))
}

// rate is a share with its interval; value is nil where it is withheld, as of few ratings.
func (l *figureList) rate(key, name string, r *indices.Rate) *sheet.Figure {
	f := l.add(key, name, sheet.UnitPercent, r.Value)
	f.Low, f.High, f.N = r.Low, r.High, new(r.N)
	return f
}

// lastLimit is the limit from which on a quantile prints as not answered.
func lastLimit(r *indices.AccountReport) int64 { return r.Limits[models.ChatLimits-1].Limit }

func (l *figureList) quantile(key, name string, q indices.Quantile, last int64) {
	f := l.add(key, name, sheet.UnitSeconds, nil)
	f.N = new(q.N)
	switch {
	case q.N == 0:
		return
	case q.Unanswered || q.Seconds >= last:
		f.Text = q.Text(last)
	}
	if q.Unanswered {
		f.Raw = "unanswered"
		return
	}
	f.Value = new(float64(q.Seconds))
}

func (l *figureList) headline(r *indices.AccountReport) {
	l.group = "指数"
	g := l.add("composite.value", "政务微信指数 G", sheet.UnitPoints, r.Composite.Value)
	g.Note = "0.30·传播 + 0.35·服务 + 0.35·互动"
	band := l.add("composite.band", "等次", sheet.UnitText, nil)
	if r.Composite.Band != nil {
		band.Text = *r.Composite.Band
	}
	l.add("rti.value", "响应时效指数 RTI", sheet.UnitPoints, r.RTI.Value).N = new(r.RTI.N)
	l.add("rti.office", "响应时效指数（办公时间）", sheet.UnitPoints, r.RTI.Office).N = new(r.RTI.N)
	l.add("interaction_index.value", "互动指数 II", sheet.UnitPoints, r.Interaction.Value)
	l.add("service_index.value", "服务指数 SI", sheet.UnitPoints, r.Service.Value)
	l.add("spread_index.s100", "传播指数 S100", sheet.UnitPoints, r.Spread.S100)
}

func (l *figureList) counts(r *indices.AccountReport) {
	l.group = "来信与诉求"
	l.whole("followers", "关注人数", sheet.UnitCount, r.Followers)
	l.count("counts.inbound", "来信量", r.Counts.Inbound)
	l.count("counts.active_citizens", "互动人数", r.Counts.ActiveCitizens)
	l.add("counts.active_permille", "每千名关注者互动人数", sheet.UnitNumber, r.Counts.ActivePermille)
	w := r.Counts.Waits
	l.count("counts.waits.opened", "诉求轮次", w.Opened)
	l.count("counts.waits.human", "　人工答复", w.Human)
	l.count("counts.waits.bot", "　自助解决", w.Bot)
	l.count("counts.waits.expired", "　过期未答", w.Expired)
	l.count("counts.waits.left", "　取关离开", w.Left)
	l.count("counts.waits.open", "　待答复", w.Open)
	l.count("counts.waits.pending", "　　其中机器人已答待确认", w.Pending)
	l.count("counts.sessions", "会话数", r.Counts.Sessions)
	l.count("counts.two_way_sessions", "双向会话数", r.Counts.TwoWaySessions)
}

func (l *figureList) times(r *indices.AccountReport) {
	last := lastLimit(r)
	l.group = "响应时长（未答按无穷大排序）"
	l.quantile("first_response.p50_s", "首次响应 P50", r.First.P50, last)
	l.quantile("first_response.p90_s", "首次响应 P90", r.First.P90, last)
	l.mean("first_response.mean_s", "首次响应均值（仅已答）", r.First.Mean, r.First.Answered)
	l.quantile("response.p50_s", "逐轮响应 P50", r.Response.P50, last)
	l.quantile("response.p90_s", "逐轮响应 P90", r.Response.P90, last)
	l.mean("response.mean_s", "逐轮响应均值（仅已答）", r.Response.Mean, r.Response.Answered)
	l.mean("response.office_mean_s", "　办公时间均值（仅已答）", r.Response.OfficeMean, r.Response.Answered)
}

func (l *figureList) mean(key, name string, v *float64, n int64) {
	f := l.add(key, name, sheet.UnitSeconds, v)
	f.N, f.Note = new(n), "只含已答复的诉求，不能代替 P50、P90"
}

func (l *figureList) limits(r *indices.AccountReport) {
	l.group = "时限"
	for _, x := range r.Limits {
		key, name := "limits."+strconv.FormatInt(x.Limit, 10)+".", limitName(x.Limit)
		f := l.add(key+"rate", name+"响应率", sheet.UnitPercent, x.Rate)
		f.Low, f.High, f.N = x.Low, x.High, new(x.Due)
		h := l.add(key+"human_rate", "　其中人工", sheet.UnitPercent, x.HumanRate)
		h.Low, h.High, h.N = x.HumanLow, x.HumanHigh, new(x.Need)
		l.count(key+"due", "　到期", x.Due)
		l.count(key+"on_time", "　按时", x.OnTime)
		l.count(key+"breach", "　超时", x.Breach)
	}
}

// limitName is a limit in seconds as people say it.
func limitName(sec int64) string {
	if sec < 3600 {
		return strconv.FormatInt(sec/60, 10) + " 分钟"
	}
	return strconv.FormatInt(sec/3600, 10) + " 小时"
}

func (l *figureList) backlog(r *indices.AccountReport) {
	l.group = "积压（截至时刻，不限窗口）"
	b := r.Backlog
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
	l.count("backlog.pending", "机器人已答待确认", b.Pending)
	gap := l.whole("publication.gap_d", "距上次发布", sheet.UnitDays, r.Publication.Gap)
	if r.Publication.Last != "" {
		gap.Note = "上次发布 " + r.Publication.Last
	}
}

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
	c := l.add("interaction_index.coverage", "C 覆盖", sheet.UnitPoints, x.Coverage)
	if x.Permille != nil {
		c.Note = "每千名关注者 " + indices.Number(x.Permille) + " 人"
	}
	l.add("interaction_index.timeliness", "T 时效", sheet.UnitPoints, x.Timeliness).Note = "½·48 小时响应率 + ½·RTI"
	a := l.add("interaction_index.recognition", "A 认可", sheet.UnitPoints, x.Recognition)
	a.Note = "½·双向会话率 + ½·满意率"
	for _, flag := range x.Flags {
		a.Note += "；" + flag
	}
}

func (l *figureList) service(r *indices.AccountReport) {
	l.group = "服务指数的组成（有数据的各项等权）"
	s := r.Service
	l.add("service_index.information", "S1 信息服务", sheet.UnitPoints, s.Information)
	l.add("service_index.transaction", "S2 事务服务", sheet.UnitPoints, s.Transaction)
	l.add("service_index.participation", "S3 参与服务", sheet.UnitPoints, s.Participation)
	f := l.add("service_index.availability", "S4 服务提供", sheet.UnitPoints, s.Availability)
	if s.Partial {
		f.Note = "部分项没有数据，权重已重新分配"
	}
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
	l.rate("cases.all.on_time", "按时办结率", &c.All.OnTime)
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
	l.rate("interface.success", "接口健康", &r.Interface.Rate)
	log := l.add("log.ratio", "日志完整率", sheet.UnitPercent, r.Log.Ratio)
	if n := len(r.Log.Alarms); n > 0 {
		log.Note = strconv.Itoa(n) + " 个日期与微信的统计不一致"
	}
	load := l.add("concurrency.per_staff", "人均并发诉求", sheet.UnitNumber, nil)
	if r.Concurrency != nil {
		load.Value = r.Concurrency.PerStaff
	}
}

// figureNamed is the figure of that key; the zero Figure where there is none.
func figureNamed(list []sheet.Figure, key string) sheet.Figure {
	for _, f := range list {
		if f.Key == key {
			return f
		}
	}
	return sheet.Figure{}
}
