// Command schema-oracle answers what Go's libraries make of JSON: a question a line in, an answer a line out.
//
//	{"do":"decode","type":"Pod","json":{…}}                 json.Unmarshal into the struct, then json.Marshal
//	{"do":"merge","type":"Pod","json":{…},"patch":{…}}      strategicpatch on what decode gives, then decode again
//	{"do":"message","type":"ProxyConfig","json":{…}}        jsonpb, then protojson without its random blanks
//	{"do":"print","type":"Pod","json":{…}}                  fmt's %v of the decoded struct
//	{"do":"string","type":"Pod","json":{…}}                 String of a pointer to it
//
// An answer is {"text":"…"} or {"error":"…"}.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"

	legacy "github.com/golang/protobuf/jsonpb"
	protov1 "github.com/golang/protobuf/proto"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	mesh "istio.io/api/mesh/v1alpha1"
	apps "k8s.io/api/apps/v1"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
)

type question struct {
	Do    string
	Type  string
	JSON  json.RawMessage
	Patch json.RawMessage
}

type answer struct {
	Text  string `json:"text,omitempty"`
	Error string `json:"error,omitempty"`
}

func main() {
	log.SetFlags(0)
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 64<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for in.Scan() {
		var q question
		if err := json.Unmarshal(in.Bytes(), &q); err != nil {
			log.Fatal(err)
		}
		if err := encoder.Encode(reply(q)); err != nil {
			log.Fatal(err)
		}
	}
}

func reply(q question) (a answer) {
	// The library panics on some patches, as for a null item.
	defer func() {
		if p := recover(); p != nil {
			a = answer{Error: fmt.Sprint("panic: ", p)}
		}
	}()
	text, err := do(q)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Text: text}
}

func do(q question) (string, error) {
	switch q.Do {
	case "decode":
		return decode(q.Type, q.JSON)
	case "merge":
		original, err := decode(q.Type, q.JSON)
		if err != nil {
			return "", err
		}
		merged, err := strategicpatch.StrategicMergePatch([]byte(original), q.Patch, object(q.Type))
		if err != nil {
			return "", err
		}
		return decode(q.Type, merged)
	case "message":
		return message(q.Type, q.JSON)
	case "print":
		o := object(q.Type)
		err := json.Unmarshal(q.JSON, o)
		return fmt.Sprintf("%v", []any{dereferenced(o)}), err
	case "string":
		o := object(q.Type)
		err := json.Unmarshal(q.JSON, o)
		return o.(fmt.Stringer).String(), err
	}
	return "", fmt.Errorf("cannot %q", q.Do)
}

func decode(typeName string, text []byte) (string, error) {
	o := object(typeName)
	if err := json.Unmarshal(text, o); err != nil {
		return "", err
	}
	out, err := json.Marshal(o)
	return string(out), err
}

func message(typeName string, text []byte) (string, error) {
	var m proto.Message = &mesh.MeshConfig{}
	if typeName == "ProxyConfig" {
		m = &mesh.ProxyConfig{}
	}
	if err := legacy.Unmarshal(bytes.NewReader(text), protov1.MessageV1(m)); err != nil {
		return "", err
	}
	out, err := protojson.Marshal(m)
	if err != nil {
		return "", err
	}
	var compact bytes.Buffer
	err = json.Compact(&compact, out)
	return compact.String(), err
}

func object(name string) any {
	switch name {
	case "Pod":
		return &core.Pod{}
	case "Container":
		return &core.Container{}
	case "Deployment":
		return &apps.Deployment{}
	case "StatefulSet":
		return &apps.StatefulSet{}
	case "DaemonSet":
		return &apps.DaemonSet{}
	case "ReplicaSet":
		return &apps.ReplicaSet{}
	case "ReplicationController":
		return &core.ReplicationController{}
	case "Job":
		return &batch.Job{}
	case "CronJob":
		return &batch.CronJob{}
	}
	panic("no type " + name)
}

func dereferenced(o any) any {
	switch v := o.(type) {
	case *core.Pod:
		return *v
	case *core.Container:
		return *v
	}
	return o
}
