package chat

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/wenzheng/wenzheng/simulator"
)

// TestChats_SurviveARestart: what was said, who said it and who followed are there again, and
// a message of the earlier run can be repeated.
func TestChats_SurviveARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chats.jsonl")
	first := newStageWith(t, polite, func(o *Options) { o.Chats = path })
	first.do("POST", "/simulator/citizens", nil, nil)
	first.do("POST", "/simulator/send", map[string]any{"app_id": first.appID, "citizen": "1", "kind": "follow", "wait": true}, nil)
	first.do("POST", "/simulator/send", map[string]any{"app_id": first.appID, "citizen": "1", "kind": "text", "text": "社保", "wait": true}, nil)
	var before, after chatView
	first.do("GET", "/simulator/chat?citizen=1&app_id="+first.appID, nil, &before)
	first.server.Close()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"app_id":"cut by a power fail`); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	second := newStageWith(t, polite, func(o *Options) { o.Chats = path })
	second.do("GET", "/simulator/chat?citizen=1&app_id="+second.appID, nil, &after)
	if len(before.Entries) != 3 || len(after.Entries) != len(before.Entries) || !after.Followed {
		t.Fatalf("before %+v, after %+v", before, after)
	}
	asked := after.Entries[1]
	if asked.Bubble.Text != "社保" || asked.Delivery == nil || asked.Delivery.Outcome != simulator.Replied || after.Entries[2].Bubble.Text != "您好" {
		t.Errorf("after the restart: %+v", after.Entries)
	}
	if code := second.do("POST", "/simulator/repeat", map[string]any{"app_id": second.appID, "citizen": "1", "entry": "2"}, nil); code != 200 {
		t.Errorf("a repetition is refused: %d", code)
	}
	var citizens struct{ Citizens []citizenView }
	second.do("GET", "/simulator/citizens", nil, &citizens)
	if len(citizens.Citizens) != 1 {
		t.Errorf("citizens %+v", citizens)
	}
}
