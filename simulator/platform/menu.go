package platform

import (
	"encoding/json"
	"slices"
	"strconv"
)

// MenuButton is one button of an account's menu, as the API takes it.
type MenuButton struct {
	Type      string       `json:"type,omitempty"`
	Name      string       `json:"name"`
	Key       string       `json:"key,omitempty"`
	URL       string       `json:"url,omitempty"`
	MediaID   string       `json:"media_id,omitempty"`
	ArticleID string       `json:"article_id,omitempty"`
	AppID     string       `json:"appid,omitempty"`
	PagePath  string       `json:"pagepath,omitempty"`
	SubButton []MenuButton `json:"sub_button"`
}

// conditional is a menu for followers with a tag.
type conditional struct {
	ID      uint64          `json:"menuid"`
	Buttons []MenuButton    `json:"button"`
	Rule    json.RawMessage `json:"matchrule"`
}

func menuRoutes(routes map[string]endpoint) {
	routes["/cgi-bin/menu/create"] = verified(false, true, menuCreate)
	routes["/cgi-bin/menu/get"] = verified(true, false, menuRead)
	routes["/cgi-bin/menu/delete"] = verified(true, false, menuDelete)
	routes["/cgi-bin/menu/addconditional"] = verified(false, true, menuAddConditional)
	routes["/cgi-bin/menu/delconditional"] = verified(false, true, menuDeleteConditional)
	routes["/cgi-bin/menu/trymatch"] = verified(false, true, menuTry)
	routes["/cgi-bin/get_current_selfmenu_info"] = plain(true, false, selfMenu)
	routes["/cgi-bin/get_current_autoreply_info"] = plain(true, false, autoReplies)
}

func knownButton(kind string) bool {
	switch kind {
	case "click", "view", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin",
		"location_select", "media_id", "article_id", "article_view_limited", "miniprogram":
		return true
	}
	return false
}

// checkButtons holds the platform's bounds: 3 buttons with names of 16 bytes, 5 below each with names
// of 60. The codes of the lower level are others.
func checkButtons(buttons []MenuButton, most int) error {
	size, name, longest := fault(40016, "invalid button size"), fault(40018, "invalid button name size"), 16
	if most == 5 {
		size, name, longest = fault(40023, "invalid sub button size"), fault(40025, "invalid sub button name size"), 60
	}
	if len(buttons) == 0 || len(buttons) > most {
		return size
	}
	for _, b := range buttons {
		if b.Name == "" || len(b.Name) > longest {
			return name
		}
		if len(b.SubButton) > 0 && most == 3 {
			if err := checkButtons(b.SubButton, 5); err != nil {
				return err
			}
			continue
		}
		if err := checkLeaf(b); err != nil {
			return err
		}
	}
	return nil
}

func checkLeaf(b MenuButton) error {
	switch {
	case !knownButton(b.Type):
		return fault(40017, "invalid button type")
	case b.Type == "view" && (b.URL == "" || len(b.URL) > 1024):
		return fault(40020, "invalid button url size")
	case b.Type == "miniprogram" && (b.URL == "" || b.AppID == "" || b.PagePath == ""):
		return fault(40020, "invalid button url size")
	case b.Type == "media_id" && b.MediaID == "":
		return fault(40007, "invalid media_id")
	case needsKey(b.Type) && (b.Key == "" || len(b.Key) > 128):
		return fault(40019, "invalid button key size")
	}
	return nil
}

func needsKey(kind string) bool {
	return !slices.Contains([]string{"view", "miniprogram", "media_id", "article_id", "article_view_limited"}, kind)
}

type menuInput struct {
	Buttons []MenuButton    `json:"button"`
	Rule    json.RawMessage `json:"matchrule"`
	MenuID  json.Number     `json:"menuid"`
	UserID  string          `json:"user_id"`
}

func menuCreate(c *call) (any, error) {
	var in menuInput
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if err := checkButtons(in.Buttons, 3); err != nil {
		return nil, err
	}
	c.realm.menu = withSubButtons(in.Buttons)
	return done()
}

