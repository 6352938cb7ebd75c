package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet/textgrid"
)

// jsonFlag is for commands whose result scripts read too.
type jsonFlag struct {
	JSON bool `help:"输出 JSON"`
}

// print writes a result: as JSON where that is asked for, else as text for people.
func (f jsonFlag) print(p *program, value any, text string) error {
	if f.JSON {
		return json.NewEncoder(p.stdout).Encode(value)
	}
	_, err := io.WriteString(p.screen(), text)
	return err
}

// printed prints what a use case returned, or passes its error on.
func printed[T any](p *program, f jsonFlag, text func(*T) string) func(T, error) error {
	return func(value T, err error) error {
		if err != nil {
			return err
		}
		return f.print(p, value, text(&value))
	}
}

// listed is printed for what reads as rows.
func listed[T any](p *program, f jsonFlag, rows func(T) [][]string) func(T, error) error {
	return printed(p, f, func(value *T) string { return textgrid.Columns(rows(*value), p.width()) })
}

// confirm tells what was done, unless it failed.
func confirm(w io.Writer, err error, format string, args ...any) error {
	if err == nil {
		_, err = fmt.Fprintf(w, format, args...)
	}
	return err
}

// accountFlag is for commands about one account.
type accountFlag struct {
	Account string `help:"账号的 AppID；只有一个账号时可不写" placeholder:"wx…"`
}

// ProvideAccount finds the account for the parser, which hands it to the command.
func (f accountFlag) ProvideAccount(ctx context.Context, st *installation) (models.Account, error) {
	return st.accounts.Named(ctx, f.Account)
}

// use opens the installation and finds the account, for commands that have flags to check first.
func (f accountFlag) use(ctx context.Context, p *program) (*installation, models.Account, error) {
	st, err := p.use(ctx)
	if err != nil {
		return nil, models.Account{}, err
	}
	account, err := st.accounts.Named(ctx, f.Account)
	return st, account, err
}

// as is who acts. The shell's user is trusted to say so truly, and is written into the
// audit log beside the name.
type as struct {
	As string `help:"以谁的名义（写入审计；作者与审核人须不同）" placeholder:"名称"`
}

func (a as) who() models.Who {
	who := operator()
	if a.As != "" {
		who.Name = a.As
	}
	return who
}

// measureFlags are for commands that measure accounts side by side.
type measureFlags struct {
	Account []string `help:"账号的 AppID，可写多个，用逗号分开；不写为全部" sep:"," placeholder:"wx…"`
	AsOf    string   `help:"截至时刻；不写为现在。只写日期则为当日结束" name:"as-of" placeholder:"时刻"`
	Channel string   `help:"渠道：chat（对话）、form（办事表单）、comment（文章留言）" enum:"chat,form,comment" default:"chat"`
}

func (f *measureFlags) query() (q analytics.IndicesQuery, err error) {
	q = analytics.IndicesQuery{Accounts: names(f.Account), Channel: models.Channel(f.Channel)}
	q.AsOf, err = models.ParseAsOf(f.AsOf)
	return q, err
}

// names are AppIDs as a flag gives them, without repetitions and spaces.
func names(list []string) []string {
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
