package console

import (
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/models"
)

const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"media-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const noConsole = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Wenzheng 问政</title><h1>问政已在运行</h1>
<p>微信回调地址：<code>/wechat/callback/账号的 AppID</code>；运行状况：<a href="/readyz">/readyz</a>。</p>
<p>这个程序里没有管理后台：请在源代码目录运行 <code>make web</code> 再 <code>make build</code>，或用命令行管理：<code>wenzheng --help</code>。 This program was built without the console: run <code>make web</code>, then <code>make build</code>.</p>
</html>`

// Page answers what no route does with the built console; a path without a file is the console's
// own route and gets its start page, which is never kept: it names the files of this very build.
func (d *Console) Page(c *gin.Context) {
	if d.admit(c); c.IsAborted() {
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+c.Request.URL.Path), "/")
	switch {
	case strings.HasPrefix(name, "api/"):
		d.refuse(c, models.NewError(models.CodeNotFound, "没有这个接口，有哪些见 /openapi.yaml"))
		return
	case strings.HasPrefix(name, "wechat/"), c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead:
		c.AbortWithStatus(http.StatusNotFound)
		return
	}
	head := c.Writer.Header()
	head.Set("Content-Security-Policy", contentSecurityPolicy)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("Cross-Origin-Opener-Policy", "same-origin")
	d.transport(head)
	if !d.has("index.html") {
		d.unbuilt(c, name)
		return
	}
	hashed := strings.HasPrefix(name, "assets/")
	if name == "" || !hashed && !d.has(name) {
		name = "index.html"
	}
	head.Set("Cache-Control", "no-store")
	if hashed {
		// The name holds a hash of what is in it.
		head.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	d.file(c, name)
}

// file writes a file of the console, compressed where the browser takes that.
func (d *Console) file(c *gin.Context, name string) {
	f, err := d.files.file(name)
	if err != nil {
		c.Header("Cache-Control", "no-store") // an older build's file: the next may have it
		c.AbortWithStatus(http.StatusNotFound)
		return
	}
	body := f.plain
	if f.gzipped != nil {
		c.Header("Vary", "Accept-Encoding")
		if strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
			c.Header("Content-Encoding", "gzip")
			body = f.gzipped
		}
	}
	c.Header("Content-Length", strconv.Itoa(len(body)))
	if c.Request.Method == http.MethodHead {
		body = nil
	}
	c.Data(http.StatusOK, f.kind, body)
}

func (d *Console) unbuilt(c *gin.Context, name string) {
	if name != "" {
		c.AbortWithStatus(http.StatusNotFound)
		return
	}
	c.Data(http.StatusOK, "text/html; charset=utf-8", []byte(noConsole))
}

func (d *Console) has(name string) bool {
	if d.o.Files == nil {
		return false
	}
	info, err := fs.Stat(d.o.Files, name)
	return err == nil && !info.IsDir()
}
