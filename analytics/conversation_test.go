package analytics

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// A wait of a list leads to its rows: those before and after it, masked, by what people see of the
// citizen; nobody else's, and no other account's.
func TestConversation_AroundAWait(t *testing.T) {
	r := newRoom(t)
	start := storetest.TestTime
	var rows []models.Interaction
	for i := range 80 {
		row := storetest.LogRow("oOne_0123456789", "in", start.Add(time.Duration(i)*72*time.Hour), fmt.Sprintf("q%02d", i))
		row.Content = fmt.Sprintf("第 %d 次，电话 13812345678", i)
		answer := storetest.LogRow("oOne_0123456789", "human", row.At.Add(time.Minute), fmt.Sprintf("a%02d", i))
		answer.ReplyTo, answer.Content = row.MsgKey, "已记下"
		rows = append(rows, row, answer, storetest.LogRow("oOther_0123456789", "in", row.At.Add(30*time.Second), fmt.Sprintf("x%02d", i)))
	}
	if err := r.waits.Record(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	r.now = start.Add(81 * 72 * time.Hour)
	page, err := r.WaitList(t.Context(), WaitListQuery{
		Accounts: []string{storetest.AppA}, Channel: models.ChannelChat, State: "human", From: start.Add(-72 * time.Hour), To: r.now, Limit: 200,
	})
	if err != nil || page.N != 80 {
		t.Fatalf("%d waits, error %v", page.N, err)
	}
	w := page.Waits[40]
	c, err := r.Conversation(t.Context(), ConversationQuery{Account: storetest.AppA, Citizen: w.Citizen, Around: w.MsgKey})
	if err != nil || len(c.Rows) != conversationRows || !c.Earlier || !c.Later || c.Wait == nil || c.Wait.MsgKey != w.MsgKey || c.Citizen != w.Citizen {
		t.Fatalf("%d rows, earlier %v, later %v, wait %+v, error %v", len(c.Rows), c.Earlier, c.Later, c.Wait, err)
	}
	middle := c.Rows[conversationRows/2]
	if middle.MsgKey != w.MsgKey || middle.Opens == nil || *middle.Opens != models.WaitHuman || !strings.Contains(middle.Content, "138****5678") {
		t.Errorf("%+v", middle)
	}
	for i := range c.Rows {
		if strings.HasPrefix(c.Rows[i].MsgKey, "x") || i > 0 && c.Rows[i].At.Before(c.Rows[i-1].At) {
			t.Errorf("row %d: %+v", i, c.Rows[i])
		}
	}
	first, err := r.Conversation(t.Context(), ConversationQuery{Account: storetest.AppA, Citizen: w.Citizen, Around: "q00"})
	if err != nil || first.Earlier || len(first.Rows) != conversationRows/2 {
		t.Errorf("%d rows, earlier %v, error %v", len(first.Rows), first.Earlier, err)
	}
	uid := storetest.NewSealer(t).UID(storetest.AppA, "oOne_0123456789")
	latest, err := r.Conversation(t.Context(), ConversationQuery{Account: storetest.AppA, Citizen: uid})
	if err != nil || len(latest.Rows) != conversationRows || latest.Rows[conversationRows-1].MsgKey != "a79" || !latest.Earlier || latest.Later {
		t.Errorf("%d rows, error %v", len(latest.Rows), err)
	}
	for _, q := range []ConversationQuery{
		{Account: storetest.AppB, Citizen: w.Citizen, Around: w.MsgKey},
		{Account: storetest.AppA, Citizen: "zzzzzz", Around: w.MsgKey},
		{Account: storetest.AppA, Citizen: w.Citizen[:3], Around: w.MsgKey},
		{Account: storetest.AppA, Citizen: w.Citizen, Around: "nothing"},
		{Account: storetest.AppA, Citizen: w.Citizen},
	} {
		if _, err := r.Conversation(t.Context(), q); models.ErrorCode(err) != models.CodeNotFound {
			t.Errorf("%+v: %v", q, err)
		}
	}
}
