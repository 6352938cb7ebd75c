package platform

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/simulator"
)

func noticeRoutes(routes map[string]endpoint) {
	routes["/cgi-bin/template/get_all_private_template"] = service(true, false, templateList)
	routes["/cgi-bin/template/api_add_template"] = service(false, true, templateAdd)
	routes["/cgi-bin/template/del_private_template"] = service(false, true, templateDelete)
	routes["/cgi-bin/template/get_industry"] = service(true, false, templateIndustry)
	routes["/cgi-bin/template/api_set_industry"] = service(false, true, func(*call) (any, error) { return done() })
	send := service(false, true, templateSend)
	send.daily = 100_000
	routes["/cgi-bin/message/template/send"] = send
	routes["/cgi-bin/message/subscribe/bizsend"] = service(false, true, noticeSend)
	routes["/wxaapi/newtmpl/getcategory"] = service(true, false, noticeCategories)
	routes["/wxaapi/newtmpl/gettemplate"] = service(true, false, noticeTemplates)
	routes["/wxaapi/newtmpl/addtemplate"] = service(false, true, noticeAdd)
	routes["/wxaapi/newtmpl/deltemplate"] = service(false, true, noticeDelete)
	routes["/wxaapi/newtmpl/getpubtemplatekeywords"] = service(true, false, noticeKeywords)
	routes["/wxaapi/newtmpl/getpubtemplatetitles"] = service(true, false, noticeTitles)
}

// noticeInput is a template message or subscription notice.
type noticeInput struct {
	ToUser      string `json:"touser"`
	TemplateID  string `json:"template_id"`
	URL         string `json:"url"`
	Page        string `json:"page"`
	ClientMsgID string `json:"client_msg_id"`
	Data        map[string]struct {
		Value string `json:"value"`
	} `json:"data"`
}

// shown is the notice as the citizen sees it, or a fault when a field is missing.
func (in *noticeInput) shown(t *template, kind string) (Bubble, error) {
	b := Bubble{Kind: kind, Title: t.title, URL: cmp.Or(in.URL, in.Page)}
	for line := range strings.Lines(t.content) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		found := dataField.FindStringSubmatch(rest)
		if found == nil {
			continue
		}
		value, given := in.Data[found[1]]
		if !given {
			return b, fault(47003, "argument invalid! data."+found[1]+".value is empty")
		}
		if longest := fieldLengths[strings.TrimRight(found[1], "0123456789")]; longest > 0 && utf8.RuneCountInString(value.Value) > longest {
			return b, fault(47003, "argument invalid! data."+found[1]+".value is too long")
		}
		b.Fields = append(b.Fields, noticeField{Name: name, Value: value.Value})
	}
	return b, nil
}

// fieldLengths is how many characters a field takes, by its kind.
var fieldLengths = map[string]int{"thing": 20, "character_string": 32, "number": 32, "phrase": 5, "name": 10}

var dataField = regexp.MustCompile(`\{\{(\w+)\.DATA\}\}`)

func noticeSend(c *call) (any, error) {
	var in noticeInput
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	t := c.realm.template(in.TemplateID, true)
	if t == nil {
		return nil, fault(40037, "invalid template_id")
	}
	f, err := c.realm.known(in.ToUser)
	if err != nil {
		return nil, err
	}
	b, err := in.shown(t, "notice")
	if err != nil {
		return nil, err
	}
	switch left := f.consent[t.id]; {
	case left == 0:
		return nil, fault(43101, "user refuse to accept the msg")
	case left > 0:
		f.consent[t.id]--
	}
	id := c.nextID()
	c.show(in.ToUser, b)
	c.tell(func(p simulator.Post) []byte {
		return p.Event("subscribe_msg_sent_event", simulator.GroupField("SubscribeMsgSentEvent", simulator.GroupField("List",
			simulator.TextField("TemplateId", t.id), simulator.BareField("MsgID", strconv.FormatUint(id, 10)),
			simulator.BareField("ErrorCode", "0"), simulator.TextField("ErrorStatus", "success"))))
	}, in.ToUser)
	return obj{"errcode": 0, "errmsg": "ok", "msgid": id}, nil
}

