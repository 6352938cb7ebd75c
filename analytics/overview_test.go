package analytics

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// Each part is told in words, and what nobody knows is not told as well.
func TestOverview_HealthInWordsAndOpenWaits(t *testing.T) {
	r := newToy(t)
	if held, err := r.store.LeaseToken(t.Context(), storetest.AppA, "here", time.Minute); !held || err != nil {
		t.Fatal(held, err)
	}
	if saved, err := r.store.SaveToken(t.Context(), storetest.AppA, "here", "token", r.now.Add(time.Hour)); !saved || err != nil {
		t.Fatal(saved, err)
	}
	o, err := r.Overview(t.Context(), nil, &ServiceHealth{Able: true, Backlog: 7, Oldest: 2 * time.Minute, Quarantined: 2})
	if err != nil || len(o.Accounts) != 1 {
		t.Fatalf("%+v, error %v", o, err)
	}
	a := o.Accounts[0]
	for _, c := range []struct {
		line        HealthLine
		state, text string
	}{
		{o.Service.Backlog, healthNotice, "7 条等待入库，最早的在 2 分钟前"},
		{o.Service.Quarantine, healthNotice, "隔离 2 条，请系统管理员运行 wenzheng log backlog"},
		{a.Callback, healthOK, "最近一条消息在 2 小时前"},
		{a.Token, healthOK, "有效"},
		{a.Rules, healthNotice, "还没有发布过规则，市民只得到默认回复"},
	} {
		if c.line.State != c.state || c.line.Text != c.text {
			t.Errorf("%+v, want %s %s", c.line, c.state, c.text)
		}
	}
	if a.Open.Open != 1 || *a.Open.Oldest != 7200 || a.Open.Ages[1].Count != 1 || a.Today.Waits.Opened != 1 || a.Today.Inbound != 1 {
		t.Errorf("open %+v, today %+v", a.Open, a.Today)
	}
	// 03-02 is the last final day; of its waits D was never answered.
	if a.Window.To != "2026-03-02" || a.Rate.Hits != 4 || a.Rate.N != 5 || !a.Insufficient || o.Service.State != healthNotice {
		t.Errorf("window %+v, rate %+v, service %s", a.Window, a.Rate, o.Service.State)
	}
	r.now = r.now.AddDate(0, 0, 9)
	o, err = r.Overview(t.Context(), []string{storetest.AppA}, nil)
	if err != nil || o.Accounts[0].Callback.State != healthNotice || o.Accounts[0].Callback.Text != "最近一条消息在 9 天前" ||
		o.Accounts[0].Token.State != healthNotice || o.Service.State != healthUnknown {
		t.Errorf("%+v, error %v", o, err)
	}
	o, err = r.Overview(t.Context(), nil, &ServiceHealth{Able: true, Past: true})
	if err != nil || o.Accounts[0].Callback.State != healthUnknown || o.Accounts[0].Callback.Text != "正在写入过去的消息，写完再看" {
		t.Errorf("while the past is written: %+v, error %v", o, err)
	}
	o, err = r.Overview(t.Context(), nil, &ServiceHealth{Able: true, Past: true, Refused: map[string]string{storetest.AppA: "签名不符", "wxother": "别的"}})
	if err != nil || o.Accounts[0].Callback.State != healthFail || o.Accounts[0].Callback.Text != "签名不符" {
		t.Errorf("callbacks are refused: %+v, error %v", o, err)
	}
	if _, err := r.Overview(t.Context(), []string{"wxnone"}, nil); models.ErrorCode(err) != models.CodeNotFound {
		t.Errorf("unknown account: %v", err)
	}
}

