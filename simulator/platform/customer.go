package platform

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Bubble is something a citizen sees in the chat with an account.
type Bubble struct {
	Kind        string           `json:"kind"` // text, image, voice, video, music, news, menu, miniprogram, template, notice, system
	Text        string           `json:"text,omitempty"`
	MediaID     string           `json:"media_id,omitempty"`
	Title       string           `json:"title,omitempty"`
	Description string           `json:"description,omitempty"`
	URL         string           `json:"url,omitempty"`
	Pic         string           `json:"pic,omitempty"`
	Articles    []models.Article `json:"articles,omitempty"`
	Items       []menuChoice     `json:"items,omitempty"`
	Tail        string           `json:"tail,omitempty"`
	Fields      []noticeField    `json:"fields,omitempty"`
	KfAccount   string           `json:"kf_account,omitempty"`
}

// menuChoice is an item of a menu message; clicking it sends its text with its id.
type menuChoice struct {
	ID      string `json:"id"`
	Content string `json:"content"`
}

// noticeField is one line of a template message or subscription notice.
type noticeField struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func customerRoutes(routes map[string]endpoint) {
	routes["/cgi-bin/message/custom/send"] = verified(false, true, customSend)
	routes["/cgi-bin/message/custom/typing"] = verified(false, true, customTyping)
}

// customMessage is a customer-service message. Ids of menu items come as strings or
// numbers.
type customMessage struct {
	ToUser string                   `json:"touser"`
	Type   string                   `json:"msgtype"`
	Text   struct{ Content string } `json:"text"`
	Image  struct {
		MediaID string `json:"media_id"`
	} `json:"image"`
	Voice struct {
		MediaID string `json:"media_id"`
	} `json:"voice"`
	Video struct {
		MediaID     string `json:"media_id"`
		Title       string `json:"title"`
		Description string `json:"description"`
	} `json:"video"`
	Music struct {
		Title       string `json:"title"`
		Description string `json:"description"`
		URL         string `json:"musicurl"`
	} `json:"music"`
	News struct {
		Articles []struct {
			Title       string `json:"title"`
			Description string `json:"description"`
			URL         string `json:"url"`
			PicURL      string `json:"picurl"`
		} `json:"articles"`
	} `json:"news"`
	Menu struct {
		Head string `json:"head_content"`
		List []struct {
			ID      json.RawMessage `json:"id"`
			Content string          `json:"content"`
		} `json:"list"`
		Tail string `json:"tail_content"`
	} `json:"msgmenu"`
	Mini struct {
		Title    string `json:"title"`
		AppID    string `json:"appid"`
		PagePath string `json:"pagepath"`
		Thumb    string `json:"thumb_media_id"`
	} `json:"miniprogrampage"`
	Article struct {
		ID string `json:"article_id"`
	} `json:"mpnewsarticle"`
	Service struct {
		KfAccount string `json:"kf_account"`
	} `json:"customservice"`
}

func customSend(c *call) (any, error) {
	var in customMessage
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	f, err := c.realm.known(in.ToUser)
	if err != nil {
		return nil, err
	}
	b, err := in.bubble(c.realm)
	if err != nil {
		return nil, err
	}
	if kf := in.Service.KfAccount; kf != "" && c.realm.worker(kf) == nil {
		return nil, fault(65401, "invalid custom service account")
	}
	if err := f.spend(c.now); err != nil {
		return nil, err
	}
	c.show(in.ToUser, b)
	return done()
}

// show gives a citizen a message of the account, and keeps that it did.
func (c *call) show(openID string, b Bubble) {
	c.p.deliveries = append(c.p.deliveries, Delivery{AppID: c.realm.account.AppID, OpenID: openID, At: c.now, Bubble: b})
	if over := len(c.p.deliveries) - maxDeliveries; over > 0 {
		c.p.deliveries = c.p.deliveries[over:]
	}
	c.push(openID, b)
}

// maxDeliveries bounds the platform's own record; the oldest are forgotten.
const maxDeliveries = 100_000

