package sheet

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// The answer of get_current_autoreply_info, in the platform's own words
// (developers.weixin.qq.com, api_getcurrentautoreplyinfo).
type autoReplies struct {
	ErrCode     int         `json:"errcode"`
	FollowOpen  int         `json:"is_add_friend_reply_open"`
	Open        int         `json:"is_autoreply_open"`
	Follow      *autoReply  `json:"add_friend_autoreply_info"`
	Default     *autoReply  `json:"message_default_autoreply_info"`
	KeywordInfo autoKeyword `json:"keyword_autoreply_info"`
}

type autoKeyword struct {
	List []autoRule `json:"list"`
}

type autoRule struct {
	Name     string      `json:"rule_name"`
	Mode     string      `json:"reply_mode"`
	Keywords []autoWord  `json:"keyword_list_info"`
	Replies  []autoReply `json:"reply_list_info"`
}

type autoWord struct {
	Type    string `json:"type"`
	Match   string `json:"match_mode"`
	Content string `json:"content"`
}

type autoReply struct {
	Type    string `json:"type"`
	Content string `json:"content"`
	News    struct {
		List []autoArticle `json:"list"`
	} `json:"news_info"`
}

type autoArticle struct {
	Title  string `json:"title"`
	Digest string `json:"digest"`
	Cover  string `json:"cover_url"`
	URL    string `json:"content_url"`
}

// Names of the two rules that have none in the back office.
const (
	followRule  = "关注回复"
	defaultRule = "默认回复"
)

// ReadAutoReplies turns the rules set in WeChat's back office, the JSON answer of
// get_current_autoreply_info, into rules of ours: the reply to a new follower, the default
// reply and the keyword rules. notes say, for people, what could not be carried over as it
// was. Unknown fields are passed over, because the platform adds some without notice.
func ReadAutoReplies(data []byte) (rules []models.Rule, notes []string, err error) {
	var a autoReplies
	if err := json.Unmarshal(data, &a); err != nil {
		return nil, nil, invalid("微信返回的自动回复设置读不出来，不是预期的 JSON")
	}
	if a.ErrCode != 0 {
		return nil, nil, models.NewError(models.CodeUnavailable, fmt.Sprintf("微信没有给出自动回复设置，错误码 %d", a.ErrCode))
	}
	c := &converter{names: map[string]bool{}}
	if a.Follow != nil && c.used(a.FollowOpen, "“被关注回复”") {
		c.single(models.Rule{Name: followRule, On: []models.Trigger{models.OnSubscribe}}, *a.Follow)
	}
	if a.Default != nil && c.used(a.Open, "“收到消息回复”") {
		c.single(models.Rule{Name: defaultRule, Match: models.MatchDefault}, *a.Default)
	}
	if len(a.KeywordInfo.List) > 0 && a.Open == 0 {
		c.note("微信后台的自动回复处于关闭状态，关键词规则仍已导入，请确认后再发布")
	}
	for i, r := range a.KeywordInfo.List {
		c.keyword(r, i)
	}
	return c.rules, c.notes, nil
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
func (c *converter) used(open int, what string) bool {
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
func (c *converter) single(r models.Rule, reply autoReply) {
	if out, ok := c.reply(r.Name, reply); ok {
		r.Replies = []models.Reply{out}
		c.add(r)
	}
}

// keyword adds one rule, or two where some keywords are to be equal and some contained.
func (c *converter) keyword(in autoRule, index int) {
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
func (c *converter) replies(name string, in autoRule) ([]models.Reply, models.Pick) {
	var list []models.Reply
	for _, r := range in.Replies {
		if out, ok := c.reply(name, r); ok {
			list = append(list, out)
		}
	}
	if len(list) < 2 {
		return list, ""
	}
	if in.Mode == "random_one" {
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
func (c *converter) reply(name string, in autoReply) (models.Reply, bool) {
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

func (c *converter) news(name string, in autoReply) (models.Reply, bool) {
	r := models.Reply{Kind: models.ReplyNews}
	for _, a := range in.News.List {
		r.Articles = append(r.Articles, models.Article{
			Title: models.CleanText(a.Title), Description: models.CleanText(a.Digest), PicURL: a.Cover, URL: a.URL,
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