func noticeTemplates(c *call) (any, error) {
	list := []obj{}
	for _, t := range c.realm.templates {
		if t.notice {
			kind := 2
			if t.longTerm {
				kind = 3
			}
			list = append(list, obj{"priTmplId": t.id, "title": t.title, "content": t.content, "example": t.content, "type": kind})
		}
	}
	return obj{"errcode": 0, "errmsg": "ok", "data": list}, nil
}

func noticeCategories(*call) (any, error) {
	return obj{"errcode": 0, "errmsg": "ok", "data": []obj{{"id": 616, "name": "政务民生"}}}, nil
}

func noticeKeywords(*call) (any, error) {
	return obj{"errcode": 0, "errmsg": "ok", "count": 2, "data": []obj{
		{"kid": 1, "name": "受理编号", "example": "2026030200001", "rule": "character_string"},
		{"kid": 2, "name": "办理进度", "example": "已办结", "rule": "phrase"},
	}}, nil
}

func noticeTitles(*call) (any, error) {
	return obj{"errcode": 0, "errmsg": "ok", "count": 1, "data": []obj{
		{"tid": 1001, "title": "诉求办理进度提醒", "type": 3, "categoryId": "616"},
	}}, nil
}

func noticeAdd(c *call) (any, error) {
	var in struct {
		TID   any    `json:"tid"`
		Scene string `json:"sceneDesc"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.TID == nil {
		return nil, fault(200014, "invalid tid")
	}
	t := &template{id: token(22)[:43], title: cmp.Or(in.Scene, "诉求办理进度提醒"), content: keywordLines([]string{"受理编号", "办理进度"}), notice: true, longTerm: true}
	c.realm.templates = append(c.realm.templates, t)
	return obj{"errcode": 0, "errmsg": "ok", "priTmplId": t.id}, nil
}

func noticeDelete(c *call) (any, error) {
	var in struct {
		ID string `json:"priTmplId"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	return c.deleteTemplate(in.ID, true)
}

// Consent is the citizen's answer to the question whether the account may send
// subscription notices of these templates; the platform tells the account of it.
func (p *Platform) Consent(appID, openID string, answers map[string]bool) {
	p.mu.Lock()
	r, known := p.realms[appID]
	if !known {
		p.mu.Unlock()
		return
	}
	c := &call{p: p, realm: r, now: p.now()}
	f := r.follower(openID, c.now)
	var list []simulator.Field
	for _, id := range slices.Sorted(maps.Keys(answers)) {
		t := r.template(id, true)
		if t == nil {
			continue
		}
		word := "reject"
		switch {
		case !answers[id]:
			f.consent[id] = 0
		case t.longTerm:
			word, f.consent[id] = "accept", -1
		default:
			word, f.consent[id] = "accept", f.consent[id]+1
		}
		list = append(list, simulator.GroupField("List", simulator.TextField("TemplateId", id), simulator.TextField("SubscribeStatusString", word), simulator.BareField("PopupScene", "1")))
	}
	if len(list) > 0 {
		c.tell(func(p simulator.Post) []byte {
			return p.Event("subscribe_msg_popup_event", simulator.GroupField("SubscribeMsgPopupEvent", list...))
		}, openID)
	}
	p.mu.Unlock()
	c.release()
}

// NoticeTitles are the subscription notices a citizen may consent to, by template id.
func (p *Platform) NoticeTitles(appID string) map[string]string {
	p.mu.Lock()
	defer p.mu.Unlock()
	titles := map[string]string{}
	if r, known := p.realms[appID]; known {
		for _, t := range r.templates {
			if t.notice {
				titles[t.id] = t.title
			}
		}
	}
	return titles
}
