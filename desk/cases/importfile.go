package cases

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
)

// imported is a row of a file of cases.
type imported struct {
	Case
	number string // in its source
	text   string
	reply  string
	caller string // their telephone
}

const (
	longestNumber = 100
	longestField  = 300
	// longestImported is how long a text of another system may be, in characters.
	longestImported = 10_000
)

// importColumns are what a hotline's file and a file of Export have. What says who called is not kept,
// nor what this program works out itself; such columns are known and passed over.
func importColumns() []sheet.Column {
	return []sheet.Column{
		{Name: "number", Chinese: []string{"工单编号", "编号", "工单号", "受理编号", "流水号", "诉求编号", "案件编号"}, Required: true},
		{Name: "submitted_at", Chinese: []string{"来电时间", "提交时间", "诉求时间", "受理日期", "登记时间", "创建时间"}, Required: true},
		{Name: "kind", Chinese: []string{"诉求类别", "诉求类型", "工单类型", "工单类别", "类别", "类型", "诉求性质"}, Required: true},
		{Name: "text", Chinese: []string{"诉求内容", "内容", "工单内容", "反映内容", "来电内容", "问题描述"}, Required: true},
		{Name: "closed_at", Chinese: []string{"办结时间", "办结日期", "结案时间", "完成时间"}, Required: true},
		{Name: "reply", Chinese: []string{"答复内容", "答复", "办理结果", "办理情况", "处理结果", "回复内容"}},
		{Name: "state", Chinese: []string{"状态", "工单状态", "办理状态", "当前状态"}},
		{Name: "accepted_at", Chinese: []string{"受理时间", "签收时间"}},
		{Name: "due_at", Chinese: []string{"办理期限", "办结期限", "办理时限", "截止时间", "到期时间"}},
		{Name: "extended_to", Chinese: []string{"延期至"}},
		{Name: "topic", Chinese: []string{"主题", "事项", "事项类别", "问题类别", "问题分类", "事项分类", "归口类别"}},
		{Name: "district", Chinese: []string{"区县", "区划", "所属区县", "区域", "行政区划", "所属区域"}},
		{Name: "unit", Chinese: []string{"承办单位", "主办单位", "责任单位", "办理单位", "承办部门"}},
		{Name: "handler", Chinese: []string{"经办", "经办人", "承办人"}},
		{Name: "place", Chinese: []string{"地点", "事发地址", "诉求地址", "事发地点", "地址", "详细地址"}},
		{Name: "phone", Chinese: []string{"电话", "联系电话", "来电号码", "电话号码", "手机号码"}},
		{Name: "satisfied", Chinese: []string{"是否满意", "满意", "满意度", "满意情况"}},
		{Name: "solved", Chinese: []string{"是否解决", "解决", "解决情况"}},
		{Name: "public", Chinese: []string{"公开", "是否公开"}},
		{Name: "complex", Chinese: []string{"复杂", "是否复杂"}},
		{Name: "source", Chinese: []string{"来源"}},
		{Name: "source_number", Chinese: []string{"来源编号"}},
		{Name: "account", Chinese: []string{"账号", "公众号", "appid"}},
		{Name: "caller", Chinese: []string{"来电人", "诉求人", "联系人", "姓名", "市民姓名", "来电人姓名", "诉求人姓名"}},
		{Name: "caller_sex", Chinese: []string{"性别"}},
		{Name: "agent", Chinese: []string{"坐席", "话务员", "坐席工号", "受理人", "受理人员", "登记人"}},
		{Name: "channel", Chinese: []string{"诉求来源", "来电渠道", "受理渠道", "受理方式", "工单来源"}},
		{Name: "returns", Chinese: []string{"退回", "退回次数"}},
		{Name: "urges", Chinese: []string{"催办", "催办次数"}},
		{Name: "reopened", Chinese: []string{"重新办理"}},
	}
}

// kindWords are what the kinds are called elsewhere. What has no kind of its own is somebody's request.
func kindWords() map[string]Kind {
	return map[string]Kind{
		"咨询": Consult, "投诉": Complaint, "建议": Suggestion, "意见": Suggestion, "意见建议": Suggestion, "举报": Report, "投诉举报": Report, "求助": Help,
		"求决": Help, "申请": Help, "其他": Help, "其它": Help, "表扬": Praise, "感谢": Praise,
	}
}

// readImport reads a file. A case that is not over, or was withdrawn, has no State: it is not imported.
func readImport(q *ImportRequest, now time.Time) (list []*imported, err error) {
	seen := map[[2]string]bool{}
	err = sheet.ReadRecords(q.Name, q.Content, now, importColumns(), func(r *sheet.Record) {
		c := readCase(r, q)
		if key := [2]string{c.Source, c.number}; seen[key] {
			r.Fault("number", "与前面的一行重复："+c.number)
		} else {
			seen[key] = true
		}
		list = append(list, c)
	})
	return list, err
}

