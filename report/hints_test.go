package report

import (
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

func TestHintsSayWhatToDo(t *testing.T) {
	zone := indices.Shanghai()
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, zone) }
	empty := indices.Inputs{Name: "空", From: day(1), To: day(31), AsOf: day(30).Add(9 * time.Hour)}
	full := empty
	full.Name, full.Inbound, full.Followers, full.Articles = "满", 90, 100, []indices.Article{{}}
	full.Sums = models.WaitSums{Opened: 90, Human: 90, Rated: 20, Satisfied: 20}
	full.Sums.OnTimeHuman = [models.ChatLimits]int64{90, 90, 90, 90}
	past := full
	past.AsOf = day(30).AddDate(0, 1, 0)
	early := full
	early.AsOf = day(2)
	for _, c := range []struct {
		name   string
		inputs []indices.Inputs
		want   []string
	}{
		{"nothing lacks", []indices.Inputs{past}, nil},
		{"one without data", []indices.Inputs{empty}, []string{"这段时间没有一条来信", "没有关注人数", "没有文章统计", "--to 2026-03-27"}},
		{"one of two", []indices.Inputs{full, empty}, []string{"空：这段时间", "空：没有关注人数", "空：没有文章统计", "也才排名"}},
		{"all", []indices.Inputs{empty, empty}, []string{"各账号：这段时间", "各账号：没有关注", "各账号：没有文章", "“暂定”"}},
		{"too early", []indices.Inputs{early}, []string{"满 48 小时后才定稿"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := indices.NewReport(c.inputs...)
			got := Hints(&r)
			if len(got) != len(c.want) {
				t.Fatalf("%q", got)
			}
			for i, want := range c.want {
				if !strings.Contains(got[i], want) {
					t.Errorf("%q, want %q", got[i], want)
				}
			}
		})
	}
}
