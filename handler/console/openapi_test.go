package console

import (
	"context"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

// read reads the description at the root of the repository, once for all tests.
var read = sync.OnceValues(func() (*openapi3.T, error) {
	data, err := os.ReadFile("../../openapi.yaml")
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, err
	}
	return doc, doc.Validate(context.Background())
})

// spec is that description, which no test changes.
func spec(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := read()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestOpenAPI_Routes holds openapi.yaml and the route table together, both ways.
func TestOpenAPI_Routes(t *testing.T) {
	doc := spec(t)
	parameter := regexp.MustCompile(`:(\w+)`)
	var routes, described []string
	for _, r := range mounted(door()).Routes() {
		if strings.HasPrefix(r.Path, "/api/") || r.Path == "/openapi.yaml" {
			routes = append(routes, r.Method+" "+parameter.ReplaceAllString(r.Path, "{$1}"))
		}
	}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+path)
		}
	}
	slices.Sort(routes)
	slices.Sort(described)
	if d := cmp.Diff(routes, described); d != "" {
		t.Errorf("routes (-) and openapi.yaml (+) differ:\n%s", d)
	}
}

// TestOpenAPI_Parameters asks every route with each parameter of the description, and
// hears of none that it is unknown.
func TestOpenAPI_Parameters(t *testing.T) {
	h := mounted(door())
	for path, item := range spec(t).Paths.Map() {
		if item.Get == nil || item.Get.Security != nil {
			continue // not for programs
		}
		w := ask(h, path+"?no_such=1", testToken)
		var e models.Error
		if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil || len(e.Fields) == 0 {
			t.Fatalf("%s: %s", path, w.Body)
		}
		_, list, _ := strings.Cut(e.Fields[len(e.Fields)-1].Message, "可用的有 ")
		known := strings.Split(list, "、")
		var described []string
		for _, p := range item.Get.Parameters {
			if p.Value.In == "query" {
				described = append(described, p.Value.Name)
			}
		}
		slices.Sort(known)
		slices.Sort(described)
		if d := cmp.Diff(known, described); d != "" {
			t.Errorf("%s: parameters read (-) and described (+) differ:\n%s", path, d)
		}
	}
}

// TestOpenAPI_ErrorCodes: every code that the description names is one of a refusal, but for the faults of ours.
func TestOpenAPI_ErrorCodes(t *testing.T) {
	codes := spec(t).Components.Schemas["ErrorCode"].Value.Enum
	for _, code := range codes {
		if fault := code == "internal" || code == "audit_broken"; (apiStatus(code.(string)) == 0) != fault {
			t.Errorf("%s: status %d", code, apiStatus(code.(string)))
		}
	}
	if len(codes) < 25 {
		t.Errorf("only %v", codes)
	}
}
