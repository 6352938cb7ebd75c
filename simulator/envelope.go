package simulator

import (
	"bytes"
	"encoding/json"
)

// innerXML is what stands between <xml> and </xml> of a body in clear.
func innerXML(body []byte) ([]byte, bool) {
	text := bytes.TrimSpace(bytes.TrimPrefix(body, byteOrderMark))
	if !bytes.HasPrefix(text, []byte("<xml>")) || !bytes.HasSuffix(text, []byte("</xml>")) {
		return nil, false
	}
	return text[len("<xml>") : len(text)-len("</xml>")], true
}

// wrapJSON is the envelope of a JSON body; a body that is no object goes alone.
func wrapJSON(ev *Event, sealed string, withClear bool) []byte {
	members := map[string]json.RawMessage{}
	if withClear {
		text := bytes.TrimPrefix(ev.Body, byteOrderMark)
		if err := json.Unmarshal(text, &members); err != nil {
			members = map[string]json.RawMessage{}
		}
	}
	members["ToUserName"] = quote(ev.To)
	members["Encrypt"] = quote(sealed)
	b, err := json.Marshal(members)
	if err != nil {
		return nil
	}
	return b
}

func quote(s string) json.RawMessage {
	b, err := json.Marshal(s)
	if err != nil {
		return json.RawMessage(`""`)
	}
	return b
}
