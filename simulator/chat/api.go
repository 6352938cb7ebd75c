package chat

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/platform"
)

// maxPageBytes bounds a call of the page: a picture as base64 is the largest.
const maxPageBytes = 4 << 20

// accountView is an account in the page's list.
type accountView struct {
	AppID      string             `json:"app_id"`
	Name       string             `json:"name"`
	Kind       models.AccountKind `json:"kind"`
	Verified   bool               `json:"verified"`
	OriginalID string             `json:"original_id"`
	Mode       models.Mode        `json:"mode"`
	OpenID     string             `json:"openid"`
	Followed   bool               `json:"followed"`
	Last       *Entry             `json:"last,omitempty"`
}

type citizenView struct {
	Citizen string `json:"citizen"`
	Name    string `json:"name"`
}

func (s *Server) accounts(w http.ResponseWriter, r *http.Request) {
	citizen := r.URL.Query().Get("citizen")
	clients := s.parties.clients()
	list := make([]accountView, 0, len(clients))
	for _, c := range clients {
		a := c.Account()
		openID := s.citizenOpenID(a.AppID, citizen)
		v := accountView{
			AppID: a.AppID, Name: a.Name, Kind: a.Kind, Verified: a.Verified, OriginalID: a.OriginalID,
			Mode: a.Mode, OpenID: openID, Followed: s.platform.Follows(a.AppID, openID),
		}
		if all := s.chats.entries(a.AppID, openID); len(all) > 0 {
			v.Last = &all[len(all)-1]
			v.Last.Delivery = nil
		}
		list = append(list, v)
	}
	writePage(w, http.StatusOK, map[string]any{"accounts": list})
}

func (s *Server) citizens(w http.ResponseWriter, _ *http.Request) {
	s.chats.mu.Lock()
	list := make([]citizenView, 0, len(s.chats.citizens))
	for i, name := range s.chats.citizens {
		list = append(list, citizenView{strconv.Itoa(i + 1), name})
	}
	s.chats.mu.Unlock()
	writePage(w, http.StatusOK, map[string]any{"citizens": list})
}

func (s *Server) newCitizen(w http.ResponseWriter, _ *http.Request) {
	s.chats.mu.Lock()
	n := len(s.chats.citizens) + 1
	s.chats.citizens = append(s.chats.citizens, citizenName(n))
	s.chats.mu.Unlock()
	s.chats.log.write(chatLine{Citizen: citizenName(n)})
	writePage(w, http.StatusCreated, citizenView{strconv.Itoa(n), citizenName(n)})
}

// chatView is one chat.
type chatView struct {
	OpenID    string                `json:"openid"`
	Followed  bool                  `json:"followed"`
	InSession bool                  `json:"in_session"` // customer service took over
	Menu      []platform.MenuButton `json:"menu"`
	Entries   []Entry               `json:"entries"`
	Notices   map[string]string     `json:"notices"` // subscription notices to consent to, by template id
}

func (s *Server) chat(w http.ResponseWriter, r *http.Request) {
	c, openID, ok := s.party(w, r.URL.Query().Get("app_id"), r.URL.Query().Get("citizen"))
	if !ok {
		return
	}
	appID := c.Account().AppID
	_, in := s.platform.InSession(appID, openID)
	menu := s.platform.Menu(appID, openID)
	if menu == nil {
		menu = []platform.MenuButton{}
	}
	writePage(w, http.StatusOK, chatView{
		OpenID: openID, Followed: s.platform.Follows(appID, openID), InSession: in, Menu: menu,
		Entries: s.chats.entries(appID, openID), Notices: s.platform.NoticeTitles(appID),
	})
}

// party finds the two sides of a chat.
func (s *Server) party(w http.ResponseWriter, appID, citizen string) (c *simulator.Client, openID string, ok bool) {
	c = s.parties.client(appID)
	if c == nil {
		refuse(w, http.StatusNotFound, models.CodeNotFound, "没有这个公众号")
		return nil, "", false
	}
	if citizen == "" || len(citizen) > 64 {
		refuse(w, http.StatusBadRequest, models.CodeInvalid, "缺少市民编号 citizen")
		return nil, "", false
	}
	return c, s.citizenOpenID(appID, citizen), true
}

