//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkIndices_Memory shows what a question for indices adds to the resident memory of the real
// binary, in MB over that of a command which reads one row: over a log of WENZHENG_BENCH_ROWS rows
// (20,000 without it) on SQLite, of 90 days, that it imports, or over the log of the account
// WENZHENG_BENCH_ACCOUNT of the installation in the folder WENZHENG_BENCH_DATA.
func BenchmarkIndices_Memory(b *testing.B) {
	o := newOffice(b, "")
	account := os.Getenv("WENZHENG_BENCH_ACCOUNT")
	if data := os.Getenv("WENZHENG_BENCH_DATA"); data != "" {
		o.dir = data
		o.env = map[string]string{}
	} else {
		rows, err := strconv.Atoi(os.Getenv("WENZHENG_BENCH_ROWS"))
		if err != nil {
			rows = 20_000
		}
		account = o.account.AppID
		o.must("migrate", "up")
		o.addAccount()
		if r := o.run("log", "import", o.write("log.csv", benchLog(o, rows))); r.code != 0 {
			b.Fatal(r.stderr)
		}
	}
	base := o.peak(b, "account", "list", "--json")
	for b.Loop() {
		grown := o.peak(b, "indices", "--account", account, "--format", "json") - base
		b.ReportMetric(float64(grown)*1024/1e6, "MB-grown")
	}
}

// peak is the most resident memory, in KB, of a command of the real binary. What wait(2) tells is
// that of this process too, from before the command was started.
func (o *office) peak(b *testing.B, args ...string) int {
	b.Helper()
	cmd := exec.Command(binary(b), args...)
	var out, fault output
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = append(o.environ(), "HOME="+o.dir), o.dir, &out, &fault
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	most := 0
	for tick := time.NewTicker(time.Millisecond); ; {
		select {
		case err := <-ended:
			tick.Stop()
			if err != nil || !json.Valid([]byte(out.String())) || most == 0 {
				b.Fatalf("%v: %v: %s", args, err, fault.String())
			}
			return most
		case <-tick.C:
			status, _ := os.ReadFile("/proc/" + strconv.Itoa(cmd.Process.Pid) + "/status") // gone when it has ended
			_, rest, _ := strings.Cut(string(status), "VmHWM:")
			line, _, _ := strings.Cut(rest, " kB")
			if n, err := strconv.Atoi(strings.TrimSpace(line)); err == nil {
				most = max(most, n)
			}
		}
	}
}

// benchLog is questions, each in words of its own, and answers by turns of the rules and of people.
func benchLog(o *office, rows int) string {
	var csv strings.Builder
	csv.WriteString("account,openid,at,channel,dir,actor,kind,content,matched,ok\n")
	begin := time.Now().AddDate(0, 0, -91)
	topics := []string{"公积金提取", "居住证办理", "医保报销", "社保转移", "路灯不亮", "下水道堵塞"}
	for i := range rows / 2 {
		at := begin.Add(time.Duration(i) * 90 * 24 * time.Hour / time.Duration(rows/2))
		fmt.Fprintf(&csv, "%s,%s,%s,chat,in,citizen,text,请问%s怎么办？第%d次来问，麻烦答复一下,,\n",
			o.account.AppID, o.citizen(i%20_000), at.Format(time.RFC3339), topics[i%len(topics)], i)
		answer, actor := at.Add(time.Second), "bot,text,请带身份证到窗口办理。,true,true"
		if i%2 == 1 {
			answer, actor = at.Add(time.Duration(i%200)*time.Minute), "human,text,已转交承办科室。,,true"
		}
		fmt.Fprintf(&csv, "%s,%s,%s,chat,out,%s\n", o.account.AppID, o.citizen(i%20_000), answer.Format(time.RFC3339), actor)
	}
	return csv.String()
}
