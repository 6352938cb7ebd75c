package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReasons_CodesOfTheInterface: openapi.yaml names each code of a reason of /readyz, and no others; the console has
// English words for every one of them, or does not compile.
func TestReasons_CodesOfTheInterface(t *testing.T) {
	codes := map[string]bool{`""`: true}
	call := regexp.MustCompile(`models\.Say\("([a-z_]+)"`)
	eachSource(t, func(path, source string) {
		// Lines of the doctor and the start have codes of their own, which the room accounts compares.
		if slices.Contains([]string{"accounts/check.go", "accounts/platform.go", "accounts/advice.go", "accounts/progress.go"}, path) {
			return
		}
		for _, found := range call.FindAllStringSubmatch(source, -1) {
			codes[found[1]] = true
		}
	})
	var callbacks []string // the room handler compares them with what it refuses
	for _, code := range enumOf(t, "ReasonCode") {
		if strings.HasPrefix(code, "callbacks_") && !codes[code] {
			callbacks = append(callbacks, code)
			codes[code] = true
		}
	}
	if d := cmp.Diff(sortedNames(codes), enumOf(t, "ReasonCode")); d != "" || len(callbacks) == 0 {
		t.Errorf("codes of reasons (-) and openapi.yaml (+) differ:\n%s", d)
	}
}

// enumOf are the values that openapi.yaml names for a schema, sorted.
func enumOf(t *testing.T, schema string) []string {
	t.Helper()
	spec, err := os.ReadFile("../../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?s)    ` + schema + `:.*?enum: \[(.*?)\]`).FindSubmatch(spec)
	if found == nil {
		t.Fatalf("no %s", schema)
	}
	return slices.Sorted(slices.Values(strings.Split(string(found[1]), ", ")))
}

func sortedNames(set map[string]bool) (out []string) {
	for name := range set {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// eachSource reads every Go file of the program, tests left out, by its path in the repository.
func eachSource(t *testing.T, look func(path, source string)) {
	t.Helper()
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "web" || d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && path != ".") {
			return fs.SkipDir
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := fs.ReadFile(root, path)
		look(path, string(source))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestFaults_CodesOfTheInterface: openapi.yaml names each code by which the fault of a field can be said in another
// language, and no others; the console has English words for every one of them, or does not compile.
func TestFaults_CodesOfTheInterface(t *testing.T) {
	codes := map[string]bool{}
	eachSource(t, func(path, source string) {
		if !strings.Contains(source, "Fault(") && !strings.Contains(source, ".add(") && !strings.Contains(source, "faulty(") {
			return
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, source, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if code := faultCode(path, call); code != "" {
					codes[code] = true
				}
			}
			return true
		})
	})
	if d := cmp.Diff(sortedNames(codes), enumOf(t, "FaultCode")); d != "" {
		t.Errorf("codes of faults (-) and openapi.yaml (+) differ:\n%s", d)
	}
}

// faultCode is the code that a call gives to a fault: what follows the field, or comes first where the field is always
// the same; "" where the call makes no fault or passes the code on.
func faultCode(path string, call *ast.CallExpr) string {
	name, of := "", ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			name, of = f.Sel.Name, x.Name
		}
	}
	at := 1
	switch {
	case name == "Fault" && (of == "models" || of == ""), of == "" && slices.Contains([]string{"faulty", "limitFault"}, name):
	case name == "add" && of == "f" && filepath.Dir(path) == "models":
	case name == "errCode", name == "fault" && of == "" && path == "auth/password.go":
		at = 0
	case name == "fault" && of == "" && len(call.Args) > 2:
	default:
		return ""
	}
	if len(call.Args) <= at {
		return ""
	}
	literal, ok := call.Args[at].(*ast.BasicLit)
	if !ok {
		return ""
	}
	return strings.Trim(literal.Value, `"`)
}
