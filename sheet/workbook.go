package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// maxUnzipped bounds what the parts of an Excel file that are read may unpack to, so that a
// small file cannot fill the memory.
const maxUnzipped = 64 << 20

// maxShared bounds the texts that cells share: an empty one takes five bytes of a file and
// more in memory.
const maxShared = 1 << 20

var (
	zipMagic = []byte("PK\x03\x04")
	oleMagic = []byte("\xd0\xcf\x11\xe0")
)

// isWorkbook reports whether a file begins as those of Excel do, old or new or locked.
func isWorkbook(head []byte) bool {
	return bytes.HasPrefix(head, zipMagic) || bytes.HasPrefix(head, oleMagic)
}

// workbook is an Excel file (ECMA-376) of which one sheet is read as a stream.
type workbook struct {
	file     string
	parts    map[string]*zip.File
	left     int64 // of maxUnzipped
	shared   []string
	formats  []cellFormat // by cell style
	date1904 bool
	sheets   []sheetPart
}

type sheetPart struct{ name, part string }

var errTooLarge = errors.New("sheet: unpacks to too much")

func openWorkbook(name string, r io.Reader) (*workbook, error) {
	data, err := readAll(name, r)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(data, oleMagic) {
		return nil, invalid(name + " 有打开密码，或是旧版 Excel 文件：请去掉密码，另存为 .xlsx")
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, invalid(name + " 不是能读的 Excel 文件（.xlsx），可能没有传完整，请重新另存")
	}
	b := &workbook{file: name, parts: map[string]*zip.File{}, left: maxUnzipped}
	for _, f := range archive.File {
		b.parts[partKey(f.Name)] = f
	}
	if err := b.read(); err != nil {
		return nil, b.explain(err)
	}
	return b, nil
}

func partKey(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// explain says to people what is wrong with a workbook.
func (b *workbook) explain(err error) error {
	if errors.Is(err, errTooLarge) {
		return invalid(fmt.Sprintf("%s 解压后超过 %d MiB，请删去不用的行、列和工作表，或分成几个文件，或另存为 CSV", b.file, maxUnzipped>>20))
	}
	return invalid(b.file + " 不是能读的 Excel 文件（.xlsx），内容已损坏，请在 Excel 里打开后重新另存")
}

// read reads everything but the sheets.
func (b *workbook) read() error {
	main := "xl/workbook.xml"
	links, err := b.links("_rels/.rels", "")
	if err != nil {
		return err
	}
	for _, l := range links {
		if strings.HasSuffix(l.Type, "/officeDocument") {
			main = l.Target
		}
	}
	folder := path.Dir(main)
	if links, err = b.links(path.Join(folder, "_rels", path.Base(main)+".rels"), folder); err != nil {
		return err
	}
	for _, l := range links {
		switch {
		case strings.HasSuffix(l.Type, "/sharedStrings"):
			err = b.readShared(l.Target)
		case strings.HasSuffix(l.Type, "/styles"):
			err = b.readStyles(l.Target)
		}
		if err != nil {
			return err
		}
	}
	return b.readSheets(main, links)
}

// open opens a part of the archive; one that is not there is empty. What it unpacks to is
// counted once a part.
func (b *workbook) open(part string, again bool) (io.ReadCloser, error) {
	f := b.parts[partKey(part)]
	if f == nil {
		return io.NopCloser(strings.NewReader("")), nil
	}
	size := int64(min(f.UncompressedSize64, maxUnzipped+1))
	if !again {
		b.left -= size
	}
	if size > maxUnzipped || b.left < 0 {
		return nil, errTooLarge
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(r, size), r}, nil
}

// link leads from one part to another.
type link struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

func (b *workbook) links(part, folder string) ([]link, error) {
	var doc struct {
		Links []link `xml:"Relationship"`
	}
	if err := b.decode(part, &doc); err != nil {
		return nil, err
	}
	for i := range doc.Links {
		l := &doc.Links[i]
		if !strings.HasPrefix(l.Target, "/") {
			l.Target = path.Join(folder, l.Target)
		}
	}
	return doc.Links, nil
}

func (b *workbook) decode(part string, v any) error {
	r, err := b.open(part, false)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // read only
	if err := xml.NewDecoder(r).Decode(v); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

func (b *workbook) readSheets(main string, links []link) error {
	var doc struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string     `xml:"name,attr"`
			State string     `xml:"state,attr"`
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := b.decode(main, &doc); err != nil {
		return err
	}
	b.date1904 = doc.Properties.Date1904 == "1" || doc.Properties.Date1904 == "true"
	for _, s := range doc.Sheets {
		if s.State != "" && s.State != "visible" {
			continue
		}
		for _, a := range s.Attrs {
			for _, l := range links {
				if a.Name.Local == "id" && l.ID == a.Value && strings.HasSuffix(l.Type, "/worksheet") {
					b.sheets = append(b.sheets, sheetPart{s.Name, l.Target})
				}
			}
		}
	}
	return nil
}

// readShared reads the texts that cells refer to by number.
func (b *workbook) readShared(part string) error {
	r, err := b.open(part, false)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // read only
	d := xml.NewDecoder(r)
	var text cellText
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local == "si" {
				text.reset()
			}
			text.start(t.Name.Local)
		case xml.CharData:
			text.chars(t)
		case xml.EndElement:
			text.end(t.Name.Local)
			if t.Name.Local != "si" {
				continue
			}
			if len(b.shared) == maxShared {
				return errTooLarge
			}
			b.shared = append(b.shared, text.String())
		}
	}
}
