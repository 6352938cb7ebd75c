package outbox

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/platform"
)

const (
	templateOfCases     = "caseAccepted_0000000000000000000000000000001"
	subscriptionOfCases = "noticeResult_0000000000000000000000000000003"
)

// tells sets the notice channel of the account, by one of the platform's templates.
func (o *office) tells(c models.NoticeChannel) {
	w := models.NoticeWay{Channel: c, TemplateID: templateOfCases, Fields: map[string]models.NoticePart{
		"character_string1": models.NoticeNumber, "thing2": models.NoticeMatter, "time3": models.NoticeTime,
	}}
	if c == models.NoticeSubscription {
		w.TemplateID = subscriptionOfCases
		w.Fields = map[string]models.NoticePart{"character_string1": models.NoticeNumber, "phrase2": models.NoticeState}
	}
	o.account.Settings = []models.Setting{{Name: models.SettingNotices, Value: models.JSON(w)}}
}

// days lets the citizen's window close.
const days = 3 * 24 * 3600

// notices queues a notice of a case, with a text behind it or without.
func (o *office) notices(openID, key string, more bool) Item {
	o.t.Helper()
	list, err := o.Enqueue(context.Background(), models.Who{}, Request{
		AppID: o.account.AppID, UID: o.uid(openID), SendKey: key, Case: "260302000013", Purpose: Notice,
		Content: Content{Reply: models.TextReply("您的诉求有进展：" + key), Card: &models.CaseNotice{
			Number: key, Matter: "投诉：城市管理与市政公用设施里的一盏不亮的路灯", State: "已受理", At: o.own.Now(), More: more,
		}},
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return list[0]
}

// told are the numbers of the notices that the platform showed to a citizen.
func (o *office) told(openID string) (numbers []string) {
	for _, d := range o.platform.Deliveries() {
		if d.OpenID == openID && len(d.Fields) > 0 {
			numbers = append(numbers, d.Fields[0].Value)
		}
	}
	return numbers
}

// noticeFault has the notice channels fail.
func (o *office) noticeFault(f platform.Fault) {
	other := f
	f.Path, other.Path = "/cgi-bin/message/template/send", "/cgi-bin/message/subscribe/bizsend"
	o.platform.SetFaults(f, other)
}

// A notice of a case goes as a customer-service message while one can be sent, and else by the notice
// channel; an answer never does.
func TestNotice_WindowOpenOrClosed(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.asks(citizen, "路灯坏了")
		o.tells(models.NoticeTemplate)
		open := o.notices(citizen, "n1", false)
		o.sends()
		if i := o.wants(open.ID, Sent); i.Channel != CustomerService || len(o.told(citizen)) != 0 {
			t.Errorf("with an open window it went by %s", i.Channel)
		}
		used := o.number("SELECT SUM(used) FROM windows")
		o.at(days)
		closed, answer := o.notices(citizen, "n2", false), o.answers(citizen, "k1", "已经派人去修")
		o.sends()
		if i := o.wants(closed.ID, Sent); i.Channel != Template {
			t.Errorf("with a closed window it went by %s", i.Channel)
		}
		if i := o.wants(answer.ID, Held); i.Reason != ReasonWindow || i.Channel != CustomerService {
			t.Errorf("the answer: %s, %s", i.Reason, i.Channel)
		}
		if got := o.told(citizen); !slices.Equal(got, []string{"n2"}) {
			t.Errorf("the citizen was told %v", got)
		}
		fields := o.platform.Deliveries()[1].Fields
		if fields[1].Value != "投诉：城市管理与市政公用设施里的一盏不…" || fields[2].Value != "2026年3月5日 10:00" {
			t.Errorf("fields %+v", fields)
		}
		if n := o.number("SELECT SUM(used) FROM windows"); n != used {
			t.Errorf("%d places are used, before %d", n, used)
		}
		if n := o.number("SELECT COUNT(*) FROM interactions WHERE actor = 'system' AND kind = 'template' AND ok = 1 AND content LIKE '%n2%'"); n != 1 {
			t.Errorf("%d rows of the log", n)
		}
		o.open() // a notice ends no wait
	})
}

