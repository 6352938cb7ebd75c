package indices

import "github.com/wenzheng/wenzheng/models"

// Service is the service index 服务指数: the mean of the parts that have data, after the
// service capabilities of EGSAI (政府电子服务能力指数, 南京大学) without 影响力. Quarters are
// ours, as the published weights are not available.
type Service struct {
	Value         *float64 `json:"value"`
	Information   *float64 `json:"information"`   // S1 信息服务
	Transaction   *float64 `json:"transaction"`   // S2 事务服务
	Participation *float64 `json:"participation"` // S3 参与服务
	Availability  *float64 `json:"availability"`  // S4 服务提供
	Partial       bool     `json:"partial"`       // a part had no data and was dropped
}

func service(in *Inputs, r *AccountReport) Service {
	s := Service{
		Information:   NewRate(in.Queries.Hits, in.Queries.N).Value,
		Transaction:   NewRate(in.Items.Hits, in.Items.N).Value,
		Participation: participation(in.Cases),
	}
	if passed := NewRate(in.Probes.Passed, in.Probes.Days).Value; passed != nil && r.Interface.Rate.Value != nil {
		s.Availability = new(*r.Interface.Rate.Value * *passed / 100)
	}
	sum, n := 0.0, 0
	for _, part := range []*float64{s.Information, s.Transaction, s.Participation, s.Availability} {
		if part == nil {
			s.Partial = true
			continue
		}
		sum += *part
		n++
	}
	if n > 0 {
		s.Value = new(sum / float64(n))
	}
	return s
}

// participation is the mean of the shares of solved and of satisfied among the closed cases
// with feedback.
func participation(cases []Case) *float64 {
	var solved, satisfied, n int64
	for i := range cases {
		if f := cases[i].Feedback; f != nil && cases[i].Closed() {
			n++
			solved += count(f.Solved)
			satisfied += count(f.Satisfied)
		}
	}
	if n == 0 {
		return nil
	}
	return new((*NewRate(solved, n).Value + *NewRate(satisfied, n).Value) / 2)
}

// Queries counts S1 over rows, which must be whole sessions and threads of one account: a
// query is a citizen's text or a menu click with time in [from, to); it is served by a
// matched bot answer to it, or, a text, by the human close of its wait. Texts of waits that
// are not due at the last limit at asOf are left out.
func Queries(rows []models.Interaction, limits *Limits, from, to, asOf int64) Tally {
	list := entries(rows)
	waits, waitOf := rebuild(list, limits, nil)
	answered := map[string]bool{}
	for _, e := range list {
		if IsAnswer(e.row) && e.row.Actor == models.ActorBot && e.row.Matched && e.row.ReplyTo != "" {
			answered[e.row.ReplyTo] = true
		}
	}
	var t Tally
	for i, e := range list {
		if e.at < from || e.at >= to {
			continue
		}
		served := answered[e.row.MsgKey]
		switch {
		case waitOf[i] >= 0 && e.row.Kind == models.MsgTypeText:
			r := StateAt(&waits[waitOf[i]], asOf)
			if !r.Due(limits.last()) {
				continue
			}
			served = served || r.State == models.WaitHuman
		case !isMenuClick(e.row):
			continue
		}
		t.N++
		t.Hits += count(served)
	}
	return t
}

func isMenuClick(r *models.Interaction) bool {
	return r.Dir == models.DirIn && r.Actor == models.ActorCitizen && r.Kind == kindMenuClick
}
