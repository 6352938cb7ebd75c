//go:build linux

package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// TestHelp_EveryExampleRuns types what the help of each command shows.
func TestHelp_EveryExampleRuns(t *testing.T) {
	t.Parallel()
	binary(t)
	template := furnished(t)
	list := helpExamples(t)
	settings := helpSettings(template)
	if len(list) < 50 {
		t.Errorf("%d examples", len(list))
	}
	for _, e := range list {
		s, special := settings[e.text]
		if special {
			delete(settings, e.text)
		}
		t.Run(strings.ReplaceAll(e.text, "/", "_"), func(t *testing.T) {
			p := template.moved(t).place(t)
			p.try(t, e, s)
		})
	}
	for text := range settings {
		t.Errorf("no help shows %q", text)
	}
}

// withoutVariables is a terminal in which nothing was exported.
func withoutVariables() map[string]string {
	return map[string]string{"WENZHENG_DATA_DIR": "", "WENZHENG_SECRET_KEY": ""}
}

// weCom is a robot's address as a person pastes it; nothing is sent there.
const weCom = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=01234567-89ab-cdef-0123-456789abcdef\n"

func helpSettings(o *office) map[string]setting {
	const rules = "wenzheng rules --account wx0123456789abcdef "
	changed := map[string]string{"改.csv": "name,match,keywords,reply,topic\n居住证办理,contains,居住证,带身份证到政务大厅办理。,城乡建设\n社保卡补办,contains,社保卡,到任一社保大厅补办。,社保\n"}
	draft, submit := rules+"import 改.csv", rules+"submit --all --as 张三"
	approve := rules + "approve --all --as 李四"
	const menu = "wenzheng menu --account wx0123456789abcdef "
	buttons := map[string]string{"菜单.yaml": "buttons:\n  - {name: 留言, type: click, key: LY}\n"}
	menuDraft, menuSubmit, menuApprove := menu+"import 菜单.yaml", menu+"submit --as 张三", menu+"approve --as 李四"
	const gaps = "wenzheng gaps --account wx0123456789abcdef "
	estate := []string{"云顶湾车位捆绑销售", "云顶湾的车位太贵", "投诉云顶湾物业", "云顶湾电梯坏了三天"}
	houses := map[string]string{"问.csv": askedLately(estate...)}
	ask := "wenzheng log import 问.csv"
	simulated := freeAddr(o.t)
	demo := [2]string{"wenzheng demo --empty --addr {addr} --simulator-addr " + simulated, "http://{addr}/readyz"}
	service := [2]string{"wenzheng serve", "http://{addr}/healthz"}
	keys := o.account.AESKey + "\n" + o.account.Secret + "\n"
	local := map[string]string{"WENZHENG_ALARM_EGRESS": "127.0.0.1", "WENZHENG_ALARM_NETWORKS": "127.0.0.1"}
	const accepted, answered = "wenzheng case act 260302000013 accept --unit 城管局", "wenzheng case act 260302000013 submit --text 路灯已于今日修好"
	const texts = "wenzheng texts --account wx0123456789abcdef "
	const textSet, textSubmit = texts + "set handover 请写明街道、门牌和联系电话。 --as 张三", texts + "submit handover --as 张三"
	const material = "wenzheng template save 补材料 请补交[[材料名称]]"
	const channel = "wenzheng alarm add --kind json --name 值班群 --address http://127.0.0.1:9/ --secret 0123456789abcdef"
	return map[string]setting{
		"wenzheng init":               {env: withoutVariables(), first: []string{"rm -r data"}},
		"wenzheng init --restore":     {env: withoutVariables(), first: []string{"rm -r data"}},
		"wenzheng init /srv/wenzheng": {env: withoutVariables(), replace: []string{"/srv", "{dir}/srv"}},
		"wenzheng demo":               {env: withoutVariables(), replace: []string{"demo", "demo --empty --addr {addr} --simulator-addr " + simulated}, lasts: "http://{addr}/readyz"},
		"wenzheng serve --config /etc/wenzheng/wenzheng.yaml": {
			files: map[string]string{"wenzheng.yaml": ""}, replace: []string{"/etc/wenzheng", "{dir}"}, lasts: "http://{addr}/readyz",
		},
		"wenzheng account add --app-id wx0123456789abcdef --name 江城政务 --kind service --verified --token jiangcheng2026 --aes-key - --secret - --original-id gh_0123456789ab": {stdin: keys},
		"wenzheng account check wx0123456789abcdef":                                           {beside: service, code: 1}, // the platform can not reach 127.0.0.1
		"wenzheng account hours wx0123456789abcdef --remove --from 2026-06-01":                {first: []string{"wenzheng account hours wx0123456789abcdef 08:30-12:00 --from 2026-06-01"}},
		"wenzheng alarm add --account wx0123456789abcdef --kind wecom --name 值班群 --address -": {stdin: weCom},
		"wenzheng alarm add --kind dingtalk --name 运维群 --address - --secret -":                {stdin: "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef0123456789abcdef\nSEC0123456789abcdef\n"},
		"wenzheng alarm add --kind json --name 工单系统 --address - --secret -":                   {env: local, stdin: "http://127.0.0.1:9/alarms\n0123456789abcdef\n"},
		"wenzheng alarm test 值班群":                                                             {env: local, first: []string{channel}, code: 1}, // nobody listens there
		"wenzheng alarm remove 值班群":                                                           {env: local, first: []string{channel}},
		"wenzheng case photo 260302000013 1 照片.jpg":                                           {code: 1}, // of somebody who called there is none
		answered: {first: []string{accepted}},
		"wenzheng case act 260302000013 approve --as 主管":                                    {first: []string{accepted, answered}},
		"wenzheng calendar unset 2027-11-15":                                                {first: []string{"wenzheng calendar set 2027-11-15 off --name 成立纪念日"}},
		"wenzheng calendar unset 2027":                                                      {first: []string{"wenzheng calendar import 2027.json"}},
		"wenzheng health --url http://127.0.0.1:8080":                                       {beside: service, replace: []string{"127.0.0.1:8080", "{addr}"}},
		"wenzheng migrate copy data/wenzheng.db":                                            {mariadb: true},
		"wenzheng log drain --dir /mnt/old/data":                                            {before: [2]string{"bash -c 'export WENZHENG_DATA_DIR=$PWD/old/data; wenzheng init; exec wenzheng serve'", "http://{addr}/healthz"}, replace: []string{"/mnt", "{dir}"}},
		"wenzheng waits unmark 24573862210053187":                                           {first: []string{"wenzheng waits mark 24573862210053187 --as thanks"}},
		"wenzheng simulate send 社保卡丢了怎么补办":                                                  {beside: service},
		"wenzheng simulate file 关注事件.xml --journal 经过.jsonl":                                {beside: service},
		"wenzheng simulate load --rate 200 --seconds 60 --citizens 5000 --journal 经过.jsonl": {beside: service, replace: []string{"--seconds 60", "--seconds 1"}},
		"wenzheng simulate serve --addr 127.0.0.1:8090":                                     {replace: []string{"127.0.0.1:8090", "{addr}"}, lasts: "http://{addr}/"},
		"wenzheng topics classify --topics 主题.yaml 留言.csv > 结果.csv":                         {first: []string{"wenzheng topics learn 已分类.csv --out 主题.yaml"}},
		"wenzheng --config demo-data/wenzheng.yaml simulate --account wx00000000000d0001 history --days 90 --seed 1": {
			env: withoutVariables(), before: demo, replace: []string{"--days 90", "--days 1"},
		},
		"wenzheng simulate load --texts 留言.csv --column detail --rate 40": {beside: service, files: map[string]string{"留言.csv": "detail\n公积金怎么提取\n"}},
		rules + "check 规则.yaml":                                         {first: []string{rules + "export 规则.yaml"}},
		rules + "submit 居住证办理 社保卡补办 --as 张三":                            {files: changed, first: []string{draft}},
		rules + "approve 居住证办理 --as 李四":                                 {files: changed, first: []string{draft, submit}},
		rules + "reject 居住证办理 --reason 文号有误 --as 李四":                    {files: changed, first: []string{draft, submit}},
		rules + "publish 居住证办理 社保卡补办 --as 李四":                           {files: changed, first: []string{draft, submit, approve}},
		rules + "discard 居住证办理":                                         {files: changed, first: []string{draft}},
		rules + "rollback 居住证办理 --to 2":                                 {files: changed, first: []string{draft + " --publish", rules + "rollback 居住证办理 --to 1"}},
		rules + "unpin --topic 城乡建设":                                    {first: []string{rules + "pin 今日停办 --topic 城乡建设 --for 2h --reason 搬迁"}},
		menuDraft:                                                       {files: buttons},
		menu + "export 菜单.yaml":                                         {first: []string{menu + "import"}},
		menuSubmit:                                                      {files: buttons, first: []string{menuDraft}},
		menuApprove:                                                     {files: buttons, first: []string{menuDraft, menuSubmit}},
		menu + "reject --reason 网址写错 --as 李四":                           {files: buttons, first: []string{menuDraft, menuSubmit}},
		menu + "discard":                                                {files: buttons, first: []string{menuDraft}},
		menu + "publish --as 李四":                                        {files: buttons, first: []string{menuDraft, menuSubmit, menuApprove}},
		"wenzheng surges --account wx0123456789abcdef mark 云顶湾 --major": {files: map[string]string{"问.csv": askedLately(slices.Repeat(estate, 3)...)}, first: []string{ask}},
		gaps + "draft 云顶湾 --as 张三":                                      {files: houses, first: []string{ask}},
		gaps + "ignore 云顶湾 --reason 归街道答":                               {files: houses, first: []string{ask}},
		gaps + "recall 云顶湾":                                             {files: houses, first: []string{ask, gaps + "ignore 云顶湾 --reason 归街道答"}},
		texts + "submit handover --as 张三":                               {first: []string{textSet}},
		texts + "approve handover --as 李四":                              {first: []string{textSet, textSubmit}},
		texts + "reject handover --reason 太长 --as 李四":                   {first: []string{textSet, textSubmit}},
		texts + "discard handover":                                      {first: []string{textSet}},
		"wenzheng template review --as 李审核 补材料":                         {first: []string{material}},
		"wenzheng template review --as 李审核 补材料 --return 请写明窗口":          {first: []string{material}},
		"wenzheng template remove 补材料":                                  {first: []string{material}},
		rules + "replay --since 2026-10-01 --draft":                     {files: changed, first: []string{draft}},
	}
}

