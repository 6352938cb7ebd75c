package topics

import "testing"

func TestEvalIDF(t *testing.T) {
	d := LoadDictionary()
	for _, w := range []string{"社保卡", "社会保障卡", "医保", "医疗保险", "公租房", "公租", "违建", "中学", "公园", "租房", "疫苗", "狂犬疫苗", "流感疫苗", "公", "房", "路灯", "经济学院", "街", "大街", "卡", "社保", "高心", "质价"} {
		f, k := d.lookup(w)
		t.Log(w, f, k)
	}
}
