// Package bot is the brain: given a message and what is remembered of the citizen, it
// decides the reply and says why. Rules are compiled once into an immutable Ruleset;
// citizens, the try box, the command line and replays use the same Match. The package
// knows no HTTP, SQL, XML, files or SDK: rules and dialogues come in and go out as models.
//
// # Order
//
// When several rules fit a text, the order is total: higher Priority first; then exact
// before prefix before regexp before contains; among contains the one whose keyword is said
// more often (of several words that of the most frequent one counts); then the
// longer keyword (an all rule and a rule with groups count the characters of all keywords that
// were needed); then the smaller ID; then the name. A default rule answers only when nothing else does.
//
// # Texts
//
// Text and keywords are brought to one form by bot/reading before they meet; the citizen's
// own words are never changed in the log.
//
// # Variables
//
// Replies, titles and menus may hold {greeting} {时段问候}, {account} {账号},
// {office_hours} {办公时间}, {office_state} {上班状态}, {date} {日期}, {time} {时间} and
// {weekday} {星期}; any other text in braces is shown as written.
//
// # Long answers
//
// A text that does not fit into one message is given in pages. The dialogue remembers the
// answer, the moment it was made at and the next page, not the text: 更多 makes the same
// text again and cuts it at the same places.
package bot
