package console

import (
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/desk/cases"
	"github.com/wenzheng/wenzheng/models"
)

// maxCasesFile bounds a file of cases in bytes: some twenty thousand of them.
const maxCasesFile = 16 << 20

// caseRoutes are those of cases. Which steps of a case somebody may take follows from what else they
// may do for its account: caseRights.
func (d *Console) caseRoutes(v1 gin.IRouter) {
	v1.GET("/cases", d.may(auth.ReadCases), d.do(d.timed(d.cases)))
	v1.POST("/cases", d.may(auth.WriteCases), d.do(d.submitCase))
	v1.GET("/cases/supervision", d.may(auth.SuperviseCases), d.do(d.timed(d.supervision)))
	v1.GET("/cases/export", d.may(auth.ExportCases), d.do(d.queuedWithin(reportTime, d.exportCases)))
	v1.POST("/cases/import", d.may(auth.ImportCases), d.do(d.uploaded(maxCasesFile, d.queuedWithin(reportTime, d.importCases))))
	v1.GET("/ratings", d.may(auth.ReadCases), d.do(d.timed(d.ratings)))
	v1.GET("/cases/:number", d.may(auth.ReadCases), d.do(d.timed(d.oneCase)))
	v1.PATCH("/cases/:number", d.may(auth.WriteCases), d.do(d.changeCase))
	v1.POST("/cases/:number/events", d.may(auth.ReadCases), d.do(d.caseStep))
	v1.POST("/cases/:number/reveal", d.may(auth.RevealDesk), d.do(d.revealCase))
	v1.GET("/cases/:number/photos/:n", d.may(auth.ReadCases), d.do(d.within(mediaTime, d.casePhoto)))
}

// caseRights is what the caller may do with the cases of an account.
func caseRights(c *gin.Context, account string) cases.Rights {
	holds := func(p auth.Permission) bool {
		who := callerOf(c)
		accounts := who.Accounts(p)
		return who.May(p) && (accounts == nil || slices.Contains(accounts, account))
	}
	return cases.Rights{Write: holds(auth.WriteCases), Review: holds(auth.ReviewCases), Supervise: holds(auth.SuperviseCases)}
}

// caseOf is the case of the path: numbers are of an account.
func caseOf(c *gin.Context) (account, number string, err error) {
	q := parseQuery(c.Request.URL.RawQuery)
	account = q.account()
	if err := q.err(); err != nil {
		return "", "", err
	}
	number, err = cases.ParseNumber(c.Param("number"))
	return account, number, err
}

func (d *Console) cases(c *gin.Context) (any, error) {
	q := parseQuery(c.Request.URL.RawQuery)
	ask := caseQuery(q, callerOf(c).Who.Name)
	ask.After, ask.Limit = q.text("after"), q.number("limit", usualPage, 1, longestPage)
	if err := q.err(); err != nil {
		return nil, err
	}
	return d.o.Cases.List(c.Request.Context(), ask)
}

// caseQuery are the filters of the list.
func caseQuery(q *query, mine string) cases.Query {
	ask := cases.Query{
		Box: q.choice("box", cases.Boxes()...), Accounts: q.accounts(), Mine: mine,
		State: cases.State(q.choice("state", append([]string{""}, names(cases.States())...)...)),
		Kind:  cases.Kind(q.choice("kind", append([]string{""}, names(models.CaseKinds())...)...)),
		Topic: q.text("topic"), District: q.text("district"), Unit: q.text("unit"), Handler: q.text("handler"), UID: q.text("uid"),
		Conversation: int64(q.number("conversation", 0, 1, maxID)), Text: q.text("q"), Sort: q.choice("sort", cases.ByDue, cases.ByNewest),
	}
	ask.From, ask.To = q.window()
	return ask
}

