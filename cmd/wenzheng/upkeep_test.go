package main

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// damage changes the office's database behind the program's back; the store has registered
// the drivers.
func (o *office) damage(statement string) {
	o.t.Helper()
	driver, source := "sqlite", filepath.Join(o.data, "wenzheng.db")+"?_pragma=busy_timeout(10000)"
	if dsn, found := strings.CutPrefix(o.env["WENZHENG_DATABASE"], "mysql:"); found {
		driver, source = "mysql", dsn
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		o.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) says(text string) string {
	o.t.Helper()
	trace, err := o.client(simulator.Policy{Attempts: 1}, nil).Send(o.t.Context(), o.citizen(1), text)
	if err != nil || !trace.Answered {
		o.t.Fatal(err)
	}
	return trace.Reply.Text
}

// TestAccountAddChangesWhatIsSaid: a change of the key takes neither the AppSecret nor the
// office hours away.
func TestAccountAddChangesWhatIsSaid(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	account := func() (a models.Account) {
		o.withStore(func(st *installation) (err error) {
			a, err = st.Account(t.Context(), o.account.AppID)
			a.UpdatedAt = time.Time{}
			return err
		})
		return a
	}
	o.must("account", "add", "--app-id", o.account.AppID, "--verified", "--office-hours", "08:30-12:00,14:00-17:30", "--kind", "subscription")
	want := account()
	if !want.Verified || len(want.Settings) != 1 || want.Settings[0].Value != "08:30-12:00,14:00-17:30" || want.Kind != models.KindSubscription || want.Secret != canarySecret {
		t.Fatalf("%+v", want)
	}
	fresh := strings.Repeat("A", 43)
	if r := o.runWith(fresh+"\n"+canaryAESKey()+"\n", "account", "add", "--app-id", o.account.AppID, "--aes-key", "-", "--previous-aes-key", "-"); r.code != 0 {
		t.Fatal(r.stderr)
	}
	want.AESKey, want.PreviousAESKey = fresh, canaryAESKey()
	if diff := cmp.Diff(want, account()); diff != "" {
		t.Error(diff)
	}
	o.must("account", "add", "--app-id", o.account.AppID, "--previous-aes-key=", "--no-verified")
	want.PreviousAESKey, want.Verified = "", false
	if diff := cmp.Diff(want, account()); diff != "" {
		t.Error(diff)
	}
	if r := o.run("account", "add", "--app-id", o.account.AppID, "--aes-key", "zu kurz"); r.code != 1 || !strings.Contains(r.stderr, "43") {
		t.Errorf("exit %d: %s", r.code, r.stderr)
	}
	if r := o.run("account", "add", "--app-id", "wx0000000000000009", "--verified"); r.code != 1 || !strings.Contains(r.stderr, "name") {
		t.Errorf("a new account of which too little is said: exit %d: %s", r.code, r.stderr)
	}
	if diff := cmp.Diff(want, account()); diff != "" {
		t.Error(diff)
	}
}

func TestAuditVerifyTellsWhereTheChainBreaks(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	if got := o.must("audit", "verify"); !strings.HasSuffix(got, "没有改动\n") || strings.HasPrefix(got, "审计记录 0 条") {
		t.Errorf("sound: %s", got)
	}
	key := o.env["WENZHENG_SECRET_KEY"]
	o.env["WENZHENG_SECRET_KEY"] = base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{'x'}, 32))
	if r := o.run("audit", "verify"); r.code != 1 || !strings.Contains(r.stderr, "secret_key 不是这份数据的密钥") {
		t.Errorf("with another key: exit %d: %s", r.code, r.stderr)
	}
	o.env["WENZHENG_SECRET_KEY"] = key
	o.damage("DROP TRIGGER audit_no_update")
	o.damage("UPDATE audit SET object_id = 'x' WHERE seq = 2")
	r := o.run("audit", "verify")
	if r.code != 1 || r.stdout != "" || !strings.HasPrefix(r.stderr, "wenzheng: 审计记录自第 2 条起") {
		t.Errorf("exit %d: %s%s", r.code, r.stdout, r.stderr)
	}
}

// TestAuditVerify_KeptHeadIsMissing: whoever sets an earlier head back removes the file too, so
// that nothing can be said of the end; a file that can not be read is no fault of the database.
func TestAuditVerify_KeptHeadIsMissing(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	file := filepath.Join(o.data, "audit-head")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if got := o.must("audit", "verify"); !strings.Contains(got, "末尾是否有记录被整段删去无从核对") || strings.Contains(got, "没有改动") {
		t.Error(got)
	}
	if got := o.must("audit", "verify"); !strings.HasSuffix(got, "没有改动\n") {
		t.Errorf("the head is kept from now on: %s", got)
	}
	if err := errors.Join(os.Remove(file), os.Mkdir(file, 0o700)); err != nil {
		t.Fatal(err)
	}
	if r := o.run("audit", "verify"); r.code != 1 || !strings.Contains(r.stderr, "读不出审计链头") || strings.Contains(r.stderr, "数据库暂时不可用") {
		t.Errorf("exit %d: %s", r.code, r.stderr)
	}
}

