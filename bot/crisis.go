package bot

import (
	"strings"
	"sync"

	"github.com/wenzheng/wenzheng/bot/reading"
)

// crisisText is what a citizen in danger is told at once. The numbers are national:
// 110 police, 120 ambulance, 119 fire, 12356 psychological help (国家卫生健康委, in
// service since 2025), 12338 women's rights, 12345 government.
const crisisText = "我们很担心您。如果您或身边的人正处在危险中，请马上拨打：\n" +
	"110 报警（家庭暴力、人身威胁）\n120 急救\n119 火警与救援\n12356 心理援助热线\n" +
	"12338 妇女维权热线\n请不要独自承受，先到安全、有人的地方，也请告诉一位您信任的人。电话 24 小时有人接听，12356、12338 以当地服务时间为准。"

// despairWords tell of someone who wants to die; they count in a text of any length.
const despairWords = "自杀 自鲨 自sha zisha 轻生 寻死 寻短见 想死 想要死 不想活 不想再活 活不下去 活着没意思 活着没有意思 活着没意义 活着没有意义 活够了 " +
	"结束生命 结束自己的生命 结束我的生命 了结自己 了结生命 结束这一切 不如死了 死了算了 一死了之 生不如死 割腕 想跳楼 要跳楼 去跳楼 准备跳楼 从楼上跳下去 " +
	"想跳河 要跳河 想上吊 要上吊 喝农药 喝了农药 吃了安眠药 吞了安眠药 写好遗书 写了遗书 写遗书 想离开这个世界 离开人世 伤害自己 自残"

// dangerWords tell of danger at this moment. They count in messages as people write them
// in need; in a long complaint (安全隐患, 发生过火灾) they mostly tell of something past.
const dangerWords = "救命 救救我 快来救 家暴 家庭暴力 老公打我 丈夫打我 老婆打我 妻子打我 男友打我 男朋友打我 爸爸打我 妈妈打我 父亲打我 被老公打 被丈夫打 打我和孩子 " +
	"要打死我 要杀我 想杀我 要杀了我 有人要杀 杀人了 杀人啦 持刀砍 拿刀砍 被绑架 绑架了我 被拐卖了 强奸 性侵 猥亵 着火了 着火啦 起火了 失火了 煤气中毒 有人落水 有人溺水 有人跳楼 被困在 我被困 " +
	"掉河里 掉进河 掉水里 掉进水里 掉湖里 掉进湖 掉井里 掉进井 溺水了 落水了 吃了农药 误服农药 没有呼吸 没呼吸了 心脏骤停 昏迷不醒 突然晕倒 突然昏倒 晕倒了 昏倒了 " +
	"有人触电 触电了 燃气泄漏 煤气泄漏 天然气泄漏 漏煤气 煤气漏了 燃气漏了 大出血 爆炸了"

// urgentLength is the longest text, in characters, in which danger words count.
const urgentLength = 120

// crisisGuards are the harmless words that hold a crisis word.
const crisisGuards = "救命稻草 救命恩人 救命之恩 救命药 救命钱 救命的钱 救命的药 救命款 救命车 救命消防 救命保命 救命通道 生命通道 救命设备 救命神器 救命知识 救命技能 救命包 救命绳 救命本 " +
	"自杀式 预防自杀 防自杀 自杀干预 自杀险 自杀率 自杀小队 自杀条款 想死你 想死我了 想死我啦 想死他 想死她 可想死 不想活动 不想活跃 不想活得太累 企业活不下去 公司活不下去 工厂活不下去 商户活不下去 店铺活不下去 " +
	"预防家暴 反家暴法 反家庭暴力法 反家暴宣传 反家庭暴力宣传 家庭暴力法 家暴法 家暴告诫书 防性侵 预防性侵 性侵预防 防猥亵 减轻生 实质性侵 恶性侵 惯性侵 寻死觅活 强奸式 救救我们 自残疾 各自残疾 亲自残 跳楼价 要跳楼价 要跳楼机 " +
	"强奸罪 猥亵罪 自杀保险 结束生命周期 结束这一切手续 我被困扰 被困在家 被困难 我被困难 被困在家里办 " +
	"燃气泄漏报警 煤气泄漏报警 预防燃气泄漏 防燃气泄漏 燃气泄漏怎么预防 掉进河南 掉进水里的手机 预防触电了 大爆炸了 心脏骤停知识 心脏骤停急救培训"

// crisis answers calls for help before everything else.
type crisis struct {
	words   *reading.Trie
	guards  *reading.Trie
	shown   []string
	despair []bool // by word: counts in a text of any length
}

// crisisWords is made on first use and never changes.
var crisisWords = sync.OnceValue(func() *crisis {
	c := &crisis{}
	c.words, c.shown = reading.TrieOf(strings.Fields(dangerWords + " " + despairWords))
	c.guards, _ = reading.TrieOf(strings.Fields(crisisGuards))
	c.despair = make([]bool, len(c.shown))
	for _, w := range strings.Fields(despairWords) {
		c.despair[c.words.Lookup(reading.Key(w))] = true
	}
	return c
})

// find returns the first crisis word of the text that no harmless word covers.
func (c *crisis) find(sc *scratch) (string, bool) {
	for _, text := range sc.Forms() {
		sc.hits = c.words.CollectAll(text, sc.hits[:0])
		for _, h := range sc.hits {
			if len(text) > urgentLength && !c.despair[h.Value] {
				continue
			}
			if !c.covered(text, int(h.At), int(h.Length)) {
				return c.shown[h.Value], true
			}
		}
	}
	return "", false
}

// covered reports whether a harmless word spans text[at:at+n].
func (c *crisis) covered(text []rune, at, n int) bool {
	const longestGuard = 12
	var room [8]reading.Hit
	for from := max(at-longestGuard, 0); from <= at; from++ {
		for _, g := range c.guards.Collect(text, from, room[:0]) {
			if from+int(g.Length) >= at+n {
				return true
			}
		}
	}
	return false
}
