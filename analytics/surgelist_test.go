package analytics

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// TestSurges_ClocksAndMarks: a rise of asks has 48 hours for the first word, 5 when it is grave; a post on
// it, or what a person says of an answer, meets it; and what was marked goes into the diagnosis.
func TestSurges_ClocksAndMarks(t *testing.T) {
	r := newRoom(t)
	begin := storetest.TestTime
	var rows []models.Interaction
	for day := range 20 { // something to hold the rise against
		row := storetest.LogRow(fmt.Sprintf("oDay_%010d", day), "in", begin.AddDate(0, 0, day), fmt.Sprintf("d%d", day))
		row.Content = "请问办公时间"
		rows = append(rows, row)
	}
	rise := begin.AddDate(0, 0, 20)
	for i := range 12 {
		row := storetest.LogRow(fmt.Sprintf("oRise_%09d", i), "in", rise.Add(time.Duration(i)*time.Minute), fmt.Sprintf("r%d", i))
		row.Content = []string{"云顶湾车位捆绑销售", "云顶湾的车位太贵", "投诉云顶湾物业"}[i%3]
		rows = append(rows, row)
	}
	if err := r.waits.Record(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	r.now = rise.Add(6 * time.Hour)
	who := models.Who{ID: "u1", Name: "何静", Role: "account_manager"}
	list := func() SurgeLine {
		t.Helper()
		got, err := r.Surges(t.Context(), storetest.AppA)
		if err != nil || len(got.Surges) != 1 || got.FirstWordS != 48*3600 || got.MajorS != 5*3600 {
			t.Fatalf("%+v, error %v", got, err)
		}
		return got.Surges[0]
	}
	s := list()
	if s.Topic != "云顶湾" || s.Asks != 12 || s.State != SurgeDue || !s.Due.Equal(s.At.Add(48*time.Hour)) || s.Marked != nil {
		t.Fatalf("%+v", s)
	}
	mark := SurgeMark{AppID: storetest.AppA, Topic: s.Topic, At: s.At, Major: true}
	if err := r.MarkSurge(t.Context(), who, mark); err != nil {
		t.Fatal(err)
	}
	if s = list(); s.State != SurgeOverdue || !s.Due.Equal(s.At.Add(5*time.Hour)) || s.Marked.By != "何静" {
		t.Errorf("%+v", s)
	}
	for field, wrong := range map[string]SurgeMark{
		"answered": {AppID: storetest.AppA, Topic: s.Topic, At: s.At, Answer: "通报"},
		"answer":   {AppID: storetest.AppA, Topic: s.Topic, At: s.At, Answered: r.now},
	} {
		err := r.MarkSurge(t.Context(), who, wrong)
		var e *models.Error
		if !errors.As(err, &e) || e.Fields[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	mark.Answered, mark.Answer = s.At.Add(-time.Hour), "通报"
	if err := r.MarkSurge(t.Context(), who, mark); models.ErrorCode(err) != models.CodeInvalid {
		t.Errorf("answered before it began: %v", err)
	}
	if _, err := r.store.ImportArticles(t.Context(), []store.Article{
		{AppID: storetest.AppA, MsgID: "1", PublishedAt: r.now.Add(-time.Minute), Title: "关于云顶湾车位的情况通报"},
	}); err != nil {
		t.Fatal(err)
	}
	r.now = r.now.Add(2 * time.Minute)
	if s = list(); s.State != SurgeLate || s.Answer != "关于云顶湾车位的情况通报" {
		t.Errorf("a post on it: %+v", s)
	}
	mark.Answered, mark.Answer = s.At.Add(4*time.Hour), "群发：云顶湾情况说明"
	if err := r.MarkSurge(t.Context(), who, mark); err != nil {
		t.Fatal(err)
	}
	if s = list(); s.State != SurgeAnswered || s.Answer != "群发：云顶湾情况说明" || !s.Answered.Equal(mark.Answered) {
		t.Errorf("an earlier mass answer: %+v", s)
	}
	if err := r.MarkSurge(t.Context(), who, SurgeMark{AppID: storetest.AppA, Topic: "没有", At: s.At}); models.ErrorCode(err) != models.CodeNotFound {
		t.Error(err)
	}
}
