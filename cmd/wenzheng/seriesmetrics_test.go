package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestSeriesOfWhatIsKnown asks for metrics that are known by the hour, by the day only, and
// not by topic or staff.
func TestSeriesOfWhatIsKnown(t *testing.T) {
	t.Parallel()
	o := toy(t, "")
	o.must("followers", "import", o.write("f.csv", "account,date,followers\n"+o.account.AppID+",2026-03-01,600\n"))
	o.must("articles", "import", o.write("a.csv", "account,msgid,published_at,title,topic,form,headline,reads,zaikan,likes,shares,finish_rate\n"+
		o.account.AppID+",1_1,2026-03-03 10:00:00,告示,,图文,1,6000,40,60,150,\n"))
	now := time.Date(2026, 3, 5, 12, 0, 0, 0, time.FixedZone("", 8*3600))
	s := o.api(openFor(t, o), func() time.Time { return now })
	doc := apiSpec(t)
	days := "&from=2026-03-02&to=2026-03-05"
	for query, want := range map[string][]any{
		"counts.active_citizens" + days:                                        {4., 0., 1., 1.},
		"counts.active_citizens&by=hour&from=2026-03-02&to=2026-03-02":         {0., 0., 0., 0., 0., 0., 0., 0., 0., 1., 1., 1., 0., 0., 0., 0., 1., 0., 0., 0., 0., 0., 0., 0.},
		"counts.active_citizens&from=2026-03-02&to=2026-03-03":                 {4., 0.},
		"counts.inbound" + days:                                                {6., 0., 1., 1.},
		"followers" + days:                                                     {600., 600., 600., 600.},
		"interaction_index.timeliness" + days:                                  {67.332},
		"service_index.information" + days:                                     {83.333},
		"spread_index.wci" + days:                                              {909.305},
		"counts.active_citizens&as_of=2026-03-02T10:30:00%2B08:00" + days + "": {2.},
	} {
		path := "/api/v1/series?metric=" + query
		code, body := s.get(path)
		if code != 200 {
			t.Errorf("%s: %d %s", query, code, body)
			continue
		}
		conforms(t, doc, path, code, body)
		got := values(t, body)
		if len(want) == 1 { // the first day is enough
			got = got[:1]
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", query, diff)
		}
	}
	for query, want := range map[string]string{
		"counts.active_citizens&split=topic":                         "split",
		"counts.inbound&split=staff":                                 "split",
		"counts.inbound&topic=%E7%A4%BE%E4%BF%9D":                    "topic",
		"composite.value&by=hour&from=2026-03-02&to=2026-03-03":      "by",
		"spread_index.s100&staff=":                                   "staff",
		"interaction_index.value&from=2025-11-01&to=2026-03-05":      "from",
		"service_index.value&by=hour&split=topic&from=2026-03-01&to": "split,by",
		"rti.value&by=hour&from=2020-01-01":                          "from",
		"rti.value&by=hour&from=2026-01-01&to=2026-02-01":            "from",
		"rti.value&from=2025-01-01&to=2026-01-02":                    "from",
		"rti.value&from=2000-01-01":                                  "from",
		"backlog.open":                                               "metric",
	} {
		path := "/api/v1/series?metric=" + strings.TrimSuffix(query, "&to")
		code, body := s.get(path)
		conforms(t, doc, path, code, body)
		if got := faultFields(t, body); code != 400 || got != want {
			t.Errorf("%s: %d, %q is refused: %s", query, code, got, body)
		}
	}
}

func values(t *testing.T, body []byte) (list []any) {
	t.Helper()
	var r struct {
		Series []struct{ Points []struct{ Value any } }
	}
	if err := json.Unmarshal(body, &r); err != nil || len(r.Series) != 1 {
		t.Fatalf("%v: %s", err, body)
	}
	for _, p := range r.Series[0].Points {
		v := p.Value
		if f, ok := v.(float64); ok {
			v = float64(int64(f*1000+.5)) / 1000
		}
		list = append(list, v)
	}
	return list
}

func faultFields(t *testing.T, body []byte) string {
	t.Helper()
	var e struct {
		Fields []struct{ Field, Message string }
	}
	if err := json.Unmarshal(body, &e); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range e.Fields {
		names = append(names, f.Field)
		if f.Message == "" {
			t.Errorf("%s: no reason", f.Field)
		}
	}
	return strings.Join(names, ",")
}
