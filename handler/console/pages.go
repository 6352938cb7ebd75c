package console

import (
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"
)

const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const noConsole = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Wenzheng 问政</title><h1>问政已在运行</h1>
<p>微信回调地址：<code>/wechat/callback/账号的 AppID</code>；运行状况：<a href="/readyz">/readyz</a>。</p>
<p>这个版本没有管理后台，请用命令行管理：<code>wenzheng --help</code>。 This version has no console: <code>wenzheng --help</code> lists the commands.</p>
</html>`

// Page answers what no route does with the built console; a path without a file is the console's
// own route.
func (d *Console) Page(c *gin.Context) {
	if d.admit(c); c.IsAborted() {
		return
	}
	if c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead {
		c.AbortWithStatus(http.StatusNotFound)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+c.Request.URL.Path), "/")
	if strings.HasPrefix(name, "api/") || strings.HasPrefix(name, "wechat/") {
		c.AbortWithStatus(http.StatusNotFound)
		return
	}
	head := c.Writer.Header()
	head.Set("Content-Security-Policy", contentSecurityPolicy)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "no-referrer")
	if !d.has("index.html") {
		d.unbuilt(c, name)
		return
	}
	if name == "" || !d.has(name) {
		name = "index.html"
	}
	c.Status(http.StatusOK) // gin's NoRoute has set 404
	c.FileFromFS("/"+strings.TrimSuffix(name, "index.html"), http.FS(d.o.Files))
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
