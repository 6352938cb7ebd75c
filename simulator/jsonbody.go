package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// readJSON reads a body in JSON, a second time without control characters.
func readJSON(body []byte) ([]models.Leaf, error) {
	leaves, err := jsonLeaves(body)
	if err == nil {
		return leaves, nil
	}
	clean := strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, models.CleanText(string(body)))
	return jsonLeaves([]byte(clean))
}

// jsonLeaves reads all scalar members in document order; the elements of an array share
// the path of the array.
func jsonLeaves(body []byte) ([]models.Leaf, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	token, err := d.Token()
	if err != nil {
		return nil, fmt.Errorf("simulator: read body: %w", err)
	}
	if token == nil {
		return nil, nil
	}
	leaves, err := jsonObject(d, "", nil)
	return withListOwner(leaves), err
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

func jsonObject(d *json.Decoder, prefix string, leaves []models.Leaf) ([]models.Leaf, error) {
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("simulator: read body: %w", err)
		}
		name, _ := token.(string) // the decoder yields only strings as names
		if leaves, err = jsonValue(d, prefix+name, leaves); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return leaves, err
}

func jsonValue(d *json.Decoder, path string, leaves []models.Leaf) ([]models.Leaf, error) {
	token, err := d.Token()
	if err != nil {
		return nil, fmt.Errorf("simulator: read body: %w", err)
	}
	switch token {
	case json.Delim('{'):
		if !d.More() {
			leaves = append(leaves, models.Leaf{Path: path})
		}
		return jsonObject(d, path+"/", leaves)
	case json.Delim('['):
		for d.More() {
			if leaves, err = jsonValue(d, path, leaves); err != nil {
				return nil, err
			}
		}
		_, err = d.Token()
		return leaves, err
	case nil:
		return append(leaves, models.Leaf{Path: path}), nil
	}
	return append(leaves, models.Leaf{Path: path, Value: strings.TrimSpace(fmt.Sprint(token))}), nil
}
