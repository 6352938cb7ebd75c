package wechat

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/models"
)

// isJSON reports whether a body can only be JSON. A bare null is JSON too: some senders
// mean "nothing" by it.
func isJSON(body []byte) bool {
	b := trimmed(bytes.TrimPrefix(body, byteOrderMark))
	return len(b) > 0 && (b[0] == '{' || b[0] == '[' || string(b) == "null")
}

var (
	errNotObject = errors.New("wechat: JSON value is no object")
	errLimits    = errors.New("wechat: document too deep or too large")
	errUnclean   = errors.New("wechat: JSON string holds what XML can not")
)

// listOwner is the element that the XML twin of an event puts around List.
func listOwner(event string) string {
	switch event {
	case "subscribe_msg_popup_event":
		return "SubscribeMsgPopupEvent"
	case "subscribe_msg_change_event":
		return "SubscribeMsgChangeEvent"
	case "subscribe_msg_sent_event":
		return "SubscribeMsgSentEvent"
	}
	return ""
}

// readJSON reads s as it is and, when that fails for its characters, once more after repair.
func readJSON(s string, t *tree) models.ParseStatus {
	err := parseJSON(s, t, true)
	if err == nil {
		return models.ParseOK
	}
	t.reset()
	if !errors.Is(err, errLimits) && parseJSON(repairedJSON(s), t, false) == nil {
		return models.ParseRepaired
	}
	t.reset()
	return models.ParseUnreadable
}

// parseJSON reads the first value of s, an object or null, into the tree of its XML
// twin: an array is a repeated element, a number keeps its digits. Where strict is set a
// string that no XML could hold is an error, otherwise it loses what is wrong with it: an
// escape like \u0000 passes by the cleaning of the raw bytes.
func parseJSON(s string, t *tree, strict bool) error {
	if strict && !utf8.ValidString(s) {
		return errUnclean
	}
	d := &jsonReader{json.NewDecoder(strings.NewReader(strings.TrimPrefix(s, "\ufeff"))), strict}
	d.UseNumber()
	token, err := d.token()
	if err != nil {
		return err
	}
	if token == nil {
		t.root = append(t.root, "xml"...)
		return nil
	}
	if token != json.Delim('{') {
		return errNotObject
	}
	if !t.open([]byte("xml")) {
		return errLimits
	}
	if err := members(d, t); err != nil {
		return err
	}
	t.end()
	t.trailing = d.More()
	nameLists(t)
	return nil
}

// jsonReader is a decoder whose strings are clean.
type jsonReader struct {
	*json.Decoder
	strict bool
}

func (d *jsonReader) token() (json.Token, error) {
	token, err := d.Token()
	text, ok := token.(string)
	if err != nil || !ok || models.IsClean(text) {
		return token, err
	}
	if d.strict {
		return nil, errUnclean
	}
	return models.CleanText(text), nil
}

func members(d *jsonReader, t *tree) error {
	for d.More() {
		token, err := d.token()
		if err != nil {
			return err
		}
		name, ok := token.(string)
		if !ok {
			return errNotObject
		}
		if err := value(d, t, name, 0); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// value reads one value as the element of this name.
func value(d *jsonReader, t *tree, name string, arrays int) error {
	token, err := d.token()
	if err != nil {
		return err
	}
	if token == json.Delim('[') {
		return items(d, t, name, arrays+1)
	}
	if !t.open([]byte(name)) {
		return errLimits
	}
	if token == json.Delim('{') {
		err = members(d, t)
	} else if token != nil {
		t.chars(fmt.Append(nil, token))
	}
	t.end()
	return err
}

func items(d *jsonReader, t *tree, name string, arrays int) error {
	if arrays > maxDepth {
		return errLimits
	}
	for d.More() {
		if err := value(d, t, name, arrays); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// repairedJSON returns s as sound UTF-8 without control characters.
func repairedJSON(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, models.CleanText(s))
}

// nameLists gives the items of a bare List the paths they have in XML.
func nameLists(t *tree) {
	owner := ""
	leaves := t.leaves(string(t.gathered))
	for _, l := range leaves {
		if l.Path == "Event" {
			owner = listOwner(strings.ToLower(l.Value))
		}
	}
	if owner == "" {
		return
	}
	t.gathered, t.spans = t.gathered[:0], t.spans[:0]
	for _, l := range leaves {
		if l.Path == "List" || strings.HasPrefix(l.Path, "List/") {
			l.Path = owner + "/" + l.Path
		}
		t.leaf([]byte(l.Path), []byte(l.Value))
	}
}
