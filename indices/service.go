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
	// What the parts are made of: S1 and S2 are Queries and Items, S3 is the mean of Solved and
	// Satisfied, S4 is M17 times Probes, the share of days on which the self-test passed.
	Queries   Rate `json:"queries"`
	Items     Rate `json:"items"`
	Solved    Rate `json:"solved"`
	Satisfied Rate `json:"satisfied"`
	Probes    Rate `json:"probes"`
}

func service(in *Inputs, t *tally, r *AccountReport) Service {
	s := Service{
		Queries: NewRate(t.Served, t.Queries), Items: NewRate(in.Items.Hits, in.Items.N),
		Probes: NewRate(in.Probes.Passed, in.Probes.Days),
	}
	s.Information, s.Transaction = s.Queries.Value, s.Items.Value
	s.Solved, s.Satisfied = feedback(in.Cases)
	if s.Solved.Value != nil && s.Satisfied.Value != nil {
		s.Participation = new((*s.Solved.Value + *s.Satisfied.Value) / 2)
	}
	if passed := s.Probes.Value; passed != nil && r.Interface.Rate.Value != nil {
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

// feedback are the shares of solved and of satisfied among the closed cases with feedback.
func feedback(cases []Case) (solvedRate, satisfiedRate Rate) {
	var solved, satisfied, n int64
	for i := range cases {
		if f := cases[i].Feedback; f != nil && cases[i].Closed() {
			n++
			solved += count(f.Solved)
			satisfied += count(f.Satisfied)
		}
	}
	return NewRate(solved, n), NewRate(satisfied, n)
}
