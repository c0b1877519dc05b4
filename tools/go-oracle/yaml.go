package main

import (
	"bufio"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	_ "unsafe"

	_ "github.com/ghodss/yaml"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// target has every kind of field that typed reading knows.
type target struct {
	Name   string            `json:"name"`
	Names  []string          `json:"names"`
	Labels map[string]string `json:"labels"`
	Lists  map[string][]string
	Count  int             `json:"count"`
	Any    interface{}     `json:"any"`
	Items  []target        `json:"items"`
	Child  *target         `json:"child"`
	Raw    json.RawMessage `json:"raw"`
	Bool   bool            `json:"bool"`
}

//go:linkname oldYAMLToJSON github.com/ghodss/yaml.yamlToJSON
func oldYAMLToJSON(y []byte, target *reflect.Value) ([]byte, error)

//go:linkname newYAMLToJSON sigs.k8s.io/yaml.yamlToJSONTarget
func newYAMLToJSON(y []byte, target *reflect.Value, unmarshal func([]byte, interface{}) error) ([]byte, error)

//go:linkname unmarshalYAML go.yaml.in/yaml/v2.Unmarshal
func unmarshalYAML(in []byte, out interface{}) error

func readYAML(text string) (string, error) {
	out, err := yaml.YAMLToJSON([]byte(text))
	return string(out), err
}

func readTyped(text string) (string, error) {
	to := reflect.ValueOf(&target{})
	out, err := newYAMLToJSON([]byte(text), &to, unmarshalYAML)
	return string(out), err
}

func readTypedOld(text string) (string, error) {
	to := reflect.ValueOf(&target{})
	out, err := oldYAMLToJSON([]byte(text), &to)
	return string(out), err
}

func writeYAML(text string) (string, error) {
	var value interface{}
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return "", err
	}
	out, err := yaml.Marshal(value)
	return string(out), err
}

func splitDocuments(text string) (string, error) {
	documents := []string{}
	reader := utilyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(text)))
	for {
		document, err := reader.Read()
		if err == io.EOF {
			var out strings.Builder
			err = encode(&out, documents)
			return strings.TrimSuffix(out.String(), "\n"), err
		}
		if err != nil {
			return "", err
		}
		documents = append(documents, string(document))
	}
}
