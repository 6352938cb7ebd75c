package models

import (
	"reflect"
	"testing"
)

func TestSpelling_EveryReading(t *testing.T) {
	for name, want := range map[string][][]string{
		"":     {},
		"重庆":   {{"zhong", "chong", "tong"}, {"qing"}},
		"厦门A1": {{"sha", "xia"}, {"men"}, {"a"}, {"1"}},
		"绿":    {{"lv", "lu"}},
	} {
		if got := Spelling(name); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is spelled %v, want %v", name, got, want)
		}
	}
}
