package bot

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
)

func textReply(s string) *models.Reply {
	r := models.TextReply(s)
	return &r
}

func serviceMenu() models.Rule {
	return models.Rule{Name: "总菜单", Keywords: []string{"菜单"}, Menu: &models.Menu{
		Intro: "请选择：",
		Items: []models.MenuItem{
			{Title: "社会保险", Rule: "社保"},
			{Title: "公积金", Menu: &models.Menu{Items: []models.MenuItem{
				{Title: "提取", Reply: textReply("提取说明")},
				{Title: "贷款", Reply: textReply("贷款说明")},
			}}},
			{Title: "户籍", Rule: "户籍菜单"},
		},
		Outro: "回复数字",
	}}
}

func menuRules() []models.Rule {
	return []models.Rule{
		serviceMenu(), contains("社保", "社保"),
		{Name: "户籍菜单", Keywords: []string{"户籍办理"}, Menu: &models.Menu{Items: []models.MenuItem{{Title: "迁入", Reply: textReply("迁入说明")}}}},
		defaultRule("默认"),
	}
}

const topMenu = "请选择：\n1. 社会保险\n2. 公积金\n3. 户籍\n回复数字"

func TestMenuInEveryWriting(t *testing.T) {
	cases := map[string][]string{
		"答社保": {"1", "１", "一", "①", "壹", "第一", "第1个", "第一项", "1.", "选1", "我选一", "回复1", "社会保险", "1 社会保险", "1、社会保险！", "1号", "❶", "1️⃣", "社會保險"},
		"1. 提取\n2. 贷款\n0. 返回上一级": {"2", "二", "公积金", "第二个"},
		topMenu: {"返回", "0"},
	}
	for want, texts := range cases {
		for _, text := range texts {
			k := newTalk(t, Options{}, menuRules()...)
			k.want(k.say("菜单"), topMenu, OutcomeRule)
			k.want(k.say(text), want, OutcomeMenu)
			if !k.last.Matched {
				t.Errorf("%q: not matched", text)
			}
		}
	}
}

// TestMenu_ChoiceOutOfRange: a number that is not there is named and the menu shown again.
func TestMenu_ChoiceOutOfRange(t *testing.T) {
	for text, number := range map[string]string{"9": "9", "第12项": "12", "十": "10"} {
		k := newTalk(t, Options{}, menuRules()...)
		k.say("菜单")
		k.want(k.say(text), "没有第 "+number+" 项，请回复 1 至 3 的数字。\n"+topMenu, OutcomeMenu)
		if k.last.Matched {
			t.Errorf("%q counts as matched", text)
		}
		k.want(k.say("1"), "答社保", OutcomeMenu)
	}
}

func TestMenuUpAndDown(t *testing.T) {
	k := newTalk(t, Options{}, menuRules()...)
	k.say("菜单")
	k.say("2")
	k.want(k.say("贷款"), "贷款说明", OutcomeMenu)
	k.want(k.say("1"), "提取说明", OutcomeMenu)
	k.want(k.say("返回上一级"), topMenu, OutcomeMenu)
	k.want(k.say("3"), "1. 迁入", OutcomeMenu)
	k.want(k.say("一"), "迁入说明", OutcomeMenu)
	k.want(k.say("0"), topMenu, OutcomeMenu)
	k.want(k.say("1"), "答社保", OutcomeMenu)
	k.want(k.say("2"), "1. 提取\n2. 贷款\n0. 返回上一级", OutcomeMenu)
	k.want(k.say("主菜单"), topMenu, OutcomeMenu)
	k.want(k.say("我要查社保"), "答社保", OutcomeRule)
	k.want(k.say("1"), "默认", OutcomeDefault)
}

func TestMenuExpires(t *testing.T) {
	k := newTalk(t, Options{DialogueTTL: time.Minute}, menuRules()...)
	k.say("菜单")
	if at := k.last.Dialogue.ExpiresAt; !at.Equal(k.now.Add(time.Minute)) {
		t.Errorf("expires %v", at)
	}
	k.now = k.now.Add(61 * time.Second)
	k.want(k.say("1"), "默认", OutcomeDefault)
}

func TestMenuOfAnOlderVersion(t *testing.T) {
	k := newTalk(t, Options{}, menuRules()...)
	k.say("菜单")
	rules := menuRules()
	rules[0].Menu.Items = rules[0].Menu.Items[1:]
	if err := k.bot.Publish(testAccount, 8, rules); err != nil {
		t.Fatal(err)
	}
	k.want(k.say("1"), "默认", OutcomeDefault)
}

func TestDialogueTravels(t *testing.T) {
	k := newTalk(t, Options{}, menuRules()...)
	k.say("菜单")
	k.say("2")
	saved := *k.last.Dialogue
	other := newTalk(t, Options{}, menuRules()...)
	other.bot.Restore(saved)
	other.n = 100
	other.want(other.say("2"), "贷款说明", OutcomeMenu)
	older := saved
	older.UpdatedAt = older.UpdatedAt.Add(-time.Second)
	older.State = nil
	other.bot.Restore(older)
	other.want(other.say("1"), "提取说明", OutcomeMenu)
	if len(saved.State) > 120 {
		t.Errorf("a menu two levels deep takes %d bytes", len(saved.State))
	}
}

