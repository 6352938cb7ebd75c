package intake

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/models"
)

const ttl = 10 * time.Minute

var morning = time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)

// dialogue is one that a test leads.
type dialogue struct {
	t    *testing.T
	s    *State
	now  time.Time
	last Result
}

func begins(t *testing.T, kind models.CaseKind) *dialogue {
	t.Helper()
	return &dialogue{t: t, s: Begin("key", kind, "城管", morning, ttl), now: morning}
}

func (d *dialogue) takes(in Input) *dialogue {
	d.t.Helper()
	in.Now, in.Sent, in.TTL = d.now, d.now, ttl
	before := string(d.s.Encode())
	d.last = d.s.Next(in)
	if after := string(d.s.Encode()); after != before {
		d.t.Errorf("%+v changed the state before it: %s, %s", in, before, after)
	}
	if d.last.State != nil {
		d.s = d.last.State
	}
	return d
}

func (d *dialogue) says(texts ...string) *dialogue {
	d.t.Helper()
	for _, text := range texts {
		d.takes(Input{Text: text})
	}
	return d
}

func (d *dialogue) wants(o Outcome, say string) {
	d.t.Helper()
	if d.last.Outcome != o || !strings.Contains(d.last.Say, say) {
		d.t.Errorf("outcome %d, says %q; want %d, %q", d.last.Outcome, d.last.Say, o, say)
	}
}

func TestNext_Submits(t *testing.T) {
	d := begins(t, "")
	d.says("第二个", "路灯坏了", "三天没人修", "①", "人民路 12 号").takes(Input{Photo: "m1"}).takes(Input{Photo: "m1"}).takes(Input{Photo: "m2"})
	d.says("1", "（0731）8888-0000")
	d.wants(Asks, "类别：投诉\n内容：路灯坏了\n三天没人修\n地点：人民路 12 号\n照片：2 张\n电话：073188880000\n1 提交")
	d.says("２")
	f := d.last.Form
	if d.last.Outcome != Submits || d.last.State != nil || f == nil {
		t.Fatalf("%+v", d.last)
	}
	if f.Kind != models.CaseComplaint || f.Text != "路灯坏了\n三天没人修" || f.Place != "人民路 12 号" || f.Phone != "073188880000" || !f.Public ||
		!slices.Equal(f.Photos, []string{"m1", "m2"}) || f.Dialogue != "key" || f.Topic != "城管" || !f.At.Equal(morning) || !f.Submitted {
		t.Errorf("%+v", f)
	}
}

// The kinds by number in any writing, or by name.
func TestNext_Kinds(t *testing.T) {
	for i, texts := range [][]string{{"1", "一", "咨询", "1咨询"}, {"２", "我要投诉", "2 投诉"}, {"叁"}, {"④"}, {"5."}, {"第六", "表扬"}} {
		for _, text := range texts {
			if d := begins(t, "").says(text); d.s.Kind != models.CaseKinds()[i] || d.s.Step != StepText {
				t.Errorf("%q: %q, step %d", text, d.s.Kind, d.s.Step)
			}
		}
	}
	for _, text := range []string{"7", "0", "12", "路灯坏了", ""} {
		begins(t, "").says(text).wants(Asks, "没有这一项")
	}
}

func TestNext_BackAndAgain(t *testing.T) {
	d := begins(t, models.CasePraise).says("上一步")
	d.wants(Asks, "已经是第一步")
	d.says("好", "1", "上一步")
	d.wants(Asks, "已记下 1 字")
	d.says("重写", "很好", "1", "0", "0", "跳过", "3")
	d.wants(Asks, "请写表扬的内容")
	if d.s.Text != "" || d.s.Kind != models.CasePraise || d.s.Dialogue != "key" {
		t.Errorf("%+v", d.s)
	}
	d.says("退出").wants(Leaves, "没有提交")
	if d.last.State != nil {
		t.Error("it goes on")
	}
}

