package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/desk/cases"
)

// talk is what a citizen asked a person, and the answer.
type talk struct{ asked, answered string }

func talks() []talk {
	return []talk{
		{"我家孩子跨区转学，学籍要怎么转，能找个人问问吗", "您好，请带户口本和房产证到转入学校登记，学校在线上调学籍，一般五个工作日办好。"},
		{"门口的路灯修过又坏了，想找工作人员", "您好，已经转给路灯所，今天晚上会有人到现场，修好后再告诉您。"},
		{"公积金提取被退回，说材料不全，人工", "您好，系统里缺购房合同的备案页，补传后当天就能审。"},
		{"老人高龄津贴三个月没到账了，麻烦查一下", "您好，查到是银行卡换号没有更新，请到社区改一下卡号，下月一并补发。"},
		{"小区夜里施工，投诉过没人管，转人工", "您好，已联系城管夜间巡查，工地没有夜间许可，今晚起停工。"},
	}
}

// script is what is done with a case, and after how many working days each.
type script struct {
	kind  cases.Kind
	text  string
	topic string
	steps []scripted
	rate  int // 0 = not rated, 1 well, 2 ill
}

type scripted struct {
	after   int // working days
	act     cases.Act
	manager bool
}

func accepted(unit string) scripted {
	return scripted{act: cases.Act{Step: cases.Accept, Unit: unit}}
}

func answered(after int, text string) []scripted {
	return []scripted{{after: after, act: cases.Act{Step: cases.Submit, Text: text}}, {act: cases.Act{Step: cases.Approve}, manager: true}}
}

// scripts are cases that came to an end, one of each kind of course.
func scripts() []script {
	return []script{
		{cases.Complaint, "反映人民路北段人行道地砖松动，雨天溅水", "市政", append([]scripted{accepted("市政维护所")}, answered(3, "松动的地砖已全部更换，请您监督。")...), 1},
		{cases.Consult, "咨询公司注销需要哪些材料", "办事", append([]scripted{accepted("行政审批局")}, answered(1, "请带营业执照正副本、清算报告和公章到大厅三楼窗口，也可以在网上办。")...), 1},
		{cases.Complaint, "反映高层住户早晚水压不足", "供水", append([]scripted{
			accepted("自来水公司"),
			{after: 1, act: cases.Act{Step: cases.Return, Text: "二次供水由物业管，不归我们"}},
			{act: cases.Act{Step: cases.Assign, Unit: "住建局"}},
			{after: 1, act: cases.Act{Step: cases.Return, Text: "请先由自来水公司测压"}},
			{act: cases.Act{Step: cases.Assign, Unit: "自来水公司"}},
		}, answered(2, "已测压并更换加压泵，早高峰压力恢复到 0.28 兆帕。")...), 2},
		{cases.Help, "老人独居，想申请上门助餐", "民政", append([]scripted{
			accepted("民政局"), {after: 1, act: cases.Act{Step: cases.Extend, Days: 3, Text: "需要社区入户评估"}}, {act: cases.Act{Step: cases.Approve, Of: cases.OfExtension}, manager: true},
		}, answered(6, "评估通过，下周一起每日午餐送到家。")...), 1},
		{cases.Report, "举报隔壁工地夜里十二点还在打桩", "环境", []scripted{
			{act: cases.Act{Step: cases.Reject, Text: "同一事项已由生态环境局立案，按已有编号答复"}}, {act: cases.Act{Step: cases.Approve}, manager: true},
		}, 0},
		{cases.Suggestion, "建议医院周边增设停车位", "停车", append(append([]scripted{accepted("城管局")}, answered(4, "已列入年度计划，先开放旁边的错时车位八十个。")...),
			append([]scripted{{after: 2, act: cases.Act{Step: cases.Reopen, Text: "市民反映错时车位没有开放"}, manager: true}}, answered(1, "今天已经开放，入口在东侧。")...)...), 0},
		{cases.Praise, "表扬社保窗口的工作人员耐心", "社保", append([]scripted{accepted("人社局")}, answered(2, "谢谢您，已转告本人。")...), 1},
	}
}

