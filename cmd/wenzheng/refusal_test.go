package main

import (
	"encoding/base64"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// helpPointer is the end of a refusal that leads to the help.
var helpPointer = regexp.MustCompile(`；用法见 (wenzheng .*--help)$`)

// checkRefusal holds what every refused command does: not exit 0, nothing on standard
// output, one line on standard error that tells in Chinese what is wrong, and no secret.
func checkRefusal(t *testing.T, o *office, r said, want string) {
	t.Helper()
	if r.code == 0 {
		t.Errorf("exit 0; standard output: %s", r.stdout)
	}
	if r.stdout != "" {
		t.Errorf("standard output: %q", r.stdout)
	}
	line, ok := strings.CutSuffix(r.stderr, "\n")
	if !ok || strings.Contains(line, "\n") || !strings.HasPrefix(line, "wenzheng: ") {
		t.Errorf("not one line of the program: %q", r.stderr)
	}
	if !regexp.MustCompile(want).MatchString(line) {
		t.Errorf("%q does not say %s", line, want)
	}
	body := helpPointer.ReplaceAllString(line, "")
	if n := hanOf(body); n < 2 || strings.Contains(body, "did you mean") {
		t.Errorf("%q does not say in Chinese what is wrong", line)
	}
	if m := helpPointer.FindStringSubmatch(line); m != nil {
		if help := o.run(strings.Fields(m[1])[1:]...); help.code != 0 || help.stdout == "" {
			t.Errorf("%q leads to help that is not there (exit %d)", m[1], help.code)
		}
	}
	checkNoCanary(t, "standard error", line)
}

func hanOf(s string) int {
	n := 0
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n
}

func checkNoCanary(t *testing.T, where, text string) {
	t.Helper()
	for _, secret := range []string{
		canaryToken, canaryAESKey(), canarySecret, canaryPassword, "canary token", "not-a-key-canary",
		base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 32))),
	} {
		if strings.Contains(text, secret) {
			t.Errorf("%s shows the secret %s…", where, secret[:6])
		}
	}
}

const canaryPassword = "CanaryPassword77"

// TestBadCommandLines holds that a faulty command line says so and touches nothing.
func TestBadCommandLines(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		args  []string
		stdin string
		want  string
	}{
		{"unknown command", []string{"foo"}, "", "foo"},
		{"unknown subcommand", []string{"rules", "destroy"}, "", "destroy"},
		{"no subcommand", []string{"rules"}, "", "wenzheng rules --help"},
		{"unknown flag", []string{"log", "export", "--bogus"}, "", "--bogus.*wenzheng log export --help"},
		{"missing argument", []string{"rules", "try"}, "", "wenzheng rules try --help"},
		{"one argument too many", []string{"version", "now"}, "", "now"},
		{"serve with an argument", []string{"serve", "now"}, "", "now"},
		{"missing flags", []string{"account", "add", "--name", "x"}, "", "--app-id.*wenzheng account add --help"},
		{"kind", addLine("--kind", "other"), "", "--kind"},
		{"mode", addLine("--mode", "open"), "", "--mode"},
		{"app id", addLine("--app-id", "wx123"), "", "AppID"},
		{"token with a blank", addLine("--token", "canary token"), "", "Token"},
		{"short aes key", addLine("--aes-key", canaryAESKey()[:40]), "", "43"},
		{"aes key of other characters", addLine("--aes-key", strings.Repeat("*", 43)), "", "43"},
		{"no aes key in safe mode", addLine("--aes-key", ""), "", "EncodingAESKey"},
		{"aes key in plain mode", addLine("--mode", "plain"), "", "明文"},
		{"empty standard input", addLine("--aes-key", "-"), "", "标准输入"},
		{"second line missing", addLine("--aes-key", "-", "--secret", "-"), canaryAESKey() + "\n", "标准输入"},
		{"original id", addLine("--original-id", "1234"), "", "gh_"},
		{"office hours", addLine("--office-hours", "早上到晚上"), "", "办公时间"},
		{"rules file missing", []string{"rules", "import", "无此文件.csv"}, "", "无此文件.csv"},
		{"rules file of no known kind", []string{"rules", "import", "规则.doc"}, "", "规则.doc"},
		{"rules export format", []string{"rules", "export", "--format", "pdf"}, "", "--format"},
		{"rules export of no known kind", []string{"rules", "export", "规则.pdf"}, "", "规则.pdf"},
		{"from", []string{"log", "export", "--from", "2026-13-01"}, "", "2026-03-01"},
		{"to", []string{"log", "export", "--to", "明天"}, "", "2026-03-31"},
		{"from after to", []string{"log", "export", "--from", "2026-03-02", "--to", "2026-03-01"}, "", "对调"},
		{"reason missing", []string{"log", "export", "--with-openid"}, "", "--with-openid"},
		{"simulate send nothing", []string{"simulate", "send"}, "", "wenzheng simulate send --help"},
		{"simulate mode", []string{"simulate", "send", "--mode", "open", "x"}, "", "--mode"},
		{"simulate app id", []string{"simulate", "send", "--token", canaryToken, "x"}, "", "--account"},
		{"simulate aes key", []string{"simulate", "send", "--account", "wx0123456789abcdef", "--token", canaryToken, "--aes-key", canaryAESKey()[:42], "x"}, "", "43"},
		{"simulate url", simulateLine("send", "--url", "就在这里", "x"), "", "就在这里|http"},
		{"simulate file missing", simulateLine("file", "无此文件.xml"), "", "无此文件.xml"},
		{"simulate no file", []string{"simulate", "file"}, "", "wenzheng simulate file --help"},
		{"simulate texts missing", simulateLine("load", "--texts", "无此文件.csv"), "", "无此文件.csv"},
		{"simulate rate", simulateLine("load", "--rate=-1", "--seconds", "1"), "", "rate"},
		{"simulate rate is no number", simulateLine("load", "--rate", "快"), "", "--rate"},
		{"simulate duplicates", simulateLine("load", "--duplicates", "2", "--seconds", "1"), "", "duplicates"},
		{"simulate journal", simulateLine("send", "--journal", "无此夹/j.jsonl", "x"), "", "无此夹"},
		{"simulate nobody there", simulateLine("send", "--url", "http://127.0.0.1:1", "x"), "", "wenzheng serve"},
		{"settings file missing", []string{"--config", "无此文件.yaml", "migrate", "status"}, "", "无此文件.yaml"},
		{"serve addr", []string{"serve", "--addr", "这里"}, "", "addr"},
		{"health nobody there", []string{"health", "--url", "http://127.0.0.1:1"}, "", "127.0.0.1:1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := newOffice(t, "")
			emptyFile(t, o)
			checkRefusal(t, o, o.runWith(tc.stdin, tc.args...), tc.want)
			checkUntouched(t, o)
		})
	}
}

