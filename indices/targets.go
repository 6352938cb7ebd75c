package indices

// Targets are the shares, in percent, that the office set itself for what is answered or closed in
// time, and who set them. There are none by default: without a target there is no verdict.
type Targets struct {
	Reply  map[int64]float64 // by limit in seconds
	Cases  float64           // 0 = none
	Source string
}

// Verdict holds a rate against its target.
type Verdict struct {
	Target *float64 `json:"target"`        // percent, nil = none was set
	Source string   `json:"target_source"` // "" without a target
	Met    *bool    `json:"met"`           // nil without a target or without a rate
}

func (t *Targets) reply(limit int64, rate *float64) Verdict {
	return t.verdict(t.Reply[limit], rate)
}

func (t *Targets) cases(rate *float64) Verdict { return t.verdict(t.Cases, rate) }

func (t *Targets) verdict(target float64, rate *float64) Verdict {
	if target <= 0 {
		return Verdict{}
	}
	v := Verdict{Target: &target, Source: t.Source}
	if rate != nil {
		v.Met = new(*rate >= target)
	}
	return v
}
