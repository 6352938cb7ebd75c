package indices

import "fmt"

// Composite is the 政务微信指数 G: 0.30 of spread, 0.35 of service, 0.35 of interaction. The
// publisher of the 政务指数 prints no weights; these reproduce its 2023 Q3 city table. The
// bands follow https://www.wanzhi.gov.cn/openness/public/6603391/33455771.html, the vetoes
// 国办秘函〔2019〕19号. They are judged at the end of the window: what came later is of another.
type Composite struct {
	Value       *float64 `json:"value"`
	Spread      *float64 `json:"spread"`
	Service     *float64 `json:"service"`
	Interaction *float64 `json:"interaction"`
	Band        *string  `json:"band"`
	Vetoes      []Veto   `json:"vetoes"`
}

// The bands. Any veto makes the band BandFail whatever the value, and the value is greyed.
const (
	BandFail = "不合格" // below 60
	BandPass = "合格"  // from 60
	BandGood = "良"   // from 80
)

// Veto is a 单项否决.
type Veto struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// The vetoes.
const (
	VetoNoPublication = "V1"
	VetoNoInteraction = "V2"
	VetoIncident      = "V3"
)

// mix is a set of weights of the composite.
type mix struct{ spread, service, interaction float64 }

func headlineMix() mix { return mix{.30, .35, .35} }

func (m mix) of(c *Composite) *float64 {
	if c.Spread == nil || c.Service == nil || c.Interaction == nil {
		return nil
	}
	return new(m.spread**c.Spread + m.service**c.Service + m.interaction**c.Interaction)
}

func composite(in *Inputs, limits *Limits, r *AccountReport) Composite {
	c := Composite{
		Spread: r.Spread.S100, Service: r.Service.Value, Interaction: r.Interaction.Value,
		Vetoes: vetoes(in, limits, r),
	}
	c.Value = headlineMix().of(&c)
	switch {
	case len(c.Vetoes) > 0:
		c.Band = new(BandFail)
	case c.Value != nil:
		c.Band = new(Band(*c.Value))
	}
	return c
}

// Band is the band of a composite value, compared unrounded.
func Band(g float64) string {
	switch {
	case g < 60:
		return BandFail
	case g < 80:
		return BandPass
	default:
		return BandGood
	}
}

func vetoes(in *Inputs, limits *Limits, r *AccountReport) []Veto {
	list := []Veto{}
	end := formatDay(in.lastDay())
	if gap := r.Publication.GapAtEnd; gap != nil && *gap >= int64(limits.GapVeto) {
		list = append(list, Veto{VetoNoPublication, fmt.Sprintf("至 %s 已 %d 天未更新（上次发布 %s，界限 %d 天，国办秘函〔2019〕19号）",
			end, *gap, r.Publication.LastAtEnd, limits.GapVeto)})
	}
	if in.Probes.Latest != nil && !*in.Probes.Latest {
		list = append(list, Veto{VetoNoInteraction, "至 " + end + " 最近一次每日自测未通过，未提供有效互动功能（国办秘函〔2019〕19号）"})
	} else if ignored(in, limits) {
		list = append(list, Veto{VetoNoInteraction, "至 " + end + " 的 14 天内有群众诉求而无一次人工答复，未提供有效互动功能（国办秘函〔2019〕19号）"})
	}
	if in.Incident {
		list = append(list, Veto{VetoIncident, "至 " + end + " 管理员登记的安全事件未解除"})
	}
	return list
}

// ignored: in the 14 days before the window's end waits needed a human and none was closed by one.
func ignored(in *Inputs, limits *Limits) bool {
	if in.Recent == nil {
		return false
	}
	t := newTally(limits, &in.Recent.Sums, nil, in.Recent.Live, in.AsOf.Unix())
	return t.need(lastLimit) >= 1 && t.Human == 0
}
