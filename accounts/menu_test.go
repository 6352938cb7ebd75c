package accounts

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator/platform"
	"github.com/wenzheng/wenzheng/wechat"
)

// menuAccount is an account that WeChat's stand-in knows, with the right to menus or without.
func menuAccount(t *testing.T, verified bool) (*Accounts, models.Account, *platform.Platform) {
	t.Helper()
	account := models.Account{AppID: testAppID, Name: "江城政务", Kind: models.KindService, Verified: verified, Mode: models.ModeSafe, Secret: strings.Repeat("0", 32)}
	p := platform.New(platform.Options{Accounts: []models.Account{account}})
	server := httptest.NewServer(p)
	t.Cleanup(func() { server.Close(); p.Close() })
	return testAccounts(t, server.URL), account, p
}

// TestMenu_PublishedIsWhatCitizensSee, and published twice it is the same.
func TestMenu_PublishedIsWhatCitizensSee(t *testing.T) {
	t.Parallel()
	a, account, p := menuAccount(t, true)
	live, err := a.LiveMenu(t.Context(), account)
	if err != nil || live.Menu != nil || live.Source != models.MenuOfNobody {
		t.Fatalf("%+v, %v", live, err)
	}
	menu := models.AccountMenu{
		Buttons: []models.MenuButton{
			{Name: "办事", Buttons: []models.MenuButton{{Name: "公积金", Type: models.ButtonClick, Key: "GJJ"}, {Name: "小程序", Type: models.ButtonMiniProgram, URL: "https://a.cn", AppID: testAppID, PagePath: "p"}}},
			{Name: "网厅", Type: models.ButtonView, URL: "https://www.example.gov.cn/?a=1&b=2"},
		},
		Conditional: []models.TagMenu{
			{Tag: 101, Buttons: []models.MenuButton{{Name: "企业", Type: models.ButtonClick, Key: "QY"}}},
			{Tag: 100, Buttons: []models.MenuButton{{Name: "学生", Type: models.ButtonClick, Key: "XS"}}},
		},
	}
	for range 2 {
		if err := a.PutMenu(t.Context(), account, menu); err != nil {
			t.Fatal(err)
		}
		live, err := a.LiveMenu(t.Context(), account)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(&menu, live.Menu); d != "" || live.Source != models.MenuOfAPI || !live.Shown {
			t.Errorf("%s\n%+v", d, live)
		}
	}
	if shown := p.Menu(testAppID, ""); len(shown) != 2 || shown[0].SubButton[0].Key != "GJJ" {
		t.Errorf("%+v", shown)
	}
}

// TestMenu_RefusalsSayWhatToDo by WeChat's code.
func TestMenu_RefusalsSayWhatToDo(t *testing.T) {
	t.Parallel()
	good := models.AccountMenu{Buttons: []models.MenuButton{{Name: "留言", Type: models.ButtonClick, Key: "LY"}}}
	for name, c := range map[string]struct {
		verified   bool
		secret     string
		menu       models.AccountMenu
		code, says string
	}{
		"no right":       {false, strings.Repeat("0", 32), good, models.CodeConflict, "48001"},
		"no secret":      {true, "", good, models.CodeConflict, "AppSecret"},
		"no button":      {true, strings.Repeat("0", 32), models.AccountMenu{}, models.CodeInvalid, "40016"},
		"long name":      {true, strings.Repeat("0", 32), models.AccountMenu{Buttons: []models.MenuButton{{Name: "政务服务大厅", Type: models.ButtonClick, Key: "a"}}}, models.CodeInvalid, "16 字节"},
		"unknown type":   {true, strings.Repeat("0", 32), models.AccountMenu{Buttons: []models.MenuButton{{Name: "唱", Type: "sing"}}}, models.CodeInvalid, "40017"},
		"another secret": {true, strings.Repeat("1", 32), good, models.CodeConflict, "AppSecret"},
	} {
		a, account, _ := menuAccount(t, c.verified)
		account.Secret = c.secret
		err := a.PutMenu(t.Context(), account, c.menu)
		if models.ErrorCode(err) != c.code || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestMenu_FaultOfWhom: only what is wrong in the menu itself is a fault of the request.
func TestMenu_FaultOfWhom(t *testing.T) {
	t.Parallel()
	a := testAccounts(t, "http://127.0.0.1:1")
	for code, want := range map[int64]string{
		40018: models.CodeInvalid, 45010: models.CodeUnavailable, 65303: models.CodeUnavailable, 65306: models.CodeConflict, 65309: models.CodeConflict, 45064: models.CodeConflict,
	} {
		err := a.refusal("x", models.Account{Secret: "s"}, &wechat.APIError{API: "/cgi-bin/menu/create", Code: code})
		if models.ErrorCode(err) != want {
			t.Errorf("%d: %v, want %s", code, err, want)
		}
	}
}
