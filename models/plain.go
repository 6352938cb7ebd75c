package models

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"unicode"
)

// PlainText says what went wrong to people who read no English: what the system says of
// files and addresses is put into their words, where the way out is known it is named. What
// nobody has words for is marked as something for the operators. Faults of the database are
// store.Explain's.
func PlainText(err error) string {
	text := inWords(err)
	if !strings.ContainsFunc(text, isHan) {
		return "没有完成，请把原因交给运维人员（" + text + "）"
	}
	return text
}

func inWords(err error) string {
	text := err.Error()
	var told *Error
	if errors.As(err, &told) {
		text = Reword(text, told.Error(), told.Error())
	}
	var address *url.Error
	if errors.As(err, &address) {
		text = Reword(text, address.Error(), urlFault(address))
	}
	var file *fs.PathError
	if errors.As(err, &file) {
		text = Reword(text, file.Error(), file.Path+" "+fileFault(file.Err))
	}
	var connection *net.OpError
	if errors.As(err, &connection) {
		text = Reword(text, connection.Error(), addressFault(connection))
	}
	for _, known := range [...]struct {
		fault error
		words string
	}{
		{context.DeadlineExceeded, "超过了时限，请稍后再试"},
		{context.Canceled, "已停下"},
		{io.ErrUnexpectedEOF, "没有读完就断了，请再试一次"},
	} {
		if errors.Is(err, known.fault) {
			text = Reword(text, known.fault.Error(), known.words)
		}
	}
	return text
}

// Reword puts words in the place of what the system said in a text. What stands before it and
// is in English says nothing to people, and goes.
func Reword(text, said, words string) string {
	before, after, found := strings.Cut(text, said)
	if !found {
		return text
	}
	if !strings.ContainsFunc(before, isHan) {
		before = ""
	}
	return rooms.ReplaceAllString(before, "") + words + after
}

// rooms is what the rooms put before a fault, one after the other: "store: rules: ".
var rooms = regexp.MustCompile(`(?:\b[a-z]+(?: [a-z]+)*: )+$`)

// Interrupted keeps of a fault what says how far the work had come: that a call was cut off
// is what was asked for.
func Interrupted(err error) error {
	text := strings.TrimSuffix(Reword(err.Error(), context.Canceled.Error(), ""), "：")
	if !strings.ContainsFunc(text, isHan) {
		text = "已停下"
	}
	return NewError(CodeUnavailable, text)
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

func fileFault(err error) string {
	for _, known := range [...]struct {
		fault error
		words string
	}{
		{fs.ErrNotExist, "不存在，请检查路径"},
		{fs.ErrPermission, "没有权限，请检查文件与文件夹的权限"},
		{syscall.EISDIR, "是文件夹，请写文件的路径"},
		{syscall.ENOTDIR, "的上级不是文件夹，请检查路径"},
		{syscall.ENOSPC, "写不进去，磁盘已满，请清出空间"},
		{syscall.EDQUOT, "写不进去，磁盘配额已用完，请清出空间"},
		{syscall.EROFS, "写不进去，磁盘是只读的"},
		{syscall.EIO, "读写失败，磁盘可能坏了，请检查磁盘"},
		{fs.ErrExist, "已经存在，请换一个名称"},
		{syscall.ENAMETOOLONG, "的名称太长，请改短"},
		{syscall.ELOOP, "是绕成一圈的链接，请检查路径"},
		{syscall.EBUSY, "正被别的程序占用"},
		{syscall.EMFILE, "打不开：同时打开的文件太多"},
		{syscall.EINVAL, "不能这样读写，请检查路径"},
	} {
		if errors.Is(err, known.fault) {
			return known.words
		}
	}
	return "读写失败（" + err.Error() + "），请检查磁盘与路径"
}

// urlFault says why an address was not reached or is none.
func urlFault(err *url.Error) string {
	var certificate *tls.CertificateVerificationError
	switch {
	case err.Op == "parse":
		return "地址 " + err.URL + " 有误，应写作 http://主机:端口 或 https://域名"
	case errors.Is(err, context.Canceled):
		return "已停下"
	case err.Timeout():
		return "连接超时，请检查网络、代理与防火墙"
	case errors.Is(err, io.EOF):
		return "对方没有答完就断开了"
	case errors.As(err, &certificate):
		return "对方的 HTTPS 证书不可信，请检查地址与本机时间"
	case strings.Contains(err.Error(), "HTTP response to HTTPS"):
		return "对方不是 HTTPS，请改写 http://"
	}
	return inWords(err.Err)
}

func addressFault(err *net.OpError) string {
	var name *net.DNSError
	if errors.As(err, &name) {
		return "找不到主机 " + name.Name
	}
	for _, known := range [...]struct {
		fault error
		words string
	}{
		{syscall.EADDRINUSE, "端口已被占用"},
		{syscall.EACCES, "没有权限使用这个端口，小于 1024 的端口需要授权"},
		{syscall.EADDRNOTAVAIL, "本机没有这个地址"},
		{syscall.ECONNREFUSED, "连接被拒绝，对方没有启动或端口不对"},
		{syscall.ECONNRESET, "对方断开了连接"},
		{syscall.EPIPE, "对方断开了连接"},
		{syscall.ENETUNREACH, "网络不通，请检查网络、路由与防火墙"},
		{syscall.EHOSTUNREACH, "网络不通，请检查网络、路由与防火墙"},
	} {
		if errors.Is(err, known.fault) {
			return known.words
		}
	}
	switch {
	case err.Timeout():
		return "连接超时，请检查网络、代理与防火墙"
	case err.Op == "listen":
		return "地址应写作 主机:端口，端口为 0 至 65535"
	}
	return "网络不通（" + err.Err.Error() + "）"
}
