package config

import (
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/v2"
)

// DefaultPath is read when neither Options.Path nor WENZHENG_CONFIG names a file; only
// this file may be absent.
const DefaultPath = "wenzheng.yaml"

const originDefault = "默认值"

// Options says where the settings come from.
type Options struct {
	Path    string            // of the file; "" = WENZHENG_CONFIG, else DefaultPath if it exists
	Environ []string          // as of os.Environ
	Flags   map[string]string // dotted key to value, the strongest
	Require []string          // keys that must be set, such as secret_key for serve
}

// Load merges defaults, file, environment and flags, later ones winning. Its error is an
// *Error with every fault of all of them; the settings are nil then.
func Load(o Options) (*Settings, error) {
	s := &Settings{origin: map[string]string{}}
	s.keys = bind(s)
	known := make(map[string]key, len(s.keys))
	for _, k := range s.keys {
		known[k.name] = k
	}
	var f faults
	env := pairs(o.Environ)
	merged := koanf.New(".")
	layers := []layer{
		defaults(s.keys),
		s.settingsFile(o.Path, env[pathVariable], known, &f),
		readEnviron(env, known, &f),
		readFlags(o.Flags, known, &f),
	}
	for _, l := range layers {
		if err := s.merge(merged, l); err != nil {
			f.add("", "", err.Error())
		}
	}
	s.apply(merged, &f)
	s.require(o.Require, merged, known, &f)
	s.relate(&f)
	if err := f.err(); err != nil {
		return nil, err
	}
	return s, nil
}

func defaults(keys []key) layer {
	l := make(layer, len(keys))
	for _, k := range keys {
		switch {
		case k.list:
			l[k.name] = entry{texts: split(k.initial), origin: originDefault}
		case k.initial != "" || k.empty:
			l[k.name] = entry{texts: []string{k.initial}, origin: originDefault}
		}
	}
	return l
}

func (s *Settings) settingsFile(path, fallback string, known map[string]key, f *faults) layer {
	if path == "" {
		path = fallback
	}
	if path == "" {
		if _, err := os.Stat(DefaultPath); err != nil {
			return nil
		}
		path = DefaultPath
	}
	s.File = path
	l := readFile(path, known, f)
	refuseOpenKeys(path, l, f)
	return l
}

// refuseOpenKeys refuses a key or a proxy's password in a file that everybody on the machine may read.
func refuseOpenKeys(path string, l layer, f *faults) {
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o007 == 0 {
		return
	}
	for _, name := range []string{"secret_key", "previous_secret_key", "api.token"} {
		if e, ok := l[name]; ok && strings.Join(e.texts, "") != "" {
			f.add(name, e.origin, "密钥写在所有用户都能读的文件里，请执行 chmod 600 "+path+"，或改用 "+variable(name)+"_FILE")
		}
	}
	const proxy = "wechat.proxy"
	if e, ok := l[proxy]; ok && strings.Contains(strings.Join(e.texts, ""), "@") {
		f.add(proxy, e.origin, "代理密码写在所有用户都能读的文件里，请执行 chmod 600 "+path+"，或改用 "+variable(proxy)+"_FILE")
	}
}

func readFlags(flags map[string]string, known map[string]key, f *faults) layer {
	l := make(layer, len(flags))
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		origin := "命令行 " + name
		k, ok := known[name]
		switch {
		case !ok:
			f.add(name, origin, absent(name, known))
		case flags[name] == "" && !k.empty:
			f.add(name, origin, "没有值")
		case k.list:
			l[name] = entry{texts: split(flags[name]), origin: origin}
		default:
			l[name] = entry{texts: []string{flags[name]}, origin: origin}
		}
	}
	return l
}

func (s *Settings) merge(merged *koanf.Koanf, l layer) error {
	flat := make(map[string]any, len(l))
	for name, e := range l {
		flat[name] = e.texts
		s.origin[name] = e.origin
	}
	if err := merged.Load(confmap.Provider(flat, "."), nil); err != nil {
		return fmt.Errorf("config: merge: %w", err)
	}
	return nil
}