// repeat delivers an event of the chat again, three times, as if its answers were lost.
func (s *Server) repeat(w http.ResponseWriter, r *http.Request) {
	var in struct {
		AppID   string `json:"app_id"`
		Citizen string `json:"citizen"`
		Entry   int    `json:"entry,string"`
	}
	if !decodePage(w, r, &in) {
		return
	}
	c, openID, ok := s.party(w, in.AppID, in.Citizen)
	if !ok {
		return
	}
	body := s.chats.body(in.Entry)
	if body == nil {
		refuse(w, http.StatusNotFound, models.CodeNotFound, "这条消息没有投递过，不能重投")
		return
	}
	trace, _ := c.Repeat(r.Context(), body, 3) // built here, always readable
	d := viewOf(trace)
	for _, e := range s.chats.entries(in.AppID, openID) {
		if e.ID == in.Entry && e.Delivery != nil {
			d.Match, d.Note = e.Delivery.Match, e.Delivery.Note
			d.Attempts = append(append([]AttemptView(nil), e.Delivery.Attempts...), d.Attempts...)
			d.Mismatch = d.Mismatch || e.Delivery.Mismatch || differ(d.Attempts)
		}
	}
	s.chats.update(in.AppID, openID, in.Entry, d)
	writePage(w, http.StatusOK, d)
}

// differ reports whether two acknowledged deliveries were answered differently.
func differ(attempts []AttemptView) bool {
	var first *AttemptView
	for i := range attempts {
		a := &attempts[i]
		switch {
		case !a.Outcome.Acknowledged():
		case first == nil:
			first = a
		case !simulator.SameReply([]byte(first.Reply), []byte(a.Reply)):
			return true
		}
	}
	return false
}

func (s *Server) consent(w http.ResponseWriter, r *http.Request) {
	var in struct {
		AppID   string          `json:"app_id"`
		Citizen string          `json:"citizen"`
		Answers map[string]bool `json:"answers"`
	}
	if !decodePage(w, r, &in) {
		return
	}
	if _, openID, ok := s.party(w, in.AppID, in.Citizen); ok {
		s.platform.Consent(in.AppID, openID, in.Answers)
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *Server) act(w http.ResponseWriter, r *http.Request) {
	var in struct {
		AppID   string `json:"app_id"`
		Citizen string `json:"citizen"`
		MsgID   string `json:"msgid"`
		Action  string `json:"action"`
	}
	if !decodePage(w, r, &in) {
		return
	}
	if _, openID, ok := s.party(w, in.AppID, in.Citizen); ok {
		s.platform.Act(in.AppID, in.MsgID, openID, in.Action)
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *Server) media(w http.ResponseWriter, r *http.Request) {
	contentType, body, ok := s.platform.Media(r.PathValue("app"), r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", contentType)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

func (s *Server) faults(w http.ResponseWriter, _ *http.Request) {
	writePage(w, http.StatusOK, map[string]any{"faults": s.platform.Faults()})
}

// setFaults takes one fault or a list of them and replaces what was set; DELETE removes all.
func (s *Server) setFaults(w http.ResponseWriter, r *http.Request) {
	var list []platform.Fault
	if r.Method == http.MethodPost {
		var raw json.RawMessage
		if !decodePage(w, r, &raw) {
			return
		}
		var one platform.Fault
		switch {
		case json.Unmarshal(raw, &list) == nil:
		case json.Unmarshal(raw, &one) == nil:
			list = []platform.Fault{one}
		default:
			refuse(w, http.StatusBadRequest, models.CodeInvalid, "故障应为一个对象或一组对象：{\"path\":\"/cgi-bin/\",\"kind\":\"silence\"}")
			return
		}
	}
	for _, f := range list {
		if !f.Kind.Known() || f.Path == "" {
			refuse(w, http.StatusBadRequest, models.CodeInvalid, "kind 应为 silence、status、empty、slow、huge、errcode 或 expires，path 不能为空")
			return
		}
	}
	s.platform.SetFaults(list...)
	s.faults(w, r)
}

func decodePage(w http.ResponseWriter, r *http.Request, into any) bool {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxPageBytes)).Decode(into); err != nil {
		refuse(w, http.StatusBadRequest, models.CodeInvalid, "请求不是合格的 JSON")
		return false
	}
	return true
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	writePage(w, status, models.NewError(code, message))
}

func writePage(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the caller is gone
}
