package models

import (
	"errors"
	"io/fs"
	"net"
	"strings"
	"syscall"
	"unicode"
)

// PlainText says what went wrong to people who read no English: what the system says of
// files and addresses is put into their words, where the way out is known it is named. Faults
// of the database are store.Explain's.
func PlainText(err error) string {
	text := err.Error()
	var told *Error
	if errors.As(err, &told) {
		text = Reword(text, told.Error(), told.Error())
	}
	var file *fs.PathError
	if errors.As(err, &file) {
		text = Reword(text, file.Error(), file.Path+" "+fileFault(file.Err))
	}
	var address *net.OpError
	if errors.As(err, &address) {
		text = Reword(text, address.Error(), addressFault(address))
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
	return before + words + after
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

func fileFault(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "不存在，请检查路径"
	case errors.Is(err, fs.ErrPermission):
		return "没有权限，请检查文件与文件夹的权限"
	case errors.Is(err, syscall.EISDIR):
		return "是文件夹，请写文件的路径"
	case errors.Is(err, syscall.ENOTDIR):
		return "的上级不是文件夹，请检查路径"
	case errors.Is(err, syscall.ENOSPC):
		return "写不进去，磁盘已满，请清出空间"
	case errors.Is(err, syscall.EROFS):
		return "写不进去，磁盘是只读的"
	}
	return "读写失败（" + err.Error() + "），请检查磁盘与路径"
}

func addressFault(err *net.OpError) string {
	var name *net.DNSError
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return "端口已被占用"
	case errors.Is(err, syscall.EACCES):
		return "没有权限使用这个端口，小于 1024 的端口需要授权"
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return "本机没有这个地址"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "连接被拒绝，对方没有启动或端口不对"
	case errors.As(err, &name):
		return "找不到主机 " + name.Name
	case err.Timeout():
		return "连接超时，请检查网络、代理与防火墙"
	case err.Op == "listen":
		return "地址应写作 主机:端口，端口为 0 至 65535"
	}
	return "网络不通（" + err.Err.Error() + "）"
}
