package platform

import (
	"maps"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/simulator"
)

// session is a citizen handed to customer service.
type session struct {
	openID  string
	account string // "" while nobody took it
	since   time.Time
	active  time.Time // of the last word
}

// sessionEnds is how long after the last word a session ends by itself. Nobody is told.
const sessionEnds = 30 * time.Minute

// session is what customer service has with a citizen, nil for nothing.
func (r *realm) session(openID string, now time.Time) *session {
	s := r.sessions[openID]
	if s != nil && s.account != "" && now.Sub(s.active) >= sessionEnds {
		delete(r.sessions, openID)
		return nil
	}
	return s
}

// kfRecord is one line of the customer-service chat record.
type kfRecord struct {
	Worker string `json:"worker"`
	OpenID string `json:"openid"`
	Code   int    `json:"opercode"` // 2002 staff to citizen, 2003 citizen to staff
	Time   int64  `json:"time"`
	Text   string `json:"text"`
}

// Codes of the chat record.
const (
	recordFromStaff   = 2002
	recordFromCitizen = 2003
)

func (r *realm) sessionsOf(account string, now time.Time) []*session {
	var all []*session
	for _, openID := range slices.Sorted(maps.Keys(r.sessions)) {
		if s := r.session(openID, now); s != nil && s.account == account {
			all = append(all, s)
		}
	}
	return all
}

// transfer hands a citizen to customer service: to the named account, or into the queue.
func (r *realm) transfer(c *call, openID, account string) {
	if s := r.session(openID, c.now); s != nil && s.account != "" {
		return
	}
	r.sessions[openID] = &session{openID: openID, account: account, since: c.now, active: c.now}
	if account != "" {
		c.tell(func(p simulator.Post) []byte { return p.KfSession(true, account) }, openID)
	}
}

func sessionCreate(c *call) (any, error) {
	in, err := c.kfInput()
	if err != nil {
		return nil, err
	}
	if _, err := c.staff(in.Account); err != nil {
		return nil, err
	}
	if _, err := c.realm.known(in.OpenID); err != nil {
		return nil, err
	}
	if s := c.realm.session(in.OpenID, c.now); s != nil && s.account != "" && s.account != in.Account {
		return nil, fault(65414, "user is accepted by another kf")
	}
	c.realm.sessions[in.OpenID] = &session{openID: in.OpenID, account: in.Account, since: c.now, active: c.now}
	c.tell(func(p simulator.Post) []byte { return p.KfSession(true, in.Account) }, in.OpenID)
	return done()
}

func sessionClose(c *call) (any, error) {
	in, err := c.kfInput()
	if err != nil {
		return nil, err
	}
	s := c.realm.session(in.OpenID, c.now)
	if s == nil || s.account != in.Account {
		return nil, fault(65413, "not exist session")
	}
	delete(c.realm.sessions, in.OpenID)
	c.tell(func(p simulator.Post) []byte { return p.KfSession(false, in.Account) }, in.OpenID)
	return done()
}

func sessionOf(c *call) (any, error) {
	out := obj{"errcode": 0, "errmsg": "ok", "kf_account": "", "createtime": 0}
	if s := c.realm.session(c.r.URL.Query().Get("openid"), c.now); s != nil && s.account != "" {
		out["kf_account"], out["createtime"] = s.account, s.since.Unix()
	}
	return out, nil
}

func sessionList(c *call) (any, error) {
	account := c.r.URL.Query().Get("kf_account")
	if _, err := c.staff(account); err != nil {
		return nil, err
	}
	list := []obj{}
	for _, s := range c.realm.sessionsOf(account, c.now) {
		list = append(list, obj{"openid": s.openID, "createtime": s.since.Unix()})
	}
	return obj{"sessionlist": list}, nil
}

func waitCases(c *call) (any, error) {
	list := []obj{}
	for _, s := range c.realm.sessionsOf("", c.now) {
		list = append(list, obj{"openid": s.openID, "kf_account": "", "createtime": s.since.Unix(), "latest_time": s.since.Unix()})
	}
	return obj{"count": len(list), "waitcaselist": list}, nil
}

// recordList tells what was said in the customer-service client: 24 hours at most.
func recordList(c *call) (any, error) {
	var in struct {
		Start  int64 `json:"starttime"`
		End    int64 `json:"endtime"`
		MsgID  int   `json:"msgid"`
		Number int   `json:"number"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	switch {
	case in.End < in.Start || in.End-in.Start > 24*60*60:
		return nil, fault(65416, "invalid parameter")
	case in.Number < 1 || in.Number > 10_000:
		return nil, fault(65416, "invalid parameter")
	}
	list, last := []kfRecord{}, in.MsgID
	for i, rec := range c.realm.records {
		if i+1 < in.MsgID || rec.Time < in.Start || rec.Time > in.End {
			continue
		}
		if len(list) == in.Number {
			break
		}
		list, last = append(list, rec), i+2
	}
	return obj{"recordlist": list, "number": len(list), "msgid": last}, nil
}

// InSession reports who of customer service speaks with the citizen: while somebody
// does, the platform keeps what the citizen writes from the callback.
func (p *Platform) InSession(appID, openID string) (account string, in bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, known := p.realms[appID]
	if !known {
		return "", false
	}
	s := r.session(openID, p.now())
	if s == nil || s.account == "" {
		return "", false
	}
	return s.account, true
}

// Say puts a line into the chat record of customer service: of the citizen, or of the
// staff member, which the citizen then sees.
func (p *Platform) Say(appID, openID, account, text string, byStaff bool) {
	p.mu.Lock()
	r, known := p.realms[appID]
	if !known {
		p.mu.Unlock()
		return
	}
	c := &call{p: p, realm: r, now: p.now()}
	if s := r.session(openID, c.now); s != nil {
		s.active = c.now
	}
	rec := kfRecord{Worker: account, OpenID: openID, Code: recordFromCitizen, Time: c.now.Unix(), Text: text}
	if byStaff {
		rec.Code = recordFromStaff
		c.push(openID, Bubble{Kind: "text", Text: text, KfAccount: account})
	}
	r.records = append(r.records, rec)
	p.mu.Unlock()
	c.release()
}