// addLine is a faultless `account add` with some flags overridden.
func addLine(flags ...string) []string {
	values := map[string]string{
		"--app-id": "wx0123456789abcdef", "--name": "江城", "--kind": "service", "--token": canaryToken, "--aes-key": canaryAESKey(),
	}
	for i := 0; i < len(flags); i += 2 {
		values[flags[i]] = flags[i+1]
	}
	args := []string{"account", "add"}
	for flag, value := range values {
		args = append(args, flag+"="+value)
	}
	return args
}

func simulateLine(command string, rest ...string) []string {
	return append([]string{"simulate", command, "--retries", "1", "--account", "wx0123456789abcdef", "--token", canaryToken, "--aes-key", canaryAESKey()}, rest...)
}

// checkUntouched holds that a refused command wrote nothing beside what init has made.
func checkUntouched(t *testing.T, o *office) {
	t.Helper()
	made := []string{"", "/data", "/data/installation", "/data/wenzheng.db"}
	err := filepath.WalkDir(o.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(path, o.dir)
		info, err := d.Info()
		if !slices.Contains(made, name) || err == nil && strings.HasSuffix(name, ".db") && info.Size() > 0 {
			t.Errorf("the refused command made %s", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestBadSettings holds that faulty settings refuse every command that needs them, all
// faults named at once and no secret shown.
func TestBadSettings(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		env  map[string]string
		want string
	}{
		{"unknown variable", map[string]string{"WENZHENG_ADRR": "x"}, "WENZHENG_ADRR.*WENZHENG_ADDR"},
		{"secret key", map[string]string{"WENZHENG_SECRET_KEY": "not-a-key-canary"}, "secret_key|SECRET_KEY"},
		{"no secret key", map[string]string{"WENZHENG_SECRET_KEY": "-"}, "secret.key 也不存在.*wenzheng init"},
		{"database of no kind", map[string]string{"WENZHENG_DATABASE": "oracle:" + canaryPassword}, "sqlite:.*mysql:"},
		{"broken dsn", map[string]string{"WENZHENG_DATABASE": "mysql:root:" + canaryPassword + "@tcp(127.0.0.1:1"}, "database|DATABASE"},
		{"deadline beyond the platform's", map[string]string{"WENZHENG_CALLBACK_DEADLINE": "6s"}, "callback.deadline"},
		{"two faults at once", map[string]string{"WENZHENG_CALLBACK_DEADLINE": "soon", "WENZHENG_LOG_LEVEL": "loud"}, "callback.deadline.*log.level"},
		{"one port twice", map[string]string{"WENZHENG_ADDR": "127.0.0.1:18443", "WENZHENG_METRICS_ADDR": "127.0.0.1:18443"}, "metrics_addr"},
		{"a time zone, which is no setting any more", map[string]string{"WENZHENG_TIME_ZONE": "Asia/Shanghai"}, "WENZHENG_TIME_ZONE.*北京时间"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, args := range [][]string{{"serve"}, {"account", "list"}, {"log", "export"}} {
				o := newOffice(t, "")
				emptyFile(t, o)
				for k, v := range tc.env {
					o.env[k] = v
					if v == "-" {
						delete(o.env, k)
					}
				}
				checkRefusal(t, o, o.run(args...), tc.want)
				checkUntouched(t, o)
			}
		})
	}
}

func TestDatabaseOutOfReachSaysSoWithoutThePassword(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"migrate", "up"}, {"migrate", "status"}, {"account", "list"}, {"log", "export"}, {"rules", "export"}, {"rules", "try", "x"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			o := newOffice(t, "mysql:root:"+canaryPassword+"@tcp(127.0.0.1:1)/wenzheng")
			checkRefusal(t, o, o.run(args...), "数据库")
		})
	}
}

func TestSecretFileOthersMayRead(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	path := o.write("secret", o.env["WENZHENG_SECRET_KEY"]+"\n")
	delete(o.env, "WENZHENG_SECRET_KEY")
	o.env["WENZHENG_SECRET_KEY_FILE"] = path
	for _, mode := range []os.FileMode{0o644, 0o640, 0o604} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		checkRefusal(t, o, o.run("serve"), "chmod 600 "+regexp.QuoteMeta(path))
		checkRefusal(t, o, o.run("account", "list"), "chmod 600 "+regexp.QuoteMeta(path))
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	o.open()
}
