package sheet

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

func TestTopicsSurviveWritingAndReading(t *testing.T) {
	want := Topics{Saturation: 1.2, Topics: []Topic{
		{Name: "教育", Words: map[string]float64{"入学": 2.5, "学位": 3, "yes": -0.125, "12345": 1}},
		{Name: "空", Words: map[string]float64{}},
	}}
	var b bytes.Buffer
	if err := WriteTopics(&b, want); err != nil {
		t.Fatal(err)
	}
	if first, second := strings.Index(b.String(), "学位"), strings.Index(b.String(), "入学"); first > second {
		t.Errorf("the heavier word does not come first:\n%s", b.String())
	}
	got, err := ReadTopics("t.yaml", &b)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestBadTopicsAreRefused(t *testing.T) {
	for _, text := range []string{"", "topics: []", "topics: 3", "what: 1", "topics:\n- name: a\n  words: {b: c}", "\x00", "- - -"} {
		if _, err := ReadTopics("t.yaml", strings.NewReader(text)); models.ErrorCode(err) != models.CodeInvalid {
			t.Errorf("%q: %v", text, err)
		}
	}
}