// askedLately is a file of questions of yesterday, and one long before.
func askedLately(texts ...string) string {
	var b strings.Builder
	b.WriteString("account,openid,at,channel,dir,actor,kind,content\n")
	at := time.Now().AddDate(0, 0, -1).In(models.Shanghai())
	fmt.Fprintf(&b, "wx0123456789abcdef,oA,%s,chat,in,citizen,text,办公时间\n", at.AddDate(0, 0, -20).Format(time.DateTime))
	for i, text := range texts {
		fmt.Fprintf(&b, "wx0123456789abcdef,oA%d,%s,chat,in,citizen,text,%s\n", i, at.Add(time.Duration(i)*time.Minute).Format(time.DateTime), text)
	}
	return b.String()
}

// TestReadme_StepsOfARealAccountRun follows the steps of each README, one after the other in one
// folder, with the CSV that it shows as the rules.
func TestReadme_StepsOfARealAccountRun(t *testing.T) {
	t.Parallel()
	binary(t)
	for _, name := range []string{"README.md", "README.en.md"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := bare(t)
			o.account.Token = "jiangcheng2026"
			o.env["WENZHENG_ADDR"], o.env["WENZHENG_WECHAT_API_BASE"] = o.addr, o.officialAPI().url
			p := o.place(t)
			rules := csvBlock.FindStringSubmatch(documentText(t, name))
			if rules == nil {
				t.Fatal("no CSV is shown")
			}
			p.write("规则.csv", rules[1])
			p.write("rules.csv", rules[1])
			p.follow(t, documented(t, name), readmeSettings(o))
		})
	}
}

