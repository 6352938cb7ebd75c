package rulebook

import (
	"context"
	"io"
	"path"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
)

// ImportFileRequest brings the rules of a file into an account as drafts.
type ImportFileRequest struct {
	Account models.Account
	Name    string // of the file: its ending tells the format, faults are named by it
	Content io.Reader
	DryRun  bool
}

// ImportFile reads a rules file and imports it as Import does; a file with a fault changes nothing, and
// the error names each by line or cell. Of a new rule every field is told too.
func (b *Book) ImportFile(ctx context.Context, by models.Who, q ImportFileRequest) (Imported, error) {
	name := path.Base(strings.ReplaceAll(q.Name, `\`, "/"))
	format, err := sheet.FormatOf(name)
	if err != nil {
		return Imported{}, err
	}
	rules, err := sheet.ReadRules(name, q.Content, format)
	if err != nil {
		return Imported{}, err
	}
	in, err := b.Import(ctx, by, ImportRequest{Account: q.Account, Rules: rules, DryRun: q.DryRun})
	if err != nil {
		return Imported{}, err
	}
	read := byName(rules)
	for i := range in.Changes {
		c := &in.Changes[i]
		if c.Kind != RuleAdded {
			continue
		}
		if c.Fields, err = sheet.CompareRules(models.Rule{Name: c.Rule}, *read[c.Rule]); err != nil {
			return Imported{}, err
		}
	}
	return in, nil
}

// RuleFile are rules as a file.
type RuleFile struct {
	Name  string // a name for the file
	Rules int
	Write func(io.Writer) error
}

// ExportFile returns the published rules of an account as a file of the format, or with drafts every rule
// as its latest version.
func (b *Book) ExportFile(ctx context.Context, account models.Account, format string, drafts bool) (RuleFile, error) {
	f, err := sheet.FormatOf("rules." + format)
	if err != nil {
		return RuleFile{}, err
	}
	rules, _, err := b.Rules(ctx, account.AppID, Selection{Drafts: drafts})
	if err != nil {
		return RuleFile{}, err
	}
	name := account.Name + "规则"
	if drafts {
		name += "含草稿"
	}
	return RuleFile{name + "." + format, len(rules), func(w io.Writer) error { return sheet.WriteRules(w, f, rules) }}, nil
}
