package models

// FunctionWord reports a character that is a function word (虚词) or a part of one, such as 的, 吗
// and 我. Questions about anything have them in common: they tell nothing of what one is about.
func FunctionWord(r rune) bool {
	switch r {
	case '的', '了', '吗', '呢', '吧', '啊', '呀', '是', '我', '你', '您', '请', '怎', '么', '如', '何', '什', '哪', '嘛', '们', '很',
		'想', '要', '能', '可', '这', '那', '有', '没', '在', '就', '都', '和', '与', '及', '把', '被', '给', '到', '去', '来', '说':
		return true
	}
	return false
}
