// Package robot brings short messages to the robots of group chats and to a program of the office:
// the forms and signatures of each kind, which hosts and addresses may be called, how often, and
// what their answers mean.
//
// It knows neither accounts nor alarms, stores nothing, and never tries again by itself.
package robot