// What was held while the account had no notice channel goes by it once it has one, unless it is old.
func TestNotice_ChannelSetLater(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.asks(citizen, "路灯坏了")
	o.at(days)
	old := o.notices(citizen, "n1", false)
	o.sends()
	o.at(4 * days)
	fresh := o.notices(citizen, "n2", false)
	o.sends()
	o.wants(fresh.ID, Held)
	o.tells(models.NoticeTemplate)
	o.upkeep()
	o.at(4*days + 6)
	o.sends()
	o.wants(fresh.ID, Sent)
	if i := o.wants(old.ID, Held); i.Reason != ReasonWindow {
		t.Errorf("reason %q", i.Reason)
	}
}

// A notice whose account may not send customer-service messages goes by the notice channel too.
func TestNotice_WithoutTheRight(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.tells(models.NoticeTemplate)
	o.asks(citizen, "路灯坏了")
	o.setShut(way{o.account.AppID, CustomerService})
	i := o.notices(citizen, "n1", false)
	o.sends()
	if i := o.wants(i.ID, Sent); i.Channel != Template {
		t.Errorf("it went by %s", i.Channel)
	}
}

// Every class of error has its own reaction, on either channel; what the account can mend leaves the notice
// waiting, and the channel alone until then.
func TestNotice_RefusedByWeChat(t *testing.T) {
	type result struct {
		State   State
		Reason  string
		Channel Channel
		Calls   int  // with a second notice behind it
		Later   bool // it arrives once WeChat takes it, without anybody's doing
	}
	channel := Channel("") // that of the round
	everyDatabase(t, func(t *testing.T, o *office) {
		second := days
		for n, c := range []models.NoticeChannel{models.NoticeTemplate, models.NoticeSubscription} {
			channel = Channel(c)
			o.tells(c)
			for code, want := range map[int]result{
				40003: {Failed, ReasonRefused, channel, 2, false},
				47003: {Failed, ReasonRefused, channel, 2, false},
				-1:    {Failed, ReasonRefused, channel, 2, false},
				40037: {Failed, ReasonRefused, channel, 1, false},
				43101: {Held, ReasonConsent, channel, 2, false},
				43004: {Held, ReasonConsent, channel, 2, false},
				48001: {Held, ReasonWindow, CustomerService, 1, true},
				45009: {Held, ReasonWindow, CustomerService, 1, true},
				45011: {Held, ReasonWindow, CustomerService, 1, true},
			} {
				second += 2 * 24 * 3600
				o.at(second)
				o.reborn()
				people := []string{fmt.Sprintf("oNotice%d%v", n, code), fmt.Sprintf("oBehind%d%v", n, code)}
				o.record(o.silent(people[0], second), o.silent(people[1], second))
				first := o.notices(people[0], fmt.Sprintf("first%d%d", n, code), false)
				o.noticeFault(platform.Fault{Kind: platform.FaultErrcode, Code: code})
				o.sends()
				behind := o.notices(people[1], fmt.Sprintf("behind%d%d", n, code), false)
				o.sends()
				i := o.item(first.ID)
				got := result{i.State, i.Reason, i.Channel, o.platform.Faults()[n].Hits, false}
				o.platform.SetFaults()
				for _, openID := range people {
					o.platform.Consent(o.account.AppID, openID, map[string]bool{subscriptionOfCases: true})
				}
				for _, later := range []int{3700, 3706, 86_400, 86_406} {
					o.at(second + later)
					o.upkeep()
					o.sends()
				}
				got.Later = o.item(first.ID).State == Sent
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("%s, %d: %s", c, code, d)
				}
				if want.Calls == 1 {
					o.wants(behind.ID, Sent)
				}
				if rows := o.number("SELECT COUNT(*) FROM interactions WHERE uid = ? AND actor = 'system' AND ok = 0 AND err_code = ?", o.uid(people[0]), code); rows != 1 {
					t.Errorf("%s, %d: %d rows of the log", c, code, rows)
				}
			}
		}
	})
}

