package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// testKey is a fixed base64 key of 32 bytes.
func testKey(b byte) string {
	raw := make([]byte, 32)
	for i := range raw {
		raw[i] = b + byte(i)
	}
	return base64.StdEncoding.EncodeToString(raw)
}

func write(t *testing.T, name, content string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // past the umask
		t.Fatal(err)
	}
	return path
}

func faultsOf(t *testing.T, err error) []Fault {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want *Error", err)
	}
	return e.Faults
}

func load(t *testing.T, o Options) *Settings {
	t.Helper()
	s, err := Load(o)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return s
}

func TestDefaults(t *testing.T) {
	t.Chdir(t.TempDir())
	s := load(t, Options{})
	got := *s
	got.keys, got.origin = nil, nil
	want := Settings{
		Addr: "127.0.0.1:8080", MetricsAddr: "127.0.0.1:9464", DataDir: "data", Database: "sqlite:data/wenzheng.db",
		PreviousSecretKeys: []Secret{}, AdminAllow: []netip.Prefix{}, TrustedProxies: []netip.Prefix{},
		Callback: Callback{
			Deadline: 4 * time.Second, MaxBody: 64 << 10, MaxSkew: 24 * time.Hour, Memory: time.Minute,
			MaxInFlight: 512, SafeEmpty: SafeEmptySuccess,
		},
		Journal:   Journal{MaxBytes: 8 << 30, AppendTimeout: 1500 * time.Millisecond, DirectTimeout: 1500 * time.Millisecond},
		Session:   Session{Idle: 15 * time.Minute, Lifetime: 8 * time.Hour, PasswordDays: 90, PasswordHistory: 5},
		Alarm:     Alarm{Egress: []string{"qyapi.weixin.qq.com", "oapi.dingtalk.com"}, Networks: []netip.Prefix{}},
		WeChat:    WeChat{Egress: []string{"api.weixin.qq.com", "open.weixin.qq.com", "mmbiz.qpic.cn"}},
		Reply:     Reply{MaxBytes: 2048},
		Token:     Token{MinInterval: time.Second},
		Simulator: Simulator{Retries: 3, Spacing: 5 * time.Second},
		Bot:       Bot{DialogueTTL: 30 * time.Minute, DefaultQuiet: 10 * time.Minute},
		Outbox:    Outbox{MessageCount: 5, MessageWindow: 48 * time.Hour, EventCount: 3, EventWindow: time.Minute, PerSecond: 200},
		Log:       Log{Format: LogJSON},
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(Settings{}), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); d != "" {
		t.Error(d)
	}
}

func TestLaterLayersWin(t *testing.T) {
	file := write(t, "w.yaml", "addr: 127.0.0.1:1\ncallback:\n  deadline: 1s\n  memory: 30s\n  max_body: 1KiB\nlog: {level: warn}\n", 0o600)
	s := load(t, Options{
		Path:    file,
		Environ: []string{"WENZHENG_ADDR=127.0.0.1:2", "WENZHENG_CALLBACK_DEADLINE=2s", "PATH=/bin", "WENZHENGX=1"},
		Flags:   map[string]string{"addr": "127.0.0.1:3"},
	})
	if s.Addr != "127.0.0.1:3" || s.Callback.Deadline != 2*time.Second || s.Callback.Memory != 30*time.Second || s.Callback.MaxBody != 1024 {
		t.Errorf("got %s %+v", s.Addr, s.Callback)
	}
	for key, want := range map[string]string{
		"addr": "命令行 addr", "callback.deadline": "环境变量 WENZHENG_CALLBACK_DEADLINE",
		"callback.memory": file + ":4", "log.format": "默认值", "nothing": "",
	} {
		if got := s.Origin(key); got != want {
			t.Errorf("origin of %s: %q, want %q", key, got, want)
		}
	}
}

