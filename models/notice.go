package models

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// SettingNotices says by what an account tells citizens of their cases when no customer-service message
// can be sent: JSON, see NoticeWay. It holds always.
const SettingNotices = "notices"

// NoticeChannel is a way to tell citizens something after their window has closed.
type NoticeChannel string

// The channels: a template message (模板消息), or a subscription notice (订阅通知) that the citizen agreed to.
const (
	NoticeTemplate     NoticeChannel = "template"
	NoticeSubscription NoticeChannel = "subscription"
)

// Title is the channel in Chinese, "" of what is none.
func (c NoticeChannel) Title() string {
	return map[NoticeChannel]string{NoticeTemplate: "模板消息", NoticeSubscription: "订阅通知"}[c]
}

// NoticePart is what a field of a template is filled with.
type NoticePart string

// The parts of a notice.
const (
	NoticeNumber NoticePart = "number" // of the case
	NoticeMatter NoticePart = "matter" // its kind and topic
	NoticeState  NoticePart = "state"  // what became of it
	NoticeTime   NoticePart = "time"   // when
	NoticeRemark NoticePart = "remark" // what comes next
)

// Title is the part in Chinese, "" of what is none.
func (p NoticePart) Title() string {
	return map[NoticePart]string{NoticeNumber: "编号", NoticeMatter: "事项", NoticeState: "进度", NoticeTime: "时间", NoticeRemark: "说明"}[p]
}

// NoticeWay is the channel with the template that it fills.
type NoticeWay struct {
	Channel    NoticeChannel         `json:"channel"`
	TemplateID string                `json:"template_id"`
	Fields     map[string]NoticePart `json:"fields"` // by the template's name for them: character_string1, thing2 ...
}

// NoticeWayOf is what the settings of an account say; false: nothing that can be read.
func NoticeWayOf(settings []Setting) (w NoticeWay, ok bool) {
	value, ok := SettingOn(settings, SettingNotices, "")
	return w, ok && json.Unmarshal([]byte(value), &w) == nil && w.Validate() == nil
}

// noticeLengths are the kinds of fields that WeChat's templates have, and how many characters one takes
// (developers.weixin.qq.com, 订阅消息参数值内容限制).
var noticeLengths = map[string]int{
	"thing": 20, "character_string": 32, "number": 32, "phrase": 5, "time": 32, "date": 32,
}

// noticeKinds are the kinds of fields that a part fits.
var noticeKinds = map[NoticePart][]string{
	NoticeNumber: {"character_string", "number", "thing"},
	NoticeMatter: {"thing"},
	NoticeState:  {"phrase", "thing"},
	NoticeTime:   {"time", "date"},
	NoticeRemark: {"thing"},
}

var noticeField = regexp.MustCompile(`^([a-z_]+)[0-9]{1,2}$`)

// noticeKind is the kind of a field of a template, "" of one that is not known.
func noticeKind(field string) string {
	if m := noticeField.FindStringSubmatch(field); len(m) == 2 && noticeLengths[m[1]] > 0 {
		return m[1]
	}
	return ""
}

// maxNoticeFields is how many fields WeChat's templates have at most.
const maxNoticeFields = 10

// Validate returns every fault as one *Error, or nil.
func (w *NoticeWay) Validate() error {
	var f faults
	if w.Channel.Title() == "" {
		f.add("channel", "notice_channel", "请写 template（模板消息）或 subscription（订阅通知）")
	}
	if w.TemplateID == "" || len(w.TemplateID) > 128 || strings.ContainsFunc(w.TemplateID, func(r rune) bool { return r <= ' ' || r > '~' }) {
		f.add("template_id", "notice_template", "请写模板 ID，在公众平台“模板消息”或“订阅通知”的“我的模板”里可复制")
	}
	if len(w.Fields) == 0 || len(w.Fields) > maxNoticeFields {
		f.add("fields", "notice_fields", "请写模板的各个字段填什么，例 character_string1=number，1 至 {max} 个", "max", strconv.Itoa(maxNoticeFields))
	}
	for _, field := range slices.Sorted(maps.Keys(w.Fields)) {
		part := w.Fields[field]
		kinds, known := noticeKinds[part]
		switch kind := noticeKind(field); {
		case kind == "":
			f.add("fields."+OneLine(field, 40), "notice_field_unknown", "不认识的字段，应如 thing1、character_string2、number3、phrase4、time5、date6")
		case !known:
			f.add("fields."+field, "notice_part_unknown", "应填 number（编号）、matter（事项）、state（进度）、time（时间）或 remark（说明）")
		case !slices.Contains(kinds, kind):
			f.add("fields."+field, "notice_part_kind", "{part} 只能填进 {kinds} 类的字段", "part", string(part), "kinds", strings.Join(kinds, "、"))
		}
	}
	if len(f) == 0 {
		return nil
	}
	return &Error{Code: CodeInvalid, Message: "通知设置有误", Fields: f}
}

// Fits compares the fields with those that a template has, which WeChat wants filled, each of them.
func (w *NoticeWay) Fits(template []string) error {
	var f faults
	for _, field := range template {
		if w.Fields[field] == "" {
			f.add("fields."+OneLine(field, 40), "notice_field_missing", "模板有这个字段，请写填什么")
		}
	}
	for _, field := range slices.Sorted(maps.Keys(w.Fields)) {
		if !slices.Contains(template, field) {
			f.add("fields."+field, "notice_field_extra", "模板没有这个字段，有的是 {fields}", "fields", OneLine(strings.Join(template, "、"), 200))
		}
	}
	if len(f) == 0 {
		return nil
	}
	return &Error{Code: CodeInvalid, Message: "通知设置有误", Fields: f}
}

// CaseNotice is what a citizen is told of a case in the few words that a template takes.
type CaseNotice struct {
	Number string    `json:"number"`
	Matter string    `json:"matter"`
	State  string    `json:"state"` // five characters at most
	At     time.Time `json:"at"`
	Remark string    `json:"remark"`
	// More: there is a text to it, which the citizen gets when they write.
	More bool `json:"more,omitempty"`
}

func (n *CaseNotice) part(p NoticePart) string {
	switch p {
	case NoticeNumber:
		return n.Number
	case NoticeMatter:
		return n.Matter
	case NoticeState:
		return n.State
	case NoticeTime:
		at := n.At.In(Shanghai())
		return strconv.Itoa(at.Year()) + "年" + strconv.Itoa(int(at.Month())) + "月" + strconv.Itoa(at.Day()) + "日 " + at.Format("15:04")
	case NoticeRemark:
		return n.Remark
	}
	return ""
}

// Summary is the notice for people and for the log.
func (n *CaseNotice) Summary() string {
	var lines []string
	for _, p := range []NoticePart{NoticeNumber, NoticeMatter, NoticeState, NoticeTime, NoticeRemark} {
		if value := n.part(p); value != "" {
			lines = append(lines, p.Title()+"："+value)
		}
	}
	return strings.Join(lines, "\n")
}

// Fill are the fields of the template with what they say of a case, none longer than WeChat takes and none
// empty: either is refused.
func (w *NoticeWay) Fill(n *CaseNotice) map[string]string {
	out := make(map[string]string, len(w.Fields))
	for field, part := range w.Fields {
		value := strings.Join(strings.Fields(CleanText(n.part(part))), " ")
		if longest := noticeLengths[noticeKind(field)]; utf8.RuneCountInString(value) > longest {
			value = string([]rune(value)[:longest-1]) + "…"
		}
		if value == "" {
			value = "—"
		}
		out[field] = value
	}
	return out
}
