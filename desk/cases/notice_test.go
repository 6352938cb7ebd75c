package cases

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/platform"
	"github.com/wenzheng/wenzheng/waits"
	"github.com/wenzheng/wenzheng/wechat"
)

// A citizen who wrote days ago is told by a template message what becomes of the case, in fields that are full;
// of its reply that there is one, which waits for their next message.
func TestNotice_DaysAfterTheCitizenWrote(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	ctx := context.Background()
	newTalk(o).says("人民路的路灯坏了", "")
	api := platform.New(platform.Options{Accounts: []models.Account{o.account}, Now: o.clock.Now})
	server := httptest.NewServer(api)
	t.Cleanup(func() {
		api.Close()
		server.Close()
	})
	api.Begin(o.account.AppID, &simulator.Event{OpenID: zhang, MsgType: models.MsgTypeText})
	o.account.Settings = []models.Setting{{Name: models.SettingNotices, Value: models.JSON(models.NoticeWay{
		Channel: models.NoticeTemplate, TemplateID: "caseAccepted_0000000000000000000000000000001", Fields: map[string]models.NoticePart{
			"character_string1": models.NoticeNumber, "thing2": models.NoticeRemark, "time3": models.NoticeTime,
		},
	})}}
	client := wechat.NewClient(o.account, wechat.ClientOptions{Base: server.URL, Now: o.clock.Now})
	sender := outbox.New(o.store, waits.New(o.store, nil), outbox.Options{
		Now: o.clock.Now, Accounts: func() []models.Account { return []models.Account{o.account} },
		Client: func(context.Context, models.Account) *wechat.Client { return client },
	})
	c, err := o.Submit(ctx, wang, Submission{
		AppID: o.account.AppID, Key: "k", Kind: Complaint, Text: "路灯坏了", Topic: "市政 路灯", Rights: handling, UID: o.uid(),
	})
	if err != nil {
		t.Fatal(err)
	}
	sends := func() {
		t.Helper()
		if _, err := sender.Send(ctx); err != nil {
			t.Fatal(err)
		}
	}
	sends() // the window is open
	o.clock.Set(morning.Add(72 * time.Hour))
	o.must(wang, &c, Act{Step: Accept, Unit: "路灯所"})
	sends()
	o.must(wang, &c, Act{Step: Ask, Text: "在哪一段？"})
	sends()
	o.must(wang, &c, Act{Step: Submit, Text: "3 月 5 日已经修好"})
	o.must(manager, &c, Act{Step: Approve})
	sends()
	var told []string
	for _, d := range api.Deliveries() {
		line := d.Kind
		for _, f := range d.Fields {
			line += "|" + f.Value
		}
		told = append(told, line)
	}
	at := "|2026年3月5日 10:00"
	if d := cmp.Diff([]string{
		"text", "template|" + c.Number + "|3月9日 17:30 前答复" + at, "template|" + c.Number + "|回复任意字可看问题" + at, "template|" + c.Number + "|回复任意字可看答复" + at,
	}, told); d != "" {
		t.Error(d)
	}
	held, err := sender.Held(ctx)
	if err != nil || len(held) != 2 || !strings.Contains(held[1].Text, "已经修好") {
		t.Errorf("waits for the citizen: %+v, %v", held, err)
	}
}
