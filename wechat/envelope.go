package wechat

import "github.com/wenzheng/wenzheng/models"

// envelope returns the text of the only Encrypt element directly below the only root
// "xml" of the body, in the memory of t. Whatever else the root holds, the plaintext twin
// of compat mode above all, is not looked at.
func envelope(body []byte, t *tree) (sealed []byte, ok bool) {
	if parse(body, t) == models.ParseUnreadable || string(t.root) != "xml" || t.trailing {
		return nil, false
	}
	found := 0
	for _, s := range t.spans {
		if string(t.gathered[s.path:s.value]) == "Encrypt" {
			sealed = t.gathered[s.value:s.end]
			found++
		}
	}
	return sealed, found == 1 && len(sealed) > 0
}
