package indices

import (
	"maps"
	"math"
	"slices"
	"time"
)

// The seven rules. Each notes every measure it has data for, fired or not.

func unclearAim(p *patient, f *Finding) {
	posts := map[string]int64{}
	n := int64(0)
	for i := range p.Articles {
		if topic := p.Articles[i].Topic; topic != "" {
			posts[topic]++
			n++
		}
	}
	if n == 0 {
		return
	}
	entropy, top := Entropy(shares(posts), max(p.Diagnosis.Topics, len(posts)))
	enough := n >= int64(p.bounds.MinPosts)
	f.note(Evidence{
		Measure: "entropy", Value: entropy, Threshold: p.bounds.Entropy, N: n,
		Fired: enough && entropy > p.bounds.Entropy && top < p.bounds.TopTopic,
	}, "发布主题分散度", "entropy of post topics", SeverityAmber)
	asks := maps.Clone(p.Diagnosis.Asks)
	delete(asks, "") // posts without a topic are left out as well
	if len(asks) == 0 {
		return
	}
	d := Divergence(shares(posts), shares(asks))
	f.note(Evidence{
		Measure: "divergence", Value: d, Threshold: p.bounds.Divergence, N: n, Fired: d > p.bounds.Divergence,
	}, "发布与咨询主题的偏离度", "divergence of posts from asks", SeverityAmber)
}

func clutteredPush(p *patient, f *Finding) {
	var finish []float64
	for i := range p.Articles {
		if r := p.Articles[i].FinishRate; r != nil {
			finish = append(finish, *r)
		}
	}
	if n := len(finish); n > 0 {
		slices.Sort(finish)
		median := (finish[(n-1)/2] + finish[n/2]) / 2
		f.note(Evidence{
			Measure: "read_finish_rate", Value: median, Threshold: p.bounds.FinishRate, N: int64(n),
			Fired: median < p.bounds.FinishRate,
		}, "读完率中位数（%）", "median read-finish rate, %", SeverityAmber)
	}
	longPushes(p, f)
	if after := p.Diagnosis.UnfollowsAfterPush; len(after) > 0 && p.Diagnosis.UnfollowsADay > 0 {
		e := Evidence{Measure: "unfollows_after_push", Threshold: p.bounds.UnfollowFactor, N: int64(len(after))}
		for _, push := range slices.Sorted(maps.Keys(after)) {
			times := float64(after[push]) / p.Diagnosis.UnfollowsADay
			e.Value = math.Max(e.Value, times)
			if times > p.bounds.UnfollowFactor {
				e.Fired, e.Rows = true, append(e.Rows, push)
			}
		}
		f.note(e, "推送后 24 小时取关与日均之比", "unfollows in 24 h after a push, times the mean", SeverityAmber)
	}
}

// longPushes: pushes of many posts whose tail is hardly read beside the headline.
func longPushes(p *patient, f *Finding) {
	type push struct{ posts, tail, head, headReads float64 }
	pushes := map[string]*push{}
	for i := range p.Articles {
		a := &p.Articles[i]
		if a.Push == "" {
			continue
		}
		if pushes[a.Push] == nil {
			pushes[a.Push] = &push{}
		}
		x := pushes[a.Push]
		x.posts++
		if a.Headline {
			x.head, x.headReads = x.head+1, x.headReads+float64(a.Reads)
		} else {
			x.tail += float64(a.Reads)
		}
	}
	e := Evidence{Measure: "tail_reads", Value: 100, Threshold: 100 * p.bounds.TailReads}
	for _, id := range slices.Sorted(maps.Keys(pushes)) {
		x := pushes[id]
		if x.posts < float64(p.bounds.PushPosts) || x.headReads == 0 || x.posts == x.head {
			continue
		}
		e.N++
		share := x.tail / (x.posts - x.head) / (x.headReads / x.head)
		e.Value = math.Min(e.Value, 100*share)
		if share < p.bounds.TailReads {
			e.Fired, e.Rows = true, append(e.Rows, id)
		}
	}
	if e.N > 0 {
		f.note(e, "多图文推送中次条与头条平均阅读之比（%）", "reads of the tail beside the headline, %", SeverityAmber)
	}
}

func oneForm(p *patient, f *Finding) {
	forms := map[string]int64{}
	for i := range p.Articles {
		if p.Articles[i].Form != "" {
			forms[p.Articles[i].Form]++
		}
	}
	n, top := int64(0), int64(0)
	for _, c := range forms {
		n, top = n+c, max(top, c)
	}
	if n == 0 {
		return
	}
	share := float64(top) / float64(n)
	f.note(Evidence{
		Measure: "one_form", Value: 100 * share, Threshold: 100 * p.bounds.OneForm, N: n,
		Fired: n >= int64(p.bounds.MinPosts) && share >= p.bounds.OneForm,
	}, "最常用形式所占比例（%）", "share of the commonest form, %", SeverityNotice)
}

func littleReply(p *patient, f *Finding) {
	r := p.report
	if l := r.Limits[lastLimit]; l.Rate != nil {
		f.note(Evidence{
			Measure: "reply_rate", Value: *l.Rate, Threshold: p.bounds.ReplyRate, N: l.Due, Fired: *l.Rate < p.bounds.ReplyRate,
		}, "48 小时响应率（%）", "answered within 48 h, %", SeverityAmber)
	}
	if q := r.Response.P50; q.N > 0 {
		sec := q.Seconds
		if q.Unanswered {
			sec = max(p.limits.last(), p.bounds.MedianSeconds+1)
		}
		f.noteAs(Evidence{
			Measure: "median", Value: float64(sec), Threshold: float64(p.bounds.MedianSeconds), N: q.N,
			Fired: sec > p.bounds.MedianSeconds,
		}, 3600, "响应时长中位数（小时，未答按 48 小时计）", "median response, h (unanswered as 48 h)", SeverityAmber)
	}
	if two := r.Rates.TwoWay; two.Value != nil {
		f.note(Evidence{
			Measure: "two_way", Value: *two.Value, Threshold: p.bounds.TwoWay, N: two.N, Fired: *two.Value < p.bounds.TwoWay,
		}, "双向会话率（%）", "two-way sessions, %", SeverityAmber)
	}
	for _, v := range r.Composite.Vetoes {
		if v.ID == VetoNoInteraction {
			f.fact(Evidence{Measure: "veto", Fired: true}, v.Reason, "no effective interaction", SeverityRed)
		}
	}
}

