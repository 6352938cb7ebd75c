// Package handler is the door: it owns routes, limits and status codes, and hands every
// request to the rooms behind it through small interfaces declared here. It knows neither
// SQL nor XML nor how a rule matches.
package handler
