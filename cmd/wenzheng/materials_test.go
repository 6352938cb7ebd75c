package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestAccountMaterials_AsTheInterfaceTellsThem: the command prints what openapi.yaml describes, of every
// kind, and says what an account without the right lacks.
func TestAccountMaterials_AsTheInterfaceTellsThem(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	o.account.Verified = true
	api := o.officialAPI()
	o.env["WENZHENG_WECHAT_API_BASE"] = api.url
	o.addAccount()
	schema := apiSpec(t).Components.Schemas["MaterialPage"].Value
	for _, kind := range []string{"image", "news", "voice", "video"} {
		var page map[string]any
		if err := json.Unmarshal([]byte(o.must("account", "materials", o.account.AppID, "--kind", kind, "--json")), &page); err != nil {
			t.Fatal(err)
		}
		if err := schema.VisitJSON(page); err != nil || len(page["materials"].([]any)) == 0 {
			t.Errorf("%s: %v: %v", kind, page, err)
		}
	}
	if got := o.must("account", "materials", o.account.AppID, "--kind", "news"); !strings.Contains(got, "居住证办理指南、公积金提取指南") {
		t.Error(got)
	}
	o.account.Verified = false
	api.Know(o.account)
	if r := o.run("account", "materials", o.account.AppID); r.code != 1 || !strings.Contains(r.stderr, "没有这个接口的权限（错误码 48001）") {
		t.Errorf("exit %d: %s%s", r.code, r.stdout, r.stderr)
	}
}
