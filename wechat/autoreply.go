package wechat

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// AutoReplies are the rules of the account's back office, which WeChat stops using once
// our URL is switched on (developers.weixin.qq.com, get_current_autoreply_info).
type AutoReplies struct {
	FollowOn  Number     `json:"is_add_friend_reply_open"` // 1 = on
	On        Number     `json:"is_autoreply_open"`        // 1 = on
	OnFollow  *AutoReply `json:"add_friend_autoreply_info"`
	OnMessage *AutoReply `json:"message_default_autoreply_info"`
	Keywords  struct {
		Rules []AutoRule `json:"list"`
	} `json:"keyword_autoreply_info"`
}

// AutoRule is one keyword rule of the back office.
type AutoRule struct {
	Name      string `json:"rule_name"`
	CreatedAt Number `json:"create_time"` // Unix seconds
	ReplyMode string `json:"reply_mode"`  // reply_all or random_one
	Keywords  []struct {
		Type    string `json:"type"`
		Match   string `json:"match_mode"` // contain or equal
		Content string `json:"content"`
	} `json:"keyword_list_info"`
	Replies []AutoReply `json:"reply_list_info"`
}

// AutoReply is one reply of the back office. Content is the text, or the media id of
// image, voice and video, which is good for three days.
type AutoReply struct {
	Type    string `json:"type"`
	Content string `json:"content"`
	News    struct {
		Articles []AutoArticle `json:"list"`
	} `json:"news_info"`
}

// AutoArticle is one card of a news reply of the back office.
type AutoArticle struct {
	Title      string `json:"title"`
	Author     string `json:"author"`
	Digest     string `json:"digest"`
	ShowCover  Number `json:"show_cover"`
	CoverURL   string `json:"cover_url"`
	ContentURL string `json:"content_url"`
	SourceURL  string `json:"source_url"`
}

