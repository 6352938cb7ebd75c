package owncases

import (
	"strings"
	"testing"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

var (
	lamp  = models.CaseLine{Number: "260302000013", Text: "2603 0200 0013（投诉）待受理", Open: true}
	water = models.CaseLine{Number: "260302000021", Text: "2603 0200 0021（求助）办理中", Open: true}
	over  = models.CaseLine{Number: "260228000015", Text: "2602 2800 0015（投诉）已办结（3月1日 09:00）"}
)

// The number in any form, with any blanks; what is more than a wish to withdraw is none.
func TestWithdraw_ReadsTheWish(t *testing.T) {
	for text, asked := range map[string]bool{
		"撤回260302000013": true, "撤回 2603 0200 0013": true, "撤回　２６０３　０２００　００１３": true, "撤回：2603-0200-0013。": true,
		"撤回工单二六〇三〇二〇〇〇〇一三": true, "我要撤回编号260302000013号": true, "撤 回 2603 0200 0013 👍": true,
		"撤回申请怎么办": false, "怎么撤回": false, "撤回 260302000013 的投诉": false, "260302000013撤回": false, "撤回微信消息": false,
	} {
		var read reading.Text
		read.Read(text)
		r, ok := Withdraw(read.Runes(), []models.CaseLine{lamp, water, over}, "")
		if ok != asked || (r.Asked == lamp.Number) != asked || r.Withdrawn != "" {
			t.Errorf("%q: %v, %+v", text, ok, r)
		}
	}
}

func TestWithdraw_WhatIsSo(t *testing.T) {
	all := []models.CaseLine{lamp, water, over}
	for name, c := range map[string]struct {
		text  string
		cases []models.CaseLine
		want  string
		asked string
	}{
		"the only one":    {"撤回", []models.CaseLine{over, lamp}, "确认撤回这件诉求吗？撤回后不再办理。\n" + lamp.Text + "\n1 撤回\n2 不撤回", lamp.Number},
		"several":         {"撤回", all, "您有 2 件没有办结的诉求：\n" + lamp.Text + "\n" + water.Text + "\n请回复：撤回 编号，例：撤回 2603 0200 0013", ""},
		"none":            {"撤回诉求", []models.CaseLine{over}, "您没有可以撤回的诉求。", ""},
		"over":            {"撤回260228000015", all, over.Text + "，不能再撤回。", ""},
		"somebody else's": {"撤回260302000039", all, "没有查到。请核对编号；只能撤回您自己在这里提交的诉求。", ""},
		"no number":       {"撤回 123", all, "没有查到。请核对编号；只能撤回您自己在这里提交的诉求。", ""},
	} {
		if r, ok := Withdraw(reading.Key(c.text), c.cases, ""); !ok || r.Say != c.want || r.Asked != c.asked {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// Only a plain yes withdraws, what says neither yes nor no is somebody else's to answer.
func TestWithdraw_Answers(t *testing.T) {
	all := []models.CaseLine{lamp, water, over}
	for text, want := range map[string]string{
		"1": "已撤回，编号 2603 0200 0013，不再办理。", "１": "已撤回", "①": "已撤回", "第一个": "已撤回", "撤回": "已撤回", "1 撤回": "已撤回",
		"2": "没有撤回，照常办理。", "二": "没有撤回", "不撤回": "没有撤回", "取消": "没有撤回",
		"3": "没有这一项。\n1 撤回\n2 不撤回", "路灯坏了": "", "1楼漏水": "", "": "", "撤回 260302000021": "确认撤回这件诉求吗？撤回后不再办理。\n" + water.Text,
	} {
		r, ok := Withdraw(reading.Key(text), all, lamp.Number)
		if ok != (want != "") || !strings.HasPrefix(r.Say, want) || (r.Withdrawn == lamp.Number) != strings.HasPrefix(want, "已撤回") {
			t.Errorf("%q: %v, %+v", text, ok, r)
		}
	}
	if r, _ := Withdraw(reading.Key("1"), all, over.Number); r.Withdrawn != "" || r.Say != over.Text+"，不能再撤回。" {
		t.Errorf("closed meanwhile: %+v", r)
	}
}

// At most five are told at once, a number of any of them.
func TestAsk_Many(t *testing.T) {
	var many []models.CaseLine
	for range 7 {
		many = append(many, lamp)
	}
	many = append(many, over)
	if say, ok := Ask(reading.Key("查询"), many); !ok || strings.Count(say, lamp.Text) != shown {
		t.Errorf("told %q", say)
	}
	if say, ok := Ask(reading.Key("2602 2800 0015"), many); !ok || say != over.Text {
		t.Errorf("told %q", say)
	}
	for _, text := range []string{"", "查", "260002000013", "2603020000131", "查询社保"} {
		if _, ok := Ask(reading.Key(text), many); ok {
			t.Errorf("%q is taken", text)
		}
	}
}

// A number is asked for with the words that people put around it, and of no other text.
func TestAsk_WordsAroundTheNumber(t *testing.T) {
	for text, asked := range map[string]bool{
		"260302000013": true, "查询260302000013": true, "查询 2603 0200 0013": true, "编号２６０３０２００００１３": true,
		"请问工单2603 0200 0013进度": true, "帮我查一下编号260302000013的办理结果": true, "260302000013办到哪一步了？": true, "我的投诉260302000013有结果了吗": true,
		"260302000013 路灯还没修": false, "不满意260302000013": false, "260302000013和260302000021": false, "撤回260302000013": false,
		"电话260302000013": false, "2603020000131": false,
	} {
		if say, ok := Ask(reading.Key(text), []models.CaseLine{water, lamp}); ok != asked || asked && say != lamp.Text {
			t.Errorf("%q: %q", text, say)
		}
	}
}

func TestAsk_NoCases(t *testing.T) {
	if say, ok := Ask(reading.Key("查询"), nil); !ok || strings.Contains(say, "核对编号") || !strings.Contains(say, "没有查到您") {
		t.Errorf("told to check a number that was not given: %q", say)
	}
	if say, ok := Ask(reading.Key("办理进度"), nil); ok {
		t.Errorf("a rule of the office would know more: %q", say)
	}
}
