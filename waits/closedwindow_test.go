package waits

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// What comes after a window neither helps nor harms it, however late it is looked at.
func TestMeasured_ClosedWindowIsJudgedAtItsEnd(t *testing.T) {
	now := storetest.ClockOf(t, "2026-05-20 12:00:00")
	measuredEverywhere(t, now, func(t *testing.T, s *log) {
		ctx, by := context.Background(), models.CommandLine("t")
		at := func(text string) time.Time { return storetest.ClockOf(t, text+" 09:00:00") }
		var posts []store.Article
		for i, day := range []string{"2026-02-20", "2026-03-10", "2026-04-01", "2026-05-18"} {
			posts = append(posts, store.Article{AppID: appA, MsgID: fmt.Sprint(i), PublishedAt: at(day), Topic: "社保"})
		}
		_, err := s.ImportArticles(ctx, posts)
		for _, err := range []error{
			err,
			s.SaveProbe(ctx, store.Probe{AppID: appA, At: at("2026-03-30"), Passed: true}),
			s.SaveProbe(ctx, store.Probe{AppID: appA, At: at("2026-04-30"), Passed: false}),
			s.SetIncident(ctx, store.Incident{AppID: appA, Since: at("2026-04-10")}, by),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		answered := storetest.LogRow("oA_0123456789", "in", at("2026-03-25"), "asked-in-march")
		unanswered := storetest.LogRow("oB_0123456789", "in", at("2026-05-10"), "asked-in-may")
		reply := storetest.LogRow("oA_0123456789", "human", at("2026-03-26"), "answer")
		record(t, s, answered, reply, unanswered)
		for _, c := range []struct {
			from, to                string
			asOf                    string
			publications, later     int
			passed, incident, human bool
		}{
			{"2026-03-01", "2026-04-01", "2026-05-20", 3, 1, true, false, true},
			{"2026-03-01", "2026-04-01", "2026-04-03", 3, 1, true, false, true},
			{"2026-04-01", "2026-05-01", "2026-05-20", 3, 0, false, true, false},
			{"2026-05-01", "2026-06-01", "2026-05-20", 2, 0, false, true, false},
		} {
			w := Window{
				AppID: appA, Channel: models.ChannelChat, From: storetest.ClockOf(t, c.from+" 00:00:00"), To: storetest.ClockOf(t, c.to+" 00:00:00"),
				AsOf: storetest.ClockOf(t, c.asOf+" 12:00:00"),
			}
			m, err := s.Measured(ctx, w)
			if err != nil {
				t.Fatal(err)
			}
			human := m.RecentSums.Human > 0
			for _, v := range m.RecentLive {
				human = human || v.AnswerAt > 0
			}
			if len(m.Publications) != c.publications || len(m.LaterArticles) != c.later {
				t.Errorf("%s as of %s: publications %v, later %v", c.from, c.asOf, m.Publications, m.LaterArticles)
			}
			if m.LatestProbe == nil || *m.LatestProbe != c.passed || m.Incident != c.incident || human != c.human {
				t.Errorf("%s as of %s: probe %v, incident %v, answered %v", c.from, c.asOf, m.LatestProbe, m.Incident, human)
			}
		}
	})
}