// follow runs the blocks of a document; a setting is for the block that begins so.
func (p *place) follow(t *testing.T, blocks []shown, settings map[string]setting) {
	t.Helper()
	for _, e := range blocks {
		var s setting
		for begin := range settings {
			if strings.HasPrefix(e.text, begin) {
				s = settings[begin]
				delete(settings, begin)
			}
		}
		p.try(t, e, s)
	}
	for begin := range settings {
		t.Errorf("no block begins with %q", begin)
	}
}

func readmeSettings(o *office) map[string]setting {
	chat := freeAddr(o.t)
	return map[string]setting{
		"make run": {reason: "builds the program; its demo is run by the tests of demo"},
		"bin/wenzheng --config demo-data/wenzheng.yaml simulate": {
			beside: [2]string{"wenzheng demo --empty --addr " + freeAddr(o.t) + " --simulator-addr " + chat, "http://" + chat + "/"},
			env:    map[string]string{"WENZHENG_ADDR": "", "WENZHENG_WECHAT_API_BASE": ""},
		},
		"bin/wenzheng init": {
			env:   map[string]string{"WENZHENG_ADDR": o.addr, "WENZHENG_WECHAT_API_BASE": o.env["WENZHENG_WECHAT_API_BASE"]},
			lasts: "http://{addr}/healthz",
		},
		"bin/wenzheng account add":   {stdin: o.account.AESKey + "\n" + o.account.Secret + "\n"},
		"bin/wenzheng account check": {code: 1}, // the platform can not reach 127.0.0.1
	}
}

