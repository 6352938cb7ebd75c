// Package templates is what people at the desk send often: texts with variables as rules have them,
// and blanks, [[填写]], that must be filled before a message leaves. One's own are one's own affair;
// those of all at the desk are changed like rules: one person proposes, another approves.
package templates