// TestDialogue_ClocksOfInstancesDiffer: what the citizen did last counts, at whichever
// instance and whatever its clock says.
func TestDialogue_ClocksOfInstancesDiffer(t *testing.T) {
	ahead, behind := newTalk(t, Options{}, menuRules()...), newTalk(t, Options{}, menuRules()...)
	ahead.now = monday.Add(2 * time.Second)
	write := func(k *talk, second int, text string) string {
		t.Helper()
		k.now = k.now.Add(time.Second)
		sent := monday.Add(time.Duration(second) * time.Second).Unix()
		return k.send(models.Message{
			MsgType: models.MsgTypeText, Content: text, Key: fmt.Sprint("key", second), CreateTime: sent,
			Delivery: models.Delivery{ReceivedAt: k.now},
		})
	}
	write(ahead, 1, "菜单")
	first := *ahead.last.Dialogue
	behind.bot.Restore(first)
	behind.want(write(behind, 2, "2"), "1. 提取\n2. 贷款\n0. 返回上一级", OutcomeMenu)
	second := *behind.last.Dialogue
	if !second.UpdatedAt.After(first.UpdatedAt) {
		t.Errorf("the later state is of %v, the earlier of %v", second.UpdatedAt, first.UpdatedAt)
	}
	ahead.bot.Restore(second)
	ahead.want(write(ahead, 3, "1"), "提取说明", OutcomeMenu)
}

func TestUnsubscribeForgets(t *testing.T) {
	k := newTalk(t, Options{}, menuRules()...)
	k.say("菜单")
	k.event("unsubscribe", "")
	if d := k.last.Dialogue; d == nil || d.ExpiresAt.After(k.now) {
		t.Errorf("dialogue %+v", d)
	}
	k.want(k.say("1"), "默认", OutcomeDefault)
}

// The dialogues of however many citizens take no more memory than they are given.
func TestMemories_HoldTheirBytes(t *testing.T) {
	const limit = 8 << 20
	heap := func() uint64 {
		var s runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&s)
		return s.HeapAlloc
	}
	before := heap()
	m := newMemories(limit)
	for i := range 100_000 {
		frames := []frame{{rule: 1, path: make([]uint8, i%maxPath)}, {rule: 2}}
		mem := &memory{now: state{until: monday.Unix() + 60, frames: frames, heard: make([]uint32, i%maxHeard)}}
		m.store(citizen{AppID: testApp, OpenID: "oCitizen_" + strconv.Itoa(1_000_000_000+i)}, mem, monday)
	}
	total, used := m.of.Size()
	if got := heap() - before; got > limit*5/4 || used > limit || total < 5_000 {
		t.Errorf("%d citizens take %d bytes, %d by our count", total, got, used)
	}
	last := citizen{AppID: testApp, OpenID: "oCitizen_" + strconv.Itoa(1_000_000_000+99_999)}
	if m.load(last, monday) == nil {
		t.Error("the last is forgotten")
	}
}

func stateGen() *rapid.Generator[state] {
	return rapid.Custom(func(t *rapid.T) state {
		var s state
		for range rapid.IntRange(0, maxFrames).Draw(t, "frames") {
			f := frame{rule: rapid.Uint64().Draw(t, "rule"), mark: rapid.Uint32().Draw(t, "mark")}
			f.path = rapid.SliceOfN(rapid.Uint8(), 0, maxPath).Draw(t, "path")
			s.frames = append(s.frames, f)
		}
		s.offered = rapid.SliceOfN(rapid.Uint64(), 0, 9).Draw(t, "offered")
		for range rapid.IntRange(0, maxTurns).Draw(t, "turns") {
			s.turns = append(s.turns, turn{rapid.Uint64().Draw(t, "rule"), rapid.Uint32Max(1<<20).Draw(t, "next")})
		}
		s.until, s.quiet = rapid.Int64().Draw(t, "until"), rapid.Int64().Draw(t, "quiet")
		s.heard = rapid.SliceOfN(rapid.Uint32(), 0, maxHeard).Draw(t, "heard")
		s.quietRef, s.photo = rapid.Uint64().Draw(t, "ref"), rapid.StringN(0, 30, 200).Draw(t, "photo")
		s.asked = rapid.StringMatching(`([0-9]{12})?`).Draw(t, "asked")
		s.photoUntil, s.turnsUntil = rapid.Int64().Draw(t, "p"), rapid.Int64().Draw(t, "t")
		return s
	})
}

func TestMemoryRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := memory{last: rapid.Uint64().Draw(t, "last"), before: stateGen().Draw(t, "before"), now: stateGen().Draw(t, "now")}
		got, ok := decode(m.encode())
		if !ok || got.last != m.last || !equalStates(&got.before, &m.before) || !equalStates(&got.now, &m.now) {
			t.Fatalf("got %+v, %v", got, ok)
		}
	})
}

