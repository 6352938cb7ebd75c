package report

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
)

// Figures lists what a report holds of one account, in the order in which people read it.
// Keys are the paths of the JSON. Limits, in seconds, are those that accounts side by side have
// between them; none = its own.
func Figures(r *indices.AccountReport, limits ...int64) []sheet.Figure {
	var l figureList
	l.headline(r)
	l.counts(r)
	l.times(r)
	l.limits(r, limits)
	l.shares(r)
	l.interaction(r)
	l.service(r)
	l.spread(r)
	l.cases(r)
	l.running(r)
	l.live(r)
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
		f.Raw = indices.UnansweredText
		return
	}
	f.Value = new(float64(q.Seconds))
}

func (l *figureList) headline(r *indices.AccountReport) {
	l.group = "指数"
	g := l.add("composite.value", "政务微信指数 G", sheet.UnitPoints, r.Composite.Value)
	g.Note = "0.30·传播 + 0.35·服务 + 0.35·互动"
	band := l.add("composite.band", "等次", sheet.UnitText, nil)
	band.Note = "不合格 < 60，合格 60–80，良 ≥ 80；有单项否决即不合格"
	if r.Composite.Band != nil {
		band.Text = *r.Composite.Band
	}
	veto := l.add("composite.vetoes", "单项否决", sheet.UnitText, nil)
	veto.Text = "无"
	if ids := vetoIDs(r.Composite.Vetoes); len(ids) > 0 {
		veto.Text, veto.Raw = strings.Join(ids, "、"), strings.Join(ids, "|")
	}
	l.add("rti.value", "响应时效指数 RTI", sheet.UnitPoints, r.RTI.Value).N = new(r.RTI.N)
	l.add("rti.office", "响应时效指数（办公时间）", sheet.UnitPoints, r.RTI.Office).N = new(r.RTI.N)
	l.add("interaction_index.value", "互动指数 II", sheet.UnitPoints, r.Interaction.Value)
	l.add("service_index.value", "服务指数 SI", sheet.UnitPoints, r.Service.Value)
	l.add("spread_index.s100", "传播指数 S100", sheet.UnitPoints, r.Spread.S100)
	l.count("rates.marked.hits", "无需答复", r.Rates.Marked.Hits)
	l.rate("rates.marked", "　占全部轮次", &r.Rates.Marked).Note = "人员标记的感谢、广告骚扰、测试，和市民撤回的，不计入其他各项"
}

func (l *figureList) counts(r *indices.AccountReport) {
	l.group = "来信与诉求"
	l.whole("followers", "关注人数", sheet.UnitCount, r.Followers)
	l.count("counts.inbound", "来信量", r.Counts.Inbound)
	l.count("counts.active_citizens", "互动人数", r.Counts.ActiveCitizens)
	l.add("counts.active_permille", "每千名关注者互动人数（窗口）", sheet.UnitNumber, r.Counts.ActivePermille)
	w := r.Counts.Waits
	l.count("counts.waits.opened", "诉求轮次", w.Opened)
	l.count("counts.waits.human", "　人工答复", w.Human)
	l.count("counts.waits.bot", "　自助解决", w.Bot)
	l.count("counts.waits.expired", "　过期未答", w.Expired)
	l.count("counts.waits.left", "　取关离开", w.Left)
	l.count("counts.waits.open", "　尚未了结", w.Open)
	l.count("counts.waits.pending", "　　其中机器人已答待确认", w.Pending)
	l.count("counts.sessions", "会话数", r.Counts.Sessions)
	l.count("counts.two_way_sessions", "双向会话数", r.Counts.TwoWaySessions)
	if d := r.Counts.Dialogues; d != nil {
		l.add("counts.dialogues.started", "登记对话", sheet.UnitCount, new(float64(d.Started))).Note = "自 " + d.Since.In(models.Shanghai()).Format(time.DateOnly) + " 起计，不算诉求"
		l.count("counts.dialogues.completed", "　已提交", d.Completed)
		l.count("counts.dialogues.abandoned", "　放弃", d.Abandoned)
		l.count("counts.dialogues.open", "　还能继续", d.Open)
	}
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

// limitsBetween are the limits that accounts have between them, rising.
func limitsBetween(accounts []indices.AccountReport) []int64 {
	var list []int64
	for i := range accounts {
		for _, x := range accounts[i].Limits {
			list = append(list, x.Limit)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func (l *figureList) limits(r *indices.AccountReport, limits []int64) {
	l.group = "时限"
	if len(limits) == 0 {
		limits = limitsBetween([]indices.AccountReport{*r})
	}
	for _, limit := range limits {
		i := slices.IndexFunc(r.Limits, func(x indices.LimitFigures) bool { return x.Limit == limit })
		if i < 0 {
			l.otherLimit(limit)
			continue
		}
		x := r.Limits[i]
		key, name := "limits."+strconv.FormatInt(x.Limit, 10)+".", limitName(x.Limit)
		f := l.add(key+"rate", name+"响应率", sheet.UnitPercent, x.Rate)
		f.Low, f.High, f.N, f.Note = x.Low, x.High, new(x.Due), verdictNote(x.Verdict)
		h := l.add(key+"human_rate", "　其中人工", sheet.UnitPercent, x.HumanRate)
		h.Low, h.High, h.N = x.HumanLow, x.HumanHigh, new(x.Need)
		l.count(key+"due", "　到期", x.Due)
		l.count(key+"on_time", "　按时", x.OnTime)
		l.count(key+"breach", "　超时", x.Breach)
	}
}

// otherLimit keeps the place of a limit that only other accounts have.
func (l *figureList) otherLimit(limit int64) {
	key, name := "limits."+strconv.FormatInt(limit, 10)+".", limitName(limit)
	l.add(key+"rate", name+"响应率", sheet.UnitPercent, nil).Note = "本账号没有这个时限"
	l.add(key+"human_rate", "　其中人工", sheet.UnitPercent, nil)
	for _, part := range []struct{ key, name string }{{"due", "　到期"}, {"on_time", "　按时"}, {"breach", "　超时"}} {
		l.add(key+part.key, part.name, sheet.UnitCount, nil)
	}
}

// verdictNote is the target of a rate, where it comes from and whether it was met; "" without one.
func verdictNote(v indices.Verdict) string {
	if v.Target == nil {
		return ""
	}
	note := "目标 " + strconv.FormatFloat(*v.Target, 'f', -1, 64) + "%（" + v.Source + "）"
	if v.Met != nil {
		note += map[bool]string{true: "：达标", false: "：未达标"}[*v.Met]
	}
	return note
}

// vetoIDs are the numbers of vetoes.
func vetoIDs(vetoes []indices.Veto) []string {
	var ids []string
	for _, v := range vetoes {
		ids = append(ids, v.ID)
	}
	return ids
}

// FigureOf is the figure of that key; the zero Figure where there is none.
func FigureOf(r *indices.AccountReport, key string) sheet.Figure { return figureNamed(Figures(r), key) }

// figureNamed is the figure of that key; the zero Figure where there is none.
func figureNamed(list []sheet.Figure, key string) sheet.Figure {
	for _, f := range list {
		if f.Key == key {
			return f
		}
	}
	return sheet.Figure{}
}