// The first input that is no answer is explained, the second in a row is for people.
func TestNext_TwoWrongInputs(t *testing.T) {
	for name, c := range map[string]struct {
		before []string
		wrong  string
	}{
		"kind": {nil, "？"}, "text": {[]string{"2"}, "1"}, "place": {[]string{"2", "坏了", "1"}, "3"}, "photos": {[]string{"2", "坏了", "1", "0"}, "在哪里"},
		"phone": {[]string{"2", "坏了", "1", "0", "0"}, "不告诉你"}, "summary": {[]string{"2", "坏了", "1", "0", "0", "0"}, "4"},
	} {
		t.Run(name, func(t *testing.T) {
			d := begins(t, "").says(c.before...).says(c.wrong)
			d.wants(Asks, "")
			d.says(c.wrong).wants(Lost, "")
			if d.s == nil || d.last.State.Wrong != 0 || len([]rune(d.s.Text)) > 2 {
				t.Errorf("%+v", d.s)
			}
		})
	}
}

// What lies is kept for a day, asked for once, and what came meanwhile is part of it.
func TestNext_Lies(t *testing.T) {
	d := begins(t, models.CaseReport).says("有人倒垃圾")
	d.now = d.now.Add(ttl)
	d.says("每天晚上").wants(Asks, "没有写完的举报。\n1 继续\n2 放弃")
	d.says("继续").wants(Asks, "已记下 10 字")
	d.now = d.now.Add(ttl + time.Hour)
	d.says("公积金怎么提取", "公积金").wants(Passes, "")
	d.says("1").wants(Passes, "")
	if d.s.Kept != d.now.Add(-time.Hour+KeptFor).Unix() {
		t.Errorf("kept until %s", time.Unix(d.s.Kept, 0))
	}
	d.last = d.s.Resume(d.now, ttl)
	d.s = d.last.State
	d.says("二").wants(Leaves, "已放弃")
	rested := begins(t, "").s.Rest()
	if r := rested.Next(Input{Text: "1", Now: morning, TTL: ttl}); r.Outcome != Passes {
		t.Errorf("at rest it takes an answer: %+v", r)
	}
}

// Photos that come late belong to the case, more than three do not; a place may be a spot.
func TestNext_PhotosAndSpots(t *testing.T) {
	d := begins(t, models.CaseHelp).says("水管爆了").takes(Input{Photo: "a"})
	d.wants(Asks, "已收到照片")
	d.says("1").takes(Input{Spot: spotPrefix + "28.23,112.94"}).wants(Asks, "大致位置")
	d.says("人民路").takes(Input{Photo: "b"}).takes(Input{Photo: "c"}).wants(Asks, "三张照片。\n请留一个联系电话")
	d.takes(Input{Photo: "d"}).wants(Asks, "最多三张")
	if d.s.Place != "人民路（约 28.23,112.94）" || len(d.s.Photos) != 3 {
		t.Errorf("%+v", d.s)
	}
}

func TestOpens(t *testing.T) {
	for text, want := range map[string]models.CaseKind{"我要投诉！": models.CaseComplaint, "投诉": models.CaseComplaint, "反映问题": "", "我要舉報": models.CaseReport} {
		if kind, ok := Opens(read(Input{Text: text}).runes()); !ok || kind != want {
			t.Errorf("%q: %q, %v", text, kind, ok)
		}
	}
	for _, text := range []string{"咨询", "求助", "投诉电话", "怎么投诉", ""} {
		if _, ok := Opens(read(Input{Text: text}).runes()); ok {
			t.Errorf("%q opens", text)
		}
	}
}

func (m message) runes() []rune { return []rune(m.key) }

