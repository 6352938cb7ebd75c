package bot

import (
	"encoding/csv"
	"os"
	"testing"

	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

// petition is a text with the topic that people gave it.
type petition struct{ Topic, Text string }

// sayings are texts with the topic that people gave them, and the tree of topics beside.
type sayings struct {
	rows     []petition
	tree     [][]string // topic, group, leaf
	frequent string     // the topic of the most texts
}

// ownSayings are 80 texts of our own.
func ownSayings(t testing.TB) *sayings {
	t.Helper()
	return &sayings{labelled(t, "testdata/labelled.csv"), tableRows(t, "testdata/topics.csv"), "教育"}
}

// realSayings are 1,842 real messages, nil where they do not lie beside the repository.
func realSayings(t testing.TB) *sayings {
	t.Helper()
	texts, there := wechattest.Beside(t, "data", "hunan", "labelled.csv")
	if !there {
		return nil
	}
	tree, _ := wechattest.Beside(t, "data", "hunan", "topics.csv")
	return &sayings{labelled(t, texts), tableRows(t, tree), "城乡建设"}
}

// tableRows are the rows of a CSV below its head.
func tableRows(t testing.TB, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

func labelled(t testing.TB, path string) []petition {
	t.Helper()
	var out []petition
	for _, r := range tableRows(t, path) {
		out = append(out, petition{Topic: r[0], Text: r[1]})
	}
	return out
}
