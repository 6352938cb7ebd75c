package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/store/storetest"
)

const (
	canaryPhone    = "13812345678"
	canaryIdentity = "110101199003077571"
	canaryWords    = "我家的小狗叫布丁"
)

// TestNothingSecretLeavesItsPlace lets secrets and a citizen's data pass through all the
// program does and then looks for them in the process log at its most talkative, in
// metrics, health pages, spool bytes and database files.
func TestNothingSecretLeavesItsPlace(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	o.env["WENZHENG_LOG_LEVEL"] = "debug"
	openID := o.citizen(1)
	r := o.serve()
	text := canaryWords + "，手机" + canaryPhone + "，身份证" + canaryIdentity + "，社保卡丢了"
	c := o.client(simulator.Policy{Attempts: 1}, nil)
	misfit := *o
	misfit.account.AESKey = strings.Repeat("z", 43)
	for _, body := range [][]byte{
		c.Text(openID, text, ""), c.Text(openID, canaryWords, ""), c.Text("短", canaryWords, ""),
		c.Post(openID).Image("http://example.test/"+canaryPhone, "media"), c.Post(openID).Click(canaryWords),
		[]byte("<xml>" + canaryWords + openID), []byte("{}"),
		{},
	} {
		for _, client := range []*simulator.Client{c, misfit.client(simulator.Policy{Attempts: 1}, nil)} {
			if _, err := client.Repeat(context.Background(), body, 2); err != nil {
				t.Logf("a body that can not be read: %v", err) // delivered all the same
			}
		}
	}
	o.drained(10 * time.Second)
	seen := map[string]string{
		"/metrics": o.fetch("http://" + o.metrics + "/metrics").body,
		"/readyz":  o.fetch("http://" + o.addr + "/readyz").body,
		"/":        o.fetch("http://" + o.addr + "/?openid=" + openID).body,
		"export":   o.must("log", "export") + o.must("log", "export", "--jsonl"),
		"spool":    readAll(t, filepath.Join(o.data, "journal")),
	}
	if code := r.stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
	seen["process log"] = r.stderr.String() + r.stdout.String()
	seen["data folder"] = readAll(t, o.data)
	if !strings.Contains(seen["data folder"], "138****5678") {
		t.Error("the masked number is not in the database: the search is blind")
	}
	for where, content := range seen {
		if content == "" {
			t.Errorf("nothing read of %s: the search is blind", where)
		}
		for _, canary := range []string{
			canaryToken, canaryAESKey(), canarySecret, openID, canaryPhone, canaryIdentity, o.env["WENZHENG_SECRET_KEY"],
			strings.Repeat("k", 32),
		} {
			if strings.Contains(content, canary) {
				t.Errorf("%s holds %q: …%s…", where, canary, around(content, canary))
			}
		}
		if where != "export" && where != "data folder" && strings.Contains(content, canaryWords) {
			t.Errorf("%s holds the words of a citizen: …%s…", where, around(content, canaryWords))
		}
	}
}

// TestDatabasePasswordStaysOutOfTheLog: the database's own faults are logged often while
// it is away.
func TestDatabasePasswordStaysOutOfTheLog(t *testing.T) {
	t.Parallel()
	server := storetest.Private(t)
	dsn := server.Database(t)
	name := dsn[strings.LastIndexByte(dsn, '/')+1:]
	server.Exec(t, "CREATE USER w@'127.0.0.1' IDENTIFIED BY '"+canaryPassword+"'")
	server.Exec(t, "GRANT ALL ON "+name+".* TO w@'127.0.0.1'")
	o := newOffice(t, "mysql:"+strings.Replace(dsn, "root@", "w:"+canaryPassword+"@", 1)).open()
	o.env["WENZHENG_LOG_LEVEL"] = "debug"
	r := o.serve()
	server.Exec(t, "ALTER USER w@'127.0.0.1' IDENTIFIED BY 'another'")
	server.Kill(t) // so that no connection of the old password is left
	server.Restart(t)
	eventually(t, 20*time.Second, "the refusal is seen", func() bool { _, ready := o.readiness(); return len(ready.Reasons) > 0 })
	c := o.client(simulator.Policy{Attempts: 1}, nil)
	if trace, err := c.Send(context.Background(), o.citizen(1), "社保卡"); err != nil || !strings.Contains(trace.Reply.Text, "补办社保卡") {
		t.Errorf("answer without the password: %v %v", trace.Outcome(), err)
	}
	checkNoCanary(t, "/readyz", o.fetch("http://"+o.addr+"/readyz").body)
	checkRefusal(t, o, o.run("account", "list"), "数据库")
	server.Exec(t, "ALTER USER w@'127.0.0.1' IDENTIFIED BY '"+canaryPassword+"'")
	o.drained(30 * time.Second)
	r.stop()
	checkNoCanary(t, "process log", r.stderr.String())
	if h := o.hold(); len(h.in) != 1 || len(h.out) != 1 {
		t.Errorf("%d questions, %d answers in the log", len(h.in), len(h.out))
	}
}

// readAll is every byte of every file below a folder.
func readAll(t *testing.T, folder string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "reserve" {
			return err
		}
		content, err := os.ReadFile(path)
		b.Write(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func around(content, canary string) string {
	at := strings.Index(content, canary)
	return strings.ToValidUTF8(content[max(0, at-120):min(len(content), at+len(canary)+40)], "?")
}
