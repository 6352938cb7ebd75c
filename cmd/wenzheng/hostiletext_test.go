package main

import (
	"context"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

// TestHostileTextOverTheWire: a platform that leaves "]]>" in what citizens write delivers
// it in every mode. Text that looks odd is answered like any other; text that writes
// elements of the head is kept whole, under the one who wrote it, and nothing follows from it.
func TestHostileTextOverTheWire(t *testing.T) {
	const victim = "oVICTIMVICTIMVICTIMVICTIM001"
	odd := []string{
		"公积金]]>怎么取", "<msg><![CDATA[x]]></msg> 公积金", "]]></a>公积金", "]]><!DOCTYPE a>公积金", "公积金]]></Content></xml>",
		"]]></Content><Encrypt>x</Encrypt><Content><![CDATA[公积金", "公积金]]></Content><MsgId>1</MsgId>", "公积金]]><!--",
	}
	forged := []string{
		"x]]></Content><FromUserName><![CDATA[" + victim + "]]></FromUserName><Content><![CDATA[公积金",
		"x]]></Content><FromUserName><![CDATA[" + victim + "]]></FromUserName><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[unsubscribe]]></Event><Content><![CDATA[",
		"x]]></Content><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[user_authorization_revoke]]></Event><OpenID><![CDATA[" + victim + "]]></OpenID><Content><![CDATA[",
		"x]]></Content><CreateTime>1577836800</CreateTime><Content><![CDATA[公积金",
	}
	for _, mode := range []models.Mode{models.ModeSafe, models.ModeCompat, models.ModePlain} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, "")
			if o.account.Mode = mode; mode == models.ModePlain {
				o.account.AESKey = ""
			}
			o.open().serve()
			c, err := simulator.NewClient(simulator.ClientOptions{URLs: []string{"http://" + o.addr}, Account: o.account, Loose: true})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(c.Close)
			begun := time.Now().Add(-time.Second)
			want := map[string]models.ParseStatus{}
			send := func(words string, outcome simulator.DeliveryOutcome, status models.ParseStatus) {
				trace, err := c.Send(context.Background(), o.citizen(1), words)
				if err != nil || trace.Outcome() != outcome || len(trace.Attempts) != 1 {
					t.Errorf("%q: %s after %d deliveries, want %s; %v", words, trace.Outcome(), len(trace.Attempts), outcome, err)
				}
				want[words] = status
			}
			for _, words := range odd {
				send(words, simulator.Replied, models.ParseOK)
			}
			for _, words := range forged {
				send(words, simulator.Silent, models.ParseSuspect)
			}
			o.drained(15 * time.Second)
			o.checkHostile(t, want, begun)
		})
	}
}

// checkHostile holds the log against what was written: text by text, all of one citizen.
func (o *office) checkHostile(t *testing.T, want map[string]models.ParseStatus, begun time.Time) {
	t.Helper()
	uids := map[string]bool{}
	for _, row := range o.rows() {
		if row.Dir != models.DirIn {
			continue
		}
		status, known := want[row.Content]
		delete(want, row.Content)
		suspect := status == models.ParseSuspect
		if !known || row.ParseStatus != status || suspect != (row.Kind == models.KindSuspect) || suspect == indices.IsContent(&row) {
			t.Errorf("%s %q is %s, want %s", row.Kind, row.Content, row.ParseStatus, status)
		}
		if row.At.Before(begun.Truncate(time.Second)) {
			t.Errorf("%q is of %v", row.Content, row.At)
		}
		uids[row.UID] = true
	}
	if len(want) > 0 || len(uids) != 1 {
		t.Errorf("%v are not in the log; %d citizens", want, len(uids))
	}
}
