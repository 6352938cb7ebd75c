package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestReport(t *testing.T) {
	t.Parallel()
	o := toy(t, "")
	page, book := filepath.Join(o.dir, "自查.html"), filepath.Join(o.dir, "自查.xlsx")
	o.must("report", "--account", o.account.AppID, "--quarter", "2026Q1", "--as-of", "2026-03-31 12:00:00", "--out", page, "--xlsx", book)
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, want := range []string{
		"政务微信服务质量自查报告", "2026 年第一季度", "江城政务", "2026-01-01 至 2026-03-31", "样本不足", "暂定", "<svg", "诊断与对策", "时限执行情况",
		"未达标", "48 小时响应率", "GB/T 33358-2016", "单项否决", "V1", "指标定义与依据", "3/29",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	for _, bad := range []string{"<script", "NaN", "%!", "ZgotmplZ", "http://", "https://"} {
		if strings.Contains(text, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	x, err := excelize.OpenFile(book)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if v, err := x.GetCellValue("对比", "A1"); err != nil || v != "政务微信服务质量自查报告" {
		t.Errorf("workbook: %q %v", v, err)
	}
	for _, c := range []struct{ args, want string }{
		{"--quarter 2026Q5 --out x.html", "2026Q3"},
		{"--quarter 2099Q1 --out x.html", "早于"},
		{"--quarter 2026Q1", "--out"},
	} {
		if r := o.run(append([]string{"report"}, strings.Fields(c.args)...)...); r.code == 0 || !strings.Contains(r.stderr, c.want) {
			t.Errorf("%s: exit %d, %s", c.args, r.code, r.stderr)
		}
	}
}
