// Answers what Go and its libraries do, a JSON object {"op":…,"text":…} a line in, {"out":…} or {"error":…} a line out:
//
//	read          YAMLToJSON of sigs.k8s.io/yaml
//	typed         the same directed by the type `target`; typed-old with the library of Istio 1.0 to 1.3
//	write         JSONToYAML of the text, which is JSON
//	split         documents of Kubernetes' YAMLReader, as a JSON list
//	json          encoding/json: the text read into an interface{} and written; json-indent with two spaces
//	duration      time.ParseDuration, and String
//	proto         google.protobuf.Duration in JSON, read and written
//	quantity      resource.Quantity read and written; quantity-milli rounded up to milli; quantity-ceil its Value
//	selector      {"selector":…,"labels":…}: `true TEXT` or `false TEXT` of the label selector
//
// With the arguments `fill FILE [OP]` it fills the rows of a JSON table instead: {"text":…} gets its answer. Rows may
// name an op of their own.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

type question struct {
	Op   string `json:"op,omitempty"`
	Text string `json:"text"`
}

type answer struct {
	Out   string `json:"out,omitempty"`
	Error string `json:"error,omitempty"`
}

var ops = map[string]func(text string) (string, error){
	"read":           readYAML,
	"typed":          readTyped,
	"typed-old":      readTypedOld,
	"write":          writeYAML,
	"split":          splitDocuments,
	"json":           roundTripJSON,
	"json-indent":    indentJSON,
	"duration":       parseDuration,
	"proto":          parseProtoDuration,
	"quantity":       canonicalQuantity,
	"quantity-milli": roundToMilli,
	"quantity-ceil":  quantityValue,
	"selector":       matchSelector,
}

func main() {
	if len(os.Args) > 2 && os.Args[1] == "fill" {
		op := ""
		if len(os.Args) > 3 {
			op = os.Args[3]
		}
		fill(os.Args[2], op)
		return
	}
	serve(bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout))
}

func serve(in *bufio.Reader, out *bufio.Writer) {
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			var q question
			must(json.Unmarshal(line, &q))
			must(encode(out, ask(q.Op, q.Text)))
			must(out.Flush())
		}
		if err != nil {
			return
		}
	}
}

func fill(file, op string) {
	content, err := os.ReadFile(file)
	must(err)
	var rows []question
	must(json.Unmarshal(content, &rows))
	out := bytes.NewBufferString("[")
	for i, row := range rows {
		if i > 0 {
			out.WriteString(",")
		}
		out.WriteString("\n  ")
		var line bytes.Buffer
		of := row.Op
		if of == "" {
			of = op
		}
		must(encode(&line, struct {
			question
			answer
		}{row, ask(of, row.Text)}))
		out.Write(bytes.TrimSpace(line.Bytes()))
	}
	out.WriteString("\n]\n")
	must(os.WriteFile(file, out.Bytes(), 0o644))
}

// ask never panics: a panic of a library is an answer, too.
func ask(op, text string) (a answer) {
	defer func() {
		if failure := recover(); failure != nil {
			a = answer{Error: fmt.Sprint("panic: ", failure)}
		}
	}()
	run, ok := ops[op]
	if !ok {
		return answer{Error: "unknown op " + op}
	}
	out, err := run(text)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Out: out}
}

func encode(out io.Writer, value interface{}) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
