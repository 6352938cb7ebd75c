package indices

import (
	"cmp"
	"slices"
	"strings"
)

// Place is one account in the ranking. Unranked accounts follow the ranked ones, with a
// reason and no place.
type Place struct {
	Place    *int     `json:"place"`
	Account  string   `json:"account"`
	Name     string   `json:"name"`
	Value    *float64 `json:"value"`
	Stable   bool     `json:"stable"`   // the place is the same under every set of weights
	Places   []int    `json:"places"`   // under the headline weights, thirds, 40/30/30 and 40/40/20
	Unranked string   `json:"unranked"` // why it has no place, "" when it has one
}

// Ranking is the order of accounts by the composite and how far it hangs on the weights.
type Ranking struct {
	Places []Place
	Text   string // "名次稳定: Y; X/Z 依赖权重", names in the order given to Rank
}

// Rank orders accounts of one window, instant and formula version. Accounts that are 暂定,
// 样本不足, 重算中, under a veto or without a composite get no place. Equal values share a place.
func Rank(accounts []AccountReport) Ranking {
	var ranked []*AccountReport
	var rest []Place
	for i := range accounts {
		a := &accounts[i]
		if why := unranked(a); why != "" {
			rest = append(rest, Place{Account: a.Account, Name: a.Name, Value: a.Composite.Value, Places: []int{}, Unranked: why})
			continue
		}
		ranked = append(ranked, a)
	}
	mixes := []mix{headlineMix(), {1. / 3, 1. / 3, 1. / 3}, {.4, .3, .3}, {.4, .4, .2}}
	places := make([]Place, len(ranked))
	for i, a := range ranked {
		places[i] = Place{Account: a.Account, Name: a.Name, Value: a.Composite.Value, Stable: true}
		for _, m := range mixes {
			n := placeOf(ranked, i, m)
			places[i].Places = append(places[i].Places, n)
			places[i].Stable = places[i].Stable && n == places[i].Places[0]
		}
		places[i].Place = &places[i].Places[0]
	}
	text := stabilityText(places)
	slices.SortStableFunc(places, func(a, b Place) int { return cmp.Compare(*a.Place, *b.Place) })
	return Ranking{Places: slices.Concat(places, rest), Text: text}
}

func unranked(a *AccountReport) string {
	switch {
	case len(a.Composite.Vetoes) > 0:
		return "单项否决"
	case a.Provisional:
		return "暂定"
	case a.Remeasuring != nil:
		return "重算中"
	case a.Insufficient:
		return "样本不足"
	case a.Composite.Value == nil:
		return "数据不全"
	}
	return ""
}

// placeOf is 1 plus the number of accounts that are better under these weights.
func placeOf(accounts []*AccountReport, i int, m mix) int {
	own, place := *m.of(&accounts[i].Composite), 1
	for _, other := range accounts {
		if *m.of(&other.Composite) > own {
			place++
		}
	}
	return place
}

func stabilityText(places []Place) string {
	var stable, dependent []string
	for i := range places {
		name := cmp.Or(places[i].Name, places[i].Account)
		if places[i].Stable {
			stable = append(stable, name)
		} else {
			dependent = append(dependent, name)
		}
	}
	var parts []string
	if len(stable) > 0 {
		parts = append(parts, "名次稳定: "+strings.Join(stable, "/"))
	}
	if len(dependent) > 0 {
		parts = append(parts, strings.Join(dependent, "/")+" 依赖权重")
	}
	return strings.Join(parts, "; ")
}
