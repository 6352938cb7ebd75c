package main

import (
	"strings"
	"testing"
	"time"
)

// TestReload_PinReadFails: a pin that could not be read when it was set is read again, and
// the rules go on.
func TestReload_PinReadFails(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	p := o.serve()
	o.damage(`INSERT INTO pins (app_id, payload, until, updated_at) VALUES ('` + o.account.AppID + `', 'damaged', 4000000000000000, 0)`)
	o.damage(`INSERT INTO rules_marks (app_id, rules, pins) VALUES ('` + o.account.AppID + `', '', 'new') ON CONFLICT (app_id) DO UPDATE SET pins = 'new'`)
	eventually(t, 10*time.Second, "the fault is told", func() bool {
		_, ready := o.readiness()
		return strings.Contains(strings.Join(ready.Reasons, "\n"), "应急置顶")
	})
	o.must("rules", "import", o.write("新.yaml", "- {name: 居住证, keywords: [居住证], reply: 请到派出所。}\n"), "--publish")
	eventually(t, 10*time.Second, "rules are read though pins are not", func() bool { return o.says("居住证") == "请到派出所。" })
	o.damage(`UPDATE pins SET payload = '{"reply":{"kind":"text","text":"台风停课"},"since":"2026-01-01T00:00:00Z","until":"2096-01-01T00:00:00Z"}'`)
	eventually(t, 10*time.Second, "the pin answers", func() bool { return o.says("社保卡") == "台风停课" })
	if code := p.stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
}

// TestReload_RestoredBackup: after a backup was restored and other rules were published under
// the version that this instance answers from, it answers from the new ones, and their
// version is one that was never used.
func TestReload_RestoredBackup(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	p := o.serve()
	if got := o.says("社保卡"); !strings.Contains(got, "二楼") {
		t.Fatalf("said %q", got)
	}
	o.damage(`UPDATE rule_versions SET spec = replace(spec, '市民中心二楼', '市民中心九楼')`)
	o.damage(`UPDATE rules_marks SET rules = 'of the restored database'`)
	eventually(t, 10*time.Second, "the restored rules answer", func() bool { return strings.Contains(o.says("社保卡"), "九楼") })
	o.withStore(func(st *installation) error {
		states, err := st.RulesStates(t.Context())
		if v := states[o.account.AppID].Version; v != 2 {
			t.Errorf("version %d, want 2", v)
		}
		return err
	})
	if code := p.stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
}
