package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// MaxFile is the longest rules file that is read, in bytes.
const MaxFile = 64 << 20

var byteOrderMark = []byte("\xef\xbb\xbf")

// readAll reads a bounded file.
func readAll(name string, r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return nil, fmt.Errorf("sheet: read %s: %w", name, err)
	}
	if len(data) > MaxFile {
		return nil, invalid(fmt.Sprintf("%s 超过 %d MiB，请分成几个文件", name, MaxFile>>20))
	}
	return data, nil
}

// readText reads a bounded text file as UTF-8 without byte order mark, see encodingOf.
func readText(name string, r io.Reader) ([]byte, error) {
	data, err := readAll(name, r)
	if err != nil {
		return nil, err
	}
	decoder, err := encodingOf(func() (io.Reader, error) { return bytes.NewReader(data), nil })
	if err == nil && decoder != nil {
		data, _, err = transform.Bytes(decoder, data)
	}
	if err != nil {
		return nil, invalid(name + " 的文字编码读不出来，请另存为 UTF-8")
	}
	data = bytes.TrimPrefix(data, byteOrderMark)
	f := faults{file: name}
	for at, line := range badText(data) {
		f.add(line, at, badEncoding)
	}
	return data, f.err()
}

const badEncoding = "文字编码有误，请在原来的程序里另存为 UTF-8"

// openText gives a text of any length as UTF-8 without byte order mark; head is what was
// read of it already. It is read twice: one that can be read only once is held in memory and
// may be MaxFile long. What is not UTF-8 stays as it is; with lossy, what could not be
// decoded is U+FFFD.
func openText(name string, head []byte, r io.Reader) (text io.Reader, lossy bool, err error) {
	again, ok := r.(io.ReadSeeker)
	if ok {
		_, err := again.Seek(int64(-len(head)), io.SeekCurrent)
		ok = err == nil // a pipe says that it can, and can not
	}
	if !ok {
		data, err := readAll(name, io.MultiReader(bytes.NewReader(head), r))
		if err != nil {
			return nil, false, err
		}
		again = bytes.NewReader(data)
	}
	start, err := again.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, false, fmt.Errorf("sheet: read %s: %w", name, err)
	}
	rewind := func() (io.Reader, error) {
		_, err := again.Seek(start, io.SeekStart)
		return again, err
	}
	decoder, err := encodingOf(rewind)
	if err == nil {
		_, err = rewind()
	}
	if err != nil {
		return nil, false, fmt.Errorf("sheet: read %s: %w", name, err)
	}
	if decoder == nil {
		return &markless{r: again}, false, nil
	}
	return transform.NewReader(again, decoder), true, nil
}

// markless takes a byte order mark off and leaves all other bytes as they are.
type markless struct {
	r    io.Reader
	rest []byte
	done bool
}

func (m *markless) Read(p []byte) (int, error) {
	if !m.done {
		m.done = true
		head := make([]byte, len(byteOrderMark))
		n, err := io.ReadFull(m.r, head)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return 0, err
		}
		m.rest = bytes.TrimPrefix(head[:n], byteOrderMark)
	}
	if len(m.rest) > 0 {
		n := copy(p, m.rest)
		m.rest = m.rest[n:]
		return n, nil
	}
	return m.r.Read(p)
}

// encodingOf looks at a whole text, as often as it needs to, and returns its decoder: nil
// for UTF-8. Excel in China saves CSV as GBK, which GB18030 contains, and in Taiwan and Hong
// Kong as Big5. A text is taken for one of these only if all of it is valid there and it is
// no UTF-8 with damaged places; a text that is valid nowhere is decoded as what it is most
// likely to be, so that the damage can be named by its line.
func encodingOf(open func() (io.Reader, error)) (transform.Transformer, error) {
	r, err := open()
	if err != nil {
		return nil, err
	}
	var u utf8Look
	if err := eachChunk(r, u.look); err != nil {
		return nil, err
	}
	switch {
	case u.utf16:
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder(), nil
	case u.bad == 0 || u.mark || u.good > u.bad:
		return nil, nil
	}
	lost := func(d transform.Transformer) (lossLook, error) {
		var l lossLook
		r, err := open()
		if err == nil {
			err = eachChunk(transform.NewReader(r, d), l.look)
		}
		return l, err
	}
	big5, err := lost(traditionalchinese.Big5.NewDecoder())
	if err != nil || big5.lost {
		return simplifiedchinese.GB18030.NewDecoder(), err
	}
	gbk, err := lost(simplifiedchinese.GB18030.NewDecoder())
	if err != nil {
		return nil, err
	}
	if r, err = open(); err != nil {
		return nil, err
	}
	var p pairLook
	if err := eachChunk(r, p.look); err != nil {
		return nil, err
	}
	if gbk.lost || p.big5 > p.gb+p.pairs/5 {
		return traditionalchinese.Big5.NewDecoder(), nil
	}
	return simplifiedchinese.GB18030.NewDecoder(), nil
}

