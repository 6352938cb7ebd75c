package wechat

import (
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

// TestSendNotice_Answers: either channel sends once, and says of a failure what became of the notice.
func TestSendNotice_Answers(t *testing.T) {
	for name, c := range map[string]struct {
		answer string
		id     string
		want   Delivery
	}{
		"sent":            {`{"errcode":0,"errmsg":"ok","msgid":200163836000000001}`, "200163836000000001", 0},
		"sent, no number": {`{"errcode":0,"errmsg":"ok"}`, "", 0},
		"not agreed to":   {`{"errcode":43101,"errmsg":"user refuse to accept the msg"}`, "", Refused},
		"no such field":   {`{"errcode":47003,"errmsg":"argument invalid"}`, "", Refused},
		"says nothing":    {`{}`, "", Unknown},
	} {
		for channel, api := range map[models.NoticeChannel]string{models.NoticeTemplate: templateAPI, models.NoticeSubscription: subscriptionAPI} {
			p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
				if !goodToken(w, r) {
					_, _ = io.WriteString(w, c.answer) // the test hears of it
				}
			})
			m := NoticeMessage{Channel: channel, TemplateID: "t1", Fields: map[string]string{"thing1": "路灯"}, Key: "7"}
			id, err := p.client(t, ClientOptions{}).SendNotice(context.Background(), "oCitizen", &m)
			var e *APIError
			if (err == nil) != (c.want == 0) || id != c.id || errors.As(err, &e) && e.Delivery() != c.want {
				t.Errorf("%s, %s: %q, %v", channel, name, id, err)
			}
			if n := p.count(api); n != 1 {
				t.Errorf("%s, %s: %d calls", channel, name, n)
			}
		}
	}
}

// TestNoticeOutcomes_OfEvents: both events tell which notice they are of and whether it arrived, and others
// which templates a citizen agreed to.
func TestNoticeOutcomes_OfEvents(t *testing.T) {
	own, _ := wechattest.Samples(t, "callbacks")
	outcomes, agreed := map[string][]NoticeOutcome{}, map[string][]string{}
	for _, file := range own {
		raw := readFile(t, file)
		if list := NoticeOutcomes(raw); list != nil {
			outcomes[filepath.Base(file)] = list
		}
		if list := Agreed(raw); list != nil {
			agreed[filepath.Base(file)] = list
		}
	}
	subscription := []NoticeOutcome{{"2864323726461255680", true}}
	if d := cmp.Diff(map[string][]NoticeOutcome{
		"subscribe_msg_sent_event.json": subscription, "subscribe_msg_sent_event.xml": subscription, "templatesendjobfinish.xml": {{ID: "300100200"}},
	}, outcomes); d != "" {
		t.Error(d)
	}
	progress := []string{"lanjiang_notice_of_progress_0000000000000001"}
	if d := cmp.Diff(map[string][]string{
		"subscribe_msg_popup_event.xml": progress, "subscribe_msg_popup_event_list.json": progress, "subscribe_msg_popup_event_object.json": progress,
	}, agreed); d != "" {
		t.Error(d)
	}
}
