package indices

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

func service(in *Inputs, t *tally, r *AccountReport) Service {
	s := Service{
		Information:   NewRate(t.Served, t.Queries).Value,
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
