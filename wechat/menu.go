package wechat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/wenzheng/wenzheng/models"
)

// wireButton is a button as the API writes and reads it.
type wireButton struct {
	Type      string       `json:"type,omitempty"`
	Name      string       `json:"name"`
	Key       string       `json:"key,omitempty"`
	URL       string       `json:"url,omitempty"`
	MediaID   string       `json:"media_id,omitempty"`
	ArticleID string       `json:"article_id,omitempty"`
	AppID     string       `json:"appid,omitempty"`
	PagePath  string       `json:"pagepath,omitempty"`
	Buttons   []wireButton `json:"sub_button,omitempty"`
}

type wireMenu struct {
	Buttons []wireButton `json:"button"`
}

// wireTagMenu is a conditional menu. Of the ways to match WeChat has left the tag and the system of
// the phone; menu/get calls the tag group_id in old answers.
type wireTagMenu struct {
	wireMenu
	ID   Number                     `json:"menuid"`
	Rule map[string]json.RawMessage `json:"matchrule"`
}

func (m *wireTagMenu) tag() (tag int, alone bool) {
	alone = true
	for name, raw := range m.Rule {
		var n Number
		if string(raw) == `""` || string(raw) == "0" {
			continue
		}
		if name != "tag_id" && name != "group_id" || json.Unmarshal(raw, &n) != nil {
			alone = false
			continue
		}
		tag = int(n)
	}
	return tag, alone
}

const (
	menuAPI = "/cgi-bin/menu/get"
	noMenu  = 46003 // WeChat's code: there is none
)

// Menu reads the menu that citizens see: that of the API, else the one made in WeChat's back office.
func (c *Client) Menu(ctx context.Context) (models.LiveMenu, error) {
	live := models.LiveMenu{Source: models.MenuOfNobody, Shown: true, Notes: []string{}, Tags: []models.FollowerTag{}}
	menu, conditional, err := c.apiMenu(ctx)
	if err != nil {
		return live, err
	}
	office, err := c.officeMenu(ctx)
	var e *APIError
	switch {
	case errors.As(err, &e) && e.Class != ClassTransient: // some kinds of account have no such call
		office.Open = 1
	case err != nil:
		return live, err
	}
	live.Shown = office.Open != 0
	switch {
	case menu != nil:
		live.Menu, live.Source = &models.AccountMenu{Buttons: menuButtons(menu.Buttons)}, models.MenuOfAPI
		for _, m := range slices.Backward(conditional) { // the newest is asked first
			tag, alone := m.tag()
			if tag == 0 || !alone {
				live.Notes = append(live.Notes, "有一个个性化菜单不是按标签显示的，没有列出；发布菜单会删掉它")
				continue
			}
			live.Menu.Conditional = append(live.Menu.Conditional, models.TagMenu{Tag: tag, Buttons: menuButtons(m.Buttons)})
		}
	case len(office.Info.Buttons) > 0:
		live.Source = models.MenuOfBackOffice
		live.Menu = &models.AccountMenu{Buttons: office.Info.convert(&live.Notes)}
	}
	err = c.nameTags(ctx, &live)
	return live, err
}

// apiMenu reads the menus made through the API, conditional ones the oldest first; nil when there is
// none.
func (c *Client) apiMenu(ctx context.Context) (*wireMenu, []wireTagMenu, error) {
	var out struct {
		Menu        wireMenu      `json:"menu"`
		Conditional []wireTagMenu `json:"conditionalmenu"`
	}
	err := c.get(ctx, menuAPI, &out)
	var e *APIError
	if errors.As(err, &e) && e.Code == noMenu {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	slices.SortFunc(out.Conditional, func(a, b wireTagMenu) int { return int(a.ID - b.ID) })
	return &out.Menu, out.Conditional, nil
}

// nameTags reads the tags of the account and names those of the menus. Without the right there are
// no names.
func (c *Client) nameTags(ctx context.Context, live *models.LiveMenu) error {
	var out struct {
		Tags []models.FollowerTag `json:"tags"`
	}
	err := c.get(ctx, "/cgi-bin/tags/get", &out)
	var e *APIError
	if errors.As(err, &e) && e.Class != ClassTransient {
		return nil
	}
	if err != nil {
		return err
	}
	live.Tags = append(live.Tags, out.Tags...)
	if live.Menu == nil {
		return nil
	}
	for i := range live.Menu.Conditional {
		m := &live.Menu.Conditional[i]
		if at := slices.IndexFunc(live.Tags, func(t models.FollowerTag) bool { return t.ID == m.Tag }); at >= 0 {
			m.TagName = live.Tags[at].Name
		}
	}
	return nil
}

// PutMenu makes the menu the one that citizens see. Conditional menus that are there already in the
// same order are left alone; of the others the old ones are deleted and the new ones made, in the
// order in which WeChat asks them from the last to the first. Done twice it changes nothing.
func (c *Client) PutMenu(ctx context.Context, menu models.AccountMenu) error {
	if err := c.postJSON(ctx, "/cgi-bin/menu/create", wireMenu{wireButtons(menu.Buttons)}, nil); err != nil {
		return err
	}
	_, there, err := c.apiMenu(ctx)
	if err != nil {
		return err
	}
	wanted := slices.Clone(menu.Conditional)
	slices.Reverse(wanted)
	same := 0
	for same < min(len(there), len(wanted)) && there[same].means(&wanted[same]) {
		same++
	}
	for _, old := range there[same:] {
		body := map[string]string{"menuid": fmt.Sprint(int64(old.ID))}
		if err := c.postJSON(ctx, "/cgi-bin/menu/delconditional", body, nil); err != nil {
			return err
		}
	}
	for _, m := range wanted[same:] {
		body := map[string]any{"button": wireButtons(m.Buttons), "matchrule": map[string]string{"tag_id": fmt.Sprint(m.Tag)}}
		if err := c.postJSON(ctx, "/cgi-bin/menu/addconditional", body, nil); err != nil {
			return err
		}
	}
	return nil
}

// means reports whether WeChat's conditional menu is the wanted one.
func (m *wireTagMenu) means(wanted *models.TagMenu) bool {
	tag, alone := m.tag()
	return alone && tag == wanted.Tag && reflect.DeepEqual(menuButtons(m.Buttons), menuButtons(wireButtons(wanted.Buttons)))
}

func wireButtons(list []models.MenuButton) []wireButton {
	out := make([]wireButton, len(list))
	for i, b := range list {
		out[i] = wireButton{
			Type: string(b.Type), Name: b.Name, Key: b.Key, URL: b.URL, MediaID: b.MediaID, ArticleID: b.ArticleID, AppID: b.AppID, PagePath: b.PagePath,
		}
		if len(b.Buttons) > 0 {
			out[i].Buttons = wireButtons(b.Buttons)
		}
	}
	return out
}

// menuButtons are the buttons of an answer, with what their types use.
func menuButtons(list []wireButton) []models.MenuButton {
	out := make([]models.MenuButton, len(list))
	for i, b := range list {
		out[i] = models.MenuButton{
			Name: b.Name, Type: models.ButtonType(b.Type), Key: b.Key, URL: b.URL, MediaID: b.MediaID, ArticleID: b.ArticleID, AppID: b.AppID, PagePath: b.PagePath,
		}
		if len(b.Buttons) > 0 {
			out[i].Type, out[i].Buttons = "", menuButtons(b.Buttons)
		}
	}
	return (&models.AccountMenu{Buttons: out}).Clean().Buttons
}
