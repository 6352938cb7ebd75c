package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var files embed.FS

// Dist is the built console, index.html at its root. It has no index.html when the console
// was not built before the program (see `make web`).
func Dist() fs.FS {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic("web: " + err.Error()) // impossible: "dist" is a valid path
	}
	return dist
}
