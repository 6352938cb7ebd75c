// Package cases is what becomes of a matter that is not settled in the chat: a case 工单 with a number,
// accepted or not, given to a unit, answered, reviewed by another person, closed. It keeps the working-day
// limits, extensions, returns and what everybody did, in order; where the settings name what for, photos
// and the exact place too, for a time.
//
// The figures know a case in two ways, and both follow from here: its submission and the release of its
// reply are rows of the log, in the thread of its number (so they make a wait of channel form), and the
// stretches of time in which it was open are what the case figures count. Asking the citizen, extending
// and reviewing stop no clock.
//
// Every change is one transaction: the case by its version, its event, the rows of the log, what the
// citizen is told, the audit entry.
package cases