// A file begins with what it is of, and holds what the list holds; no cell is a formula.
func TestExportWaits_HoldsTheList(t *testing.T) {
	r := newToy(t)
	row := storetest.LogRow("oEvil_0123456789", "in", storetest.ClockOf(t, "2026-03-05 11:00:00"), "evil")
	row.Content = `=cmd|' /C calc'!A0`
	if err := r.waits.Record(t.Context(), []models.Interaction{row}); err != nil {
		t.Fatal(err)
	}
	q := WaitListQuery{Channel: models.ChannelChat, From: storetest.ClockOf(t, "2026-03-01 00:00:00"), To: storetest.ClockOf(t, "2026-03-06 00:00:00"), Limit: 1}
	table, err := r.ExportWaits(t.Context(), q, "from=2026-03-01&to=2026-03-05")
	if err != nil || len(table.Rows) != 8 {
		t.Fatalf("%d rows, error %v", len(table.Rows), err)
	}
	var b bytes.Buffer
	if err := WriteTable(&b, table); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, want := range []string{
		`"筛选","from=2026-03-01&to=2026-03-05"`, `"数据截至","2026-03-05T12:00:00+08:00"`, `"公式版本","wenzheng-2"`, `"轮数","8"`,
		`"暂定"`, `"'=cmd|' /C calc'!A0"`, `"人工答复","2026-03-02 09:20:00","1200","1200","1200","180"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in\n%s", want, text)
		}
	}
}

// Every kind of table holds what the answer holds.
func TestTables_OfDistributionsSeriesAndChanges(t *testing.T) {
	r := newToy(t)
	for by, want := range map[string]string{
		DistributionRT:    `"未答","","1"`,
		DistributionHeat:  `"1","16","1","unanswered","1","100"`,
		DistributionStaff: `"s1","4","4","4","1200","90000","25","3","75","1","75","1","100","0"`,
	} {
		d, err := r.Distribution(t.Context(), toyDistribution(t, DistributionQuery{By: []string{by}, Channel: models.ChannelChat, Sample: SampleHuman}))
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := WriteTable(&b, d.Table("全部")); err != nil || !strings.Contains(b.String(), want) {
			t.Errorf("by %s, error %v: %s is not in\n%s", by, err, want, b.String())
		}
	}
	from, to := storetest.ClockOf(t, "2026-03-02 00:00:00"), storetest.ClockOf(t, "2026-03-03 00:00:00")
	s, err := r.Series(t.Context(), SeriesQuery{Metric: "response.p50_s", By: SeriesDay, Split: SplitAccount, Channel: models.ChannelChat, From: from, To: to})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := WriteTable(&b, s.Table("全部")); err != nil || !strings.Contains(b.String(), `"2026-03-02 00:00:00","1200",""`) {
		t.Errorf("error %v\n%s", err, b.String())
	}
	c, err := r.Changes(t.Context(), IndicesQuery{Channel: models.ChannelChat, From: from, To: to}, ComparePrevious)
	if err != nil {
		t.Fatal(err)
	}
	b.Reset()
	if err := WriteTable(&b, c.Table("全部")); err != nil || !strings.Contains(b.String(), `"response.p50_s","逐轮响应 P50","seconds","1200","4"`) {
		t.Errorf("error %v\n%s", err, b.String())
	}
}

// Every figure that a report explains has its words under its key, and all of one formula.
func TestDefinitions_OfEveryFigure(t *testing.T) {
	r := newRoom(t)
	d, err := r.Definitions(t.Context(), nil)
	if err != nil || len(d.Definitions) < 60 {
		t.Fatalf("%d definitions, error %v", len(d.Definitions), err)
	}
	keys := map[string]bool{}
	for _, f := range d.Definitions {
		keys[f.Key] = true
		if f.Name == "" || f.Text == "" || f.Source == "" || f.Version != d.FormulaVersion {
			t.Errorf("%+v", f)
		}
	}
	for _, key := range []string{"", "rti.value", "response.p50_s", "limits.172800.rate", "self_served", "composite.value"} {
		if !keys[key] {
			t.Errorf("%q is not explained", key)
		}
	}
}
