// Package reading is how the words of citizens and of rules are read before any rule looks at
// them: the one form in which a text and a keyword meet, which words stand in a text, where a
// number or a Latin word ends, how a regular expression is tried, which word was meant
// where one is written with a slip, which texts are calls for help, and what two texts that say
// the same in other words have in common. It knows nothing of rules, dialogues and answers.
package reading
