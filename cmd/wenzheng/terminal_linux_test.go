package main

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/wenzheng/wenzheng/models"
)

func TestRulesExport_WorkbookToATerminal(t *testing.T) {
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	p := &program{stdout: terminal}
	if !p.onTerminal() {
		t.Fatal("a terminal is not known as one")
	}
	err = (&rulesExportCmd{Format: "xlsx"}).Run(context.Background(), p, &rulesCmd{})
	if models.ErrorCode(err) != models.CodeInvalid || !strings.Contains(err.Error(), "屏幕") {
		t.Errorf("got %v", err)
	}
}
