// Command template-oracle runs templates through Go's own text/template and writes what comes out.
//
//	go run . rows < ../../test/gotemplate/rows.json > ../../test/gotemplate/rows.expected.jsonl
//	go run . serve     (a JSON row a line in, a JSON result a line out: for the fuzz test)
//
// Data are JSON; what JSON cannot say is written {"$": "<type>", "v": <value>}, see data.go.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/template"
	"unicode/utf8"
)

// row is a template and how to run it. In rows.json a row that is a string is a template alone.
type row struct {
	Template   string          `json:"template"`
	Delimiters []string        `json:"delimiters"`
	Data       json.RawMessage `json:"data"`
	MissingKey string          `json:"missingKey"`
	// Shadow adds functions with the names of built-in ones.
	Shadow bool `json:"shadow"`
	// Execute names the template to run instead of the text itself.
	Execute string `json:"execute"`
}

// result is the output, or the error and the phase that it came from.
type result struct {
	output, err, phase string
}

func (r *row) UnmarshalJSON(text []byte) error {
	if text[0] == '"' {
		return json.Unmarshal(text, &r.Template)
	}
	type plain row
	return json.Unmarshal(text, (*plain)(r))
}

func main() {
	mode := strings.Join(os.Args[1:], " ")
	var err error
	switch mode {
	case "rows":
		err = runRows()
	case "serve":
		err = serve()
	default:
		err = fmt.Errorf("usage: template-oracle rows | serve")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func runRows() error {
	var file struct {
		Data   map[string]json.RawMessage `json:"data"`
		Groups []struct {
			Name string `json:"name"`
			Rows []row  `json:"rows"`
		} `json:"groups"`
	}
	if err := json.NewDecoder(os.Stdin).Decode(&file); err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, group := range file.Groups {
		for _, r := range group.Rows {
			// A string names one of the shared data sets.
			var name string
			if len(r.Data) == 0 {
				r.Data = file.Data["values"]
			} else if json.Unmarshal(r.Data, &name) == nil && file.Data[name] != nil {
				r.Data = file.Data[name]
			}
			write(out, r.run())
		}
	}
	return nil
}

func serve() error {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<24)
	out := bufio.NewWriter(os.Stdout)
	for in.Scan() {
		var r row
		if err := json.Unmarshal(in.Bytes(), &r); err != nil {
			return err
		}
		write(out, r.run())
		out.Flush()
	}
	return in.Err()
}

func (r row) run() result {
	data, err := decode(r.Data)
	if err != nil {
		fmt.Fprintf(os.Stderr, "row %q: %v\n", r.Template, err)
		os.Exit(1)
	}
	t := template.New("inject").Funcs(functions)
	if r.Shadow {
		t.Funcs(shadows)
	}
	if len(r.Delimiters) == 2 {
		t.Delims(r.Delimiters[0], r.Delimiters[1])
	}
	if r.MissingKey != "" {
		t.Option("missingkey=" + r.MissingKey)
	}
	if t, err = t.Parse(r.Template); err != nil {
		return result{err: err.Error(), phase: "parse"}
	}
	var out strings.Builder
	if r.Execute == "" {
		err = t.Execute(&out, data)
	} else {
		err = t.ExecuteTemplate(&out, r.Execute, data)
	}
	if err != nil {
		return result{err: err.Error(), phase: "execute"}
	}
	return result{output: out.String()}
}

func write(out *bufio.Writer, r result) {
	if r.phase != "" {
		fmt.Fprintf(out, "{\"error\":%s,\"phase\":%q}\n", jsonString(r.err), r.phase)
		return
	}
	fmt.Fprintf(out, "{\"output\":%s}\n", jsonString(r.output))
}

// jsonString writes a byte that is no UTF-8 as \udcXX, which is how the engine keeps it.
func jsonString(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(text); {
		r, width := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && width == 1:
			fmt.Fprintf(&b, `\udc%02x`, text[i])
		case r < 0x20 || r == '"' || r == '\\' || r >= 0x7f && r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteString(text[i : i+width])
		}
		i += width
	}
	b.WriteByte('"')
	return b.String()
}