// silent is a message of three days ago, which WeChat's stand-in and the ledger have forgotten.
func (o *office) silent(openID string, second int) models.Interaction {
	o.n++
	at := morning.Add(time.Duration(second-days) * time.Second)
	o.platform.Begin(o.account.AppID, &simulator.Event{OpenID: openID, MsgType: models.MsgTypeEvent, Event: models.EventSubscribe})
	return models.Interaction{
		AppID: o.account.AppID, OpenID: openID, Channel: models.ChannelChat, Dir: models.DirIn, Actor: models.ActorCitizen, Kind: models.MsgTypeText,
		Content: "路灯坏了", At: at, ReceivedAt: at, MsgKey: fmt.Sprint("silent", o.n), OK: true, ParseStatus: models.ParseOK, Outcome: models.OutcomeSilent,
	}
}

// A call that was not answered as it should be may have arrived: it is unknown, and never made again.
func TestNotice_NoAnswer(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.tells(models.NoticeTemplate)
		o.asks(citizen, "路灯坏了")
		second := days
		for n, kind := range []platform.FaultKind{platform.FaultSilence, platform.FaultReset, platform.FaultStatus, platform.FaultEmpty} {
			second += 1000
			o.at(second)
			i := o.notices(citizen, fmt.Sprint("n", n), true)
			o.noticeFault(platform.Fault{Kind: kind, After: true})
			o.sends()
			if got := o.wants(i.ID, Unknown); got.Reason != ReasonTimeout || got.Channel != Template {
				t.Errorf("%s: %q, %s", kind, got.Reason, got.Channel)
			}
			o.at(second + 120)
			o.upkeep()
			o.sends()
			if hits := o.platform.Faults()[0].Hits; hits != 1 {
				t.Errorf("%s: %d calls", kind, hits)
			}
			got := o.item(i.ID)
			got, err := o.Resolve(context.Background(), manager, Everything(), Act{ID: i.ID, Version: got.Version, Reason: "市民说收到了"}, true)
			if err != nil || got.State != Held || got.Reason != ReasonTold {
				t.Errorf("%s, resolved: %s, %s, %v", kind, got.State, got.Reason, err)
			}
		}
		if n := o.number("SELECT COUNT(*) FROM interactions WHERE kind = 'template' AND ok = 1"); n != 4 {
			t.Errorf("%d rows that it arrived", n)
		}
	})
}

// A notice with a text behind it tells that there is one; the citizen gets it when they write, and is not
// told twice.
func TestNotice_TextBehindIt(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.tells(models.NoticeTemplate)
	o.asks(citizen, "路灯坏了")
	o.at(days)
	i := o.notices(citizen, "n1", true)
	o.sends()
	if got := o.wants(i.ID, Held); got.Reason != ReasonTold || got.Channel != Template {
		t.Errorf("%s by %s", got.Reason, got.Channel)
	}
	for second := days + 60; second < days+120; second += 20 {
		o.at(second)
		o.upkeep()
		o.sends()
	}
	if got := o.told(citizen); len(got) != 1 {
		t.Errorf("told %v", got)
	}
	o.at(days + 4000)
	o.picksUp(citizen, "1")
	o.wants(i.ID, Sent)
	o.upkeep()
	o.at(days + 4010)
	o.sends()
	if n := len(o.platform.Deliveries()); n != 1 {
		t.Errorf("%d messages beside the answer", n)
	}
}

