package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/models"
)

// readJSON reads a body in JSON, a second time without control characters and invalid
// UTF-8. What only an escape can bring in is taken out of the values.
func readJSON(body []byte) ([]models.Leaf, error) {
	if utf8.Valid(body) {
		if leaves, err := jsonLeaves(body); err == nil {
			return leaves, nil
		}
	}
	clean := strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, models.CleanText(string(body)))
	return jsonLeaves([]byte(clean))
}

// jsonLeaves reads the first value, an object or null, as the elements it stands for; those
// of an array share its name.
func jsonLeaves(body []byte) ([]models.Leaf, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var r leafReader
	token, err := d.Token()
	if err == nil && token == json.Delim('{') {
		if err = r.start("xml"); err == nil {
			err = r.object(d)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("simulator: read body: %w", err)
	}
	return withListOwner(r.leaves), nil
}

// withListOwner gives the bare List of the subscription notices the element around it
// that these events have in XML.
func withListOwner(leaves []models.Leaf) []models.Leaf {
	owner := ""
	for _, l := range leaves {
		if l.Path != "Event" {
			continue
		}
		switch strings.ToLower(l.Value) {
		case "subscribe_msg_popup_event":
			owner = "SubscribeMsgPopupEvent/"
		case "subscribe_msg_change_event":
			owner = "SubscribeMsgChangeEvent/"
		case "subscribe_msg_sent_event":
			owner = "SubscribeMsgSentEvent/"
		}
	}
	for i := range leaves {
		if leaves[i].Path == "List" || strings.HasPrefix(leaves[i].Path, "List/") {
			leaves[i].Path = owner + leaves[i].Path
		}
	}
	return leaves
}

// object reads the members of an object, up to its end.
func (r *leafReader) object(d *json.Decoder) error {
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string) // the decoder yields only strings as names
		if err := r.value(d, models.CleanText(name), 0); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// value reads one value, inside so many arrays.
func (r *leafReader) value(d *json.Decoder, name string, arrays int) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	if token == json.Delim('[') {
		return r.array(d, name, arrays+1)
	}
	if err := r.start(name); err != nil {
		return err
	}
	if token == json.Delim('{') {
		err = r.object(d)
	} else if token != nil {
		r.stack[len(r.stack)-1].text.WriteString(models.CleanText(fmt.Sprint(token)))
	}
	r.finish()
	return err
}

func (r *leafReader) array(d *json.Decoder, name string, arrays int) error {
	if arrays > maxBodyDepth {
		return errBodyBounds
	}
	for d.More() {
		if err := r.value(d, name, arrays); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}
