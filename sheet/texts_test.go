package sheet

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadTexts(t *testing.T) {
	const file = "\ufeffid,subject,detail\r\n1,路灯,\"坏了,\n很久\"\r\n2,,'=1\r\n3\r\n"
	for column, want := range map[string][]string{"subject": {"路灯", "", ""}, "": {"坏了,\n很久", "=1", ""}, "id": {"1", "2", "3"}} {
		got, err := ReadTexts("f", strings.NewReader(file), column)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q: %s", column, d)
		}
	}
	_, err := ReadTexts("f", strings.NewReader(file), "none")
	checkFaults(t, faultsOf(t, err), "f:1:1 none")
	_, err = ReadTexts("f", strings.NewReader(""), "")
	checkFaults(t, faultsOf(t, err), "f:1:1 空的")
	_, err = ReadTexts("f", strings.NewReader("text\na\"b\n"), "")
	checkFaults(t, faultsOf(t, err), "f:2:2 引号")
}

func TestReadLabelled(t *testing.T) {
	for _, head := range []string{"topic,detail", "topic,text"} {
		got, err := ReadLabelled("f", strings.NewReader(head+"\n 住房 ,怎么提取公积金\n"))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]Labelled{{Topic: "住房", Text: "怎么提取公积金"}}, got); d != "" {
			t.Error(d)
		}
	}
	_, err := ReadLabelled("f", strings.NewReader("topic,text\n,x\na,b\nc,\n"))
	checkFaults(t, faultsOf(t, err), "f:2:1 topic", "f:4:1 正文")
	_, err = ReadLabelled("f", strings.NewReader("label,body\n"))
	checkFaults(t, faultsOf(t, err), "f:1:1 topic", "f:1:1 text 或 detail")
}
