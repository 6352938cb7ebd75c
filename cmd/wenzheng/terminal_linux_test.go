package main

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/wenzheng/wenzheng/cmd/wenzheng/terminal"
	"github.com/wenzheng/wenzheng/models"
)

func TestRulesExport_WorkbookToATerminal(t *testing.T) {
	tty, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	p := &program{stdout: tty}
	if !terminal.Is(p.stdout) {
		t.Fatal("a terminal is not known as one")
	}
	err = (&rulesExportCmd{Format: "xlsx"}).Run(context.Background(), p, &rulesCmd{})
	if models.ErrorCode(err) != models.CodeInvalid || !strings.Contains(err.Error(), "屏幕") {
		t.Errorf("got %v", err)
	}
}
