package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/wenzheng/wenzheng/indices"
)

func TestVerdict_NeedsATarget(t *testing.T) {
	in := fullInputs(t)
	page := func(in *indices.Inputs) string {
		r := indices.NewReport(*in)
		d := NewDocument(&r)
		d.Accounts[0].Charts = Charts([]Week{{in.From, 7, r.Accounts[0]}})
		var b bytes.Buffer
		if err := Write(&b, d); err != nil {
			t.Fatal(err)
		}
		_, text, _ := strings.Cut(b.String(), `<section class="account">`)
		text, _, _ = strings.Cut(text, "<h3>诊断与对策")
		return text
	}
	text := page(&in)
	// The gap between posts has its limit from 19号.
	if !strings.Contains(text, `class="tag red">未达标</span> <span class="small">不到 14 天`) || strings.Count(text, "达标") != 2 {
		t.Errorf("verdicts without a target:\n%s", text)
	}
	if strings.Contains(text, "stroke-dasharray") || !strings.Contains(text, "未设目标，只列数字，不作达标与否的结论") {
		t.Errorf("a line of a target that nobody set:\n%s", text)
	}
	in.Targets = indices.Targets{Reply: map[int64]float64{172800: 85, 7200: 90}, Cases: 90, Source: "市政府办〔2026〕3号"}
	text = page(&in)
	for _, want := range []string{
		`class="tag ok">达标</span> <span class="small">目标 85%`, `class="tag red">未达标</span> <span class="small">目标 90%`,
		"目标出自：市政府办〔2026〕3号", "stroke-dasharray", ">目标 85%</text>",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
