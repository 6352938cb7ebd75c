package auth

import (
	"maps"
	"slices"
)

// Role is what somebody is in the office's eyes.
type Role string

// The three administrators, who exclude each other and the rest, and the roles that staff hold for
// accounts, any number of them.
const (
	SysAdmin       Role = "sysadmin"
	SecAdmin       Role = "secadmin"
	Auditor        Role = "auditor"
	AccountManager Role = "account_manager"
	ContentAdmin   Role = "content_admin"
	CaseHandler    Role = "case_handler"
)

// staff is the post of everybody who is no administrator.
const staff = "staff"

// Administrators are the three.
func Administrators() []Role { return []Role{SysAdmin, SecAdmin, Auditor} }

// StaffRoles are those held for an account.
func StaffRoles() []Role { return []Role{CaseHandler, AccountManager, ContentAdmin} }

// HoldsAccounts reports whether the role is held for an account, as those of the staff are.
func (r Role) HoldsAccounts() bool { return slices.Contains(StaffRoles(), r) }

// Title is the role in Chinese.
func (r Role) Title() string {
	return map[Role]string{
		SysAdmin: "系统管理员", SecAdmin: "安全管理员", Auditor: "审计员",
		AccountManager: "账号主管", ContentAdmin: "内容管理员", CaseHandler: "坐席",
	}[r]
}

// Permission is what a caller may do; the console's route table says where it is needed.
type Permission string

// The permissions. Those of staff hold for the accounts of the role that gives them.
const (
	ReadIndices    Permission = "indices:read"
	ReadWaits      Permission = "waits:read"
	ReadLive       Permission = "live:read"
	ReadOverview   Permission = "overview:read"
	ReadOperators  Permission = "operators:read"
	WriteOperators Permission = "operators:write"
	UnlockOperator Permission = "operators:unlock"
	ReadGrants     Permission = "grants:read"
	WriteGrants    Permission = "grants:write"
	ReadSessions   Permission = "sessions:read"
	EndSessions    Permission = "sessions:end"
	ReadTokens     Permission = "tokens:read"
	WriteTokens    Permission = "tokens:write"
	ReadPolicy     Permission = "policy:read"
	ReadAudit      Permission = "audit:read"
	ReadAccounts   Permission = "accounts:read"
	WriteAccounts  Permission = "accounts:write"
	ChooseAlarms   Permission = "alarms:choose"
	ReadCalendar   Permission = "calendar:read"
	WriteCalendar  Permission = "calendar:write"
	ReadPins       Permission = "pins:read"
	WritePins      Permission = "pins:write"
	ReadSurges     Permission = "surges:read"
	MarkSurges     Permission = "surges:mark"
	ReadRules      Permission = "rules:read"
	WriteRules     Permission = "rules:write"
	ReviewRules    Permission = "rules:review"
	ReadQuestions  Permission = "questions:read" // what citizens wrote, word for word
	ReadStart      Permission = "start:read"     // how far a new account has come
	OwnOutbox      Permission = "outbox:own"     // messages to citizens that the caller wrote
	ResolveOutbox  Permission = "outbox:resolve" // everybody's
	ReadDesk       Permission = "desk:read"
	AnswerDesk     Permission = "desk:answer"
	AssignDesk     Permission = "desk:assign" // pass on and close
	WriteRosters   Permission = "rosters:write"
	RevealDesk     Permission = "desk:reveal" // numbers that are masked, for a reason
	ReadCases      Permission = "cases:read"
	WriteCases     Permission = "cases:write"
	ReviewCases    Permission = "cases:review"
	SuperviseCases Permission = "cases:supervise"
	ExportCases    Permission = "cases:export"
	ImportCases    Permission = "cases:import"    // closed ones, of another system
	UseTemplates   Permission = "templates:use"   // with one's own
	WriteTemplates Permission = "templates:write" // those of all at the desk
)

// permissionsOf are what a role may do.
func permissionsOf(r Role) []Permission {
	switch r {
	case SysAdmin:
		return []Permission{ReadOperators, WriteOperators, ReadAccounts, WriteAccounts, ChooseAlarms, ReadCalendar, WriteCalendar, ReadStart}
	case SecAdmin:
		return []Permission{ReadOperators, UnlockOperator, ReadGrants, WriteGrants, ReadSessions, EndSessions, ReadTokens, WriteTokens, ReadPolicy, ReadStart}
	case Auditor:
		return []Permission{ReadAudit}
	case AccountManager:
		return []Permission{ReadIndices, ReadWaits, ReadLive, ReadOverview, ReadAccounts, ReadCalendar, ReadPins, ReadSurges, MarkSurges, ReadRules, ReadQuestions, OwnOutbox, ResolveOutbox, ChooseAlarms, ReadStart, ReadDesk, AssignDesk, WriteRosters, ReadCases, ReviewCases, SuperviseCases, ExportCases, ImportCases}
	case CaseHandler:
		return []Permission{ReadWaits, ReadLive, ReadOverview, ReadPins, OwnOutbox, ReadDesk, AnswerDesk, AssignDesk, RevealDesk, ReadCases, WriteCases, UseTemplates}
	case ContentAdmin:
		return []Permission{ReadLive, ReadOverview, ReadPins, WritePins, ReadSurges, MarkSurges, ReadRules, ReadQuestions, WriteRules, ReviewRules, ReadStart, UseTemplates, WriteTemplates}
	}
	return nil
}

// Scopes are the permissions that a program may hold.
func Scopes() []Permission {
	return []Permission{ReadIndices, ReadWaits, ReadLive, ReadOverview, ReadRules}
}

// home is the first page of somebody with these roles; the overview where none of them has its own.
func home(roles []Role) string {
	pages := []struct {
		role Role
		page string
	}{
		{CaseHandler, "/desk"},
		{SysAdmin, "/accounts"},
		{SecAdmin, "/grants"},
		{Auditor, "/audit"},
		{AccountManager, "/figures"},
		{ContentAdmin, "/rules"},
	}
	for _, p := range pages {
		if slices.Contains(roles, p.role) {
			return p.page
		}
	}
	return "/"
}

// Grant is a role held for an account.
type Grant struct {
	Role  Role   `json:"role"`
	AppID string `json:"app_id"`
}

// scope is what a caller may do and for which accounts. A permission with nil accounts holds for
// all of them; one that is not in it is not held.
type scope map[Permission][]string

// scopeOf is what the post and the grants of an operator come to.
func scopeOf(post string, grants []Grant) scope {
	held := scope{}
	for _, p := range permissionsOf(Role(post)) {
		held[p] = nil
	}
	for _, g := range grants {
		for _, p := range permissionsOf(g.Role) {
			if !slices.Contains(held[p], g.AppID) {
				held[p] = append(held[p], g.AppID)
			}
		}
	}
	for _, list := range held {
		slices.Sort(list)
	}
	return held
}

func (s scope) permissions() []Permission { return slices.Sorted(maps.Keys(s)) }