// TestOperations_BlocksRun types each shell block of the manual in an office of its own.
func TestOperations_BlocksRun(t *testing.T) {
	t.Parallel()
	binary(t)
	const name = "docs/operations.md"
	template := furnished(t)
	key := template.account.AESKey + "\n"
	settings := map[string]setting{
		"useradd":         {reason: "changes the machine: users, /usr/local, systemd"},
		"wz() {":          {reason: "needs systemd"},
		"scripts/secrets": {reason: "needs Docker"},
		"cp -p secret_key previous_secret_key": {
			files: map[string]string{"secret_key": template.env["WENZHENG_SECRET_KEY"] + "\n"}, env: map[string]string{"WENZHENG_SECRET_KEY": ""},
		},
		"bin/wenzheng account add --app-id wx0123456789abcdef --aes-key": {stdin: key + strings.Repeat("OlderKey1", 5)[:43] + "\n"},
		"bin/wenzheng alarm add":    {stdin: weCom},
		"bin/wenzheng migrate copy": {mariadb: true},
		"bin/wenzheng log drain": {
			before:  [2]string{"bash -c 'export WENZHENG_DATA_DIR=$PWD/old/data; wenzheng init; exec wenzheng serve'", "http://{addr}/healthz"},
			replace: []string{"/mnt", "{dir}"},
		},
	}
	for _, e := range documented(t, name) {
		begin, _, _ := strings.Cut(e.text, "\n")
		t.Run(strings.ReplaceAll(begin, "/", "_"), func(t *testing.T) {
			own := map[string]setting{}
			for begin, s := range settings {
				if strings.HasPrefix(e.text, begin) {
					own[begin] = s
					delete(settings, begin)
				}
			}
			template.moved(t).place(t).follow(t, []shown{e}, own)
		})
	}
	for begin := range settings {
		t.Errorf("no block begins with %q", begin)
	}
}