func TestPathOfFile(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile(DefaultPath, []byte("addr: :81\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	named := write(t, "other.yaml", "\ufeffaddr: :82\r\nadmin_allow: [10.0.0.0/8, 192.168.1.7]\r\n", 0o600)
	if s := load(t, Options{}); s.Addr != ":81" {
		t.Errorf("default path: %s", s.Addr)
	}
	s := load(t, Options{Environ: []string{"WENZHENG_CONFIG=" + named}})
	if s.Addr != ":82" || len(s.AdminAllow) != 2 || s.AdminAllow[1].String() != "192.168.1.7/32" {
		t.Errorf("WENZHENG_CONFIG: %s %v", s.Addr, s.AdminAllow)
	}
	if _, err := Load(Options{Path: filepath.Join(dir, "absent.yaml")}); err == nil || !strings.Contains(err.Error(), "文件不存在") {
		t.Errorf("named but absent: %v", err)
	}
}

func TestListsAndDatabase(t *testing.T) {
	s := load(t, Options{Path: write(t, "w.yaml", "data_dir: /srv/wz\nmetrics_addr: \"\"\n", 0o644), Environ: []string{
		"WENZHENG_WECHAT_EGRESS=API.weixin.qq.com , mmbiz.qpic.cn,", "WENZHENG_ADMIN_ALLOW=",
		"WENZHENG_SERVICE_HOST=10.0.0.1", "WENZHENG_PORT=tcp://10.0.0.1:8080", "WENZHENG_PORT_8080_TCP_ADDR=10.0.0.1",
	}})
	if d := cmp.Diff([]string{"api.weixin.qq.com", "mmbiz.qpic.cn"}, s.WeChat.Egress); d != "" {
		t.Error(d)
	}
	if s.MetricsAddr != "" || len(s.AdminAllow) != 0 || s.Database != "sqlite:/srv/wz/wenzheng.db" {
		t.Errorf("got %q %v %q", s.MetricsAddr, s.AdminAllow, s.Database)
	}
}

func TestRequiredSecretKey(t *testing.T) {
	t.Chdir(t.TempDir())
	_, err := Load(Options{Require: []string{"secret_key", "database"}})
	f := faultsOf(t, err)
	if len(f) != 1 || f[0].Key != "secret_key" || !strings.Contains(f[0].Problem, "WENZHENG_SECRET_KEY_FILE") {
		t.Errorf("got %v", f)
	}
	s := load(t, Options{Require: []string{"secret_key"}, Environ: []string{"WENZHENG_SECRET_KEY=" + testKey(1)}})
	if len(s.SecretKey) != 32 || s.SecretKey[31] != 32 {
		t.Errorf("got %d bytes", len(s.SecretKey))
	}
}

func TestSecretFromFile(t *testing.T) {
	key := testKey(7)
	for _, mode := range []os.FileMode{0o400, 0o600} {
		s := load(t, Options{Environ: []string{"WENZHENG_SECRET_KEY_FILE=" + write(t, "key", key+"\n", mode)}})
		if len(s.SecretKey) != 32 || s.SecretKey[0] != 7 {
			t.Errorf("mode %o: got %d bytes", mode, len(s.SecretKey))
		}
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o644, 0o620, 0o660, 0o666} {
		_, err := Load(Options{Environ: []string{"WENZHENG_SECRET_KEY_FILE=" + write(t, "key", key, mode)}})
		if f := faultsOf(t, err); len(f) != 1 || f[0].Key != "secret_key" || !strings.Contains(f[0].Problem, "chmod 600") {
			t.Errorf("mode %o: %v", mode, f)
		}
	}
	credential := write(t, "key", key, 0o440)
	load(t, Options{Environ: []string{"WENZHENG_SECRET_KEY_FILE=" + credential, "CREDENTIALS_DIRECTORY=" + filepath.Dir(credential)}})
	dsn := load(t, Options{Environ: []string{"WENZHENG_DATABASE_FILE=" + write(t, "dsn", "mysql:u:p@tcp(db:3306)/wz\n", 0o400)}})
	if dsn.Database != "mysql:u:p@tcp(db:3306)/wz" {
		t.Errorf("database %q", dsn.Database)
	}
}

func TestPreviousKeysFromFile(t *testing.T) {
	s := load(t, Options{Environ: []string{"WENZHENG_PREVIOUS_SECRET_KEY_FILE=" + write(t, "keys", testKey(3)+"\r\n"+testKey(5)+"\n", 0o600)}})
	if len(s.PreviousSecretKeys) != 2 || s.PreviousSecretKeys[0][0] != 3 || s.PreviousSecretKeys[1][0] != 5 {
		t.Errorf("got %d keys", len(s.PreviousSecretKeys))
	}
	_, err := Load(Options{Environ: []string{"WENZHENG_PREVIOUS_SECRET_KEY=" + testKey(3) + ",c2hvcnQ="}})
	if f := faultsOf(t, err); len(f) != 1 || !strings.Contains(f[0].Problem, "第 2 个") {
		t.Errorf("got %v", f)
	}
}

func TestMasterKeyInOpenFileIsRefused(t *testing.T) {
	content := "secret_key: " + testKey(1) + "\n"
	_, err := Load(Options{Path: write(t, "w.yaml", content, 0o644)})
	if f := faultsOf(t, err); len(f) != 1 || f[0].Key != "secret_key" || !strings.Contains(f[0].Problem, "chmod 600") {
		t.Errorf("got %v", f)
	}
	load(t, Options{Path: write(t, "w.yaml", content, 0o600)})
}

func TestAllFaultsAtOnce(t *testing.T) {
	file := write(t, "w.yaml", strings.Join([]string{
		"addr: nowhere", "adr: x", "callback:", "  deadline: 5s", "  max_body: lots", "  speed: 1", "log:", "  level: loud", "journal: 5",
	}, "\n"), 0o600)
	_, err := Load(Options{
		Path:    file,
		Environ: []string{"WENZHENG_TOKEN_MIN_INTERVAL=soon", "WENZHENG_CALBACK_MEMORY=1s", "WENZHENG_SECRET_KEY=short"},
		Flags:   map[string]string{"reply.max_bytes": "none", "no_such": "1"},
		Require: []string{"secret_key"},
	})
	got := map[string]string{}
	for _, f := range faultsOf(t, err) {
		got[f.Key+"@"+f.Origin] = f.Problem
	}
	want := []string{
		"addr@" + file + ":1", "adr@" + file + ":2", "callback.deadline@" + file + ":4", "callback.max_body@" + file + ":5",
		"callback.speed@" + file + ":6", "log.level@" + file + ":8", "journal@" + file + ":9",
		"token.min_interval@环境变量 WENZHENG_TOKEN_MIN_INTERVAL", "@环境变量 WENZHENG_CALBACK_MEMORY",
		"secret_key@环境变量 WENZHENG_SECRET_KEY", "reply.max_bytes@命令行 reply.max_bytes", "no_such@命令行 no_such",
	}
	for _, w := range want {
		if got[w] == "" {
			t.Errorf("no fault for %s", w)
		}
	}
	if len(got) != len(want) || strings.Count(err.Error(), "\n") != len(want)-1 {
		t.Errorf("got %d faults, want %d:\n%v", len(got), len(want), err)
	}
	if !strings.Contains(got["@环境变量 WENZHENG_CALBACK_MEMORY"], "WENZHENG_CALLBACK_MEMORY") || !strings.Contains(got["adr@"+file+":2"], "addr") {
		t.Errorf("no suggestion in\n%v", err)
	}
}

func TestNothingSecretIsShown(t *testing.T) {
	key, old := testKey(1), testKey(2)
	s := load(t, Options{Environ: []string{
		"WENZHENG_SECRET_KEY=" + key, "WENZHENG_PREVIOUS_SECRET_KEY=" + old,
		"WENZHENG_DATABASE=mysql:wz:hunter2@tcp(db:3306)/wenzheng?timeout=1s",
		"WENZHENG_WECHAT_PROXY=http://squid:hunter2@10.0.0.8:3128",
	}})
	shown := s.String() + fmt.Sprintf("%v %+v %#v", s, s.Redacted(), s.SecretKey) + s.LogValue().String()
	for _, canary := range []string{key, old, "hunter2", string(s.SecretKey)} {
		if strings.Contains(shown, canary) {
			t.Errorf("%q is shown in %s", canary, shown)
		}
	}
	if !strings.Contains(shown, "mysql:wz:••••@tcp(db:3306)/wenzheng") {
		t.Errorf("database not recognisable in %s", shown)
	}
	if !strings.Contains(shown, "http://••••@10.0.0.8:3128") || s.WeChat.Proxy.User.String() != "squid:hunter2" {
		t.Errorf("proxy not recognisable in %s", shown)
	}
	if _, err := Load(Options{Environ: []string{
		"WENZHENG_DATABASE=mysql:wz:hunter2@tcp(db", "WENZHENG_SECRET_KEY=hunter2", "WENZHENG_WECHAT_PROXY=ftp://squid:hunter2@h:1",
	}}); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
}

func TestRedactedNamesEveryKeyAndLoadsAgain(t *testing.T) {
	t.Chdir(t.TempDir())
	s := load(t, Options{})
	flags := map[string]string{}
	for _, v := range s.Redacted() {
		if v.Value != "" {
			flags[v.Key] = v.Value
		}
	}
	if len(s.Redacted()) != len(s.keys) {
		t.Fatalf("%d of %d keys", len(s.Redacted()), len(s.keys))
	}
	if d := cmp.Diff(s.String(), load(t, Options{Flags: flags}).String()); d != "" {
		t.Error(d)
	}
}

func TestAPITokenIsASecret(t *testing.T) {
	t.Chdir(t.TempDir())
	token := strings.Repeat("a1", 16)
	if _, err := Load(Options{Path: write(t, "w.yaml", "api:\n  token: "+token+"\n", 0o644)}); len(faultsOf(t, err)) != 1 {
		t.Errorf("a token everybody may read: %v", err)
	}
	s := load(t, Options{Path: write(t, "w.yaml", "api:\n  token: "+token+"\n", 0o600)})
	if string(s.API.Token) != token || strings.Contains(s.String(), token) || !strings.Contains(s.String(), "api.token: "+mask) {
		t.Errorf("token %v, shown as %s", s.API.Token, s)
	}
	if s = load(t, Options{Environ: []string{"WENZHENG_API_TOKEN_FILE=" + write(t, "token", token+"\n", 0o600)}}); string(s.API.Token) != token {
		t.Errorf("token %v", s.API.Token)
	}
}

func TestPasswordOfTheProxyIsNotForEverybody(t *testing.T) {
	t.Chdir(t.TempDir())
	const open, closed = "wechat:\n  proxy: http://10.0.0.8:3128\n", "wechat:\n  proxy: socks5://squid:hunter2@10.0.0.8:1080\n"
	if s := load(t, Options{Path: write(t, "open.yaml", open, 0o644)}); s.WeChat.Proxy.Host != "10.0.0.8:3128" {
		t.Errorf("proxy %v", s.WeChat.Proxy)
	}
	_, err := Load(Options{Path: write(t, "closed.yaml", closed, 0o644)})
	if f := faultsOf(t, err); len(f) != 1 || f[0].Key != "wechat.proxy" || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a password everybody may read: %v", err)
	}
	if s := load(t, Options{Path: write(t, "closed2.yaml", closed, 0o600)}); s.WeChat.Proxy.User.String() != "squid:hunter2" {
		t.Errorf("proxy %v", s.WeChat.Proxy.Redacted())
	}
}

// TestTimeZone_IsNoSettingAnyMore: rules and indices would be cut in different days.
func TestTimeZone_IsNoSettingAnyMore(t *testing.T) {
	file := filepath.Join(t.TempDir(), "w.yaml")
	if err := os.WriteFile(file, []byte("time_zone: Asia/Shanghai\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Load(Options{Path: file, Environ: []string{"WENZHENG_TIME_ZONE=UTC"}})
	faults := faultsOf(t, err)
	if len(faults) != 2 {
		t.Fatalf("faults %v, want one of the file and one of the environment", faults)
	}
	for _, f := range faults {
		if !strings.Contains(f.Problem, "北京时间") || !strings.Contains(f.Problem, "请删去") {
			t.Errorf("fault %q does not say why", f.Problem)
		}
	}
}