// What WeChat tells later of a notice counts: blocked, it did not arrive. A citizen who agrees to notices
// gets what waited for that.
func TestNotice_EventsBehindIt(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.tells(models.NoticeTemplate)
	o.asks(citizen, "路灯坏了")
	o.at(days)
	i, text := o.notices(citizen, "n1", false), o.notices(citizen, "n2", true)
	o.sends()
	o.wants(i.ID, Sent)
	for _, sent := range []Item{i, text} {
		id := fmt.Sprint(o.number("SELECT CAST(notice_id AS INTEGER) FROM outbox WHERE id = ?", sent.ID))
		o.happens(citizen, func(p simulator.Post) []byte { return p.TemplateSent(id, "failed:user block") })
	}
	o.wants(i.ID, Failed)
	if got := o.wants(text.ID, Held); got.Reason != ReasonConsent {
		t.Errorf("reason %q", got.Reason)
	}
	if n := o.number("SELECT COUNT(*) FROM interactions WHERE kind = 'template' AND ok = 1"); n != 0 {
		t.Errorf("%d rows that it arrived", n)
	}

	o.tells(models.NoticeSubscription)
	third := o.notices(citizen, "n3", false)
	o.sends()
	if got := o.wants(third.ID, Held); got.Reason != ReasonConsent || got.ErrCode != codeRefusedByCitizen {
		t.Errorf("%q, %d", got.Reason, got.ErrCode)
	}
	o.platform.Consent(o.account.AppID, citizen, map[string]bool{subscriptionOfCases: true})
	o.happens(citizen, func(p simulator.Post) []byte {
		return p.Event(models.EventConsentAsked, simulator.GroupField("SubscribeMsgPopupEvent", simulator.GroupField("List",
			simulator.TextField("TemplateId", subscriptionOfCases), simulator.TextField("SubscribeStatusString", "accept"))))
	})
	o.upkeep()
	o.at(days + 6)
	o.sends()
	o.wants(third.ID, Sent)
}

// A person has a held notice go by the notice channel, and nothing else.
func TestChangeChannel_ToNotices(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	o.asks(citizen, "路灯坏了")
	o.at(days)
	notice, answer := o.notices(citizen, "n1", false), o.answers(citizen, "k1", "已经派人去修")
	o.sends()
	change := func(id int64, to Channel) error {
		_, err := o.ChangeChannel(context.Background(), manager, Everything(), Act{ID: id, Version: o.item(id).Version}, to)
		return err
	}
	o.account.Settings = nil
	choices := func(id int64, want ...string) {
		t.Helper()
		list, err := o.Choices(context.Background(), Everything(), id)
		var got []string
		for _, c := range list {
			got = append(got, string(c.Channel)+" "+c.Why)
		}
		if err != nil || !slices.EqualFunc(got, want, strings.HasPrefix) {
			t.Errorf("choices %q, error %v, want %q", got, err, want)
		}
	}
	choices(answer.ID, "kf 窗口已关", "pickup ", "template 模板消息和订阅通知只用来", "subscription 模板消息和订阅通知只用来")
	choices(notice.ID, "kf 窗口已关", "pickup ", "template 账号没有设置用模板消息", "subscription 账号没有设置用订阅通知")
	for _, c := range []struct {
		id   int64
		to   Channel
		says string
	}{{answer.ID, CustomerService, "窗口已关"}, {answer.ID, Template, "只用来发办件通知"}, {notice.ID, Template, "没有设置"}, {notice.ID, Subscription, "没有设置"}} {
		if err := change(c.id, c.to); models.ErrorCode(err) != models.CodeConflict || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.to, err)
		}
	}
	o.tells(models.NoticeTemplate)
	choices(notice.ID, "kf 窗口已关", "pickup ", "template ", "subscription 账号没有设置用订阅通知")
	o.setShut(way{o.account.AppID, Template})
	choices(notice.ID, "kf 窗口已关", "pickup ", "template 微信现在不让账号发模板消息", "subscription 账号没有设置用订阅通知")
	if err := change(notice.ID, Template); models.ErrorCode(err) != models.CodeConflict {
		t.Errorf("by a channel that is shut: %v", err)
	}
	o.reborn()
	o.asks(citizen, "在吗") // the window is open: a person chose all the same
	choices(notice.ID, "kf ", "pickup ", "template ", "subscription 账号没有设置用订阅通知")
	if err := change(notice.ID, Template); err != nil {
		t.Fatal(err)
	}
	o.at(days + 6)
	o.sends()
	if i := o.wants(notice.ID, Sent); i.Channel != Template {
		t.Errorf("it went by %s", i.Channel)
	}
	if _, err := o.Choices(context.Background(), Everything(), notice.ID); models.ErrorCode(err) != CodeTooLate {
		t.Errorf("of one that arrived: %v", err)
	}
	if _, err := o.Choices(context.Background(), Scope{Accounts: []string{}, Own: []string{o.account.AppID}, Staff: "nobody"}, answer.ID); models.ErrorCode(err) != models.CodeNotFound {
		t.Errorf("of somebody else's: %v", err)
	}
}