// withSubButtons gives every button its list, as menu/get prints it.
func withSubButtons(buttons []MenuButton) []MenuButton {
	out := slices.Clone(buttons)
	for i := range out {
		out[i].SubButton = append([]MenuButton{}, withSubButtons(out[i].SubButton)...)
	}
	return out
}

func menuRead(c *call) (any, error) {
	if len(c.realm.menu) == 0 {
		return nil, fault(46003, "menu no exist")
	}
	out := obj{"menu": obj{"button": c.realm.menu}}
	if len(c.realm.conditional) > 0 {
		out["conditionalmenu"] = c.realm.conditional
	}
	return out, nil
}

func menuDelete(c *call) (any, error) {
	c.realm.menu, c.realm.conditional = nil, nil
	return done()
}

func menuAddConditional(c *call) (any, error) {
	var in menuInput
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if err := checkButtons(in.Buttons, 3); err != nil {
		return nil, err
	}
	if len(c.realm.menu) == 0 {
		return nil, fault(65303, "there is no selfmenu, please create selfmenu first")
	}
	if len(in.Rule) == 0 {
		return nil, fault(65304, "match rule empty")
	}
	id := c.nextID()
	c.realm.conditional = append(c.realm.conditional, conditional{ID: id, Buttons: withSubButtons(in.Buttons), Rule: in.Rule})
	return obj{"menuid": strconv.FormatUint(id, 10)}, nil
}

func menuDeleteConditional(c *call) (any, error) {
	var in menuInput
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	id := in.MenuID.String()
	at := slices.IndexFunc(c.realm.conditional, func(m conditional) bool { return strconv.FormatUint(m.ID, 10) == id })
	if at < 0 {
		return nil, fault(65301, "no exist menuid")
	}
	c.realm.conditional = slices.Delete(c.realm.conditional, at, at+1)
	return done()
}

func menuTry(c *call) (any, error) {
	var in menuInput
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	f, err := c.realm.known(in.UserID)
	if err != nil {
		return nil, err
	}
	return obj{"button": c.realm.menuFor(f)}, nil
}

// menuFor is the menu a citizen sees: the newest conditional one whose tag they carry.
func (r *realm) menuFor(f *follower) []MenuButton {
	for _, m := range slices.Backward(r.conditional) {
		var rule struct {
			TagID json.Number `json:"tag_id"`
		}
		if json.Unmarshal(m.Rule, &rule) != nil {
			continue
		}
		if id, err := rule.TagID.Int64(); err == nil && f != nil && slices.Contains(f.tags, int(id)) {
			return m.Buttons
		}
	}
	return r.menu
}

// selfMenu tells the menu in the shape of the back office: lists inside lists.
func selfMenu(c *call) (any, error) {
	buttons := make([]obj, 0, len(c.realm.menu))
	for _, b := range c.realm.menu {
		buttons = append(buttons, selfButton(b))
	}
	open := 0
	if len(buttons) > 0 {
		open = 1
	}
	return obj{"is_menu_open": open, "selfmenu_info": obj{"button": buttons}}, nil
}

func selfButton(b MenuButton) obj {
	if len(b.SubButton) > 0 {
		list := make([]obj, 0, len(b.SubButton))
		for _, sub := range b.SubButton {
			list = append(list, selfButton(sub))
		}
		return obj{"name": b.Name, "sub_button": obj{"list": list}}
	}
	out := obj{"type": b.Type, "name": b.Name}
	for name, value := range map[string]string{"key": b.Key, "url": b.URL, "value": b.MediaID, "appid": b.AppID, "pagepath": b.PagePath} {
		if value != "" {
			out[name] = value
		}
	}
	return out
}

// SetMenu puts the account's menu as menu/create would, without its checks.
func (p *Platform) SetMenu(appID string, buttons []MenuButton) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r, known := p.realms[appID]; known {
		r.menu = withSubButtons(buttons)
	}
}

// Menu is the menu a citizen sees.
func (p *Platform) Menu(appID, openID string) []MenuButton {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, known := p.realms[appID]
	if !known {
		return nil
	}
	return r.menuFor(r.followers[openID])
}
