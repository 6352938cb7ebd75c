package wechat

import "github.com/wenzheng/wenzheng/models"

// envelope returns the text of the only Encrypt element directly below the only root
// "xml" of the body. Whatever else the root holds, the plaintext twin of compat mode
// above all, is not looked at.
func envelope(body string, t *tree) (sealed string, ok bool) {
	if parse(body, t) == models.ParseUnreadable || t.root != "xml" || t.trailing {
		return "", false
	}
	found := 0
	for _, l := range t.leaves {
		if l.Path == "Encrypt" {
			sealed = l.Value
			found++
		}
	}
	return sealed, found == 1 && sealed != ""
}
