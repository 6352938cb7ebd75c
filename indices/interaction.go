package indices

import "math"

// Interaction is the interaction index 互动指数: the mean of coverage C, timeliness T and
// recognition A, the three criteria of 政民交互度 (李勇等, 重庆大学学报社会科学版 2016). The
// thirds are ours, because no weights are published; the screen says so.
type Interaction struct {
	Value       *float64 `json:"value"`
	Coverage    *float64 `json:"coverage"`
	Timeliness  *float64 `json:"timeliness"`
	Recognition *float64 `json:"recognition"`
	Permille    *float64 `json:"permille"` // the active citizens per 1000 followers behind Coverage
	Flags       []string `json:"flags"`
}

// FlagNoCSAT marks an interaction index whose recognition is two-way talk alone, for want of ratings.
const FlagNoCSAT = "无满意度"

func interaction(in *Inputs, t *tally, r *AccountReport) Interaction {
	x := Interaction{Flags: []string{}, Permille: permille(in, r)}
	if x.Permille != nil {
		x.Coverage = new(Coverage(*x.Permille))
	}
	if rate := NewRate(t.onTime(lastLimit), t.due(lastLimit)).Value; rate != nil && r.RTI.Value != nil {
		x.Timeliness = new((*rate + *r.RTI.Value) / 2)
	}
	switch {
	case r.TwoWay == nil:
	case r.CSAT == nil:
		x.Recognition = new(*r.TwoWay)
		x.Flags = append(x.Flags, FlagNoCSAT)
	default:
		x.Recognition = new((*r.TwoWay + *r.CSAT) / 2)
	}
	if x.Coverage != nil && x.Timeliness != nil && x.Recognition != nil {
		x.Value = new((*x.Coverage + *x.Timeliness + *x.Recognition) / 3)
	}
	return x
}

// permille is M2‰ of the window, or the mean over the 30-day windows ending in it.
func permille(in *Inputs, r *AccountReport) *float64 {
	if in.Followers <= 0 {
		return nil
	}
	if len(in.Permille30) == 0 {
		return r.Counts.ActivePermille
	}
	sum := 0.0
	for _, p := range in.Permille30 {
		sum += p
	}
	return new(sum / float64(len(in.Permille30)))
}

// Coverage is C for so many active citizens per 1000 followers in 30 days: logarithmic,
// with full marks at 100 (our constant).
func Coverage(permille float64) float64 {
	return math.Min(100, 100*math.Log1p(math.Max(0, permille))/math.Log(101))
}