// TestCrash_Notices: whatever ends when, no notice arrives twice, none is lost, and of those whose fate nobody
// knows it says so.
func TestCrash_Notices(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	second, unknown, notices := days, 0, 0
	for seed := range 12 {
		o.tells([]models.NoticeChannel{models.NoticeTemplate, models.NoticeSubscription}[seed%2])
		l := &life{office: o, t: t, draw: rand.New(rand.NewPCG(uint64(seed), 11)), second: second}
		for n := range 3 {
			l.people = append(l.people, fmt.Sprintf("oTold%d%d000000000000000000", seed, n))
			o.record(o.silent(l.people[n], second))
			o.platform.Consent(o.account.AppID, l.people[n], map[string]bool{subscriptionOfCases: true})
		}
		for n := range 12 {
			l.pass(1)
			l.ids = append(l.ids, o.notices(l.people[n%3], fmt.Sprintf("s%d-%d", seed, n), false).ID)
		}
		for range 16 {
			l.trouble()
			f := o.firstFault()
			f.Times = 3
			l.noticeFault(f)
			l.steps()
			l.pass(1 + l.draw.IntN(20))
			if l.chance(.3) {
				l.upkeep()
			}
		}
		l.platform.SetFaults()
		l.reborn()
		for range 8 {
			l.pass(20 * 60)
			l.upkeep()
			l.sends()
		}
		for n, id := range l.ids {
			i, shown := l.item(id), 0
			for _, number := range o.told(l.people[n%3]) {
				if number == i.SendKey {
					shown++
				}
			}
			switch i.State {
			case Unknown:
				unknown++
			case Held:
				if i.Reason != ReasonConsent {
					t.Errorf("seed %d: %s is held for %s", seed, i.SendKey, i.Reason)
				}
			case Sent, Failed:
			default:
				t.Errorf("seed %d: %s is still %s", seed, i.SendKey, i.State)
			}
			if shown > 1 || i.State == Sent && shown != 1 || i.State != Unknown && i.State != Sent && shown != 0 {
				t.Errorf("seed %d: %s is %s (%s), arrived %d times", seed, i.SendKey, i.State, i.Reason, shown)
			}
			if ok := o.number("SELECT COUNT(*) FROM interactions WHERE kind IN ('template', 'subscription') AND ok = 1 AND content LIKE ?", "编号："+i.SendKey+"\n%"); ok != bit(i.State == Sent) {
				t.Errorf("seed %d: %s is %s and has %d rows of success", seed, i.SendKey, i.State, ok)
			}
		}
		notices, second = notices+len(l.ids), l.second
	}
	if unknown == 0 || unknown > notices*2/3 {
		t.Errorf("%d of %d notices are unknown", unknown, notices)
	}
}

// firstFault is the fault that is set, one that strikes nothing where none is.
func (o *office) firstFault() platform.Fault {
	if list := o.platform.Faults(); len(list) > 0 {
		return list[0]
	}
	return platform.Fault{Kind: platform.FaultSlow, DelayMS: 1, Times: 1}
}