// names are constants as plain words.
func names[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// exportCases are all cases of the filters as a file.
func (d *Console) exportCases(c *gin.Context) (any, error) {
	q := parseQuery(c.Request.URL.RawQuery)
	ask, format := caseQuery(q, callerOf(c).Who.Name), q.choice("format", formatCSV, "xlsx")
	if err := q.err(); err != nil {
		return nil, err
	}
	made, err := d.o.Cases.Export(c.Request.Context(), callerOf(c).Who, ask, format)
	if err != nil {
		return nil, err
	}
	return &file{name: made.Name, kind: map[string]string{formatCSV: csvType, "xlsx": xlsxType}[format], write: made.Write}, nil
}

// importCases takes closed cases of another system over, or says what would change.
func (d *Console) importCases(c *gin.Context) (any, error) {
	q := parameters(c)
	ask := cases.ImportRequest{Name: q.text("name"), Source: q.text("source"), DryRun: q.choice("dry_run", "false", "true") == "true", Content: c.Request.Body}
	if ask.Name == "" {
		q.fault("name", "请写文件的名称，扩展名 csv 或 xlsx")
	}
	account, err := d.requestAccount(c, q, nil)
	if err != nil {
		return nil, err
	}
	ask.AppID = account.AppID
	return d.o.Cases.Import(c.Request.Context(), callerOf(c).Who, ask)
}

func (d *Console) ratings(c *gin.Context) (any, error) {
	q := parseQuery(c.Request.URL.RawQuery)
	accounts := q.accounts()
	from, to := q.window()
	if err := q.err(); err != nil {
		return nil, err
	}
	return d.o.Cases.Ratings(c.Request.Context(), accounts, from, to)
}

func (d *Console) supervision(c *gin.Context) (any, error) {
	q := parseQuery(c.Request.URL.RawQuery)
	ask := cases.SupervisionQuery{
		Accounts: q.accounts(), Reason: q.choice("reason", append([]string{""}, cases.Reasons()...)...),
		After: q.text("after"), Limit: q.number("limit", usualPage, 1, longestPage),
	}
	if err := q.err(); err != nil {
		return nil, err
	}
	return d.o.Cases.Supervision(c.Request.Context(), ask)
}

func (d *Console) oneCase(c *gin.Context) (any, error) {
	account, number, err := caseOf(c)
	if err != nil {
		return nil, err
	}
	return d.o.Cases.Case(c.Request.Context(), callerOf(c).Who, caseRights(c, account), account, number)
}

func (d *Console) submitCase(c *gin.Context) (any, error) {
	asked := parseQuery(c.Request.URL.RawQuery)
	account := asked.account()
	if err := asked.err(); err != nil {
		return nil, err
	}
	var q struct {
		Key                 string     `json:"key"`
		Kind                cases.Kind `json:"kind"`
		Text                string     `json:"text"`
		Topic               string     `json:"topic"`
		District            string     `json:"district"`
		Place               string     `json:"place"`
		Phone               string     `json:"phone"`
		Public              bool       `json:"public"`
		Complex             bool       `json:"complex"`
		UID                 string     `json:"uid"`
		Conversation        string     `json:"conversation"`
		ConversationVersion string     `json:"conversation_version"`
	}
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	in := cases.Submission{
		AppID: account, Key: q.Key, Kind: q.Kind, Text: q.Text, Topic: q.Topic, District: q.District, Place: q.Place, Phone: q.Phone,
		Public: q.Public, Complex: q.Complex, UID: q.UID, Rights: caseRights(c, account),
	}
	if q.Conversation != "" {
		var err error
		if in.Conversation, err = strconv.ParseInt(q.Conversation, 10, 64); err != nil || in.Conversation <= 0 {
			return nil, badField("conversation", "应为接待的 id")
		}
		if in.ConversationVersion, err = strconv.ParseInt(q.ConversationVersion, 10, 64); err != nil {
			return nil, badField("conversation_version", "应为所见接待的 version")
		}
	}
	return d.o.Cases.Submit(c.Request.Context(), callerOf(c).Who, in)
}

// caseVersion is the version that a change names.
func caseVersion(text string) (int64, error) {
	version, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, badField("version", "应为所见工单的 version")
	}
	return version, nil
}

func (d *Console) changeCase(c *gin.Context) (any, error) {
	account, number, err := caseOf(c)
	if err != nil {
		return nil, err
	}
	var q struct {
		Version  string      `json:"version"`
		Topic    *string     `json:"topic"`
		District *string     `json:"district"`
		Unit     *string     `json:"unit"`
		Handler  *string     `json:"handler"`
		Place    *string     `json:"place"`
		Public   *bool       `json:"public"`
		Kind     *cases.Kind `json:"kind"`
		Complex  *bool       `json:"complex"`
	}
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	version, err := caseVersion(q.Version)
	if err != nil {
		return nil, err
	}
	return d.o.Cases.Change(c.Request.Context(), callerOf(c).Who, cases.Change{
		AppID: account, Number: number, Version: version, Topic: q.Topic, District: q.District, Unit: q.Unit, Handler: q.Handler, Place: q.Place,
		Public: q.Public, Kind: q.Kind, Complex: q.Complex, Rights: caseRights(c, account),
	})
}

func (d *Console) caseStep(c *gin.Context) (any, error) {
	account, number, err := caseOf(c)
	if err != nil {
		return nil, err
	}
	var q struct {
		Version string     `json:"version"`
		Event   cases.Step `json:"event"`
		Text    string     `json:"text"`
		Unit    string     `json:"unit"`
		Handler string     `json:"handler"`
		Days    int        `json:"days"`
		Complex bool       `json:"complex"`
		Of      string     `json:"of"`
	}
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	version, err := caseVersion(q.Version)
	if err != nil {
		return nil, err
	}
	act := cases.Act{
		AppID: account, Number: number, Version: version, Step: q.Event, Rights: caseRights(c, account), Text: q.Text, Unit: q.Unit,
		Handler: q.Handler, Days: q.Days, Complex: q.Complex, Of: q.Of,
	}
	out, err := d.o.Cases.Act(c.Request.Context(), callerOf(c).Who, act)
	if models.ErrorCode(err) == models.CodeForbidden {
		return nil, d.denied(c, callerOf(c), models.NewError(models.CodeForbidden, "没有这项权限："+cases.StepTitle(q.Event)))
	}
	return out, err
}

func (d *Console) casePhoto(c *gin.Context) (any, error) {
	account, number, err := caseOf(c)
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil {
		return nil, badField("n", "应为第几张，从 1 数起")
	}
	m, err := d.o.Cases.Photo(c.Request.Context(), account, number, n)
	if err != nil {
		return nil, err
	}
	return shown(m.Type, m.Body), nil
}

func (d *Console) revealCase(c *gin.Context) (any, error) {
	account, number, err := caseOf(c)
	if err != nil {
		return nil, err
	}
	var q struct {
		Reason string `json:"reason"`
	}
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	return d.o.Cases.Reveal(c.Request.Context(), callerOf(c).Who, account, number, q.Reason)
}