func (s *Settings) apply(merged *koanf.Koanf, f *faults) {
	for _, k := range s.keys {
		if !merged.Exists(k.name) {
			continue
		}
		texts := merged.Strings(k.name)
		if !k.list && !k.empty && strings.TrimSpace(texts[0]) == "" {
			f.add(k.name, s.origin[k.name], "没有值，请填写或删去这一行")
			continue
		}
		if problem := k.set(texts); problem != "" {
			f.add(k.name, s.origin[k.name], problem)
		}
	}
	if !merged.Exists("database") {
		s.Database = "sqlite:" + filepath.Join(s.DataDir, "wenzheng.db")
		s.origin["database"] = originDefault
	}
}

func (s *Settings) require(names []string, merged *koanf.Koanf, known map[string]key, f *faults) {
	for _, name := range names {
		if merged.Exists(name) || name == "database" {
			continue
		}
		hint := "必须设置，请写在设置文件里，或用环境变量 " + variable(name)
		if known[name].secret {
			hint = "必须设置，请用环境变量 " + variable(name) + "_FILE 指向仅本人可读的文件，或用 " + variable(name)
		}
		f.add(name, "", hint+"（"+known[name].doc+"）")
	}
}

// relate checks what no single setting can know. Where one of a pair is faulty already
// its zero value keeps quiet.
func (s *Settings) relate(f *faults) {
	if s.MetricsAddr != "" && samePort(s.Addr, s.MetricsAddr) {
		f.add("metrics_addr", s.origin["metrics_addr"], "不能与 addr 用同一端口：指标不应对公网开放")
	}
	same := func(k Secret) bool { return len(s.SecretKey) > 0 && slices.Equal(k, s.SecretKey) }
	// At the end, behind a key to come, it is the oldest: a change of key under several
	// instances begins so.
	if at := slices.IndexFunc(s.PreviousSecretKeys, same); at == 0 || at > 0 && at < len(s.PreviousSecretKeys)-1 {
		f.add("previous_secret_key", s.origin["previous_secret_key"], "含有现在的 secret_key，请删去那一个")
	}
	s.relateKeeping("cases.keep_media", s.Cases.KeepMedia, f)
	s.relateKeeping("cases.exact_place", s.Cases.ExactPlace, f)
	if s.Simulator.Enabled {
		s.warn("simulator.enabled", "已启用微信模拟器，生产环境请关闭")
	}
	if s.WeChat.APIBase != "" {
		s.warn("wechat.api_base", "微信接口指向 "+s.WeChat.APIBase+"，不是微信官方地址")
	}
	if s.Journal.AllowVolatile {
		s.warn("journal.allow_volatile", "日志缓冲允许放在断电即失的盘上，断电会丢消息")
	}
	if s.Callback.MaxSkew == 0 {
		s.warn("callback.max_skew", "不检查回调时间戳")
	}
}

// relateKeeping refuses a purpose without days, and days without a purpose.
func (s *Settings) relateKeeping(name string, k Keeping, f *faults) {
	purpose, days := name+".purpose", name+".days"
	switch {
	case f.about(purpose) || f.about(days):
	case k.Purpose != "" && k.Days == 0:
		f.add(days, s.origin[purpose], "写了用途没有写保存几天：两项一起写才保存，都留空表示不保存")
	case k.Days > 0 && k.Purpose == "":
		f.add(purpose, s.origin[days], "写了保存几天没有写用途：两项一起写才保存，都留空表示不保存")
	}
}

func (s *Settings) warn(name, message string) {
	s.Warnings = append(s.Warnings, Fault{Key: name, Origin: s.origin[name], Problem: message}.String())
}

func samePort(a, b string) bool {
	hostA, portA, errA := net.SplitHostPort(a)
	hostB, portB, errB := net.SplitHostPort(b)
	if errA != nil || errB != nil || portA != portB || portA == "0" {
		return false
	}
	return hostA == hostB || wildcard(hostA) || wildcard(hostB)
}

func wildcard(host string) bool { return host == "" || host == "0.0.0.0" || host == "::" }
