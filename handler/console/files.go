package console

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"io/fs"
	"mime"
	"path"
	"strings"
	"sync"
)

// pageFiles are the files of the console as they are sent: each is read and compressed when it is
// first asked for and then kept, a few megabytes in all. It is safe for concurrent use.
type pageFiles struct {
	from fs.FS

	mu   sync.Mutex
	kept map[string]pageFile
}

// pageFile is one file. gzipped is nil where compression gains nothing.
type pageFile struct {
	kind    string // Content-Type
	plain   []byte
	gzipped []byte
}

func (p *pageFiles) file(name string) (pageFile, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if f, ok := p.kept[name]; ok {
		return f, nil
	}
	plain, err := fs.ReadFile(p.from, name)
	if err != nil {
		return pageFile{}, err
	}
	f := pageFile{kind: cmp.Or(mime.TypeByExtension(path.Ext(name)), "application/octet-stream"), plain: plain}
	if strings.HasPrefix(f.kind, "text/") || strings.HasSuffix(f.kind, "xml") || strings.HasSuffix(f.kind, "json") {
		if f.gzipped, err = zipped(plain); err != nil {
			return pageFile{}, err
		}
	}
	p.kept[name] = f
	return f, nil
}

func zipped(plain []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if b.Len() >= len(plain) {
		return nil, nil
	}
	return b.Bytes(), nil
}