func eachChunk(r io.Reader, look func(b []byte, end bool) int) error {
	buffer := make([]byte, 64<<10)
	kept := 0
	for {
		n, err := r.Read(buffer[kept:])
		n += kept
		end := errors.Is(err, io.EOF)
		if err != nil && !end {
			return err
		}
		used := look(buffer[:n], end)
		if end {
			return nil
		}
		kept = copy(buffer, buffer[used:n])
	}
}

// utf8Look counts in a text the characters of three and more bytes, as nearly all of Chinese
// is in UTF-8 and next to nothing is in GBK, and the places that are not UTF-8.
type utf8Look struct {
	begun, mark, utf16 bool
	good, bad          int
}

func (u *utf8Look) look(b []byte, end bool) int {
	if !u.begun && (len(b) >= len(byteOrderMark) || end) {
		u.begun = true
		u.mark = bytes.HasPrefix(b, byteOrderMark)
		u.utf16 = bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff"))
	}
	at := 0
	for damaged := false; at < len(b) && (end || utf8.FullRune(b[at:])); {
		r, n := utf8.DecodeRune(b[at:])
		broken := r == utf8.RuneError && n == 1
		if broken && !damaged {
			u.bad++
		}
		if n > 2 {
			u.good++
		}
		damaged = broken
		at += n
	}
	return at
}

// lossLook sees whether something was lost in decoding.
type lossLook struct{ lost bool }

func (l *lossLook) look(b []byte, end bool) int {
	at := len(b)
	for n := 1; !end && n < utf8.UTFMax && n <= len(b); n++ {
		if utf8.RuneStart(b[len(b)-n]) && !utf8.FullRune(b[len(b)-n:]) {
			at = len(b) - n
		}
	}
	l.lost = l.lost || bytes.ContainsRune(b[:at], utf8.RuneError)
	return at
}

// pairLook counts the characters of two bytes that are in daily use by GB 2312 (its signs
// and its first level of 3,755) and by Big5 (its signs and its first level of 5,401). Nearly
// all of a text is daily in its own encoding, and a half or less in the other.
type pairLook struct{ pairs, gb, big5 int }

func (p *pairLook) look(b []byte, end bool) int {
	at := 0
	for at < len(b) {
		if b[at] < 0x80 {
			at++
			continue
		}
		if at+1 == len(b) {
			if end {
				at++
			}
			return at
		}
		lead, trail := b[at], b[at+1]
		at += 2
		p.pairs++
		if trail >= 0xa1 && (lead >= 0xa1 && lead <= 0xa3 || lead >= 0xb0 && lead <= 0xd7) {
			p.gb++
		}
		if lead >= 0xa1 && lead <= 0xc6 {
			p.big5++
		}
	}
	return at
}

// badText yields column and line of what is not UTF-8 or was lost in decoding.
func badText(data []byte) func(yield func(column, line int) bool) {
	return func(yield func(column, line int) bool) {
		if utf8.Valid(data) && !bytes.ContainsRune(data, utf8.RuneError) {
			return
		}
		line, start := 1, 0
		for at := 0; at < len(data); {
			r, n := utf8.DecodeRune(data[at:])
			if r == utf8.RuneError && !yield(at-start+1, line) {
				return
			}
			at += n
			if r == '\n' {
				line, start = line+1, at
			}
		}
	}
}
