package wechat

import (
	"errors"
	"io"
	"net/http"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

// menus answers as WeChat with these bodies by path, and keeps what was posted.
func menus(t *testing.T, bodies map[string]string) (c *Client, posted func() []string) {
	var said []string
	p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
		if goodToken(w, r) {
			return
		}
		if r.Method == http.MethodPost {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			said = append(said, r.URL.Path[len("/cgi-bin/menu/"):]+" "+string(body))
		}
		body, there := bodies[r.URL.Path]
		if !there {
			body = `{"errcode":0,"errmsg":"ok"}`
		}
		_, _ = io.WriteString(w, body)
	})
	return p.client(t, ClientOptions{}), func() []string { return said }
}

const selfMenuAPI = "/cgi-bin/get_current_selfmenu_info"

func TestMenu_OfTheAPI(t *testing.T) {
	c, _ := menus(t, map[string]string{
		menuAPI: `{"menu":{"button":[{"type":"click","name":"留言","key":"LY","sub_button":[]},{"name":"办事","sub_button":[{"type":"view","name":"网厅","url":"https://a.cn?x=1&y=2","sub_button":[]}]}]},
			"conditionalmenu":[{"button":[{"type":"click","name":"甲","key":"A","sub_button":[]}],"matchrule":{"group_id":101,"sex":0,"country":""},"menuid":7},
			{"button":[{"type":"click","name":"乙","key":"B","sub_button":[]}],"matchrule":{"tag_id":"102"},"menuid":"9"},
			{"button":[{"type":"click","name":"丙","key":"C"}],"matchrule":{"client_platform_type":"2"},"menuid":8}]}`,
		selfMenuAPI:         `{"is_menu_open":0,"selfmenu_info":{"button":[]}}`,
		"/cgi-bin/tags/get": `{"tags":[{"id":102,"name":"企业","count":3}]}`,
	})
	live, err := c.Menu(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	button := func(name, key string) models.MenuButton {
		return models.MenuButton{Name: name, Type: models.ButtonClick, Key: key}
	}
	want := &models.AccountMenu{
		Buttons:     []models.MenuButton{button("留言", "LY"), {Name: "办事", Buttons: []models.MenuButton{{Name: "网厅", Type: models.ButtonView, URL: "https://a.cn?x=1&y=2"}}}},
		Conditional: []models.TagMenu{{Tag: 102, TagName: "企业", Buttons: []models.MenuButton{button("乙", "B")}}, {Tag: 101, Buttons: []models.MenuButton{button("甲", "A")}}},
	}
	if d := cmp.Diff(want, live.Menu); d != "" || live.Source != models.MenuOfAPI || live.Shown || len(live.Notes) != 1 || len(live.Tags) != 1 {
		t.Errorf("%s\n%+v", d, live)
	}
}

// TestMenu_OfTheBackOffice: buttons that answer by themselves become keys, and it is said.
func TestMenu_OfTheBackOffice(t *testing.T) {
	sample, err := os.ReadFile("wechattest/samples/api/get_current_selfmenu_info.json")
	if err != nil {
		t.Fatal(err)
	}
	c, _ := menus(t, map[string]string{menuAPI: `{"errcode":46003,"errmsg":"menu no exist"}`, selfMenuAPI: string(sample), "/cgi-bin/tags/get": `{"errcode":48001,"errmsg":"api unauthorized"}`})
	live, err := c.Menu(t.Context())
	if err != nil || live.Source != models.MenuOfBackOffice || live.Menu == nil || len(live.Menu.Buttons) == 0 || len(live.Tags) != 0 {
		t.Fatalf("%+v, %v", live, err)
	}
	if faults := live.Menu.Validate(); len(faults) != 0 {
		t.Errorf("%+v", faults)
	}
	empty, _ := menus(t, map[string]string{menuAPI: `{"errcode":46003,"errmsg":"menu no exist"}`, selfMenuAPI: `{"is_menu_open":0,"selfmenu_info":{"button":[]}}`})
	if live, err = empty.Menu(t.Context()); err != nil || live.Menu != nil || live.Source != models.MenuOfNobody {
		t.Errorf("%+v, %v", live, err)
	}
	denied, _ := menus(t, map[string]string{menuAPI: `{"errcode":48001,"errmsg":"api unauthorized"}`})
	var e *APIError
	if _, err = denied.Menu(t.Context()); !errors.As(err, &e) || e.Class != ClassRight {
		t.Errorf("%v", err)
	}
}

// TestPutMenu_ChangesWhatDiffers: conditional menus that stand right are left alone; WeChat asks the
// newest first, so the first of ours is made last.
func TestPutMenu_ChangesWhatDiffers(t *testing.T) {
	c, posted := menus(t, map[string]string{menuAPI: `{"menu":{"button":[{"type":"click","name":"留言","key":"LY"}]},"conditionalmenu":[
		{"button":[{"type":"click","name":"旧","key":"O"}],"matchrule":{"tag_id":"9"},"menuid":12},
		{"button":[{"type":"click","name":"末","key":"L"}],"matchrule":{"tag_id":"1"},"menuid":11}]}`})
	one := func(name, key string) []models.MenuButton {
		return []models.MenuButton{{Name: name, Type: models.ButtonClick, Key: key}}
	}
	err := c.PutMenu(t.Context(), models.AccountMenu{
		Buttons:     []models.MenuButton{{Name: "网厅", Type: models.ButtonView, URL: "https://a.cn?x=1&y=<2>"}},
		Conditional: []models.TagMenu{{Tag: 3, Buttons: one("先", "F")}, {Tag: 2, Buttons: one("次", "S")}, {Tag: 1, Buttons: one("末", "L")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`create {"button":[{"type":"view","name":"网厅","url":"https://a.cn?x=1&y=<2>"}]}`,
		`delconditional {"menuid":"12"}`,
		`addconditional {"button":[{"type":"click","name":"次","key":"S"}],"matchrule":{"tag_id":"2"}}`,
		`addconditional {"button":[{"type":"click","name":"先","key":"F"}],"matchrule":{"tag_id":"3"}}`,
	}
	if d := cmp.Diff(want, posted()); d != "" {
		t.Error(d)
	}
}
