// Package console is the door for people and programs: the JSON interface /api/v1 with its stream
// of live events, its description, and the static files of the console. It decodes a request, asks
// the room that knows, and encodes the answer; it knows neither SQL nor what a figure means.
//
// Package handler mounts it behind the limits of the server.
package console
