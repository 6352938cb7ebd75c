package journal

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/models"
)

func TestReceive_RepeatAfterRestart(t *testing.T) {
	for name, fault := range map[string]func(int, []models.Interaction) (bool, error){
		"database was away": down(models.FaultTransient), "database was there": nil,
	} {
		t.Run(name, func(t *testing.T) {
			b := newTable()
			b.fault = fault
			o := options(t, b)
			j := open(t, o)
			receive(t, j, "k1")
			j.Answer("k1", reply("一"))
			if fault == nil {
				closeNow(t, j)
			} else {
				eventually(t, "the answer on the disk", func() bool { return j.sequence.idle() })
				crash(t, j)
			}
			b.set(nil)
			j = open(t, o)
			want := models.Receipt{Repeat: true, Answered: true, Plain: []byte("<xml>一</xml>")}
			if diff := cmp.Diff(want, receive(t, j, "k1")); diff != "" {
				t.Error(diff)
			}
			closeNow(t, j)
			row, _ := b.row("k1")
			in, out, deliveries := b.count()
			if in != 1 || out != 1 || deliveries != 2 || row.RetryCount != 1 || row.Outcome != models.OutcomeAnswered {
				t.Errorf("in %d out %d deliveries %d row %+v", in, out, deliveries, row)
			}
		})
	}
}

func TestReceive_UnansweredBeforeRestart(t *testing.T) {
	b := newTable()
	b.fault = down(models.FaultTransient)
	o := options(t, b)
	j := open(t, o)
	receive(t, j, "k1")
	crash(t, j)
	b.set(nil)
	j = open(t, o)
	if got := receive(t, j, "k1"); !got.Repeat || got.Answered {
		t.Fatalf("%+v", got)
	}
	j.Answer("k1", reply("一"))
	if got := receive(t, j, "k1"); !got.Answered {
		t.Fatalf("%+v", got)
	}
	closeNow(t, j)
	row, _ := b.row("k1")
	if in, out, deliveries := b.count(); in != 1 || out != 1 || deliveries != 3 || row.Outcome != models.OutcomeAnswered {
		t.Errorf("in %d out %d deliveries %d row %+v", in, out, deliveries, row)
	}
}

func TestAnswer_AfterItsEventWasStored(t *testing.T) {
	b := newTable()
	j := open(t, options(t, b))
	receive(t, j, "k1")
	eventually(t, "the row without its answer", func() bool { row, ok := b.row("k1"); return ok && row.Outcome == models.OutcomeUnknown })
	j.Answer("k1", reply("一"))
	eventually(t, "the completed row", func() bool { row, _ := b.row("k1"); return row.Outcome == models.OutcomeAnswered })
	out, ok := b.row(models.ReplyKey("k1"))
	if !ok || out.OpenID != message("k1").OpenID || out.AppID == "" {
		t.Errorf("answer %+v", out)
	}
}

func TestReceive_SequenceAcrossRestarts(t *testing.T) {
	o := options(t, newTable())
	now := time.Unix(1700000000, 0)
	o.Now = func() time.Time { return now }
	var last uint64
	for range 3 {
		o.Registerer = prometheus.NewRegistry()
		j := open(t, o)
		m := message("k" + fmt.Sprint(last))
		if _, err := j.Receive(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		if m.Delivery.Seq <= last {
			t.Errorf("number %d after %d", m.Delivery.Seq, last)
		}
		last = m.Delivery.Seq
		closeNow(t, j)
	}
}

func TestPrune_AnswersExpire(t *testing.T) {
	b := newTable()
	o := options(t, b)
	o.Memory = 50 * time.Millisecond
	j := open(t, o)
	receive(t, j, "k1")
	j.Answer("k1", reply("一"))
	eventually(t, "an empty spool", func() bool { s := j.Backlog(); return s.Events == 0 && s.Answers == 0 && j.sequence.idle() })
}

func TestOpen_InstanceID(t *testing.T) {
	o := options(t, newTable())
	j := open(t, o)
	id := j.Backlog().Instance
	closeNow(t, j)
	j = open(t, o)
	if got := j.Backlog().Instance; got != id || len(id) != 16 {
		t.Errorf("%q after %q", got, id)
	}
	closeNow(t, j)
	o.Instance = "another"
	if _, err := Open(o); models.ErrorCode(err) != codeUnsafe {
		t.Errorf("err %v", err)
	}
}

func TestCompact_Backlog(t *testing.T) {
	b := newTable()
	b.fault = down(models.FaultTransient)
	o := options(t, b)
	j := open(t, o)
	if _, _, err := Inspect(o.Dir); models.ErrorCode(err) != codeLocked {
		t.Errorf("inspected a spool in use: %v", err)
	}
	const n = 300
	for i := range n {
		receive(t, j, fmt.Sprint("k", i))
	}
	crash(t, j)
	s, list, err := Inspect(o.Dir)
	if err != nil || s.Events != n || len(list) != 0 || s.OldestUnstored.IsZero() || s.Damaged != 0 {
		t.Fatalf("%+v %v %v", s, list, err)
	}
	before, after, err := Compact(o.Dir)
	if err != nil || after > before {
		t.Fatalf("compact %d to %d: %v", before, after, err)
	}
	if s, _, err := Inspect(o.Dir); err != nil || s.Events != n {
		t.Errorf("after: %+v %v", s, err)
	}
	b.set(nil)
	j = open(t, o)
	closeNow(t, j)
	if in, _, _ := b.count(); in != n {
		t.Errorf("%d rows", in)
	}
	if s, _, err := Inspect(t.TempDir()); err != nil || s.Events != 0 {
		t.Errorf("an empty folder: %+v %v", s, err)
	}
}