// ReadAutoReplies reads an answer of get_current_autoreply_info that was kept in a file. It is
// as lenient as with WeChat's own answers; an answer that is an error is an *APIError.
func ReadAutoReplies(content []byte) (AutoReplies, error) {
	var out AutoReplies
	content, head, ok := readHead(content)
	if !ok {
		return out, &APIError{API: autoReplyAPI, Msg: "the file is not JSON", Class: ClassContent}
	}
	if head.Code != 0 {
		return out, head.fault(autoReplyAPI)
	}
	if err := json.Unmarshal(content, &out); err != nil {
		return out, &APIError{API: autoReplyAPI, Msg: "the file has another form: " + err.Error(), Class: ClassContent}
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(content, &fields); err != nil || fields["is_autoreply_open"] == nil && fields["is_add_friend_reply_open"] == nil {
		return out, &APIError{API: autoReplyAPI, Msg: "the file is something else", Class: ClassContent}
	}
	return out, nil
}

const autoReplyAPI = "/cgi-bin/get_current_autoreply_info"

// AutoReplies reads the rules of the back office; every kind of account may.
func (c *Client) AutoReplies(ctx context.Context) (AutoReplies, error) {
	var out AutoReplies
	err := c.get(ctx, autoReplyAPI, &out)
	return out, err
}

// Names of the two rules that have none in the back office.
const (
	followRule  = "关注回复"
	defaultRule = "默认回复"
)

// Rules turns the rules of WeChat's back office into rules of ours: the reply to a new
// follower, the default reply and the keyword rules. notes say, for people, what could not be
// carried over as it was.
func (a *AutoReplies) Rules() (rules []models.Rule, notes []string) {
	c := &converter{names: map[string]bool{}}
	if a.OnFollow != nil && c.used(a.FollowOn, "“被关注回复”") {
		c.single(models.Rule{Name: followRule, On: []models.Trigger{models.OnSubscribe}}, *a.OnFollow)
	}
	if a.OnMessage != nil && c.used(a.On, "“收到消息回复”") {
		c.single(models.Rule{Name: defaultRule, Match: models.MatchDefault}, *a.OnMessage)
	}
	if len(a.Keywords.Rules) > 0 && a.On == 0 {
		c.note("微信后台的自动回复处于关闭状态，关键词规则仍已导入，请确认后再发布")
	}
	for i, r := range a.Keywords.Rules {
		c.keyword(r, i)
	}
	return c.rules, c.notes
}

type converter struct {
	rules []models.Rule
	notes []string
	names map[string]bool
}

func (c *converter) note(format string, args ...any) {
	c.notes = append(c.notes, fmt.Sprintf(format, args...))
}

// used notes a reply that is set but switched off.
func (c *converter) used(open Number, what string) bool {
	if open == 0 {
		c.note("%s在微信后台是关闭的，没有导入", what)
	}
	return open != 0
}

// add adds a rule under a name that is not yet taken.
func (c *converter) add(r models.Rule) {
	base := r.Name
	for n := 2; c.names[r.Name]; n++ {
		r.Name = fmt.Sprintf("%s（%d）", base, n)
	}
	c.names[r.Name] = true
	c.rules = append(c.rules, r)
}

// single adds a rule of one reply.
func (c *converter) single(r models.Rule, reply AutoReply) {
	if out, ok := c.reply(r.Name, reply); ok {
		r.Replies = []models.Reply{out}
		c.add(r)
	}
}

// keyword adds one rule, or two where some keywords are to be equal and some contained.
func (c *converter) keyword(in AutoRule, index int) {
	name := models.CleanName(models.CleanText(in.Name))
	if name == "" {
		name = fmt.Sprintf("关键词规则 %d", index+1)
	}
	var contain, equal []string
	for _, w := range in.Keywords {
		text := strings.TrimSpace(models.CleanText(w.Content))
		switch {
		case w.Type != "" && w.Type != "text" || text == "":
			c.note("规则“%s”有一个不是文字的关键词，没有导入", name)
		case w.Match == "equal":
			equal = append(equal, text)
		case w.Match == "contain":
			contain = append(contain, text)
		default:
			c.note("规则“%s”的关键词“%s”匹配方式 %s 不认识，按“包含”导入", name, text, quote(w.Match))
			contain = append(contain, text)
		}
	}
	replies, pick := c.replies(name, in)
	switch {
	case len(contain)+len(equal) == 0:
		c.note("规则“%s”没有可用的关键词，没有导入", name)
		return
	case len(replies) == 0:
		c.note("规则“%s”没有可用的回复，没有导入", name)
		return
	case len(contain) > 0 && len(equal) > 0:
		c.note("规则“%s”既有全匹配又有半匹配的关键词，已分成两条规则", name)
	}
	if len(contain) > 0 {
		c.add(models.Rule{Name: name, Match: models.MatchContains, Keywords: contain, Replies: replies, Pick: pick})
	}
	if len(equal) > 0 {
		if len(contain) > 0 {
			name += "（全匹配）"
		}
		c.add(models.Rule{Name: name, Match: models.MatchExact, Keywords: equal, Replies: replies, Pick: pick})
	}
}

// replies converts the replies of a rule and the way one is picked.
func (c *converter) replies(name string, in AutoRule) ([]models.Reply, models.Pick) {
	var list []models.Reply
	for _, r := range in.Replies {
		if out, ok := c.reply(name, r); ok {
			list = append(list, out)
		}
	}
	if len(list) < 2 {
		return list, ""
	}
	if in.ReplyMode == "random_one" {
		return list, models.PickRandom
	}
	if joined, ok := joinTexts(list); ok {
		c.note("规则“%s”在微信后台会逐条回复 %d 段文字，已合并成一条（被动回复只能发一条）", name, len(list))
		return []models.Reply{joined}, ""
	}
	c.note("规则“%s”在微信后台会回复全部 %d 条内容，被动回复只能发一条：现在只发第一条，请改写", name, len(list))
	return list, models.PickFirst
}

// joinTexts makes one text of several, where a rule may have one so long.
func joinTexts(list []models.Reply) (models.Reply, bool) {
	parts := make([]string, len(list))
	for i, r := range list {
		if r.Kind != models.ReplyText {
			return models.Reply{}, false
		}
		parts[i] = r.Text
	}
	text := strings.Join(parts, "\n")
	return models.TextReply(text), len(text) <= models.MaxLongTextBytes
}

// reply converts one reply; false means that it has no passive form.
func (c *converter) reply(name string, in AutoReply) (models.Reply, bool) {
	content := strings.TrimSpace(models.CleanText(in.Content))
	switch in.Type {
	case "news":
		return c.news(name, in)
	case "text":
		if len(content) > models.MaxTextBytes {
			c.note("规则“%s”的文字有 %d 字节，一条消息最多 %d 字节，会分页发出，市民回复“更多”看下文", name, len(content), models.MaxTextBytes)
		}
		return models.TextReply(content), content != ""
	case "img", "image", "voice", "video":
		return c.media(name, in.Type, content)
	}
	c.note("规则“%s”有一条 %s 类型的回复，被动回复发不了，没有导入", name, quote(in.Type))
	return models.Reply{}, false
}

// media converts a reply by media id. Of a video the platform gives a link only.
func (c *converter) media(name, kind, content string) (models.Reply, bool) {
	kinds := map[string]models.ReplyKind{"img": models.ReplyImage, "image": models.ReplyImage, "voice": models.ReplyVoice, "video": models.ReplyVideo}
	if content == "" {
		c.note("规则“%s”有一条 %s 回复没有内容，没有导入", name, kind)
		return models.Reply{}, false
	}
	if strings.HasPrefix(content, "http://") || strings.HasPrefix(content, "https://") {
		c.note("规则“%s”的视频微信只给了会过期的播放地址，暂以文字链接代替，请上传视频后改成视频回复", name)
		return models.TextReply("视频：" + content), true
	}
	c.note("规则“%s”用到的素材 %s 是临时的，请在 3 天内下载并重新上传为永久素材", name, quote(content))
	return models.Reply{Kind: kinds[kind], MediaID: content}, true
}

func (c *converter) news(name string, in AutoReply) (models.Reply, bool) {
	r := models.Reply{Kind: models.ReplyNews}
	for _, a := range in.News.Articles {
		r.Articles = append(r.Articles, models.Article{
			Title: models.CleanText(a.Title), Description: models.CleanText(a.Digest), PicURL: a.CoverURL, URL: a.ContentURL,
		})
	}
	if len(r.Articles) == 0 {
		c.note("规则“%s”有一条没有文章的图文回复，没有导入", name)
		return r, false
	}
	if len(r.Articles) > 1 {
		c.note("规则“%s”的图文有 %d 篇，回复消息时微信只显示第一篇", name, len(r.Articles))
	}
	return r, true
}

// quote is a word of WeChat's as notes show it.
func quote(s string) string {
	const longest = 40
	if runes := []rune(s); len(runes) > longest {
		return fmt.Sprintf("%q…", string(runes[:longest]))
	}
	return fmt.Sprintf("%q", s)
}
