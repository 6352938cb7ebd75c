package platform

import (
	"slices"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/simulator"
)

// template is a template of messages or subscription notices the account may send.
type template struct {
	id       string
	title    string
	content  string // lines such as 标题:{{thing1.DATA}}
	longTerm bool   // a subscription notice that may be sent without end once allowed
	notice   bool   // a subscription notice
}

// firstTemplates are those an account has from the start.
func firstTemplates() []*template {
	return []*template{
		{id: "caseAccepted_0000000000000000000000000000001", title: "诉求受理通知", content: "受理编号:{{character_string1.DATA}}\n诉求事项:{{thing2.DATA}}\n受理时间:{{time3.DATA}}"},
		{id: "caseAnswered_0000000000000000000000000000002", title: "办理结果通知", content: "受理编号:{{character_string1.DATA}}\n办理结果:{{thing2.DATA}}\n答复单位:{{thing3.DATA}}"},
		{id: "noticeResult_0000000000000000000000000000003", title: "诉求办理进度提醒", content: "受理编号:{{character_string1.DATA}}\n办理进度:{{phrase2.DATA}}", notice: true, longTerm: true},
		{id: "noticeOnce_000000000000000000000000000000004", title: "预约成功通知", content: "预约事项:{{thing1.DATA}}\n预约时间:{{time2.DATA}}", notice: true},
	}
}

func (r *realm) template(id string, notice bool) *template {
	for _, t := range r.templates {
		if t.id == id && t.notice == notice {
			return t
		}
	}
	return nil
}

func templateList(c *call) (any, error) {
	list := []obj{}
	for _, t := range c.realm.templates {
		if !t.notice {
			list = append(list, obj{
				"template_id": t.id, "title": t.title, "primary_industry": "政府与公共事业", "deputy_industry": "行政|公共管理",
				"content": t.content, "example": t.content,
			})
		}
	}
	return obj{"template_list": list}, nil
}

func templateIndustry(*call) (any, error) {
	class := obj{"first_class": "政府与公共事业", "second_class": "行政|公共管理"}
	return obj{"primary_industry": class, "secondary_industry": class}, nil
}

func templateAdd(c *call) (any, error) {
	var in struct {
		Short    string   `json:"template_id_short"`
		Keywords []string `json:"keyword_name_list"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.Short == "" {
		return nil, fault(40037, "invalid template_id")
	}
	if len(c.realm.templates) >= 25 {
		return nil, fault(45026, "template num exceeds limit")
	}
	t := &template{id: token(22)[:43], title: in.Short, content: keywordLines(in.Keywords)}
	c.realm.templates = append(c.realm.templates, t)
	return obj{"errcode": 0, "errmsg": "ok", "template_id": t.id}, nil
}

func keywordLines(names []string) string {
	if len(names) == 0 {
		names = []string{"事项", "时间"}
	}
	lines := make([]string, len(names))
	for i, name := range names {
		lines[i] = name + ":{{thing" + strconv.Itoa(i+1) + ".DATA}}"
	}
	return strings.Join(lines, "\n")
}

func (c *call) deleteTemplate(id string, notice bool) (any, error) {
	if c.realm.template(id, notice) == nil {
		return nil, fault(40037, "invalid template_id")
	}
	c.realm.templates = slices.DeleteFunc(c.realm.templates, func(t *template) bool { return t.id == id })
	return done()
}

func templateDelete(c *call) (any, error) {
	var in struct {
		ID string `json:"template_id"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	return c.deleteTemplate(in.ID, false)
}

func templateSend(c *call) (any, error) {
	var in noticeInput
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	t := c.realm.template(in.TemplateID, false)
	if t == nil {
		return nil, fault(40037, "invalid template_id")
	}
	f, err := c.realm.known(in.ToUser)
	if err != nil {
		return nil, err
	}
	if !f.subscribed {
		return nil, fault(43004, "require subscribe")
	}
	if id, sent := c.realm.clientIDs[in.ClientMsgID]; sent && in.ClientMsgID != "" {
		return obj{"errcode": 0, "errmsg": "ok", "msgid": id}, nil
	}
	b, err := in.shown(t, "template")
	if err != nil {
		return nil, err
	}
	id := c.nextID()
	c.realm.clientIDs[in.ClientMsgID] = id
	c.show(in.ToUser, b)
	c.tell(func(p simulator.Post) []byte { return p.TemplateSent(strconv.FormatUint(id, 10), "success") }, in.ToUser)
	return obj{"errcode": 0, "errmsg": "ok", "msgid": id}, nil
}
