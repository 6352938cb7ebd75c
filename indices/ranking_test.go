package indices

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func ranked(name string, wci, si, ii float64) AccountReport {
	c := Composite{Spread: new(S100(wci)), Service: &si, Interaction: &ii}
	c.Value = headlineMix().of(&c)
	return AccountReport{Account: name, Name: name, Composite: c}
}

func TestRanking(t *testing.T) {
	accounts := []AccountReport{ranked("X", 900, 62, 48), ranked("Y", 420, 81, 77), ranked("Z", 650, 70, 55)}
	for name, want := range map[string][4]float64{
		"X": {66.96, 68.29, 70.95, 72.35}, "Y": {74.74, 74.27, 73.32, 73.72}, "Z": {67.94, 68.54, 69.75, 71.25},
	} {
		for i, m := range []mix{headlineMix(), {1. / 3, 1. / 3, 1. / 3}, {.4, .3, .3}, {.4, .4, .2}} {
			for j := range accounts {
				if got := *m.of(&accounts[j].Composite); accounts[j].Name == name && math.Abs(got-want[i]) > .005 {
					t.Errorf("%s under %v: %.3f, want %.2f", name, m, got, want[i])
				}
			}
		}
	}
	r := Rank(accounts)
	if r.Text != "名次稳定: Y; X/Z 依赖权重" {
		t.Error(r.Text)
	}
	var order []string
	for _, p := range r.Places {
		order = append(order, p.Name)
	}
	if diff := cmp.Diff([]string{"Y", "Z", "X"}, order); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{3, 3, 2, 2}, r.Places[2].Places); diff != "" {
		t.Error(diff)
	}
}

func TestUnranked(t *testing.T) {
	vetoed, provisional, few, empty := ranked("V", 900, 90, 90), ranked("P", 900, 90, 90), ranked("F", 900, 90, 90), AccountReport{Account: "E"}
	vetoed.Composite.Vetoes = []Veto{{ID: VetoIncident}}
	provisional.Provisional = true
	few.Insufficient = true
	a, b := ranked("A", 500, 60, 60), ranked("B", 500, 60, 60)
	r := Rank([]AccountReport{vetoed, provisional, few, empty, a, b})
	got := map[string]string{}
	for _, p := range r.Places {
		got[p.Account] = p.Unranked
		if (p.Place == nil) != (p.Unranked != "") {
			t.Errorf("%+v", p)
		}
	}
	want := map[string]string{"A": "", "B": "", "V": "单项否决", "P": "暂定", "F": "样本不足", "E": "数据不全"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if *r.Places[0].Place != 1 || *r.Places[1].Place != 1 {
		t.Error("equal values share a place")
	}
	if text := Rank(nil).Text; text != "" {
		t.Error(text)
	}
}

// The publisher's city table of 2023 Q3, to rounding.
func TestCityTable(t *testing.T) {
	for _, c := range [][4]float64{{94.61, 86.91, 94.17, 91.76}, {77.42, 72.50, 81.42, 77.10}} {
		g := headlineMix().of(&Composite{Spread: &c[0], Service: &c[1], Interaction: &c[2]})
		if math.Abs(*g-c[3]) > .01 {
			t.Errorf("%v: %.3f", c, *g)
		}
	}
}
