package main

import (
	"strings"
	"syscall"
	"testing"
	"time"
)

const expiredText = "不再答复"

// expire has a rule's source run out long ago.
func (o *office) expire() {
	o.damage(`UPDATE rule_versions SET spec = replace(spec, '"priority":10', '"priority":10,"source":{"valid_until":"2020-01-01"}')`)
}

func (p *process) told() int { return strings.Count(p.stderr.String(), expiredText) }

func (p *process) notes(o *office) {
	o.t.Helper()
	eventually(o.t, 10*time.Second, "/readyz tells the expired rule", func() bool {
		_, ready := o.readiness()
		return strings.Contains(strings.Join(ready.Reasons, ""), expiredText)
	})
}

// TestExpiredRules_ToldByOneInstance: every instance shows them, one tells the log; when it is
// killed another does once its lease has run out, not sooner.
func TestExpiredRules_ToldByOneInstance(t *testing.T) {
	t.Parallel()
	o := newOffice(t, current.MariaDB(t)).open()
	o.expire()
	first := o.spawn()
	eventually(t, 20*time.Second, "the first tells", func() bool { return first.told() == 1 })
	s := o.sibling()
	second := s.spawn()
	second.notes(s)
	first.signal(syscall.SIGKILL)
	first.wait(5 * time.Second)
	killed := time.Now()
	if first.told() != 1 || second.told() != 0 {
		t.Errorf("told %d and %d times", first.told(), second.told())
	}
	eventually(t, time.Minute, "the second tells", func() bool { return second.told() == 1 })
	if took := time.Since(killed); took < 9*time.Second {
		t.Errorf("the second told %v after the first was killed, inside its lease", took)
	}
}

// TestExpiredRules_EmbeddedDatabase: where there is one process it waits for nobody, not even
// for itself as it was before it was killed, and writes nothing for it.
func TestExpiredRules_EmbeddedDatabase(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	o.expire()
	o.damage("CREATE TRIGGER unasked BEFORE INSERT ON leases WHEN NEW.name NOT LIKE 'token %' BEGIN SELECT RAISE(ABORT, 'a lease was asked for'); END")
	for range 2 {
		p := o.spawn()
		eventually(t, 20*time.Second, "it tells", func() bool { return p.told() == 1 })
		p.signal(syscall.SIGKILL)
		p.wait(5 * time.Second)
		if strings.Contains(p.stderr.String(), "a lease was asked for") {
			t.Error(p.stderr.String())
		}
	}
}
