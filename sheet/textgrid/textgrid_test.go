package textgrid

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFold_EndsLinesBetweenWords(t *testing.T) {
	for _, c := range []struct {
		text    string
		columns int
		want    string
	}{
		{"短的一行\n", 80, "短的一行\n"},
		{"一二三四五六七八\n", 0, "一二三四五六七八\n"},
		{"一二三四五六七八九十\n", 12, "一二三四五六\n    七八九十\n"},
		{"一二三四五，六七八\n", 10, "一二三四\n   五，六\n   七八\n"}, // no line begins with a comma
		{"一二三四（五六）七\n", 10, "一二三四\n   （五\n   六）七\n"}, // nor ends with what opens
		{"account wx0123456789abcdef of 江城\n", 24, "account\n    wx0123456789abcdef\n    of 江城\n"},
		{"  · abcdefghijklmnop\n末行", 12, "  ·\n    abcdefgh\n    ijklmnop\n末行"}, // a word without end
		{"\n\n", 10, "\n\n"},
	} {
		if d := cmp.Diff(c.want, Fold(c.text, c.columns)); d != "" {
			t.Errorf("%q in %d (-want +got):\n%s", c.text, c.columns, d)
		}
	}
}

func TestColumns_TextsGoOnBelow(t *testing.T) {
	rows := [][]string{
		{"已发布 v1", "居住证办理", "优先级 100", ""},
		{"未发布", "城乡居民基本医疗保险异地就医直接结算备案", "优先级 5", "审核 王五"},
	}
	want := "" +
		"已发布 v1  居住证办理                                优先级 100\n" +
		"未发布     城乡居民基本医疗保险异地就医直接结算备案  优先级 5    审核 王五\n"
	if d := cmp.Diff(want, Columns(rows, 80)); d != "" {
		t.Errorf("wide (-want +got):\n%s", d)
	}
	if d := cmp.Diff(want, Columns(rows, 0)); d != "" {
		t.Errorf("no terminal (-want +got):\n%s", d)
	}
	want = "" +
		"已发布 v1  居住证办理          优先级 100\n" +
		"未发布     城乡居民基本医疗保  优先级 5    审核 王五\n" +
		"           险异地就医直接结算\n" +
		"           备案\n"
	if d := cmp.Diff(want, Columns(rows, 52)); d != "" {
		t.Errorf("narrow (-want +got):\n%s", d)
	}
	for columns := 8; columns < 100; columns++ {
		for line := range strings.Lines(Columns(rows, columns)) {
			if n := Cells(strings.TrimSuffix(line, "\n")); n > columns {
				t.Errorf("%d cells of %d: %s", n, columns, line)
			}
		}
	}
	if got := Columns(nil, 80); got != "" {
		t.Errorf("no rows: %q", got)
	}
}
