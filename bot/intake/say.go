package intake

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// spotPrefix begins a place that is known by a location message alone.
const spotPrefix = "约 "

// Spot is the place of a location message to about a kilometre, "" of what is none.
func Spot(latitude, longitude string) string {
	if len(latitude) > maxDegrees || len(longitude) > maxDegrees {
		return ""
	}
	north, err := strconv.ParseFloat(latitude, 64)
	east, err2 := strconv.ParseFloat(longitude, 64)
	if err != nil || err2 != nil || !(math.Abs(north) <= 90) || !(math.Abs(east) <= 180) { // NaN is none
		return ""
	}
	return fmt.Sprintf("%s%.2f,%.2f", spotPrefix, north, east)
}

// shownText is how much of the text the last look shows, in characters.
const shownText = 200

const hint = "（“上一步”返回，“退出”不提交）"

// name is what the citizen is writing.
func (s *State) name() string {
	if s.Kind == "" {
		return "诉求"
	}
	return s.Kind.Title()
}

// Question is what the step asks.
func (s *State) Question() string {
	switch s.Step {
	case StepKind:
		var b strings.Builder
		b.WriteString("请选择类别，回复数字：")
		for i, k := range models.CaseKinds() {
			fmt.Fprintf(&b, "\n%d %s", i+1, k.Title())
		}
		return b.String() + "\n" + hint
	case StepText:
		if s.Text == "" {
			return "请写" + s.name() + "的内容：什么事、什么时候、涉及谁。可以分几条写，写完回复 1。" + hint
		}
		return fmt.Sprintf("已记下 %d 字。可以接着写；写完回复 1，改写请回复“重写”。", len([]rune(s.Text)))
	case StepPlace:
		return "请写地点，例如“人民路 12 号门口”，也可以发送位置。回复 0 跳过。" + hint
	case StepPhotos:
		if n := len(s.Photos); n > 0 {
			return fmt.Sprintf("已收到 %d 张照片，还可以发 %d 张；好了请回复 1。", n, maxPhotos-n)
		}
		return "请发照片，最多三张。没有照片请回复 0。" + hint
	case StepPhone:
		return "请留一个联系电话，只用于办理。不留请回复 0。" + hint
	}
	return s.summed()
}

// summed is all of it for a last look.
func (s *State) summed() string {
	var b strings.Builder
	b.WriteString("请核对：")
	line := func(name, text string) {
		if text != "" {
			b.WriteString("\n" + name + "：" + text)
		}
	}
	line("类别", s.Kind.Title())
	text := []rune(s.Text)
	if len(text) > shownText {
		text = append(text[:shownText:shownText], '…')
	}
	line("内容", string(text))
	line("地点", s.Place)
	if n := len(s.Photos); n > 0 {
		line("照片", fmt.Sprintf("%d 张", n))
	}
	line("电话", s.Phone)
	return b.String() + "\n1 提交\n2 提交并同意公开\n3 重填\n" + hint
}

// Receipt tells the citizen that the case is submitted, its number and until when it is accepted and
// answered; zero times are left out.
func Receipt(f *models.CaseForm, accept, answer time.Time) string {
	text := "已提交，"
	if f.Number == "" {
		text += "编号稍后告知。"
	} else {
		text += "编号 " + models.ShownNumber(f.Number) + "。"
	}
	if !accept.IsZero() {
		text += "将在 " + day(accept) + " 前受理，" + day(answer) + " 前答复。"
	}
	if f.Public {
		text += "您已同意公开。"
	}
	return text + "回复“查询”可看进度。"
}

func day(at time.Time) string { return at.In(models.Shanghai()).Format("1月2日 15:04") }

// opening are the words with which citizens ask for a case when they are all that is said. Who writes 咨询
// or 求助 alone asks a question.
var opening = sync.OnceValue(func() map[string]models.CaseKind {
	of := map[string]models.CaseKind{}
	for _, w := range []string{"反映问题", "我要反映", "我要反映问题", "我想反映", "我想反映问题", "提交诉求", "登记诉求", "我要提交诉求", "我有诉求", "写诉求"} {
		of[string(reading.Key(w))] = ""
	}
	for _, k := range models.CaseKinds() {
		for _, before := range []string{"", "我要", "我想", "我来", "我要提", "我想提", "提交"} {
			if before != "" || k != models.CaseConsult && k != models.CaseHelp {
				of[string(reading.Key(before+k.Title()))] = k
			}
		}
	}
	return of
})

// Opens reports whether a text in the matched form asks for a case and nothing else, and of what kind, ""
// = that is not said.
func Opens(key []rune) (kind models.CaseKind, ok bool) {
	kind, ok = opening()[string(key)]
	return kind, ok
}
