package wechat

import (
	"context"
	"fmt"

	"github.com/wenzheng/wenzheng/models"
)

// officeMenu is an answer of get_current_selfmenu_info: the menu that is shown, also one made in
// WeChat's back office, whose buttons hold what they answer.
type officeMenu struct {
	Open Number         `json:"is_menu_open"` // 1 = shown
	Info officeMenuInfo `json:"selfmenu_info"`
}

type officeMenuInfo struct {
	Buttons []officeButton `json:"button"`
}

type officeButton struct {
	Type     string `json:"type"`
	Name     string `json:"name"`
	Key      string `json:"key"`
	URL      string `json:"url"`
	Value    string `json:"value"` // a text, or a media id
	AppID    string `json:"appid"`
	PagePath string `json:"pagepath"`
	Below    struct {
		List []officeButton `json:"list"`
	} `json:"sub_button"`
}

func (c *Client) officeMenu(ctx context.Context) (officeMenu, error) {
	var out officeMenu
	err := c.get(ctx, "/cgi-bin/get_current_selfmenu_info", &out)
	return out, err
}

// convert turns the buttons of the back office into those of the API. What they answer by themselves
// there becomes a key here, for which a rule is to be made: notes say so.
func (m *officeMenuInfo) convert(notes *[]string) []models.MenuButton {
	var out []models.MenuButton
	for i := range m.Buttons {
		b := &m.Buttons[i]
		if len(b.Below.List) == 0 {
			out = append(out, b.convert(fmt.Sprintf("MENU_%d", i+1), notes))
			continue
		}
		column := models.MenuButton{Name: b.Name}
		for j := range b.Below.List {
			column.Buttons = append(column.Buttons, b.Below.List[j].convert(fmt.Sprintf("MENU_%d_%d", i+1, j+1), notes))
		}
		out = append(out, column)
	}
	return (&models.AccountMenu{Buttons: out}).Clean().Buttons
}

func (b *officeButton) convert(key string, notes *[]string) models.MenuButton {
	out := models.MenuButton{Name: b.Name, Type: models.ButtonType(b.Type), Key: b.Key, URL: b.URL, AppID: b.AppID, PagePath: b.PagePath}
	if out.Type.Keyed() || out.Type == models.ButtonView || out.Type == models.ButtonMiniProgram {
		return out
	}
	what := map[string]string{"text": "一段文字：" + models.OneLine(b.Value, 60), "img": "一张图片", "photo": "一张图片", "voice": "一段语音", "video": "一段视频", "news": "图文"}[b.Type]
	if what == "" {
		what = "别的内容（" + quote(b.Type) + "）"
	}
	*notes = append(*notes, fmt.Sprintf("按钮“%s”在公众平台后台回复%s；这里改为 KEY %s，请建一条规则来回复", b.Name, what, key))
	return models.MenuButton{Name: b.Name, Type: models.ButtonClick, Key: key}
}