func readCase(r *sheet.Record, q *ImportRequest) *imported {
	c := &imported{text: longText(r, "text", false), reply: longText(r, "reply", true), caller: r.Text("phone", longestNumber, true)}
	c.AppID, c.number = q.AppID, cmp.Or(r.Text("source_number", longestNumber, true), r.Text("number", longestNumber, false))
	if account := r.Text("account", longestNumber, true); account != "" && account != q.AppID {
		r.Fault("account", "这一行属于 "+account+"，现在导入的是 "+q.AppID)
	}
	c.Source = cmp.Or(models.OneLine(r.Text("source", 32, true), 30), q.Source)
	c.SubmittedAt, c.AcceptedAt = r.Time("submitted_at"), laterTime(r, "accepted_at")
	c.Kind = readKind(r)
	short := func(name string) string { return models.OneLine(r.Text(name, longestField, true), 100) }
	c.Topic, c.District, c.Unit, c.Handler, c.place = short("topic"), short("district"), short("unit"), short("handler"), models.Mask(short("place"))
	c.Public, c.Complex = isYes(r, "public"), isYes(r, "complex")
	c.readEnd(r)
	c.readRating(r)
	return c
}

// readEnd reads when and how a case ended.
func (c *imported) readEnd(r *sheet.Record) {
	state := r.Text("state", longestField, true)
	c.ClosedAt = laterTime(r, "closed_at")
	switch {
	case strings.Contains(state, "撤"), c.ClosedAt.IsZero() && state != StateTitle(Closed):
		return
	case c.ClosedAt.IsZero():
		r.Fault("closed_at", "已办结的要写办结时间")
	case c.ClosedAt.Before(c.SubmittedAt):
		r.Fault("closed_at", "办结不能早于来电")
	case !c.AcceptedAt.IsZero() && (c.AcceptedAt.Before(c.SubmittedAt) || c.AcceptedAt.After(c.ClosedAt)):
		r.Fault("accepted_at", "受理应在来电和办结之间")
	}
	c.State = Closed
	if state == StateTitle(Rejected) {
		c.State = Rejected
	}
}

// readRating reads what the citizen said. A file that has one of the two questions answers the other
// alike.
func (c *imported) readRating(r *sheet.Record) {
	c.Satisfied = answered(r, "satisfied", []string{"是", "满意", "非常满意", "很满意", "基本满意", "比较满意"}, []string{"否", "不满意", "非常不满意", "很不满意", "不太满意", "一般"})
	c.Solved = answered(r, "solved", []string{"是", "解决", "已解决", "基本解决"}, []string{"否", "未解决", "没有解决", "没解决", "部分解决"})
	c.Satisfied, c.Solved = cmp.Or(c.Satisfied, c.Solved), cmp.Or(c.Solved, c.Satisfied)
}

// answered is a question that was answered yes or no, nil where it was not.
func answered(r *sheet.Record, name string, yes, no []string) *bool {
	switch text := r.Text(name, longestField, true); {
	case text == "", strings.HasPrefix(text, "未评"), text == "未回访":
		return nil
	case slices.Contains(yes, text):
		return new(true)
	case slices.Contains(no, text):
		return new(false)
	default:
		r.Fault(name, fmt.Sprintf("没有读懂 %q，应为%s，或%s，没有评价的留空", text, strings.Join(yes, "、"), strings.Join(no, "、")))
		return nil
	}
}

func isYes(r *sheet.Record, name string) bool {
	is := answered(r, name, []string{"是"}, []string{"否"})
	return is != nil && *is
}

func readKind(r *sheet.Record) Kind {
	text := r.Text("kind", longestField, false)
	kind, known := kindWords()[strings.TrimSuffix(text, "类")]
	if !known && text != "" {
		r.Fault("kind", fmt.Sprintf("没有 %q 这一类，应为咨询、投诉、建议、举报、求助、表扬或其他", text))
	}
	return kind
}

// longText is what somebody wrote; it may have several lines.
func longText(r *sheet.Record, name string, mayBeEmpty bool) string {
	text := strings.TrimSpace(models.CleanText(r.Cell(name)))
	switch n := len([]rune(text)); {
	case n == 0 && !mayBeEmpty:
		r.Fault(name, "不能为空")
	case n > longestImported:
		r.Fault(name, fmt.Sprintf("有 %d 字，最长 %d 字", n, longestImported))
	}
	return text
}

// laterTime is a time that may be left out.
func laterTime(r *sheet.Record, name string) time.Time {
	if r.Cell(name) == "" {
		return time.Time{}
	}
	return r.Time(name)
}
