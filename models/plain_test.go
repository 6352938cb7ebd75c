package models

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"unicode"
)

// TestPlainText_WhatTheSystemSays: nothing a file, an address or a clock does to a command is told in
// English, whatever stood before it.
func TestPlainText_WhatTheSystemSays(t *testing.T) {
	file := func(err error) error { return &fs.PathError{Op: "open", Path: "三月.csv", Err: err} }
	dial := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", err)}
	}
	get := func(err error) error { return &url.Error{Op: "Get", URL: "http://127.0.0.1:1/readyz", Err: err} }
	noAddress := &url.Error{Op: "parse", URL: ":::/readyz", Err: errors.New("missing protocol scheme")}
	for _, c := range []struct {
		err  error
		want string
	}{
		{file(syscall.ENOENT), "三月.csv 不存在，请检查路径"},
		{file(syscall.EACCES), "三月.csv 没有权限"},
		{file(syscall.EISDIR), "三月.csv 是文件夹"},
		{file(syscall.ENOTDIR), "三月.csv 的上级不是文件夹"},
		{file(syscall.ENOSPC), "磁盘已满"},
		{file(syscall.EDQUOT), "配额"},
		{file(syscall.EROFS), "只读"},
		{file(syscall.EIO), "磁盘可能坏了"},
		{file(syscall.EEXIST), "已经存在"},
		{file(syscall.ENAMETOOLONG), "名称太长"},
		{file(syscall.ELOOP), "链接"},
		{file(syscall.EBUSY), "占用"},
		{file(syscall.EMFILE), "打开的文件太多"},
		{file(syscall.EINVAL), "不能这样读写"},
		{dial(syscall.EADDRINUSE), "端口已被占用"},
		{dial(syscall.EADDRNOTAVAIL), "本机没有这个地址"},
		{dial(syscall.EACCES), "没有权限使用这个端口"},
		{dial(syscall.ECONNREFUSED), "连接被拒绝"},
		{dial(syscall.ECONNRESET), "断开了连接"},
		{dial(syscall.EPIPE), "断开了连接"},
		{dial(syscall.ENETUNREACH), "网络不通"},
		{dial(syscall.EHOSTUNREACH), "网络不通"},
		{&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "gov.example"}}, "找不到主机 gov.example"},
		{&net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, "连接超时"},
		{get(dial(syscall.ECONNREFUSED)), "连接被拒绝"},
		{get(io.EOF), "没有答完就断开了"},
		{get(context.DeadlineExceeded), "连接超时"},
		{get(context.Canceled), "已停下"},
		{get(&tls.CertificateVerificationError{Err: errors.New("x509: certificate signed by unknown authority")}), "证书不可信"},
		{get(errors.New("http: server gave HTTP response to HTTPS client")), "不是 HTTPS"},
		{noAddress, "地址 :::/readyz 有误"},
		{fmt.Errorf("journal: read: %w", io.ErrUnexpectedEOF), "没有读完就断了"},
		{fmt.Errorf("waits: measured: %w", context.DeadlineExceeded), "超过了时限"},
		{fmt.Errorf("simulator: send: %w", NewError(CodeInvalid, "请写 --url")), "请写 --url"},
	} {
		got := PlainText(fmt.Errorf("打不开：%w", c.err))
		if !strings.Contains(got, c.want) || strings.ContainsFunc(without(got, "三月.csv", "gov.example", ":::/readyz", "--url", "HTTPS", "http://", "https://"), lowerLatin) {
			t.Errorf("%v: %s, want %s", c.err, got, c.want)
		}
		if bare := PlainText(c.err); !strings.Contains(bare, c.want) {
			t.Errorf("%v alone: %s", c.err, bare)
		}
	}
	if got := PlainText(errors.New("bbolt: freelist is odd")); got != "没有完成，请把原因交给运维人员（bbolt: freelist is odd）" {
		t.Errorf("what nobody has words for: %s", got)
	}
}

func without(s string, parts ...string) string {
	for _, p := range parts {
		s = strings.ReplaceAll(s, p, "")
	}
	return s
}

func lowerLatin(r rune) bool { return r < unicode.MaxASCII && unicode.IsLower(r) }
