package main

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng"
	"github.com/wenzheng/wenzheng/analytics"
)

// description is read once for all tests.
var description = sync.OnceValues(func() (*openapi3.T, error) { return openapi3.NewLoader().LoadFromData(wenzheng.OpenAPI()) })

// apiSpec is the description, which no test changes.
func apiSpec(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := description()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// conforms holds an answer against the schema of its path and status.
func conforms(t *testing.T, doc *openapi3.T, path string, status int, body []byte) {
	t.Helper()
	bare, _, _ := strings.Cut(path, "?")
	response := doc.Paths.Find(bare).Get.Responses.Status(status)
	if response == nil {
		t.Fatalf("%s: status %d is not described", path, status)
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatalf("%s: %v in %s", path, err, body)
	}
	schema := response.Value.Content["application/json"].Schema.Value
	if err := schema.VisitJSON(v, openapi3.MultiErrors()); err != nil {
		t.Errorf("%s: %v", path, err)
	}
}

// TestAnswersConform asks a real log every kind of question and holds the answers to
// openapi.yaml, which forbids keys that it does not describe.
func TestAnswersConform(t *testing.T) {
	o := toy(t, "")
	o.must("ratings", "import", o.write("r.csv", "account,openid,at,satisfied\n"+o.account.AppID+",C,2026-03-02 14:00:00,1\n"))
	doc := apiSpec(t)
	now := time.Date(2026, 3, 5, 12, 0, 0, 0, time.FixedZone("", 8*3600))
	s := o.api(openFor(t, o), func() time.Time { return now })
	window := "from=2026-02-04&to=2026-03-05"
	for path, status := range map[string]int{
		"/api/v1/indices":                                            200,
		"/api/v1/indices?" + window:                                  200,
		"/api/v1/indices?channel=form":                               200,
		"/api/v1/indices?account=wx0000000000000009":                 404,
		"/api/v1/indices?x=1":                                        400,
		"/api/v1/series?metric=limits.172800.rate&" + window:         200,
		"/api/v1/series?metric=response.p90_s&split=topic&" + window: 200,
		"/api/v1/series?metric=counts.waits.opened&split=staff&by=hour&from=2026-03-01&to=2026-03-05": 200,
		"/api/v1/series?metric=rti.value&topic=&staff=&account=" + o.account.AppID:                    200,
		"/api/v1/waits":                 200,
		"/api/v1/waits?limit=1":         200,
		"/api/v1/waits?after=x":         400,
		"/api/v1/waits?channel=comment": 200,
		"/api/v1/waits?" + window:       200,
		"/api/v1/waits?state=expired&human=true&breach=7200&weekday=1&hour=16&topic=&staff=&rt_from=unanswered&" + window: 200,
		"/api/v1/waits?breach=5":                                                         400,
		"/api/v1/waits?state=waiting&account=wx0000000000000009":                         404,
		"/api/v1/distribution?by=rt&" + window:                                           200,
		"/api/v1/distribution?by=rt,heat,topic,staff&compare=previous&human=all":         200,
		"/api/v1/distribution?by=heat&account=wx0000000000000009":                        404,
		"/api/v1/changes?" + window:                                                      200,
		"/api/v1/changes?account=wx0000000000000009":                                     404,
		"/api/v1/window?span=90d&account=" + o.account.AppID:                             200,
		"/api/v1/window?from=2026-02-04&to=2026-03-05&as_of=2026-03-05T12:00:00%2B08:00": 200,
		"/api/v1/window?account=wx0000000000000009":                                      404,
		"/api/v1/indices?diagnosis=none&" + window:                                       200,
		"/api/v1/overview": 200,
		"/api/v1/overview?account=wx0000000000000009": 404,
		"/api/v1/definitions":                         200,
		"/api/v1/report?quarter=2026":                 400,
		"/api/v1/indices?as_of=2999-01-01T00:00:00Z":  400,
	} {
		code, body := s.get(path)
		if code != status {
			t.Errorf("%s: %d %s", path, code, body)
			continue
		}
		conforms(t, doc, path, code, body)
	}
	var report map[string]any
	_, body := s.get("/api/v1/indices?" + window)
	if err := json.Unmarshal(body, &report); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(o.indices(toyAsOf...), report); d != "" {
		t.Errorf("the command (-) and the interface (+) differ:\n%s", d)
	}
	points(t, s, window)
}

// points: a series adds up to the whole.
func points(t *testing.T, s *served, window string) {
	t.Helper()
	for _, by := range []string{"day", "hour&from=2026-03-02&to=2026-03-05"} {
		if by == "day" {
			by += "&" + window
		}
		var r struct {
			Series []struct{ Points []struct{ Value *float64 } }
		}
		_, body := s.get("/api/v1/series?metric=counts.waits.opened&by=" + by)
		if err := json.Unmarshal(body, &r); err != nil || len(r.Series) != 1 {
			t.Fatalf("%v: %s", err, body)
		}
		sum := 0.
		for _, p := range r.Series[0].Points {
			sum += *p.Value
		}
		if sum != 7 {
			t.Errorf("by %s: %v waits", by, sum)
		}
	}
	var day struct {
		Series []struct {
			Points []struct {
				At    time.Time
				Value any
			}
		}
	}
	_, body := s.get("/api/v1/series?metric=response.p50_s&from=2026-03-02&to=2026-03-04")
	if err := json.Unmarshal(body, &day); err != nil {
		t.Fatal(err)
	}
	got := []any{}
	for _, p := range day.Series[0].Points {
		got = append(got, p.Value)
	}
	if d := cmp.Diff([]any{1200., nil, 90000.}, got); d != "" {
		t.Errorf("medians by day: %s", d)
	}
}

func TestMetricsOfSeriesAreDescribed(t *testing.T) {
	t.Parallel()
	for _, p := range apiSpec(t).Paths.Find("/api/v1/series").Get.Parameters {
		if p.Value == nil || p.Value.Name != "metric" {
			continue
		}
		var described []string
		for _, v := range p.Value.Schema.Value.Enum {
			described = append(described, v.(string))
		}
		if d := cmp.Diff(analytics.SeriesMetrics(), described); d != "" {
			t.Errorf("known (-) and described (+):\n%s", d)
		}
		return
	}
	t.Error("no metric is described")
}

// TestLiveEventsConform holds what the stream says to its schemas.
func TestLiveEventsConform(t *testing.T) {
	o := toy(t, "")
	s := o.api(openFor(t, o), time.Now)
	res := s.ask("/api/v1/live")
	defer res.Body.Close()
	events := make(chan event, 64)
	go readEvents(res.Body, events)
	schemas := map[string]string{"counters": "LiveCounters", "indices": "LiveIndices"}
	for len(schemas) > 0 {
		e := nextEvent(t, events, 5*time.Second)
		if e.name == "reset" {
			continue
		}
		name := schemas[e.name]
		if name == "" {
			t.Fatalf("event %s", e.name)
		}
		if err := apiSpec(t).Components.Schemas[name].Value.VisitJSON(e.data, openapi3.MultiErrors()); err != nil {
			t.Errorf("%s: %v", e.name, err)
		}
		delete(schemas, e.name)
	}
}

// TestServeHasTheInterface: wired, and behind its token.
func TestServeHasTheInterface(t *testing.T) {
	o := toy(t, "")
	o.serve().stop()
	o.settleAddresses()
	o.env["WENZHENG_API_TOKEN"] = apiToken
	r := o.serve()
	if got := o.fetch("http://" + o.addr + "/api/v1/indices"); got.status != http.StatusUnauthorized {
		t.Errorf("without the token: %d", got.status)
	}
	file, err := os.ReadFile("../../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if got := o.fetch("http://" + o.addr + "/openapi.yaml"); got.status != 200 || got.body != string(file) {
		t.Errorf("openapi.yaml: %d", got.status)
	}
	s := &served{t: t, url: "http://" + o.addr}
	if code, body := s.get("/api/v1/waits"); code != 200 {
		t.Errorf("with the token: %d %s", code, body)
	}
	stream := s.ask("/api/v1/live")
	defer stream.Body.Close()
	begin := time.Now()
	if code := r.stop(); code != 0 || time.Since(begin) > 5*time.Second {
		t.Errorf("stopped with %d after %v although somebody listened", code, time.Since(begin))
	}
}

// settleAddresses gives the office other ports, so that a second start waits for nothing.
func (o *office) settleAddresses() {
	o.addr, o.metrics = freeAddr(o.t), freeAddr(o.t)
	o.env["WENZHENG_ADDR"], o.env["WENZHENG_METRICS_ADDR"] = o.addr, o.metrics
}
