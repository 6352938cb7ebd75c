package main

import (
	"context"
	"encoding/json"
	"fmt"
)

type auditCmd struct {
	List   auditListCmd   `cmd:"" help:"列出审计记录：谁在何时做了什么"`
	Verify auditVerifyCmd `cmd:"" help:"核对审计记录的哈希链"`
}

type auditVerifyCmd struct {
	JSON   bool   `help:"输出 JSON"`
	Accept string `placeholder:"原因" help:"审计链头与本机记得的不同（例如恢复了备份）且已查明时，写明原因，记入审计，从现有的记录继续"`
}

// Help implements kong's detailed help.
func (auditVerifyCmd) Help() string {
	return "例：wenzheng audit verify\n逐条核对审计记录，有增删改动的指出自第几条起，退出码为 1。\n" +
		"最后一条另有签名，并存在数据目录的 audit-head 里，末尾的记录被删也看得出来。恢复备份之后先运行一次 " +
		"wenzheng audit verify --accept 恢复了昨天的备份。"
}

// Run walks along the whole chain.
func (c *auditVerifyCmd) Run(ctx context.Context, p *program) error {
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	if _, err := st.Accounts(ctx); err != nil {
		return err // with another key the chain would look forged
	}
	if c.Accept != "" {
		if err := st.AcceptAuditHead(ctx, operator(), c.Accept); err != nil {
			return err
		}
	}
	n, err := st.VerifyAudit(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(p.stdout).Encode(map[string]int{"entries": n})
	}
	_, err = fmt.Fprintf(p.stdout, "审计记录 %d 条，没有改动\n", n)
	return err
}