// openScripts are cases that stand today somewhere, begun so many working days ago.
func openScripts() []struct {
	ago int
	script
} {
	type open = struct {
		ago int
		script
	}
	return []open{
		{8, script{cases.Complaint, "反映河道边夜市油烟扰民", "环境", []scripted{accepted("城管局"), {after: 2, act: cases.Act{Step: cases.Urge, Text: "请抓紧"}, manager: true}}, 0}},
		{5, script{cases.Complaint, "反映小区门口井盖松动，车过有响声", "市政", []scripted{accepted("市政维护所")}, 0}},
		{4, script{cases.Help, "反映加装电梯的补贴没有到账", "住房", []scripted{accepted("住建局"), {after: 2, act: cases.Act{Step: cases.Extend, Days: 5, Text: "要核对三个单元的竣工资料"}}}, 0}},
		{3, script{cases.Complaint, "反映公交末班车提前收班", "交通", []scripted{accepted("交通局"), {after: 2, act: cases.Act{Step: cases.Submit, Text: "已要求按公布时刻运行，并补上末班。"}}}, 0}},
		{2, script{cases.Suggestion, "建议周末开放学校操场", "教育", []scripted{{after: 1, act: cases.Act{Step: cases.Accept}}}, 0}},
		{1, script{cases.Consult, "咨询异地安置人员医保备案", "医保", nil, 0}},
	}
}

// closedCase is one of a citizen of the chat, or of somebody who called.
func (p *deskPast) closedCase(ctx context.Context, k int) error {
	s := scripts()[k%len(scripts())]
	return p.follows(ctx, &s, fmt.Sprintf("closed-%d", k), s.rate > 0 && k%2 == 0)
}

// follows submits a case and does with it what its script says, no later than today.
func (p *deskPast) follows(ctx context.Context, s *script, key string, chat bool) error {
	q := cases.Submission{
		AppID: p.AppID, Key: "history-" + key, Kind: s.kind, Text: s.text, Topic: s.topic, District: "澜东区", Public: len(s.steps)%2 == 1, Rights: cases.EveryRight(),
	}
	if chat {
		c, err := p.asks(ctx, s.text)
		if err != nil {
			return err
		}
		p.later(3 * time.Minute)
		if err := p.takes(ctx, &c); err != nil {
			return err
		}
		q.Conversation, q.ConversationVersion = c.ID, c.Version
	}
	d, err := p.cases.Submit(ctx, pastAgent, q)
	if err != nil {
		return err
	}
	for i := range s.steps {
		st := &s.steps[i]
		if st.after > 0 {
			p.workdaysLater(st.after)
		}
		p.later(35 * time.Minute)
		if p.at.After(p.Until) {
			break
		}
		if chat && st.act.Step == cases.Approve { // who asks how far it is can be told, and asked
			if err := p.inquires(ctx, d.UID, d.Shown); err != nil {
				return err
			}
		}
		act, who := st.act, pastAgent
		if st.manager {
			who = pastManager
		}
		act.AppID, act.Number, act.Version, act.Rights = d.AppID, d.Number, d.Version, cases.EveryRight()
		if d, err = p.cases.Act(ctx, who, act); err != nil {
			return err
		}
	}
	if !chat {
		return nil
	}
	if err := p.sends(ctx); err != nil {
		return err
	}
	return p.rates(ctx, d.UID, s.rate == 2)
}

// writeToday leaves what a desk has on a usual day: cases in every state, one of them due, a message whose
// outcome nobody knows, one that waits for its citizen, somebody who is being answered, and a queue.
func (p *deskPast) writeToday(ctx context.Context) error {
	for i, s := range openScripts() {
		p.at = p.Until
		if !p.workday(p.at) {
			p.workdaysLater(-1)
		}
		p.workdaysLater(-s.ago)
		if err := settled(p.follows(ctx, &s.script, fmt.Sprintf("open-%d", i), false)); err != nil {
			return err
		}
	}
	for _, last := range []struct {
		ago, answer time.Duration // until today; 0 = nobody has answered
		asked, text string
		silent      bool
		taken       bool
	}{
		{ago: 60 * time.Hour, answer: 8 * time.Hour, asked: "居住证签注到期了在哪办，想问人工", text: "您好，任一派出所都能办，带身份证即可。", taken: true}, // his window is closed: it waits
		{ago: 3 * time.Hour, answer: 170 * time.Minute, asked: "教师资格认定的体检在哪里做", text: "您好，请到市人民医院体检中心，周一至周五上午。", silent: true, taken: true},
		{ago: 25 * time.Minute, answer: 20 * time.Minute, asked: "网上申报个税提示身份不符", text: "您好，请把提示的截图发来看一下。", taken: true},
		{ago: 14 * time.Minute, asked: "婚姻登记预约不上，能帮忙看看吗"},
		{ago: 6 * time.Minute, asked: "投诉物业不开地库的门，转人工"},
	} {
		p.at = p.Until.Add(-last.ago)
		c, err := p.asks(ctx, last.asked)
		if err == nil && last.taken {
			p.at = p.Until.Add(-last.answer)
			p.api.silent.Store(last.silent)
			if err = p.takes(ctx, &c); err == nil {
				err = p.says(ctx, &c, last.text)
			}
			p.api.silent.Store(false)
		}
		if err := settled(err); err != nil {
			return err
		}
	}
	return nil
}
