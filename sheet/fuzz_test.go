package sheet

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/wenzheng/wenzheng/models"
)

// checkRead holds what every file must keep to: faults are for people, and what was read
// is written and read back the same.
func checkRead(t *testing.T, data []byte, format Format) {
	t.Helper()
	rules, err := readForm("f", bytes.NewReader(data), format)
	if err != nil {
		var e *models.Error
		if !errors.As(err, &e) {
			t.Fatalf("not for people: %v", err)
		}
		return
	}
	var b bytes.Buffer
	if err := WriteRules(&b, format, rules); err != nil {
		t.Fatal(err)
	}
	again, err := readForm("f", bytes.NewReader(b.Bytes()), format)
	if err != nil {
		t.Fatalf("written but not read: %v\n%q", err, b.String())
	}
	if d := cmp.Diff(rules, again, sameRules); d != "" {
		t.Fatalf("%s\n%q", d, b.String())
	}
}

func FuzzReadRulesYAML(f *testing.F) {
	f.Add([]byte("rules:\n  - name: a\n    keywords: [x, 1]\n    reply: |\n      y\n"))
	f.Add([]byte("- {name: a, menu: {items: [{title: x, reply: y}]}}\n"))
	f.Add([]byte("- name: &a b\n- *a\n"))
	f.Add([]byte("a: [\n"))
	f.Fuzz(func(t *testing.T, data []byte) { checkRead(t, data, YAML) })
}

func FuzzReadRulesJSON(f *testing.F) {
	f.Add([]byte(`{"rules":[{"name":"a","keywords":["x"],"reply":"y"}]}`))
	f.Add([]byte(`[{"name":"a","menu":{"items":[{"title":"x","reply":{"kind":"text","text":"y"}}]}}]`))
	f.Add([]byte(`[{"name":`))
	f.Fuzz(func(t *testing.T, data []byte) { checkRead(t, data, JSON) })
}

func FuzzReadRulesCSV(f *testing.F) {
	f.Add([]byte("name,match,keywords,exclude,priority,reply,examples\na,exact,x|y\\|z,,1,\"r\n\",e\n"))
	f.Add([]byte("name,groups,menu,replies\n'=a,a|b,{},[]\n"))
	gbk, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte("name,reply\n公积金,请到市民中心\n"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(gbk)
	f.Fuzz(func(t *testing.T, data []byte) { checkRead(t, data, CSV) })
}

func FuzzReadLog(f *testing.F) {
	f.Add([]byte(logHead + goodRow + "\n"))
	f.Add([]byte(logHead + "wx1,oA,2026-03-02T09:00:01+08:00,form,out,human,text,\"a\nb\",k,q,1,0,t,s\n"))
	for _, bad := range badRows {
		f.Add([]byte(logHead + bad.row + "\n"))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rows := 0
		read := func(o LogOptions) (LogCount, error) {
			return ReadLog("f", bytes.NewReader(data), o, func(line int, i models.Interaction) error {
				if rows++; line < 2 || i.MsgKey == "" || i.AppID == "" || i.OpenID == "" || i.At.IsZero() || i.Channel == "" || i.Kind == "" {
					t.Errorf("line %d: %+v", line, i)
				}
				return nil
			})
		}
		count, err := read(LogOptions{})
		var e *models.Error
		if err != nil && !errors.As(err, &e) || count.Rows != rows || count.Bad > 0 && err == nil {
			t.Fatalf("%+v, %d rows, %v", count, rows, err)
		}
		var bad bytes.Buffer
		skipped, err := read(LogOptions{SkipBad: &bad})
		if err != nil && !errors.As(err, &e) || skipped != count {
			t.Fatalf("%+v, %+v, %v", count, skipped, err)
		}
	})
}