// Whatever comes in whatever order: the state stays within its bounds and can be stored, and what is said
// is text.
func FuzzNext(f *testing.F) {
	f.Add("2\n路灯坏了\n1\n人民路\n0\n13800138000\n1", int64(0))
	f.Add("反映\n<script>\n=cmd|' /C calc'!A0\n\u202e\u200d\n1\n上一步\n退出", int64(700))
	f.Add("一\n\xff\xfe\n1\n0\n0\n0\n3\n继续", int64(90000))
	f.Fuzz(func(t *testing.T, lines string, pause int64) {
		s, now := Begin("key", "", "", morning, ttl), morning
		for i, line := range strings.SplitN(lines, "\n", 40) {
			in := Input{Text: line, Now: now, Sent: now, TTL: ttl}
			if i%7 == 6 {
				in = Input{Photo: line, Now: now, Sent: now, TTL: ttl}
			}
			r := s.Next(in)
			if !utf8.ValidString(r.Say) || len(r.Say) > 2048 {
				t.Fatalf("says %d bytes: %q", len(r.Say), r.Say)
			}
			if r.Outcome == Submits && (r.Form == nil || r.Form.Text == "" || r.Form.Kind.Title() == "") {
				t.Fatalf("submits %+v", r.Form)
			}
			if (r.State == nil) != (r.Outcome == Submits || r.Outcome == Leaves) {
				t.Fatalf("%+v", r)
			}
			if r.State == nil {
				return
			}
			s = r.State
			if len([]rune(s.Text)) > models.CaseText || len(s.Photos) > maxPhotos || len([]rune(s.Place)) > maxPlace || len(s.Phone) > maxPhone {
				t.Fatalf("out of bounds: %+v", s)
			}
			stored, ok := Decode(s.Encode())
			if !ok || !Equal(stored, s) {
				t.Fatalf("%+v is stored as %+v", s, stored)
			}
			now = now.Add(time.Duration(pause%100_000) * time.Second / 10)
		}
	})
}

// What is kept of a photo and a place is told before it is sent, or with its receipt; of a place that is not kept
// nothing behind Read knows more than a kilometre. A place that is written anew is not the one that was sent.
func TestNext_TellsWhatIsKept(t *testing.T) {
	location := &models.Message{MsgType: models.MsgTypeLocation, LocationX: "28.230512", LocationY: "112.938814"}
	if in := Read(location, models.CaseKeeping{}); in.Spot != "约 28.23,112.94" || in.Exact != "" {
		t.Errorf("%+v", in)
	}
	keeps := models.CaseKeeping{Photos: models.Keeping{Purpose: "核实现场情况", Days: 90}, Place: models.Keeping{Purpose: "派人到现场", Days: 30}}
	const ofPhotos, ofPlace = "照片从提交起保存 90 天，用于核实现场情况。", "发来的位置从提交起保存 30 天，用于派人到现场。"
	says := func(text string) Input { return Input{Text: text, Keeps: keeps} }
	d := begins(t, models.CaseComplaint).takes(says("路灯坏了"))
	d.takes(Input{Photo: "m1", Keeps: keeps}).wants(Asks, "已收到照片。"+ofPhotos)
	d.takes(Read(location, keeps)).wants(Asks, "已记下位置。"+ofPlace)
	d.now = morning.Add(time.Minute)
	d.takes(Input{Photo: "m2", Keeps: keeps}).wants(Asks, "已收到照片。\n")
	d.takes(says("1")).wants(Asks, ofPlace)
	d.takes(says("人民路 12 号")).takes(says("1")).takes(says("0")).takes(says("1"))
	if f := d.last.Form; f == nil || f.Exact != "28.230512,112.938814" || f.Place != "人民路 12 号（约 28.23,112.94）" || !f.PhotosAt.Equal(morning) {
		t.Errorf("%+v", f)
	}
	d = begins(t, models.CaseComplaint).takes(says("路灯坏了")).takes(says("1")).takes(Read(location, keeps)).takes(says("人民路"))
	d.wants(Asks, ofPhotos)
	d.takes(says("上一步")).takes(says("五一路")).takes(says("0")).takes(says("0")).takes(says("1"))
	if f := d.last.Form; f == nil || f.Exact != "" || f.Place != "五一路" || !f.PhotosAt.IsZero() {
		t.Errorf("%+v", f)
	}
}
