package journal

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/wenzheng/wenzheng/models"
)

// feed receives and answers n events.
func feed(t testing.TB, j *Journal, prefix string, n int) {
	t.Helper()
	for i := range n {
		key := fmt.Sprint(prefix, i)
		receive(t, j, key)
		j.Answer(key, reply(key))
	}
}

func TestDrain_FaultThatPasses(t *testing.T) {
	poison := &models.StoreFault{Class: models.FaultPoison, Err: errors.New("too long")}
	cases := map[string]func(call int, rows []models.Interaction) (bool, error){
		"transient": func(call int, _ []models.Interaction) (bool, error) {
			return call > 8, onlyIf(call <= 8, &models.StoreFault{Class: models.FaultTransient, Err: errors.New("gone")})
		},
		"setup": func(call int, _ []models.Interaction) (bool, error) {
			return call > 8, onlyIf(call <= 8, &models.StoreFault{Class: models.FaultSetup, Err: errors.New("no table")})
		},
		"unknown outcome: committed, error returned": func(call int, _ []models.Interaction) (bool, error) {
			return true, onlyIf(call%3 != 0, &models.StoreFault{Class: models.FaultTransient, Err: errors.New("reply lost")})
		},
		"half of all calls panic": func(call int, _ []models.Interaction) (bool, error) {
			if call%2 == 0 {
				panic("scripted")
			}
			return true, nil
		},
		"unclassified for a while": func(call int, _ []models.Interaction) (bool, error) {
			return call > 60, onlyIf(call <= 60, errors.New("what is this"))
		},
		"poison of a whole batch, not of its rows": func(_ int, rows []models.Interaction) (bool, error) {
			return len(rows) == 1, onlyIf(len(rows) > 1, poison)
		},
	}
	for name, fault := range cases {
		t.Run(name, func(t *testing.T) {
			b := newTable()
			b.fault = fault
			j := open(t, options(t, b))
			feed(t, j, "k", 50)
			closeNow(t, j)
			if in, out, deliveries := b.count(); in != 50 || out != 50 || deliveries != 50 || len(b.reduced) != 0 {
				t.Errorf("in %d out %d deliveries %d reduced %d", in, out, deliveries, len(b.reduced))
			}
			if s := j.Backlog(); s.Events != 0 || s.Quarantined != 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

func onlyIf(when bool, err error) error {
	if when {
		return err
	}
	return nil
}

// rejects makes every batch fail that holds the key.
func rejects(key string, err error) func(int, []models.Interaction) (bool, error) {
	return func(_ int, rows []models.Interaction) (bool, error) {
		for _, r := range rows {
			if r.MsgKey == key {
				return false, err
			}
		}
		return true, nil
	}
}

func TestDrain_PoisonRow(t *testing.T) {
	for name, err := range map[string]error{
		"classified":   &models.StoreFault{Class: models.FaultPoison, Err: errors.New("year is not in the range")},
		"unclassified": errors.New("no idea"),
	} {
		t.Run(name, func(t *testing.T) {
			b := newTable()
			b.fault = rejects("k7", err)
			j := open(t, options(t, b))
			feed(t, j, "k", 40)
			eventually(t, "the reduced row", func() bool { b.mu.Lock(); defer b.mu.Unlock(); return len(b.reduced) == 1 })
			closeNow(t, j)
			in, out, _ := b.count()
			if in != 39 || out != 40 || b.reduced["k7"] == "" {
				t.Errorf("in %d out %d reduced %v", in, out, b.reduced)
			}
			if s := j.Backlog(); s.Events != 0 || s.Quarantined != 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestDrain_PoisonRowNotReducible(t *testing.T) {
	b := newTable()
	poison := &models.StoreFault{Class: models.FaultPoison, Err: errors.New("impossible")}
	b.fault = down(models.FaultTransient) // until every event has both its rows
	b.reduce = func(models.Interaction) error { return poison }
	o := options(t, b)
	j := open(t, o)
	feed(t, j, "k", 10)
	b.set(rejects("k3", poison))
	eventually(t, "the quarantine", func() bool { s := j.Backlog(); return s.Quarantined > 0 && s.Events == 0 })
	list, err := j.quarantine.list()
	if err != nil || len(list) != 1 || list[0].Kind != QuarantinePoison || list[0].Records != 2 {
		t.Fatalf("%+v %v", list, err)
	}
	if stored, remaining, err := j.Retry(t.Context()); err != nil || stored != 0 || remaining != 1 {
		t.Errorf("retry too early: %d %d %v", stored, remaining, err)
	}
	closeNow(t, j)
	j = open(t, o)
	if got := j.Backlog().Quarantined; got != 2 {
		t.Errorf("after a restart %d records in quarantine", got)
	}
	b.set(nil)
	if stored, remaining, err := j.Retry(t.Context()); err != nil || stored != 1 || remaining != 0 {
		t.Errorf("retry: %d %d %v", stored, remaining, err)
	}
	if in, out, _ := b.count(); in != 10 || out != 10 || j.Backlog().Quarantined != 0 {
		t.Errorf("in %d out %d left %d", in, out, j.Backlog().Quarantined)
	}
}

func TestDrain_BothRowsOfAnEventPoison(t *testing.T) {
	b := newTable()
	poison := &models.StoreFault{Class: models.FaultPoison, Err: errors.New("impossible")}
	b.fault = down(models.FaultTransient) // until every event has both its rows
	b.reduce = func(models.Interaction) error { return poison }
	j := open(t, options(t, b))
	feed(t, j, "k", 3)
	b.set(down(models.FaultPoison))
	eventually(t, "the quarantine", func() bool { s := j.Backlog(); return s.Quarantined > 0 && s.Events == 0 })
	if list, err := j.quarantine.list(); err != nil || len(list) != 3 || j.Backlog().Quarantined != 6 {
		t.Errorf("%d entries, %d records: %v", len(list), j.Backlog().Quarantined, err)
	}
}

func TestDrain_BatchSize(t *testing.T) {
	b := newTable()
	b.fault = down(models.FaultTransient)
	o := options(t, b)
	j := open(t, o)
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() { feed(t, j, fmt.Sprint("w", w, "-"), 50) })
	}
	wg.Wait()
	b.set(nil)
	closeNow(t, j)
	if in, out, _ := b.count(); in != 800 || out != 800 || b.largest > batchRows {
		t.Errorf("in %d out %d, largest batch %d", in, out, b.largest)
	}
}

func TestClose_UnderLoad(t *testing.T) {
	b := newTable()
	o := options(t, b)
	j := open(t, o)
	acked := make(chan string, 100000)
	var wg sync.WaitGroup
	started := make(chan struct{}, 8)
	for w := range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				key := fmt.Sprint(w, "-", i)
				if _, err := j.Receive(t.Context(), message(key)); err != nil {
					return
				}
				acked <- key
				j.Answer(key, reply(key))
				if i == 20 {
					started <- struct{}{}
				}
			}
		})
	}
	for range 8 {
		<-started
	}
	closeNow(t, j)
	wg.Wait()
	close(acked)
	b2 := open(t, o) // what came after the drain's last look is on the disk
	closeNow(t, b2)
	n := 0
	for key := range acked {
		n++
		if _, ok := b.row(key); !ok {
			t.Fatalf("acknowledged and lost: %s", key)
		}
	}
	if in, _, _ := b.count(); in < n || n < 160 {
		t.Errorf("%d acknowledged, %d rows", n, in)
	}
}

func TestOnStored_RowsOfACommit(t *testing.T) {
	b := newTable()
	o := options(t, b)
	var mu sync.Mutex
	told := map[string]bool{}
	o.OnStored = func(rows []models.Interaction) {
		mu.Lock()
		defer mu.Unlock()
		for _, r := range rows {
			told[r.MsgKey] = true
		}
		if len(told) == 1 {
			panic("a listener must not stop the drain")
		}
	}
	j := open(t, o)
	feed(t, j, "k", 5)
	closeNow(t, j)
	if len(told) != 10 {
		t.Errorf("told of %d rows", len(told))
	}
}

func TestLogs_NoCitizen(t *testing.T) {
	b := newTable()
	b.fault = rejects("k1", &models.StoreFault{Class: models.FaultPoison, Err: errors.New("bad")})
	o := options(t, b)
	var log syncBuffer
	o.Logger = log.logger()
	j := open(t, o)
	feed(t, j, "k", 3)
	closeNow(t, j)
	if text := log.String(); strings.Contains(text, "oOpenId") || strings.Contains(text, "社保") || !strings.Contains(text, "refuses rows") {
		t.Errorf("log: %s", text)
	}
}