func FuzzDecode(f *testing.F) {
	m := memory{last: 1, now: state{frames: []frame{{1, 2, []uint8{3}}}, until: 9}}
	f.Add(m.encode())
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, b []byte) {
		m, ok := decode(b)
		if !ok {
			return
		}
		again, ok := decode(m.encode())
		if !ok || !equalStates(&again.now, &m.now) {
			t.Fatalf("%x does not survive", b)
		}
	})
}

func TestSuggestion(t *testing.T) {
	rules := []models.Rule{
		{Name: "fund-1", Title: "住房公积金提取", Keywords: []string{"公积金提取", "提取公积金"}, Examples: []string{"买房怎么提公积金"}, Replies: []models.Reply{models.TextReply("提取说明")}},
		{Name: "fund-2", Title: "住房公积金贷款", Keywords: []string{"公积金贷款"}, Replies: []models.Reply{models.TextReply("贷款说明")}},
		{Name: "card", Title: "社保卡补办", Keywords: []string{"社保卡补办", "补办社保卡"}, Replies: []models.Reply{models.TextReply("补卡说明")}},
		{Name: "bus", Title: "公交线路查询", Keywords: []string{"公交线路"}, Replies: []models.Reply{models.TextReply("公交")}},
		defaultRule("默认"),
	}
	rules[3].Exclude = []string{"投诉"}
	k := newTalk(t, Options{DefaultQuiet: -1}, rules...)
	k.want(k.say("我想提一下住房公积金"), "您是不是想问：\n1. 住房公积金提取\n2. 住房公积金贷款\n回复序号即可查看。", OutcomeSuggestion)
	if k.last.Matched || k.last.Step {
		t.Error("a suggestion counts as matched, or what was asked as a step")
	}
	k.want(k.say("二"), "贷款说明", OutcomeMenu)
	if !k.last.Step {
		t.Error("a number taken by a suggestion is no step")
	}
	k.want(k.say("第三项"), "没有第 3 项，请回复 1 至 2 的数字。\n1. 住房公积金提取\n2. 住房公积金贷款", OutcomeMenu)
	k.want(k.say("返回"), "这里没有上一级，请回复 1 至 2 的数字。\n1. 住房公积金提取\n2. 住房公积金贷款", OutcomeMenu)
	k.want(k.say("住房公积金提取"), "提取说明", OutcomeMenu)
	k.want(k.say("社会卡补办"), "没有完全对应的内容，先按“社保卡补办”答复：\n补卡说明\n\n如果不是这件事，请换个说法再写一次。", OutcomeSuggestion)
	if k.last.Matched || k.last.RuleName != "card" {
		t.Errorf("%+v", k.last)
	}
	k.want(k.say("住房公积金贷款"), "贷款说明", OutcomeRule)
	k.want(k.say("公交线路查询"), "公交", OutcomeRule)
	k.want(k.say("社保卡补办"), "补卡说明", OutcomeRule)
	for _, far := range []string{"今天天气怎么样", "你好", "谢谢", "我要投诉隔壁装修太吵", "？？？", "哈哈哈", "5", "abc", "投诉公交线路绕路", "【收到不支持的消息类型，暂无法显示】"} {
		k.want(k.say(far), "默认", OutcomeDefault)
	}
}

// What is typed in place of a click is an answer to the account's question, and counts as no
// message of the citizen's own.
func TestStepOfMenusAndPages(t *testing.T) {
	long := contains("长文", "长文")
	long.Replies = []models.Reply{models.TextReply(strings.Repeat("办理材料清单一览。", 400))}
	rules := append(menuRules(), long)
	talkOf := func() *talk { return newTalk(t, Options{}, rules...) }
	cases := []struct {
		name  string
		texts []string
		steps []bool
	}{
		{"number", []string{"菜单", "1"}, []bool{false, true}},
		{"levels and back", []string{"菜单", "2", "1", "0", "主菜单"}, []bool{false, true, true, true, true}},
		{"title", []string{"菜单", "公积金"}, []bool{false, true}},
		{"part of a title", []string{"菜单", "户籍的"}, []bool{false, true}},
		{"number the menu lacks", []string{"菜单", "9"}, []bool{false, true}},
		{"question beside the menu", []string{"菜单", "社保", "1"}, []bool{false, false, false}},
		{"no menu is open", []string{"1", "社会保险"}, []bool{false, false}},
		{"更多 of nothing", []string{"更多"}, []bool{true}},
		{"next page", []string{"长文", "更多", "社保"}, []bool{false, true, false}},
	}
	for _, c := range cases {
		k := talkOf()
		for i, text := range c.texts {
			if k.say(text); k.last.Step != c.steps[i] {
				t.Errorf("%s: %q is a step: %v", c.name, text, k.last.Step)
			}
		}
	}
	k := talkOf()
	k.event(models.EventClick, "x")
	if k.last.Step {
		t.Error("a click is an event, not a step")
	}
}
