package journal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
)

// The layout of a bbolt file, read without bbolt, which ends the process on some damage and
// loses more on other (see doc.go). Pages are `id u64, flags u16, count u16, overflow u32`, then elements; integers have the
// byte order of the machine (go.etcd.io/bbolt v1.4.3, internal/common/page.go, meta.go).
const (
	pageHeader    = 16
	pageElement   = 16
	pageBranch    = 1
	pageLeaf      = 2
	pageFreelist  = 16
	bucketElement = 1
	bucketHeader  = 16
	metaMagic     = 0xED0CDAED
	metaVersion   = 2
	metaSum       = 56 // bytes of a meta before its checksum
	noFreelist    = ^uint64(0)
	maxDepth      = 32
	maxPageSpan   = 64 << 20
	defaultPage   = 4096
)

var (
	errNoMeta = errors.New("no valid meta page")
	native    = binary.NativeEndian
)

// pages reads a bbolt file page by page and tolerates every damage. A fault is reported and
// what lies beneath it is left out.
type pages struct {
	file     io.ReaderAt
	size     int64
	pageSize int64
	root     uint64
	limit    uint64   // the first page id that was never used
	free     uint64   // page of the free list, or noFreelist
	visited  []uint64 // one bit a page
	visit    func(bucket string, key, value []byte)
	sequence func(bucket string, seq uint64)
	faults   []string
}

const maxFaults = 100

func (p *pages) fault(format string, args ...any) {
	if len(p.faults) < maxFaults {
		p.faults = append(p.faults, fmt.Sprintf(format, args...))
	}
}

// readPages opens the newest valid meta. Without one only scan finds anything.
func readPages(file io.ReaderAt, size int64) (*pages, error) {
	p := &pages{
		file: file, size: size, pageSize: defaultPage,
		visit: func(string, []byte, []byte) {}, sequence: func(string, uint64) {},
	}
	var newest uint64
	found := 0
	for _, at := range metaPlaces() {
		meta := make([]byte, metaSum+8)
		if _, err := file.ReadAt(meta, at+pageHeader); err != nil || !validMeta(meta) {
			continue
		}
		pageSize := int64(native.Uint32(meta[8:]))
		if at != 0 && at != pageSize || pageSize < 1024 || pageSize > 1<<16 {
			continue
		}
		if txid := native.Uint64(meta[48:]); found == 0 || txid > newest {
			newest = txid
			p.pageSize = pageSize
			p.root, p.free, p.limit = native.Uint64(meta[16:]), native.Uint64(meta[32:]), native.Uint64(meta[40:])
		}
		found++
	}
	p.visited = make([]uint64, p.size/p.pageSize/64+1)
	if found == 0 {
		p.fault("no valid meta page")
		return p, errNoMeta
	}
	if found == 1 {
		// bbolt would go on with the other one: perhaps the state before the last commit.
		p.fault("one meta page is damaged")
	}
	return p, nil
}

// metaPlaces are where a meta may stand: at 0, and at the page size, whatever it is.
func metaPlaces() []int64 { return []int64{0, 1 << 12, 1 << 13, 1 << 14, 1 << 15, 1 << 16} }

func validMeta(meta []byte) bool {
	if native.Uint32(meta) != metaMagic || native.Uint32(meta[4:]) != metaVersion {
		return false
	}
	sum := fnv.New64a()
	_, _ = sum.Write(meta[:metaSum])
	return sum.Sum64() == native.Uint64(meta[metaSum:])
}

// walk visits every key of every bucket, in order, and collects faults. Without faults the
// file is one that bbolt opens.
func (p *pages) walk() {
	if int64(p.limit) < 0 || int64(p.limit) > p.size/p.pageSize { //nolint:gosec // compared as signed on purpose
		p.fault("file ends before its last page")
	}
	if p.free != noFreelist {
		if page, ok := p.page(p.free); !ok || native.Uint16(page[8:]) != pageFreelist {
			p.fault("free list unreadable")
		}
	}
	p.tree("", p.root, nil, nil, 0)
}

// page reads a page with its overflow pages, each at most once.
func (p *pages) page(id uint64) ([]byte, bool) {
	if id < 2 || id >= p.limit || int64(id) >= p.size/p.pageSize { //nolint:gosec // bounded by the limit
		p.fault("page %d out of bounds", id)
		return nil, false
	}
	head := make([]byte, pageHeader)
	at := int64(id) * p.pageSize //nolint:gosec // bounded above
	if _, err := p.file.ReadAt(head, at); err != nil {
		p.fault("page %d unreadable", id)
		return nil, false
	}
	overflow := uint64(native.Uint32(head[12:]))
	span := int64(overflow+1) * p.pageSize //nolint:gosec // at most 2^48
	if native.Uint64(head) != id || span > maxPageSpan || id+overflow >= p.limit || at+span > p.size {
		p.fault("page %d has a wrong header", id)
		return nil, false
	}
	for i := id; i <= id+overflow; i++ {
		if p.seen(i) {
			p.fault("page %d is referred to twice", i)
			return nil, false
		}
		p.visited[i/64] |= 1 << (i % 64)
	}
	b := make([]byte, span)
	if _, err := p.file.ReadAt(b, at); err != nil {
		p.fault("page %d unreadable", id)
		return nil, false
	}
	return b, true
}

