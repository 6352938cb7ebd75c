package models

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// AccountMenu is the menu below an account's chat (自定义菜单), and the menus of citizens who carry
// a tag, the first that fits before the others. It is not the numbered Menu of a rule.
type AccountMenu struct {
	Buttons     []MenuButton `json:"buttons" yaml:"buttons"`
	Conditional []TagMenu    `json:"conditional,omitempty" yaml:"conditional,omitempty"`
}

// TagMenu is the menu of citizens with a tag. TagName is for people; Tag decides.
type TagMenu struct {
	Tag     int          `json:"tag" yaml:"tag"`
	TagName string       `json:"tag_name,omitempty" yaml:"tag_name,omitempty"`
	Buttons []MenuButton `json:"buttons" yaml:"buttons"`
}

// MenuButton does what its Type says, or has Buttons below it and no type.
type MenuButton struct {
	Name      string       `json:"name" yaml:"name"`
	Type      ButtonType   `json:"type,omitempty" yaml:"type,omitempty"`
	Key       string       `json:"key,omitempty" yaml:"key,omitempty"`
	URL       string       `json:"url,omitempty" yaml:"url,omitempty"`
	MediaID   string       `json:"media_id,omitempty" yaml:"media_id,omitempty"`
	ArticleID string       `json:"article_id,omitempty" yaml:"article_id,omitempty"`
	AppID     string       `json:"appid,omitempty" yaml:"appid,omitempty"` // of a mini program
	PagePath  string       `json:"pagepath,omitempty" yaml:"pagepath,omitempty"`
	Buttons   []MenuButton `json:"buttons,omitempty" yaml:"buttons,omitempty"`
}

// ButtonType is what a button does, by WeChat's word for it.
type ButtonType string

// The types that WeChat knows (developers.weixin.qq.com, createCustomMenu).
const (
	ButtonClick       ButtonType = "click"
	ButtonView        ButtonType = "view"
	ButtonMiniProgram ButtonType = "miniprogram"
	ButtonScanPush    ButtonType = "scancode_push"
	ButtonScanWait    ButtonType = "scancode_waitmsg"
	ButtonPhoto       ButtonType = "pic_sysphoto"
	ButtonPhotoAlbum  ButtonType = "pic_photo_or_album"
	ButtonAlbum       ButtonType = "pic_weixin"
	ButtonLocation    ButtonType = "location_select"
	ButtonMedia       ButtonType = "media_id"
	ButtonArticle     ButtonType = "article_id"
	ButtonArticleView ButtonType = "article_view_limited"
)

// Title is the type in Chinese.
func (t ButtonType) Title() string {
	return map[ButtonType]string{
		ButtonClick: "回复消息", ButtonView: "打开网页", ButtonMiniProgram: "打开小程序", ButtonArticle: "发送图文", ButtonArticleView: "打开图文",
		ButtonMedia: "发送素材", ButtonScanPush: "扫码", ButtonScanWait: "扫码并等待回复", ButtonPhoto: "拍照", ButtonPhotoAlbum: "拍照或相册",
		ButtonAlbum: "微信相册", ButtonLocation: "发送位置",
	}[t]
}

// Keyed reports whether WeChat tells a press of the button by its key.
func (t ButtonType) Keyed() bool {
	switch t {
	case ButtonClick, ButtonScanPush, ButtonScanWait, ButtonPhoto, ButtonPhotoAlbum, ButtonAlbum, ButtonLocation:
		return true
	}
	return false
}

// Bounds of a menu: WeChat counts the bytes of a name and shows only so many characters of it.
const (
	MaxMenuColumns     = 3
	MaxMenuRows        = 5
	MaxColumnNameBytes = 16
	MaxRowNameBytes    = 60
	ShownColumnChars   = 4
	ShownRowChars      = 8
	MaxMenuKeyBytes    = 128
	MaxMenuURLBytes    = 1024
	MaxTagMenus        = 10 // of ours; WeChat allows more
)

// Validate names every fault for which WeChat would refuse the menu, by its place:
// "buttons[0].buttons[2].name", "conditional[1].tag".
func (m *AccountMenu) Validate() []FieldError {
	var faults []FieldError
	fault := func(field, code, text string, pairs ...string) {
		faults = append(faults, Fault(field, code, text, pairs...))
	}
	checkColumns("buttons", m.Buttons, fault)
	if len(m.Conditional) > MaxTagMenus {
		fault("conditional", "most_tag_menus", "按标签的菜单最多 {max} 个，现在是 {now} 个", "max", fmt.Sprint(MaxTagMenus), "now", fmt.Sprint(len(m.Conditional)))
	}
	seen := map[int]bool{}
	for i, c := range m.Conditional {
		path := fmt.Sprintf("conditional[%d]", i)
		switch {
		case c.Tag <= 0:
			fault(path+".tag", "tag_missing", "请选一个标签")
		case seen[c.Tag]:
			fault(path+".tag", "tag_taken", "这个标签已有一个菜单")
		}
		seen[c.Tag] = true
		checkColumns(path+".buttons", c.Buttons, fault)
	}
	return faults
}

type faultFunc func(field, code, text string, pairs ...string)

