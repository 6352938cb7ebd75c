package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
)

// Set by the build with -ldflags -X; a plain `go build` leaves them to the build info.
var (
	version = "dev"
	commit  = ""
	date    = ""
)

type versionCmd struct{ jsonFlag }

type versionInfo struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Date    string `json:"date"`
	Go      string `json:"go"`
}

func programVersion() versionInfo {
	v := versionInfo{Version: version, Commit: commit, Date: date, Go: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && v.Commit == "" {
			v.Commit = s.Value
		}
		if s.Key == "vcs.time" && v.Date == "" {
			v.Date = s.Value
		}
	}
	return v
}

// Run prints the version.
func (c *versionCmd) Run(p *program) error {
	v := programVersion()
	return c.print(p, v, fmt.Sprintf("wenzheng %s\n提交 %s\n日期 %s\n%s\n", v.Version, cmp.Or(v.Commit, "—"), cmp.Or(v.Date, "—"), v.Go))
}