func (p *pages) seen(id uint64) bool { return p.visited[id/64]&(1<<(id%64)) != 0 }

// tree walks a subtree whose keys lie in [low, high).
func (p *pages) tree(bucket string, id uint64, low, high []byte, depth int) {
	if depth > maxDepth {
		p.fault("tree too deep")
		return
	}
	page, ok := p.page(id)
	if !ok {
		return
	}
	switch native.Uint16(page[8:]) {
	case pageLeaf:
		p.leaf(bucket, page, low, high, depth)
	case pageBranch:
		p.branch(bucket, page, low, high, depth)
	default:
		p.fault("page %d is neither branch nor leaf", id)
	}
}

func (p *pages) branch(bucket string, page, low, high []byte, depth int) {
	n := int(native.Uint16(page[10:]))
	if n == 0 {
		p.fault("empty branch")
	}
	keys := make([][]byte, 0, n)
	ids := make([]uint64, 0, n)
	for i := range n {
		at := pageHeader + i*pageElement
		if at+pageElement > len(page) {
			p.fault("branch element out of bounds")
			break
		}
		pos, size := uint64(native.Uint32(page[at:])), uint64(native.Uint32(page[at+4:]))
		key, _, ok := elementAt(page, uint64(at)+pos, size, 0)
		if !ok || !p.ordered(key, keys, low, high) {
			p.fault("branch key out of bounds or order")
			continue
		}
		keys = append(keys, key)
		ids = append(ids, native.Uint64(page[at+8:]))
	}
	for i, id := range ids {
		end := high
		if i+1 < len(keys) {
			end = keys[i+1]
		}
		p.tree(bucket, id, keys[i], end, depth+1)
	}
}

func (p *pages) ordered(key []byte, before [][]byte, low, high []byte) bool {
	if n := len(before); n > 0 && bytes.Compare(before[n-1], key) >= 0 {
		return false
	}
	return len(key) > 0 && bytes.Compare(key, low) >= 0 && (high == nil || bytes.Compare(key, high) < 0)
}

func (p *pages) leaf(bucket string, page, low, high []byte, depth int) {
	var keys [][]byte
	p.elements(page, func(flags uint32, key, value []byte) {
		if !p.ordered(key, keys, low, high) {
			p.fault("leaf key out of order")
			return
		}
		keys = append(keys[:0], key)
		if flags&bucketElement == 0 {
			p.visit(bucket, key, value)
			return
		}
		if bucket != "" || len(value) < bucketHeader {
			p.fault("bucket where none may be")
			return
		}
		p.bucket(string(key), value, depth)
	})
}

// bucket follows a bucket to its own tree, or reads the page kept inside a small one.
func (p *pages) bucket(name string, value []byte, depth int) {
	p.sequence(name, native.Uint64(value[8:]))
	if root := native.Uint64(value); root != 0 {
		p.tree(name, root, nil, nil, depth+1)
		return
	}
	inline := value[bucketHeader:]
	if len(inline) < pageHeader || native.Uint16(inline[8:]) != pageLeaf {
		p.fault("inline bucket unreadable")
		return
	}
	p.leaf(name, inline, nil, nil, depth+1)
}

// elements calls each for every element of a leaf that lies within the page.
func (p *pages) elements(page []byte, each func(flags uint32, key, value []byte)) {
	n := int(native.Uint16(page[10:]))
	for i := range n {
		at := pageHeader + i*pageElement
		if at+pageElement > len(page) {
			p.fault("leaf element out of bounds")
			return
		}
		pos := uint64(native.Uint32(page[at+4:]))
		ksize, vsize := uint64(native.Uint32(page[at+8:])), uint64(native.Uint32(page[at+12:]))
		key, value, ok := elementAt(page, uint64(at)+pos, ksize, vsize)
		if !ok {
			p.fault("leaf element out of bounds")
			continue
		}
		each(native.Uint32(page[at:]), key, value)
	}
}

func elementAt(page []byte, at, ksize, vsize uint64) (key, value []byte, ok bool) {
	if at+ksize+vsize > uint64(len(page)) {
		return nil, nil, false
	}
	return page[at : at+ksize], page[at+ksize : at+ksize+vsize], true
}

// scan visits the elements of every leaf page that walk has not reached, whether or not
// anything still leads there: what it finds may have been deleted long ago.
func (p *pages) scan() {
	p.limit = uint64(p.size / p.pageSize) //nolint:gosec // sizes are not negative
	for id := uint64(2); id < p.limit; id++ {
		if p.seen(id) {
			continue
		}
		head := make([]byte, pageHeader)
		if _, err := p.file.ReadAt(head, int64(id)*p.pageSize); err != nil {
			continue
		}
		if native.Uint64(head) != id || native.Uint16(head[8:]) != pageLeaf {
			continue
		}
		if page, ok := p.page(id); ok {
			p.elements(page, func(_ uint32, key, value []byte) { p.visit("", key, value) })
		}
	}
}
