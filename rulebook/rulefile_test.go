package rulebook

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/wenzheng/wenzheng/models"
)

func (d *testBook) importFile(name, text string, dryRun bool) (Imported, error) {
	d.t.Helper()
	return d.ImportFile(d.t.Context(), person("作者"), ImportFileRequest{Account: d.account, Name: name, Content: strings.NewReader(text), DryRun: dryRun})
}

// TestImportFile_SeenBeforeItIsDone: field by field, new rules too, and nothing is written by a look.
func TestImportFile_SeenBeforeItIsDone(t *testing.T) {
	t.Parallel()
	d := newTestBook(t, rule("社保卡", "社保卡", "到市民中心办理。"))
	const file = "rules:\n- {name: 社保卡, keywords: [社保卡], reply: 到社保大厅办理。}\n- {name: 公积金, keywords: [公积金], reply: 到一楼办理。}\n"
	for _, dryRun := range []bool{true, true, false} {
		in, err := d.importFile(`C:\桌面\规则.yaml`, file, dryRun)
		if err != nil || len(in.Changes) != 2 {
			t.Fatalf("%+v, %v", in, err)
		}
		if c := in.Changes[0]; c.Kind != RuleChanged || len(c.Fields) != 1 || c.Fields[0].After != "到社保大厅办理。" {
			t.Errorf("%+v", c)
		}
		if c := in.Changes[1]; c.Kind != RuleAdded || len(c.Fields) != 2 || c.Fields[0].After != "公积金" {
			t.Errorf("%+v", c)
		}
	}
	in, err := d.importFile("规则.yaml", file, true)
	if err != nil || len(in.Changes) != 0 || in.Same != 2 {
		t.Errorf("%+v, %v", in, err)
	}
}

// TestImportFile_FaultsByLineAndCell change nothing.
func TestImportFile_FaultsByLineAndCell(t *testing.T) {
	t.Parallel()
	d := newTestBook(t)
	for name, c := range map[string]struct{ file, place string }{
		"规则.yaml": {"rules:\n- {name: a, keywords: [x], reply: y}\n- {name: b, keyword: [x], reply: y}\n", "规则.yaml:3:13"},
		"规则.csv":  {"name,match,keywords,reply\na,contains,x,y\nb,sings,x,y\n", "规则.csv:3:3"},
		"规则.pdf":  {"", ""},
	} {
		_, err := d.importFile(name, c.file, false)
		var e *models.Error
		if !errors.As(err, &e) || c.place != "" && (len(e.Fields) == 0 || e.Fields[0].Field != c.place) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestExportFile_ReadBack in each format gives the same rules.
func TestExportFile_ReadBack(t *testing.T) {
	t.Parallel()
	d := newTestBook(t, rule("社保卡", "社保卡", "到市民中心办理。"))
	d.bring(false, rule("公积金", "公积金", "到一楼办理。"))
	for _, format := range []string{"yaml", "csv", "xlsx", "json"} {
		f, err := d.ExportFile(t.Context(), d.account, format, true)
		if err != nil || f.Rules != 2 || f.Name != "江城政务规则含草稿."+format {
			t.Fatalf("%s: %+v, %v", format, f, err)
		}
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		if in, err := d.importFile(f.Name, b.String(), true); err != nil || in.Same != 2 {
			t.Errorf("%s: %+v, %v", format, in, err)
		}
	}
	if _, err := d.ExportFile(t.Context(), d.account, "pdf", false); models.ErrorCode(err) != models.CodeInvalid {
		t.Errorf("%v", err)
	}
}
