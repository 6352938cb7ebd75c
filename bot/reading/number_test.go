package reading

import "testing"

func TestChoice(t *testing.T) {
	for text, want := range map[string]struct {
		n    int
		rest string
		ok   bool
	}{
		"1":       {1, "", true},
		"第2个":     {2, "", true},
		"我要选第十二项": {12, "", true},
		"二十":      {20, "", true},
		"3号谢谢":    {3, "号谢谢", true},
		"０":       {0, "", true},
		"1公积金":    {1, "公积金", true},
		"请问":      {},
		"":        {},
		"十十":      {},
	} {
		n, rest, ok := Choice(Key(text))
		if n != want.n || string(rest) != want.rest || ok != want.ok {
			t.Errorf("%q: %d %q %v", text, n, string(rest), ok)
		}
	}
}

func TestOtherNumber(t *testing.T) {
	for word, want := range map[string]string{
		"24小时": "2十4小时", "二十四小时": "24小时", "十五条": "15条", "工龄10年": "工龄十年", "110": "", "十一": "", "3.15晚会": "", "一百二十人": "", "公积金": "", "4天3夜": "",
	} {
		if got := OtherNumber(Key(word)); string(got.Key) != want {
			t.Errorf("%s: %s", word, string(got.Key))
		}
	}
}
