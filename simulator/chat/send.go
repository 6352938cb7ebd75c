package chat

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/platform"
)

// sendInput is what a citizen does in the page.
type sendInput struct {
	AppID       string               `json:"app_id"`
	Citizen     string               `json:"citizen"`
	Kind        string               `json:"kind"` // text, menu, image, voice, video, location, link, button, follow, unfollow, scan
	Text        string               `json:"text"`
	MenuID      string               `json:"menu_id"`
	Data        string               `json:"data"` // a picture as a data: address
	X           string               `json:"x"`
	Y           string               `json:"y"`
	Title       string               `json:"title"`
	Description string               `json:"description"`
	URL         string               `json:"url"`
	Scene       string               `json:"scene"`
	Button      *platform.MenuButton `json:"button"`
	Wait        bool                 `json:"wait"` // answer when the delivery is over
}

// action is one callback that follows from what the citizen did.
type action struct {
	body   []byte
	bubble platform.Bubble
	side   Side
	text   string // what the rules are asked about
}

func (s *Server) send(w http.ResponseWriter, r *http.Request) {
	var in sendInput
	if !decodePage(w, r, &in) {
		return
	}
	c, openID, ok := s.party(w, in.AppID, in.Citizen)
	if !ok {
		return
	}
	actions, problem := s.actions(c, openID, &in, r.Host)
	if problem != "" {
		refuse(w, http.StatusBadRequest, models.CodeInvalid, problem)
		return
	}
	var shown []*Entry
	var entries []int
	for i := range actions {
		e := s.chats.add(in.AppID, openID, Entry{Side: actions[i].side, Bubble: actions[i].bubble, Delivery: &Delivery{Raw: string(actions[i].body)}})
		s.chats.keep(e.ID, actions[i].body)
		shown, entries = append(shown, e), append(entries, e.ID)
	}
	deliver := func(ctx context.Context) {
		for i := range actions {
			s.carry(ctx, c, openID, entries[i], &actions[i])
		}
	}
	if in.Wait {
		deliver(r.Context())
		writePage(w, http.StatusOK, map[string]any{"entries": s.chats.entries(in.AppID, openID)})
		return
	}
	if s.chats.life.Err() == nil {
		s.chats.work.Go(func() { deliver(s.chats.life) })
	}
	writePage(w, http.StatusAccepted, map[string]any{"entries": shown})
}

// carry delivers one action and shows what comes of it.
func (s *Server) carry(ctx context.Context, c *simulator.Client, openID string, entry int, a *action) {
	appID := c.Account().AppID
	if worker, in := s.platform.InSession(appID, openID); in && a.text != "" {
		s.platform.Say(appID, openID, worker, a.text, false)
		s.chats.update(appID, openID, entry, Delivery{Raw: string(a.body), Outcome: simulator.Silent, Note: "会话由客服 " + worker + " 接待，消息未投递到服务器"})
		return
	}
	var match *models.Match
	if ev, err := simulator.ReadEvent(appID, a.body); err == nil && s.options.Explain != nil {
		if m, err := s.options.Explain(ctx, &ev.Message); err == nil {
			match = &m
		}
	}
	trace, _ := c.Deliver(ctx, a.body) // built here, always readable
	d := viewOf(trace)
	d.Match = match
	s.chats.update(appID, openID, entry, d)
	if e, visible := answer(trace); visible {
		s.chats.add(appID, openID, e)
	}
}

