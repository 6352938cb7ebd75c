package platform

import (
	"slices"
	"strconv"
	"strings"
)

// worker is a member of staff in the platform's own customer-service client.
type worker struct {
	account string
	nick    string
	id      string
	headimg string
	online  bool
}

func kfRoutes(routes map[string]endpoint) {
	routes["/cgi-bin/customservice/getkflist"] = verified(true, false, kfList)
	routes["/cgi-bin/customservice/getonlinekflist"] = verified(true, false, kfOnline)
	routes["/customservice/kfaccount/add"] = verified(false, true, kfAdd)
	routes["/customservice/kfaccount/update"] = verified(false, true, kfUpdate)
	routes["/customservice/kfaccount/inviteworker"] = verified(false, true, kfInvite)
	routes["/customservice/kfaccount/del"] = verified(true, true, kfDelete)
	head := verified(false, true, kfPortrait)
	head.binary = true
	routes["/customservice/kfaccount/uploadheadimg"] = head
	routes["/customservice/kfsession/create"] = verified(false, true, sessionCreate)
	routes["/customservice/kfsession/close"] = verified(false, true, sessionClose)
	routes["/customservice/kfsession/getsession"] = verified(true, false, sessionOf)
	routes["/customservice/kfsession/getsessionlist"] = verified(true, false, sessionList)
	routes["/customservice/kfsession/getwaitcase"] = verified(true, false, waitCases)
	routes["/customservice/msgrecord/getmsglist"] = verified(false, true, recordList)
}

func (r *realm) worker(account string) *worker {
	for _, w := range r.workers {
		if w.account == account {
			return w
		}
	}
	return nil
}

func kfList(c *call) (any, error) {
	list := make([]obj, 0, len(c.realm.workers))
	for _, w := range c.realm.workers {
		list = append(list, obj{"kf_account": w.account, "kf_nick": w.nick, "kf_id": w.id, "kf_headimg": w.headimg})
	}
	return obj{"kf_list": list}, nil
}

func kfOnline(c *call) (any, error) {
	list := make([]obj, 0, len(c.realm.workers))
	for _, w := range c.realm.workers {
		if w.online {
			list = append(list, obj{
				"kf_account": w.account, "status": 1, "kf_id": w.id, "auto_accept": 0,
				"accepted_case": len(c.realm.sessionsOf(w.account, c.now)),
			})
		}
	}
	return obj{"kf_online_list": list}, nil
}

type kfInput struct {
	Account string `json:"kf_account"`
	Nick    string `json:"nickname"`
	Invite  string `json:"invite_wx"`
	OpenID  string `json:"openid"`
}

func (c *call) kfInput() (kfInput, error) {
	var in kfInput
	err := c.decode(&in)
	return in, err
}

func kfAdd(c *call) (any, error) {
	in, err := c.kfInput()
	if err != nil {
		return nil, err
	}
	name, _, named := strings.Cut(in.Account, "@")
	switch {
	case !named || name == "" || len(name) > 10:
		return nil, fault(65403, "invalid kf_acount")
	case in.Nick == "" || len([]rune(in.Nick)) > 16:
		return nil, fault(65402, "invalid nickname")
	case c.realm.worker(in.Account) != nil:
		return nil, fault(65406, "kf_account existed")
	case len(c.realm.workers) >= 100:
		return nil, fault(65405, "kf_account count reach limit")
	}
	c.realm.workers = append(c.realm.workers, &worker{
		account: in.Account, nick: in.Nick, id: strconv.Itoa(1001 + len(c.realm.workers)), online: true,
	})
	return done()
}

// staff finds the worker a call is about.
func (c *call) staff(account string) (*worker, error) {
	w := c.realm.worker(account)
	if w == nil {
		return nil, fault(65401, "invalid custom service account")
	}
	return w, nil
}

func kfUpdate(c *call) (any, error) {
	in, err := c.kfInput()
	if err != nil {
		return nil, err
	}
	w, err := c.staff(in.Account)
	if err != nil {
		return nil, err
	}
	w.nick = in.Nick
	return done()
}

func kfInvite(c *call) (any, error) {
	in, err := c.kfInput()
	if err != nil {
		return nil, err
	}
	if _, err := c.staff(in.Account); err != nil {
		return nil, err
	}
	return done()
}

func kfDelete(c *call) (any, error) {
	account := c.r.URL.Query().Get("kf_account")
	if account == "" && len(c.body) > 0 {
		in, err := c.kfInput()
		if err != nil {
			return nil, err
		}
		account = in.Account
	}
	if _, err := c.staff(account); err != nil {
		return nil, err
	}
	c.realm.workers = slices.DeleteFunc(c.realm.workers, func(w *worker) bool { return w.account == account })
	return done()
}

func kfPortrait(c *call) (any, error) {
	w, err := c.staff(c.r.URL.Query().Get("kf_account"))
	if err != nil {
		return nil, err
	}
	file, err := c.upload()
	if err != nil {
		return nil, err
	}
	w.headimg = "http://mmbiz.qpic.cn/kf/" + file.name
	return done()
}