// Delivery is a customer-service message, a template message or a subscription notice that a citizen was
// shown, whatever the account was told about it.
type Delivery struct {
	AppID, OpenID string
	At            time.Time
	Bubble
}

// Deliveries are the messages that citizens were shown outside replies, in order: the platform's own record,
// to hold others' against.
func (p *Platform) Deliveries() []Delivery {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.deliveries)
}

// bubble checks the content as the platform does and makes it visible.
func (m *customMessage) bubble(r *realm) (Bubble, error) {
	b := Bubble{Kind: m.Type, KfAccount: m.Service.KfAccount}
	switch m.Type {
	case "text":
		b.Text = m.Text.Content
		return b, checkText(b.Text)
	case "image":
		b.MediaID = m.Image.MediaID
		return b, r.checkMedia(b.MediaID)
	case "voice":
		b.MediaID = m.Voice.MediaID
		return b, r.checkMedia(b.MediaID)
	case "video":
		b.MediaID, b.Title, b.Description = m.Video.MediaID, m.Video.Title, m.Video.Description
		return b, r.checkMedia(b.MediaID)
	case "music":
		b.Title, b.Description, b.URL = m.Music.Title, m.Music.Description, m.Music.URL
		return b, nil
	case "news":
		return m.newsBubble(b)
	case "msgmenu":
		return m.menuBubble(b)
	case "miniprogrampage":
		b.Kind, b.Title, b.URL, b.MediaID = "miniprogram", m.Mini.Title, m.Mini.PagePath, m.Mini.Thumb
		return b, checkText(m.Mini.AppID + m.Mini.PagePath)
	case "mpnewsarticle":
		return r.articleBubble(b, m.Article.ID)
	}
	return b, fault(40008, "invalid message type")
}

func (m *customMessage) newsBubble(b Bubble) (Bubble, error) {
	if n := len(m.News.Articles); n != 1 {
		return b, fault(45008, "article size out of limit")
	}
	a := m.News.Articles[0]
	b.Articles = []models.Article{{Title: a.Title, Description: a.Description, URL: a.URL, PicURL: a.PicURL}}
	return b, nil
}

func (m *customMessage) menuBubble(b Bubble) (Bubble, error) {
	b.Kind, b.Text, b.Tail = "menu", m.Menu.Head, m.Menu.Tail
	for _, item := range m.Menu.List {
		b.Items = append(b.Items, menuChoice{ID: strings.Trim(string(item.ID), `"`), Content: item.Content})
	}
	if len(b.Items) == 0 {
		return b, fault(44004, "empty content")
	}
	return b, nil
}

func checkText(s string) error {
	switch {
	case strings.TrimSpace(s) == "":
		return fault(44004, "empty content")
	case len(s) > models.MaxTextBytes:
		return fault(45002, "content size out of limit")
	}
	return nil
}

// push shows a bubble to the citizen once the call was answered.
func (c *call) push(openID string, b Bubble) {
	if c.p.push == nil {
		return
	}
	appID, push := c.realm.account.AppID, c.p.push
	c.pending = append(c.pending, func() { push(appID, openID, b) })
}

// customTyping shows the citizen that somebody is writing, for 15 seconds.
func customTyping(c *call) (any, error) {
	var in struct {
		ToUser  string `json:"touser"`
		Command string `json:"command"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	f, err := c.realm.known(in.ToUser)
	if err != nil {
		return nil, err
	}
	if in.Command != "Typing" && in.Command != "CancelTyping" {
		return nil, fault(45083, "invalid command")
	}
	if c.now.Sub(f.lastAt) > 30*time.Second {
		return nil, fault(45080, "client app and user no message in 30s")
	}
	if in.Command == "Typing" && c.now.Before(f.typingUntil) {
		return nil, fault(45081, "already typing")
	}
	f.typingUntil = time.Time{}
	kind := "typing_end"
	if in.Command == "Typing" {
		kind, f.typingUntil = "typing", c.now.Add(15*time.Second)
	}
	c.push(in.ToUser, Bubble{Kind: kind})
	return done()
}
