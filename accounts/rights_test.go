package accounts

import (
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat"
)

func TestRightLabel_EveryRight(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range wechat.UnknownRights(time.Now(), nil) {
		label := RightLabel(r.Name)
		if label == r.Name || seen[label] {
			t.Errorf("%s is shown as %q", r.Name, label)
		}
		seen[label] = true
	}
}

func TestRightsText_FewWords(t *testing.T) {
	is := func(name string, state models.RightState) models.Right { return models.Right{Name: name, State: state} }
	for want, rights := range map[string][]models.Right{
		"接口权限未知":    {is("menu", models.RightUnknown)},
		"有权限：自定义菜单": {is("menu", models.RightYes)},
		"没有任何接口权限":  {is("menu", models.RightNo), is("tags", models.RightNo)},
		"有权限：自定义菜单；没有：用户标签、素材；未知：数据统计": {
			is("menu", models.RightYes), is("tags", models.RightNo), is("material", models.RightNo), is("datacube", models.RightUnknown),
		},
	} {
		if got := RightsText(rights); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := RightsText(nil); got != "接口权限未知" {
		t.Errorf("never asked: %q", got)
	}
}
