package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
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

// readText reads a bounded text file as UTF-8 without byte order mark. Excel in China
// saves CSV as GBK: what is not UTF-8 is read as GB18030, which contains GBK.
func readText(name string, r io.Reader) ([]byte, error) {
	data, err := readAll(name, r)
	if err != nil {
		return nil, err
	}
	if d := decoderOf(data); d != nil {
		data, _, err = transform.Bytes(d, data)
		if err != nil {
			return nil, invalid(name + " 的文字编码读不出来，请另存为 UTF-8")
		}
	}
	data = bytes.TrimPrefix(data, byteOrderMark)
	f := faults{file: name}
	for at, line := range badText(data) {
		f.add(line, at, "文字编码有误（既不是 UTF-8 也不是 GBK），请另存为 UTF-8")
	}
	return data, f.err()
}

// decoderOf guesses the encoding of a text: nil for UTF-8.
func decoderOf(head []byte) transform.Transformer {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()
	case mostlyUTF8(head):
		return nil
	default:
		return simplifiedchinese.GB18030.NewDecoder()
	}
}

// mostlyUTF8 reports whether the text is UTF-8, perhaps with a few damaged bytes: such a
// file read as GBK would be all wrong instead of wrong in one place.
func mostlyUTF8(b []byte) bool {
	good, bad := 0, 0
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1 && !utf8.FullRune(b):
			return bad == 0 || good > 8*bad // cut in the middle of a character
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			good++
		}
		b = b[n:]
	}
	return bad == 0 || good > 8*bad
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

// stream is readText for files of any length: the encoding is guessed from the first
// mebibyte, and what is wrong further on is left to the reader of each line.
func stream(name string, r io.Reader) (io.Reader, error) {
	buffered := bufio.NewReaderSize(r, 1<<20)
	head, err := buffered.Peek(1 << 20)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("sheet: read %s: %w", name, err)
	}
	if d := decoderOf(head); d != nil {
		return transform.NewReader(buffered, d), nil
	}
	if bytes.HasPrefix(head, byteOrderMark) {
		if _, err := buffered.Discard(len(byteOrderMark)); err != nil {
			return nil, fmt.Errorf("sheet: read %s: %w", name, err)
		}
	}
	return buffered, nil
}
