// Package people is what the brain keeps in memory of the people behind an account: the conversations they
// hold, their answers that wait for citizens, and citizens' cases. It is told all of it anew whenever
// something changes, so that nothing on the way of an answer asks a database; what this instance knows
// before the others do counts until then. It decides no answer.
package people

import "github.com/wenzheng/wenzheng/bot/recent"

// Citizen names one citizen of one account.
type Citizen = recent.Citizen
