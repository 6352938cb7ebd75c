package models

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// auditRunes is how much of a value a line of the list shows.
const auditRunes = 80

// AuditText lists entries for people: who did what, and what it changed.
func AuditText(list []AuditEntry) string {
	if len(list) == 0 {
		return "没有符合的审计记录\n"
	}
	results := map[string]string{AuditDone: "", "": "", AuditRefused: "  被拒绝", AuditFailed: "  没有成功"}
	var b strings.Builder
	for k := range list {
		e := &list[k]
		object := strings.Trim(strings.Join([]string{e.AppID, e.ObjectType + " " + e.ObjectID}, "  "), " ")
		if e.AppID == e.ObjectID {
			object = e.AppID
		}
		fmt.Fprintf(&b, "%d  %s  %s  %s（%s）  %s%s\n", e.Seq, e.At.In(Shanghai()).Format(time.DateTime), cmp.Or(e.Who.Name, e.Who.ID),
			AuditTitle(e.Action), e.Action, object, results[e.Result])
		if e.Reason != "" {
			fmt.Fprintf(&b, "    理由：%s\n", OneLine(e.Reason, auditRunes))
		}
		for _, c := range e.Changes() {
			fmt.Fprintf(&b, "    %s：%s → %s\n", c.Field, cmp.Or(OneLine(c.Before, auditRunes), "—"), cmp.Or(OneLine(c.After, auditRunes), "—"))
		}
	}
	return b.String()
}