func weakGuidance(p *patient, f *Finding) {
	if p.Diagnosis.Surges == nil {
		return
	}
	e := Evidence{Measure: "surges_unanswered"}
	for _, s := range p.Diagnosis.Surges {
		if s.Asks < p.bounds.SurgeAsks || float64(s.Asks) < p.bounds.SurgeFactor*s.DailyMean {
			continue
		}
		e.N++
		limit := p.limits.FirstWord
		if s.Major {
			limit = p.limits.MajorFirstWord
		}
		answered := s.Answered
		if answered.IsZero() {
			answered = p.AsOf
		}
		if answered.After(s.At.Add(time.Duration(limit) * time.Second)) {
			e.Fired, e.Value, e.Rows = true, e.Value+1, append(e.Rows, s.Topic)
		}
	}
	f.note(e, "集中咨询而未按时公开答复的主题数", "surging topics without a public answer in time", SeverityRed)
}

func lowEntryBar(p *patient, f *Finding) {
	r := p.Diagnosis.Registration
	if r == nil {
		return
	}
	check := func(measure, zh, en string, bad bool) {
		f.fact(Evidence{Measure: measure, Fired: bad}, zh, en, SeverityAmber)
	}
	check("unverified", "账号未认证", "account not verified", !r.Verified)
	check("no_filing_number", "缺少备案号", "no filing number", r.FilingNumber == "")
	check("owner_not_operator", "主办与运营单位不一致", "owner is not the operator", r.Owner != r.Operator)
	idle := Evidence{Measure: "idle_accounts", N: int64(len(r.Siblings))}
	for _, s := range r.Siblings {
		if s.IdleDays >= p.bounds.IdleDays {
			idle.Fired, idle.Value, idle.Rows = true, idle.Value+1, append(idle.Rows, s.Name)
		}
	}
	f.note(idle, "本部门闲置账号数", "idle accounts of the department", SeverityAmber)
}

func weakManagement(p *patient, f *Finding) {
	if gap := p.report.Publication.GapAtEnd; gap != nil {
		severity, bound := SeverityNotice, p.limits.GapNotice
		switch {
		case *gap >= int64(p.limits.GapVeto):
			severity, bound = SeverityVeto, p.limits.GapVeto
		case *gap >= int64(p.limits.GapAmber):
			severity, bound = SeverityAmber, p.limits.GapAmber
		}
		f.note(Evidence{
			Measure: "publication_gap", Value: float64(*gap), Threshold: float64(bound), N: 1, Fired: *gap >= int64(bound),
		}, "未更新天数", "days without a publication", severity)
	}
	if len(p.Cases) > 0 && p.Office != nil {
		n := p.report.Cases.OpenLong
		f.note(Evidence{
			Measure: "old_cases", Value: float64(n), N: int64(len(p.Cases)), Fired: n > 0, Rows: oldCases(p),
		}, "超过最长时限仍未办结的办件数", "cases open beyond the longest limit", SeverityAmber)
	}
	if p.Office != nil && p.undecided() != nil && p.running() { // of a window that is over nobody knows
		keys, n := unassigned(p.Inputs)
		f.note(Evidence{
			Measure: "unassigned", Value: float64(len(keys)), N: n, Fired: len(keys) > 0, Rows: keys,
		}, "超过 1 个办公小时无人认领的诉求数", "waits nobody took over within an office hour", SeverityAmber)
	}
	if m := p.report.Rates.Marked; m.Hits > 0 {
		f.note(Evidence{
			Measure: "marked", Value: *m.Value, Threshold: p.bounds.Marked, N: m.N, Fired: *m.Value > p.bounds.Marked,
		}, "人工标为无需答复的比例（%）", "marked as needing no answer, %", SeverityAmber)
	}
	if keys := p.Diagnosis.Unreviewed; keys != nil {
		f.note(Evidence{
			Measure: "unreviewed", Value: float64(len(keys)), N: int64(len(keys)), Fired: len(keys) > 0, Rows: keys,
		}, "没有作者和审核记录的人工答复数", "human answers without author and review", SeverityAmber)
	}
	if len(p.Log) > 0 {
		e := Evidence{Measure: "log_completeness", Value: 100, Threshold: 100 * completenessAlarm, N: int64(len(p.Log))}
		for _, d := range p.Log {
			share := ratio(d.Logged, d.Sent)
			if share == nil {
				continue
			}
			e.Value = math.Min(e.Value, 100**share)
			if *share < completenessAlarm {
				e.Fired, e.Rows = true, append(e.Rows, d.Day+" "+d.Type)
			}
		}
		f.note(e, "日志完整率最低值（%）", "lowest completeness of the log, %", SeverityAmber)
	}
}

func oldCases(p *patient) []string {
	var ids []string
	for i := range p.Cases {
		c := &p.Cases[i]
		if len(c.Spells) > 0 && !c.Closed() && c.Workdays(p.Office.Calendar(), p.AsOf) > p.limits.Case.Limit(CaseComplex) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}