func checkColumns(path string, columns []MenuButton, fault faultFunc) {
	if len(columns) == 0 || len(columns) > MaxMenuColumns {
		fault(path, "menu_columns", "一级菜单应为 1 至 {max} 个，现在是 {now} 个", "max", fmt.Sprint(MaxMenuColumns), "now", fmt.Sprint(len(columns)))
	}
	keys := map[string]string{}
	for i := range columns {
		at := fmt.Sprintf("%s[%d]", path, i)
		column := &columns[i]
		checkName(at, column.Name, MaxColumnNameBytes, fault)
		if len(column.Buttons) == 0 {
			checkAction(at, column, keys, fault)
			continue
		}
		if column.Type != "" {
			fault(at+".type", "button_with_submenu", "有子菜单的按钮自己不做别的，请去掉类型或子菜单")
		}
		if len(column.Buttons) > MaxMenuRows {
			fault(at+".buttons", "submenu_many", "子菜单最多 {max} 个，现在是 {now} 个", "max", fmt.Sprint(MaxMenuRows), "now", fmt.Sprint(len(column.Buttons)))
		}
		for j := range column.Buttons {
			below := fmt.Sprintf("%s.buttons[%d]", at, j)
			checkName(below, column.Buttons[j].Name, MaxRowNameBytes, fault)
			if len(column.Buttons[j].Buttons) > 0 {
				fault(below+".buttons", "two_levels", "菜单只有两级")
			}
			checkAction(below, &column.Buttons[j], keys, fault)
		}
	}
}

func checkName(at, name string, most int, fault faultFunc) {
	switch n := len(name); {
	case strings.TrimSpace(name) == "":
		fault(at+".name", "name_missing", "请写名称")
	case n > most:
		fault(at+".name", "most_bytes_now", "名称最多 {max} 字节（约 {chinese} 个汉字），现在是 {now} 字节", "max", fmt.Sprint(most), "chinese", fmt.Sprint(most/3), "now", fmt.Sprint(n))
	case !utf8.ValidString(name) || !IsClean(name):
		fault(at+".name", "control_characters", "名称里有微信不收的字符")
	}
}

// checkAction judges what a button does; keys are those of the menu so far and where they stand.
func checkAction(at string, b *MenuButton, keys map[string]string, fault faultFunc) {
	switch {
	case b.Type == "":
		fault(at+".type", "button_type_missing", "请选这个按钮做什么，或给它子菜单")
	case b.Type.Title() == "":
		fault(at+".type", "button_type_unknown", "没有类型 {given}", "given", OneLine(string(b.Type), 32))
	case b.Type.Keyed():
		checkKey(at, b.Key, keys, fault)
	case b.Type == ButtonView:
		checkURL(at, b.URL, fault)
	case b.Type == ButtonMiniProgram:
		checkURL(at, b.URL, fault)
		if !ValidAppID(b.AppID) {
			fault(at+".appid", "mini_program_app_id", "请写小程序的 AppID，以 wx 开头")
		}
		if b.PagePath == "" {
			fault(at+".pagepath", "mini_program_path", "请写小程序的页面路径")
		}
	case b.Type == ButtonMedia && b.MediaID == "":
		fault(at+".media_id", "media_id_missing", "请写永久素材的 media_id")
	case (b.Type == ButtonArticle || b.Type == ButtonArticleView) && b.ArticleID == "":
		fault(at+".article_id", "article_id_missing", "请写已发布图文的 article_id")
	}
}

func checkKey(at, key string, keys map[string]string, fault faultFunc) {
	switch other, taken := keys[key]; {
	case strings.TrimSpace(key) == "":
		fault(at+".key", "button_key_missing", "请写 KEY，规则靠它认出这个按钮")
	case len(key) > MaxMenuKeyBytes:
		fault(at+".key", "most_bytes_now_plain", "KEY 最多 {max} 字节，现在是 {now} 字节", "max", fmt.Sprint(MaxMenuKeyBytes), "now", fmt.Sprint(len(key)))
	case taken:
		fault(at+".key", "button_key_taken", "KEY 与另一个按钮（{other}）相同，请改一个", "other", other)
	default:
		keys[key] = at
	}
}

func checkURL(at, address string, fault faultFunc) {
	u, err := url.Parse(address)
	switch {
	case address == "":
		fault(at+".url", "url_missing", "请写网址")
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		fault(at+".url", "url_form", "网址应以 http:// 或 https:// 开头")
	case len(address) > MaxMenuURLBytes:
		fault(at+".url", "most_bytes_now_plain", "网址最多 {max} 字节，现在是 {now} 字节", "max", fmt.Sprint(MaxMenuURLBytes), "now", fmt.Sprint(len(address)))
	}
}

// Clean returns the menu as it is kept: texts without blanks around them, and of every button only
// what its type uses.
func (m *AccountMenu) Clean() AccountMenu {
	out := AccountMenu{Buttons: cleanButtons(m.Buttons)}
	for _, c := range m.Conditional {
		out.Conditional = append(out.Conditional, TagMenu{Tag: c.Tag, TagName: CleanName(c.TagName), Buttons: cleanButtons(c.Buttons)})
	}
	return out
}

func cleanButtons(list []MenuButton) []MenuButton {
	out := make([]MenuButton, 0, len(list))
	for _, b := range list {
		kept := MenuButton{Name: strings.TrimSpace(CleanText(b.Name)), Type: b.Type}
		switch {
		case len(b.Buttons) > 0:
			kept.Buttons = cleanButtons(b.Buttons)
		case b.Type.Keyed():
			kept.Key = CleanKey(b.Key)
		case b.Type == ButtonView:
			kept.URL = CleanKey(b.URL)
		case b.Type == ButtonMiniProgram:
			kept.URL, kept.AppID, kept.PagePath = CleanKey(b.URL), CleanKey(b.AppID), CleanKey(b.PagePath)
		case b.Type == ButtonMedia:
			kept.MediaID = CleanKey(b.MediaID)
		case b.Type == ButtonArticle, b.Type == ButtonArticleView:
			kept.ArticleID = CleanKey(b.ArticleID)
		}
		out = append(out, kept)
	}
	return out
}
