package wechat

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// probe is a call that tells whether a right is there.
type probe struct {
	right  string
	method string
	api    string
	body   any
	yes    int64 // a code that means yes besides 0
}

// probes is the table of protocol 6. The customer-service message goes to nobody.
func probes(now time.Time) []probe {
	day := now.In(time.FixedZone("Asia/Shanghai", 8*60*60)).AddDate(0, 0, -2).Format(time.DateOnly)
	get := func(right, api string, yes int64) probe { return probe{right, http.MethodGet, api, nil, yes} }
	return []probe{
		get("menu", "/cgi-bin/menu/get", 46003),
		{"customer_service", http.MethodPost, "/cgi-bin/message/custom/send", map[string]any{
			"touser": "wenzheng-rights-probe", "msgtype": "text", "text": map[string]string{"content": "probe"},
		}, 40003},
		get("tags", "/cgi-bin/tags/get", 0),
		get("users", "/cgi-bin/user/get", 0),
		get("material", "/cgi-bin/material/get_materialcount", 0),
		get("template", "/cgi-bin/template/get_all_private_template", 0),
		get("subscription", "/wxaapi/newtmpl/getcategory", 0),
		get("sessions", "/cgi-bin/customservice/getkflist", 0),
		{"records", http.MethodPost, "/customservice/msgrecord/getmsglist", map[string]int64{
			"starttime": now.Unix() - 120, "endtime": now.Unix() - 60, "msgid": 1, "number": 1,
		}, 0},
		{"datacube", http.MethodPost, "/datacube/getupstreammsg", map[string]string{"begin_date": day, "end_date": day}, 0},
	}
}

// Rights finds out what the account may do, one call a right. The error is that of the
// token or of the configuration: then nothing could be found out.
func (c *Client) Rights(ctx context.Context) ([]models.Right, error) {
	now := c.o.Now()
	var rights []models.Right
	for _, p := range probes(now) {
		var err error
		if p.method == http.MethodGet {
			err = c.get(ctx, p.api, nil)
		} else {
			err = c.postJSON(ctx, p.api, p.body, nil)
		}
		var e *APIError
		if errors.As(err, &e) && (e.API == renewAPI || e.Class == ClassConfig) {
			return nil, err
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		right := models.Right{Name: p.right, State: p.state(e), CheckedAt: now}
		if e != nil {
			right.ErrCode = e.Code
		}
		rights = append(rights, right)
	}
	return rights, nil
}

// state reads an answer: 65xxx means that the customer-service function is not opened.
func (p *probe) state(e *APIError) models.RightState {
	switch {
	case e == nil, p.yes != 0 && e.Code == p.yes:
		return models.RightYes
	case e.Class == ClassRight, e.Code >= 65000 && e.Code < 66000:
		return models.RightNo
	}
	return models.RightUnknown
}

// RightNames lists the rights that are found out.
func RightNames() []string {
	var names []string
	for _, p := range probes(time.Time{}) {
		names = append(names, p.right)
	}
	return names
}

// UnknownRights is the outcome of a probing that an error kept from telling anything, with
// WeChat's code for it: every right is unknown at now.
func UnknownRights(now time.Time, err error) []models.Right {
	var e *APIError
	errors.As(err, &e)
	var rights []models.Right
	for _, p := range probes(now) {
		right := models.Right{Name: p.right, State: models.RightUnknown, CheckedAt: now}
		if e != nil {
			right.ErrCode = e.Code
		}
		rights = append(rights, right)
	}
	return rights
}

// denied tells the owner of the client that WeChat refused a call for want of a right.
func (c *Client) denied(e *APIError) {
	if e.Class != ClassRight || c.o.Denied == nil {
		return
	}
	now := c.o.Now()
	for _, p := range probes(now) {
		if p.api == e.API || p.right == noticeRights[e.API] {
			c.o.Denied(models.Right{Name: p.right, State: models.RightNo, ErrCode: e.Code, CheckedAt: now})
		}
	}
}
