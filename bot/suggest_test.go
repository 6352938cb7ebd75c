package bot

import "testing"

// TestSuggestion_TitleTyped: the title that suggestions and menus show is answered when it is
// typed, also where no keyword is in it.
func TestSuggestion_TitleTyped(t *testing.T) {
	card, bus := contains("卡", "补卡"), contains("车", "几路车")
	card.Title, bus.Title = "社会保障卡补领", "公共交通"
	k := newTalk(t, Options{}, card, bus, defaultRule("默认"))
	k.want(k.say("社会保障卡补领"), "答卡", OutcomeRule)
	if !k.last.Matched || k.last.Keyword != "社会保障卡补领" {
		t.Errorf("%+v", k.last)
	}
	k.want(k.say("公共交通。"), "答车", OutcomeRule)
}

// TestSuggestion_OneWordOfARuleIsNotTheRule: a word that a rule asks for beside others does
// not get its answer.
func TestSuggestion_OneWordOfARuleIsNotTheRule(t *testing.T) {
	rule := contains("投诉民警")
	rule.Groups = [][]string{{"民警", "警察"}, {"投诉", "态度"}}
	k := newTalk(t, Options{}, rule, defaultRule("默认"))
	k.want(k.say("我想当警察"), "默认", OutcomeDefault)
}

// TestSuggestion_OneThatIsNotClear: it is asked back in one line, not as a list of one.
func TestSuggestion_OneThatIsNotClear(t *testing.T) {
	k := newTalk(t, Options{}, contains("居住证办理", "居住证"), contains("社保卡补办", "社保卡补办"), contains("社保卡", "社保卡"), contains("公积金提取", "公积金提取"), defaultRule("默认"))
	k.want(k.say("居民证怎么办理"), "您是不是想问“居住证办理”？回复 1 查看，或换个说法再写一次。", OutcomeSuggestion)
	k.want(k.say("2"), "没有第 2 项，请回复 1。\n1. 居住证办理", OutcomeMenu)
	k.want(k.say("1"), "答居住证办理", OutcomeMenu)
}