// TestAuditVerify_AfterRestoreOfABackup: the data folder remembers that there was more.
func TestAuditVerify_AfterRestoreOfABackup(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	o.damage("DROP TRIGGER audit_no_delete")
	o.damage("CREATE TABLE backup AS SELECT * FROM audit_head")
	o.must("account", "add", "--app-id", o.account.AppID, "--name", "江城发布")
	o.damage("DELETE FROM audit WHERE seq > (SELECT seq FROM backup)")
	o.damage("UPDATE audit_head SET (seq, hash, mac) = (SELECT seq, hash, mac FROM backup)")
	for _, args := range [][]string{{"audit", "verify"}, {"account", "add", "--app-id", o.account.AppID, "--name", "x"}} {
		if r := o.run(args...); r.code != 1 || !strings.Contains(r.stderr, "--accept") {
			t.Errorf("%v: exit %d: %s%s", args, r.code, r.stdout, r.stderr)
		}
	}
	o.serve()
	eventually(t, 10*time.Second, "the reason in /readyz", func() bool {
		_, ready := o.readiness()
		return strings.Contains(strings.Join(ready.Reasons, ""), "审计记录只到第")
	})
	if answer := o.says("社保卡丢了怎么补办"); !strings.Contains(answer, "市民中心") {
		t.Errorf("citizens are answered all the same: %q", answer)
	}
	if got := o.must("audit", "verify", "--accept", "恢复了昨天的备份"); !strings.HasSuffix(got, "没有改动\n") {
		t.Error(got)
	}
	o.must("account", "add", "--app-id", o.account.AppID, "--name", "江城发布")
}

// TestQuarantineIsStoredOnceTheDatabaseTakesIt: what the database refused for a while is not
// lost, and the operator brings it back by a command.
func TestQuarantineIsStoredOnceTheDatabaseTakesIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	o.damage("CREATE TRIGGER refuse BEFORE INSERT ON interactions BEGIN INSERT INTO pins (app_id) VALUES (NULL); END")
	service := o.serve()
	o.says("社保卡丢了怎么补办")
	eventually(t, 10*time.Second, "the quarantine", func() bool { return o.metric("wenzheng_quarantined") > 0 })
	if r := o.run("log", "backlog", "--retry"); r.code != 1 || !strings.Contains(r.stderr, "服务正在运行") {
		t.Errorf("while the service runs: exit %d: %s", r.code, r.stderr)
	}
	service.stop()
	r := o.run("log", "backlog", "--retry")
	if r.code != 0 || !strings.Contains(r.stderr, "0 件已入库，1 件仍放不进去") || !strings.Contains(r.stdout, "隔离区 2 条") {
		t.Errorf("too early: exit %d: %s%s", r.code, r.stdout, r.stderr)
	}
	o.damage("DROP TRIGGER refuse")
	r = o.run("log", "backlog", "--retry")
	if r.code != 0 || !strings.Contains(r.stderr, "1 件已入库，0 件仍放不进去") || !strings.Contains(r.stdout, "隔离区 0 条") {
		t.Errorf("exit %d: %s%s", r.code, r.stdout, r.stderr)
	}
	if n := len(o.rows()); n != 2 {
		t.Errorf("%d rows, want question and answer", n)
	}
}

// TestMoveFromSQLiteToMySQL follows the page for operators.
func TestMoveFromSQLiteToMySQL(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	service := o.serve()
	answer := o.says("社保卡丢了怎么补办")
	o.drained(10 * time.Second)
	before := o.rows()
	o.env["WENZHENG_DATABASE"] = "mysql:" + storetest.MariaDB(t)
	file := filepath.Join(o.data, "wenzheng.db")
	if r := o.run("migrate", "copy", file); r.code != 1 || !strings.Contains(r.stderr, o.data) {
		t.Errorf("while the service runs: exit %d: %s", r.code, r.stderr)
	}
	service.stop()
	o.must("migrate", "copy", file)
	if diff := cmp.Diff(before, o.rows()); diff != "" {
		t.Error(diff)
	}
	second := o.serve()
	if got := o.says("社保卡丢了怎么补办"); got != answer {
		t.Errorf("answer %q, before %q", got, answer)
	}
	o.drained(10 * time.Second)
	if got := o.must("log", "verify"); got != "0 differences\n" {
		t.Error(got)
	}
	o.must("audit", "verify")
	rows := o.rows()
	if len(rows) != len(before)+2 || rows[0].UID != rows[len(rows)-1].UID {
		t.Errorf("%d rows, %d before", len(rows), len(before))
	}
	second.stop()
	if r := o.run("migrate", "copy", file); r.code != 1 || !strings.Contains(r.stderr, "已有数据") {
		t.Errorf("again: exit %d: %s", r.code, r.stderr)
	}
}
