package auth

import (
	"strings"
	"testing"

	"github.com/wenzheng/wenzheng/models"
)

func TestCheckPassword_EveryRule(t *testing.T) {
	names := []string{"xiaoli", "小李", "江城政务", "x"}
	for password, rule := range map[string]string{
		good:                              "",
		"correct horse Battery":           "",
		"问政后台要用的好密码1a":                    "",
		"ｌａｎｔｅｒｎ-Ｏｖｅｒ-７":                  "",
		"7xB!" + strings.Repeat("好", 200): "",
		strings.Repeat("aB3-x", 15)[:72]:  "",
		strings.Repeat("aB3-x", 15)[:73]:  "",
		strings.Repeat("aB3-x", 200):      "",
		strings.Repeat("aB3-x", 205):      "字节",
		"Short-1aB":                       "至少 12",
		"一二三四五六七八九A1":                     "至少 12",
		"lanterns over bridges":           "三类",
		"LANTERNSOVER1234":                "三类",
		"Password2026!":                   "太常见",
		"P@ssw0rd!!!26":                   "太常见",
		"123456789012Ab!":                 "太常见",
		"Aa1!Aa1!Aa1!":                    "太常见",
		"1234567890-Qwertyuiop":           "太常见",
		"Dragon-in-the-7-Kettles":         "",
		"Bridges-of-XiaoLi-7":             "不能包含",
		"7-Bridges-小李-Over":               "不能包含",
		"江城政务-Bridges-77":                 "不能包含",
		"bad\xffUTF8-Bridges":             "字节",
	} {
		err := checkPassword(password, names)
		if rule == "" && err != nil || rule != "" && (models.ErrorCode(err) != models.CodeInvalid || !strings.Contains(err.Error(), rule)) {
			t.Errorf("%.40q: %v, want %q", password, err, rule)
		}
	}
}

// TestHash_WholePassword: no byte is left out, whatever the length, and width does not matter.
func TestHash_WholePassword(t *testing.T) {
	h := newHouse(t, current.SQLite(t))
	for _, n := range []int{1, 72, 73, 1000} {
		password := strings.Repeat("x", n)
		kept, err := h.hash(password)
		if err != nil {
			t.Fatal(err)
		}
		if !matches(kept, password) || matches(kept, password[1:]) || matches(kept, password+"x") || matches(kept, password[1:]+"y") {
			t.Errorf("%d bytes", n)
		}
		if other, err := h.hash(password); err != nil || other == kept {
			t.Errorf("no salt: %v", err)
		}
	}
	kept, err := h.hash("Ｌａｎｔｅｒｎ")
	if err != nil || !matches(kept, "Lantern") {
		t.Errorf("full width: %v", err)
	}
	for _, damaged := range []string{"", "$", "$argon2id$v=19$m=8,t=1,p=1$AA$AA", "$argon2id$v=19$m=x$AA$AA$", strings.Replace(kept, "m=8", "m=16", 1)} {
		if matches(damaged, "Lantern") {
			t.Errorf("%q matches", damaged)
		}
	}
	if c := DefaultCost(); c.Memory != 19456 || c.Passes != 2 {
		t.Errorf("%+v", c)
	}
}
