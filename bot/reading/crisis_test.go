package reading

import "testing"

func TestCrisisWords(t *testing.T) {
	var text Text
	calls := []string{
		"我不想活了", "想自杀", "自 殺", "活着没意思", "救命！", "救命啊啊啊啊", "老公打我怎么办", "我被家暴了", "楼下着火了", "有人落水", "我要跳楼",
		"zisha", "自sha", "轻生", "不如死了算了", "喝了农药", "累得想死", "救命🆘", "快来救救我",
		"小孩掉河里了怎么办", "我妈吃了农药", "老人突然晕倒没有呼吸", "有人触电了", "楼道里燃气泄漏味道很大", "我爸昏迷不醒",
	}
	for _, s := range calls {
		text.Read(s)
		if _, ok := text.Crisis(nil); !ok {
			t.Errorf("%q is not taken for a call for help", s)
		}
	}
	harmless := []string{
		"笑死我了", "救命稻草", "他是我的救命恩人", "我想死你了", "不想活动", "跳楼价大甩卖", "要跳楼价才买", "反家庭暴力法什么时候实施", "急死了", "累死了", "热死了", "死机了",
		"减轻生活负担", "自残疾以来", "实质性侵占绿地", "消防生命通道被占", "堵住了救命通道", "火灾隐患举报", "企业活不下去了怎么申请补贴", "打死我也不信", "寻死觅活的邻居", "我被困扰很久",
		"落水管漏水谁修", "农药经营许可证怎么办", "燃气泄漏报警器哪里领", "防溺水宣传什么时候", "手机掉马桶里了", "晕倒在工位算工伤吗",
	}
	for _, s := range harmless {
		text.Read(s)
		if w, ok := text.Crisis(nil); ok {
			t.Errorf("%q fires because of %q", s, w)
		}
	}
}

// TestCrisisWords_OfAnAccount: they count beside those built in, and harmless words cover them too.
func TestCrisisWords_OfAnAccount(t *testing.T) {
	own := NewCalls([]string{"跳江", "想死你"})
	var text Text
	for s, want := range map[string]string{"有人要 跳江": "跳江", "救命": "救命", "江边散步": "", "我想死你了": ""} {
		text.Read(s)
		if got, _ := text.Crisis(own); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
	if NewCalls(nil) != nil {
		t.Error("no words are no list")
	}
}
