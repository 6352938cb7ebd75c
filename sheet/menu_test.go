package sheet

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

func TestMenu_ReadAndWritten(t *testing.T) {
	t.Parallel()
	const text = `buttons:
  - name: 办事
    buttons:
      - name: 公积金
        type: click
        key: "007"
      - name: 网厅
        type: view
        url: https://www.example.gov.cn/?a=1&b=2
  - name: 留言
    type: click
    key: LY
conditional:
  - tag: 100
    tag_name: 企业
    buttons:
      - name: 企业服务
        type: miniprogram
        url: https://www.example.gov.cn
        appid: wx0123456789abcdef
        pagepath: pages/index
`
	menu, err := ReadMenu("菜单.yaml", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := WriteMenu(&b, menu); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(text, b.String()); d != "" {
		t.Error(d)
	}
	if menu.Buttons[0].Buttons[0].Key != "007" || menu.Conditional[0].Tag != 100 {
		t.Errorf("%+v", menu)
	}
}

func TestMenu_FaultsByLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, place, says string }{
		"empty":         {"", "m:1:1", "空"},
		"unknown field": {"buttons:\n- name: 办事\n  typ: click\n", "m:3:3", "typ"},
		"no list":       {"buttons: 办事\n", "m:1:10", "列表"},
		"long name":     {"buttons:\n- name: 政务服务办事大厅\n  type: click\n  key: a\n", "m:2:9", "16 字节"},
		"script":        {"buttons:\n- name: 办事\n  type: view\n  url: javascript:x\n", "m:4:8", "http"},
		"same key":      {"buttons:\n- {name: a, type: click, key: k}\n- {name: b, type: click, key: k}\n", "m:3:31", "相同"},
		"no type":       {"buttons:\n- name: 办事\n", "m:2:3", "做什么"},
	} {
		_, err := ReadMenu("m", strings.NewReader(c.text))
		var e *models.Error
		if !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Field != c.place || !strings.Contains(e.Fields[0].Message, c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
