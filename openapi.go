// Package wenzheng holds what lies at the root of the repository and goes into the program as
// it is: the description of the JSON interface. It is no place for code.
package wenzheng

import _ "embed"

//go:embed openapi.yaml
var openAPI []byte

// OpenAPI returns openapi.yaml, to be served at /openapi.yaml. It must not be changed.
func OpenAPI() []byte { return openAPI }
