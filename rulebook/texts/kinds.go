package texts

import (
	"slices"

	"github.com/wenzheng/wenzheng/models"
)

// Key names a text or a list of words.
type Key string

// The keys, in the order in which they are listed.
const (
	Welcome        Key = "welcome"
	Default        Key = "default"
	Handover       Key = "handover"
	Closed         Key = "closed"
	Crisis         Key = "crisis"
	CrisisWords    Key = "crisis_words"
	SensitiveWords Key = "sensitive_words"
)

// Holder is where a text is written.
type Holder string

// Rules are written among the rules, texts and lists of words here.
const (
	ByRule  Holder = "rule"
	ByText  Holder = "text"
	ByWords Holder = "words"
)

// kind is what does not change about a text.
type kind struct {
	key            Key
	title, purpose string
	held           Holder
	setting        string // that holds it
	builtIn        string
	max            int // bytes of an own text
}

const (
	// maxTail bounds what is said behind a receipt, in bytes: the receipt and the text of a rule stand before it.
	maxTail = 600
	// maxWords and maxWordRunes bound a list of words; maxList is what the database takes, in characters.
	maxWords     = 500
	maxWordRunes = 20
	maxList      = 4000
)

func kinds() []kind {
	return []kind{
		{key: Welcome, title: "关注时的欢迎语", purpose: "市民关注公众号时收到的话，由入口为“关注”的规则回答", held: ByRule},
		{key: Default, title: "默认回复", purpose: "没有规则能答时说的话，由匹配方式为“默认”的规则回答", held: ByRule},
		{
			key: Handover, title: "转人工之后说的话", held: ByText, setting: models.SettingTextHandover, builtIn: models.HandoverText, max: maxTail,
			purpose: "有坐席在线时接在“已转人工，前面还有 3 位。”的后面；排队人数由程序写",
		},
		{
			key: Closed, title: "没有坐席时说的话", held: ByText, setting: models.SettingTextClosed, builtIn: models.ClosedText, max: maxTail,
			purpose: "坐席都不在线时接在“已记下，坐席现在都不在线。”的后面；写了自己的，非办公时间也接在上班时间的后面",
		},
		{
			key: Crisis, title: "危机求助的回答", held: ByText, setting: models.SettingTextCrisis, builtIn: models.CrisisText, max: models.MaxTextBytes,
			purpose: "市民的话里有求助的词时马上回答，先于所有规则和应急置顶",
		},
		{
			key: CrisisWords, title: "求助的词", held: ByWords, setting: models.SettingWordsCrisis,
			purpose: "除了内置的词，本单位还要当作求助的词，例如当地的河、桥、楼；内置的不能去掉",
		},
		{
			key: SensitiveWords, title: "敏感词", held: ByWords, setting: models.SettingWordsSensitive,
			purpose: "不能出现在发出去的文字里的词：含有的规则和文本不能发布，坐席写了不能发送",
		},
	}
}

// ownKind finds one that is written here.
func ownKind(key Key) (kind, error) {
	all := kinds()
	i := slices.IndexFunc(all, func(k kind) bool { return k.key == key })
	switch {
	case i < 0:
		return kind{}, models.NewError(models.CodeNotFound, "没有这段文本，wenzheng texts list 可列出全部")
	case all[i].held == ByRule:
		return kind{}, models.NewError(models.CodeConflict, all[i].title+"是规则，请在“规则”里改，同样由另一人审核")
	}
	return all[i], nil
}