// actions are the callbacks that follow from what the citizen did, or what is wrong
// with it.
func (s *Server) actions(c *simulator.Client, openID string, in *sendInput, host string) ([]action, string) {
	p := c.Post(openID)
	said := func(body []byte, b platform.Bubble, text string) ([]action, string) {
		return []action{{body: body, bubble: b, side: SideCitizen, text: text}}, ""
	}
	noted := func(body []byte, text string) ([]action, string) {
		return []action{{body: body, bubble: platform.Bubble{Kind: "event", Text: text}, side: SideSystem}}, ""
	}
	switch in.Kind {
	case "text":
		if strings.TrimSpace(in.Text) == "" || len(in.Text) > 20_000 {
			return nil, "消息不能为空，也不能超过 20000 字节"
		}
		return said(p.Text(in.Text), platform.Bubble{Kind: "text", Text: in.Text}, in.Text)
	case "menu":
		return said(p.MenuText(in.Text, in.MenuID), platform.Bubble{Kind: "text", Text: in.Text}, in.Text)
	case "image":
		return s.picture(c, p, in, host)
	case "voice":
		id := s.platform.SentByCitizen(in.AppID, "voice", "audio/amr", []byte("#!AMR\n"))
		return said(p.Voice(id, "amr", ""), platform.Bubble{Kind: "voice", MediaID: id}, "")
	case "video":
		id := s.platform.SentByCitizen(in.AppID, "video", "video/mp4", []byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"))
		return said(p.Video(id, id), platform.Bubble{Kind: "video", MediaID: id}, "")
	case "location":
		return said(p.Location(cmp.Or(in.X, "28.190500"), cmp.Or(in.Y, "112.938814"), 16, in.Text), platform.Bubble{Kind: "location", Text: in.Text, Title: in.X + ", " + in.Y}, "")
	case "link":
		return said(p.Link(in.Title, in.Description, in.URL), platform.Bubble{Kind: "link", Title: in.Title, Description: in.Description, URL: in.URL}, "")
	case "follow":
		return noted(p.Subscribe(in.Scene, s.ticket(in)), "已关注")
	case "unfollow":
		return noted(p.Unsubscribe(), "已取消关注")
	case "scan":
		return s.scan(p, in, openID)
	case "button":
		return s.button(p, in)
	}
	return nil, "没有这种操作：" + in.Kind
}

func (s *Server) ticket(in *sendInput) string {
	if in.Scene == "" {
		return ""
	}
	return "gQ" + rand.Text()
}

// scan is a parametric code: a follower's SCAN, or a subscription of one who is not yet.
func (s *Server) scan(p simulator.Post, in *sendInput, openID string) ([]action, string) {
	if in.Scene == "" || len(in.Scene) > 64 {
		return nil, "场景值应为 1 至 64 个字符"
	}
	if s.platform.Follows(in.AppID, openID) {
		return []action{{body: p.Scan(in.Scene, s.ticket(in)), bubble: platform.Bubble{Kind: "event", Text: "扫描二维码：" + in.Scene}, side: SideSystem}}, ""
	}
	return []action{{body: p.Subscribe(in.Scene, s.ticket(in)), bubble: platform.Bubble{Kind: "event", Text: "扫码关注：" + in.Scene}, side: SideSystem}}, ""
}

// button is a tapped button of the account's menu.
func (s *Server) button(p simulator.Post, in *sendInput) ([]action, string) {
	b := in.Button
	if b == nil {
		return nil, "缺少菜单按钮"
	}
	noted := func(body []byte) action {
		return action{body: body, bubble: platform.Bubble{Kind: "event", Text: "点击菜单：" + b.Name, URL: b.URL}, side: SideSystem}
	}
	menuID := "4" + p.MsgID
	switch b.Type {
	case "click":
		return []action{noted(p.Click(b.Key))}, ""
	case "view":
		return []action{noted(p.View(b.URL, menuID))}, ""
	case "miniprogram":
		return []action{noted(p.ViewMiniProgram(b.PagePath, menuID))}, ""
	case "scancode_push", "scancode_waitmsg":
		return []action{noted(p.ScanCode(b.Key, "qrcode", cmp.Or(in.Scene, "https://www.example.gov.cn/"), b.Type == "scancode_waitmsg"))}, ""
	case "location_select":
		label := cmp.Or(in.Text, "澜江市政务服务中心")
		place := action{body: p.Location("28.190500", "112.938814", 16, label), bubble: platform.Bubble{Kind: "location", Text: label}, side: SideCitizen}
		return []action{noted(p.MenuLocation(b.Key, "28.190500", "112.938814", 16, label, "")), place}, ""
	case "pic_sysphoto", "pic_photo_or_album", "pic_weixin":
		id := s.platform.SentByCitizen(in.AppID, "image", "image/png", onePixel())
		picture := action{body: p.Image("http://mmbiz.qpic.cn/mmbiz/"+id, id), bubble: platform.Bubble{Kind: "image", MediaID: id}, side: SideCitizen}
		return []action{noted(p.MenuPhoto(b.Type, b.Key, "1b5f7c23b5bf75682a53e7b6d163e185")), picture}, ""
	}
	return nil, "这种菜单按钮不产生消息：" + b.Type
}

// picture is an image from the page: its own bytes, or a grey point.
func (s *Server) picture(c *simulator.Client, p simulator.Post, in *sendInput, host string) ([]action, string) {
	data, contentType := onePixel(), "image/png"
	if in.Data != "" {
		head, encoded, found := strings.Cut(in.Data, ";base64,")
		decoded, err := base64.StdEncoding.DecodeString(encoded)
		contentType = strings.TrimPrefix(head, "data:")
		if !found || err != nil || len(decoded) > 2<<20 || (contentType != "image/png" && contentType != "image/jpeg") {
			return nil, "图片应为 PNG 或 JPEG，不超过 2 MB"
		}
		data = decoded
	}
	appID := c.Account().AppID
	id := s.platform.SentByCitizen(appID, "image", contentType, data)
	address := "http://" + host + "/simulator/media/" + appID + "/" + id
	return []action{{body: p.Image(address, id), bubble: platform.Bubble{Kind: "image", MediaID: id}, side: SideCitizen}}, ""
}

// onePixel is the smallest picture: one grey point as PNG.
func onePixel() []byte {
	const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
	b, err := base64.StdEncoding.DecodeString(png)
	if err != nil {
		return nil
	}
	return b
}
