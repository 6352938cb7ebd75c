package models

import (
	"fmt"
	"strconv"
	"strings"
)

// ReplyKind names a passive reply. The empty kind is silence: the callback is answered
// with the literal "success" and the citizen sees nothing.
type ReplyKind string

// The seven passive replies of the platform.
const (
	ReplyNone     ReplyKind = ""
	ReplyText     ReplyKind = "text"
	ReplyImage    ReplyKind = "image"
	ReplyVoice    ReplyKind = "voice"
	ReplyVideo    ReplyKind = "video"
	ReplyMusic    ReplyKind = "music"
	ReplyNews     ReplyKind = "news"
	ReplyTransfer ReplyKind = "transfer_customer_service"
)

// MaxTextBytes is the longest text a passive reply may carry, in bytes of UTF-8
// (unconfirmed by the platform's documents; the setting reply.max_bytes overrules it).
const MaxTextBytes = 2048

// MaxPages is the most messages that a long text of a rule may be cut into; a citizen
// asks for each but the first.
const MaxPages = 20

// MaxLongTextBytes is the longest text of a rule, in bytes: it is cut into pages that
// fit. Fewer bytes may be refused, when its sentences do not fill the pages.
const MaxLongTextBytes = MaxPages * MaxTextBytes

// MaxArticles is the most articles a news reply may carry; in answer to text, image,
// voice, video, link or location the platform shows one only.
const MaxArticles = 8

// Reply is what a citizen is told: one passive reply, or silence when Kind is empty.
type Reply struct {
	Kind         ReplyKind `json:"kind" yaml:"kind"`
	Text         string    `json:"text,omitempty" yaml:"text,omitempty"`
	MediaID      string    `json:"media_id,omitempty" yaml:"media_id,omitempty"`
	Title        string    `json:"title,omitempty" yaml:"title,omitempty"`
	Description  string    `json:"description,omitempty" yaml:"description,omitempty"`
	MusicURL     string    `json:"music_url,omitempty" yaml:"music_url,omitempty"`
	HQMusicURL   string    `json:"hq_music_url,omitempty" yaml:"hq_music_url,omitempty"`
	ThumbMediaID string    `json:"thumb_media_id,omitempty" yaml:"thumb_media_id,omitempty"`
	Articles     []Article `json:"articles,omitempty" yaml:"articles,omitempty"`
	KfAccount    string    `json:"kf_account,omitempty" yaml:"kf_account,omitempty"`
}

// Article is one card of a news reply.
type Article struct {
	Title       string `json:"title" yaml:"title"`
	Description string `json:"description,omitempty" yaml:"description,omitempty"`
	PicURL      string `json:"pic_url,omitempty" yaml:"pic_url,omitempty"`
	URL         string `json:"url" yaml:"url"`
}

// TextReply is the reply most rules give.
func TextReply(text string) Reply { return Reply{Kind: ReplyText, Text: text} }

// Silent reports whether nothing is said.
func (r *Reply) Silent() bool { return r.Kind == ReplyNone }

// Validate reports every fault that would make the platform drop the reply or show the
// citizen "该公众号暂时无法提供服务". Field names are relative to the reply.
func (r *Reply) Validate() []FieldError { return r.validate(MaxTextBytes) }

// validate is Validate for texts of at most longest bytes.
func (r *Reply) validate(longest int) []FieldError {
	var f faults
	switch r.Kind {
	case ReplyNone:
	case ReplyText:
		f.text("text", r.Text, longest)
	case ReplyImage, ReplyVoice, ReplyVideo:
		f.required("media_id", r.MediaID)
	case ReplyMusic:
		if r.MusicURL == "" && r.HQMusicURL == "" && r.ThumbMediaID == "" {
			f.add("music_url", "music_missing", "音乐回复要写 music_url，或封面的 thumb_media_id")
		}
	case ReplyNews:
		r.validateNews(&f)
	case ReplyTransfer:
	default:
		f.add("kind", "reply_unknown", "没有 {given} 这种回复，请用 text、image、voice、video、music、news 或 transfer_customer_service", "given", strconv.Quote(string(r.Kind)))
	}
	return f
}

func (r *Reply) validateNews(f *faults) {
	if len(r.Articles) == 0 {
		f.add("articles", "article_missing", "图文回复至少要有一篇文章")
	}
	if len(r.Articles) > MaxArticles {
		f.add("articles", "most_articles", "图文回复最多 {max} 篇文章，现有 {now} 篇", "max", fmt.Sprint(MaxArticles), "now", fmt.Sprint(len(r.Articles)))
	}
	for i, a := range r.Articles {
		f.required(fmt.Sprintf("articles[%d].title", i), a.Title)
		if !strings.HasPrefix(a.URL, "https://") && !strings.HasPrefix(a.URL, "http://") {
			f.add(fmt.Sprintf("articles[%d].url", i), "url_form", "文章链接须以 https:// 或 http:// 开头")
		}
	}
}

type faults []FieldError

func (f *faults) add(field, code, text string, pairs ...string) {
	*f = append(*f, Fault(field, code, text, pairs...))
}

// within takes over the faults of a part, whose fields are named from it on.
func (f *faults) within(part string, list []FieldError) {
	for _, e := range list {
		e.Field = part + "." + e.Field
		*f = append(*f, e)
	}
}

func (f *faults) required(field, value string) {
	if strings.TrimSpace(value) == "" {
		f.add(field, "required", "不能为空")
	}
}

func (f *faults) text(field, value string, longest int) {
	f.required(field, value)
	if len(value) > longest {
		f.add(field, "most_bytes_now", "最长 {max} 字节（约 {chinese} 个汉字），现有 {now} 字节", "max", fmt.Sprint(longest), "chinese", fmt.Sprint(longest/3), "now", fmt.Sprint(len(value)))
	}
	if clean := CleanText(value); clean != value {
		f.add(field, "control_characters", "含有微信不能显示的控制字符，请删去")
	}
}
