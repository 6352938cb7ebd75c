package rulebook

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
)

// TestPinBoard_PastAndAnswers: what was replaced, taken away or ran out is past, with the answers of
// its time; topics count what is below them.
func TestPinBoard_PastAndAnswers(t *testing.T) {
	lamp, school := rule("路灯", "路灯", "请写明路段。"), rule("停课", "停课", "正常上课。")
	lamp.Topic, school.Topic = "城乡建设/照明", "教育"
	d := newTestBook(t, lamp, school)
	set := func(text, reason string, topics ...string) {
		t.Helper()
		if _, err := d.SetPin(t.Context(), person("赵青"), PinRequest{
			Account: d.account, Text: text, Until: d.clock.Add(time.Hour), Topics: topics, Reason: reason,
		}); err != nil {
			t.Fatal(err)
		}
	}
	set("台风红色预警", "台风")
	d.clock = d.clock.Add(time.Minute)
	set("照明检修", "检修", "城乡建设")
	d.clock = d.clock.Add(time.Minute)
	set("台风黄色预警", "台风减弱")
	noted := d.clock
	ask := func(key, topic, name string, at time.Time) models.Interaction {
		return models.Interaction{
			AppID: d.account.AppID, OpenID: "o" + key, UID: "", Channel: models.ChannelChat, Dir: models.DirIn, Actor: models.ActorCitizen, Kind: models.MsgTypeText,
			Content: "路灯不亮", At: at, ReceivedAt: at, MsgKey: key, OK: true, Topic: topic, RuleName: name,
		}
	}
	if err := d.store.Append(t.Context(), []models.Interaction{
		ask("a", "城乡建设/照明", "路灯", testTime.Add(-time.Hour)),
		ask("b", "", bot.EmergencyName, testTime.Add(30*time.Second)),
		ask("c", "", bot.EmergencyName, noted.Add(time.Second)),
	}, nil); err != nil {
		t.Fatal(err)
	}
	d.clock = d.clock.Add(time.Minute)
	board, err := d.PinBoard(t.Context(), d.account.AppID)
	if err != nil {
		t.Fatal(err)
	}
	if len(board.Pins) != 2 || board.Pins[0].Text != "照明检修" || board.Answers != 1 || board.Citizens != 1 {
		t.Errorf("now: %+v", board)
	}
	if len(board.Past) != 1 || board.Past[0].Text != "台风红色预警" || !board.Past[0].Until.Equal(noted) || board.Past[0].Answers != 1 {
		t.Errorf("past: %+v", board.Past)
	}
	want := []TopicAsks{{"城乡建设", 1}, {"城乡建设/照明", 1}, {"教育", 0}}
	if diff := cmp.Diff(want, board.Topics); diff != "" {
		t.Error(diff)
	}
	if err := d.DeletePin(t.Context(), person("赵青"), d.account.AppID, []string{"城乡建设"}); err != nil {
		t.Fatal(err)
	}
	d.clock = d.clock.Add(2 * time.Hour)
	if board, err = d.PinBoard(t.Context(), d.account.AppID); err != nil || len(board.Pins) != 0 || len(board.Past) != 3 || board.Past[0].Reason != "台风减弱" {
		t.Errorf("later: %+v %v", board, err)
	}
}
