package config

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const prefix = "WENZHENG_"

// pathVariable names the settings file when no flag does.
const pathVariable = prefix + "CONFIG"

// orchestrated are the variables that Kubernetes and Docker links put into every container
// beside a service called wenzheng; they are not settings.
var orchestrated = regexp.MustCompile(`^WENZHENG_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT(_[0-9]+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)?|NAME)$`)

// variable is the environment variable of a key.
func variable(name string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(name, ".", "_"))
}

// pairs turns NAME=VALUE lines into a map; of several equal names the last counts.
func pairs(environ []string) map[string]string {
	m := make(map[string]string, len(environ))
	for _, line := range environ {
		if name, value, ok := strings.Cut(line, "="); ok {
			m[name] = value
		}
	}
	return m
}

func readEnviron(env map[string]string, known map[string]key, f *faults) layer {
	byVariable := make(map[string]key, len(known))
	files := map[string]key{}
	for _, k := range known {
		byVariable[variable(k.name)] = k
		if k.secret {
			files[variable(k.name)+"_FILE"] = k
		}
	}
	l := layer{}
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if !strings.HasPrefix(name, prefix) || name == pathVariable {
			continue
		}
		if k, ok := byVariable[name]; ok {
			plain(l, k, name, env[name], f)
			continue
		}
		if k, ok := files[name]; ok {
			fromFile(l, k, name, env, f)
			continue
		}
		if !orchestrated.MatchString(name) {
			f.add("", "环境变量 "+name, absentVariable(name, byVariable, files))
		}
	}
	return l
}

func plain(l layer, k key, name, value string, f *faults) {
	if value == "" && !k.empty {
		f.add(k.name, "环境变量 "+name, "没有值，请填写或删去这个变量")
		return
	}
	texts := []string{value}
	if k.list {
		texts = split(value)
	}
	l[k.name] = entry{texts: texts, origin: "环境变量 " + name}
}

func fromFile(l layer, k key, name string, env map[string]string, f *faults) {
	origin := "环境变量 " + name
	path := env[name]
	if path == "" {
		f.add(k.name, origin, "没有值，请填写文件路径或删去这个变量")
		return
	}
	if _, ok := env[variable(k.name)]; ok {
		f.add(k.name, origin, "与 "+variable(k.name)+" 同时出现，请只留一个")
		return
	}
	value, problem := readSecret(path, env["CREDENTIALS_DIRECTORY"])
	if problem != "" {
		f.add(k.name, origin+" ("+path+")", problem)
		return
	}
	texts := []string{value}
	if k.list {
		texts = split(strings.ReplaceAll(value, "\n", ","))
	}
	l[k.name] = entry{texts: texts, origin: origin + " (" + path + ")"}
}

// maxSecret bounds a secret file in bytes.
const maxSecret = 64 << 10

// readSecret reads a secret, white space around it removed. Files that the group or others may read are refused,
// except that systemd shows the access list of its credentials as group bits
// (https://systemd.io/CREDENTIALS/).
func readSecret(path, credentials string) (value, problem string) {
	info, err := os.Stat(path)
	if err != nil {
		return "", "读不了文件：" + reason(err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxSecret {
		return "", "不是存放密钥的文件"
	}
	forbidden := os.FileMode(0o077)
	if credentials != "" && filepath.Dir(filepath.Clean(path)) == filepath.Clean(credentials) {
		forbidden = 0o037
	}
	if info.Mode().Perm()&forbidden != 0 {
		return "", "其他用户可以读写这个文件，请执行 chmod 600 " + path
	}
	data, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return "", "读不了文件：" + reason(err)
	}
	value = strings.TrimSpace(strings.TrimPrefix(string(data), "\ufeff"))
	if value == "" {
		return "", "文件是空的"
	}
	return value, ""
}
