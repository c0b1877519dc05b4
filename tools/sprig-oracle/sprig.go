// The rows of test/functions/sprig through Sprig itself. All but this file is tools/template-oracle's program:
//
//	go run . rows < ../../test/functions/sprig/rows.json > ../../test/functions/sprig/rows.expected.jsonl
//	go run . serve
package main

import (
	"os"
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
)

// The functions of the rows are Sprig's, in an environment and a time zone that are always the same.
func init() {
	functions = map[string]any(template.FuncMap(sprig.TxtFuncMap()))
	time.Local = time.UTC
	os.Clearenv()
	for name, value := range map[string]string{"ROW_NAME": "sprig", "ROW_EMPTY": ""} {
		os.Setenv(name, value)
	}
}
