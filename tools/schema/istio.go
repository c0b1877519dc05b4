package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/bufbuild/protocompile/parser"
	"github.com/bufbuild/protocompile/reporter"
	"google.golang.org/protobuf/types/descriptorpb"
)

// What the tables hold, with everything that these reach.
var istioRoots = []string{"istio.mesh.v1alpha1.MeshConfig"}

type istioTables struct {
	messages map[string][]span
	enums    map[string][]span
}

func readIstio() (istioTables, error) {
	var messages, enums []release
	for _, s := range istioSources {
		files, err := protoFiles(s)
		if err != nil {
			return istioTables{}, err
		}
		known := symbols{map[string]*descriptorpb.DescriptorProto{}, map[string]*descriptorpb.EnumDescriptorProto{}}
		for _, f := range files {
			known.add("."+f.GetPackage(), f.MessageType, f.EnumType)
		}
		r := reached{known, release{s.minor, map[string][]row{}}, release{s.minor, map[string][]row{}}}
		for _, root := range istioRoots {
			r.reach("." + root)
		}
		r.messages.types = corrected(s.minor, r.messages.types)
		messages = append(messages, r.messages)
		enums = append(enums, r.enums)
	}
	return istioTables{merged(messages), merged(enums)}, nil
}

func protoFiles(s source) ([]*descriptorpb.FileDescriptorProto, error) {
	dir, err := s.dir("istio.io/api")
	if err != nil {
		return nil, err
	}
	var files []*descriptorpb.FileDescriptorProto
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".proto") || strings.Contains(path, "common-protos") {
			return err
		}
		file, err := parseProto(path)
		if err != nil {
			return err
		}
		files = append(files, file)
		return nil
	})
	return files, err
}

func parseProto(path string) (*descriptorpb.FileDescriptorProto, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	handler := reporter.NewHandler(nil)
	tree, err := parser.Parse(path, f, handler)
	if err != nil {
		return nil, err
	}
	result, err := parser.ResultFromAST(tree, false, handler)
	if err != nil {
		return nil, err
	}
	return result.FileDescriptorProto(), nil
}

// symbols are the messages and enums by full name, with a leading dot.
type symbols struct {
	messages map[string]*descriptorpb.DescriptorProto
	enums    map[string]*descriptorpb.EnumDescriptorProto
}

func (k symbols) add(scope string, messages []*descriptorpb.DescriptorProto, enums []*descriptorpb.EnumDescriptorProto) {
	for _, e := range enums {
		k.enums[scope+"."+e.GetName()] = e
	}
	for _, m := range messages {
		name := scope + "." + m.GetName()
		k.messages[name] = m
		k.add(name, m.NestedType, m.EnumType)
	}
}

// resolve finds the full name of a type named inside scope, as protoc does: the innermost scope first.
func (k symbols) resolve(scope, name string) string {
	if strings.HasPrefix(name, ".") {
		return name
	}
	for {
		full := scope + "." + name
		if k.messages[full] != nil || k.enums[full] != nil {
			return full
		}
		cut := strings.LastIndex(scope, ".")
		if cut < 0 {
			return "." + name
		}
		scope = scope[:cut]
	}
}

type reached struct {
	known    symbols
	messages release
	enums    release
}

func (r reached) reach(name string) {
	if e := r.known.enums[name]; e != nil {
		r.enums.types[goTypeName(name)] = enumRows(e)
		return
	}
	m := r.known.messages[name]
	if _, done := r.messages.types[goTypeName(name)]; done || m == nil {
		return
	}
	r.messages.types[goTypeName(name)] = nil
	var rows []row
	for _, f := range m.Field {
		word, next := r.word(name, m, f)
		if next != "" {
			r.reach(next)
		}
		text := word + " " + f.GetName()
		if f.GetJsonName() != jsonName(f.GetName()) {
			text += " json=" + f.GetJsonName()
		}
		if f.OneofIndex != nil && !f.GetProto3Optional() {
			text += " oneof=" + m.OneofDecl[f.GetOneofIndex()].GetName()
		}
		rows = append(rows, row{name: f.GetName(), text: text})
	}
	r.messages.types[goTypeName(name)] = rows
}

// word describes a field's type, and names the type to go on with: `[]v1alpha1.Certificate` is a repeated one.
func (r reached) word(scope string, m *descriptorpb.DescriptorProto, f *descriptorpb.FieldDescriptorProto) (string, string) {
	if f.TypeName == nil {
		return label(f) + strings.ToLower(strings.TrimPrefix(f.GetType().String(), "TYPE_")), ""
	}
	full := r.known.resolve(scope, f.GetTypeName())
	if entry := r.known.messages[full]; entry.GetOptions().GetMapEntry() {
		value, next := r.word(scope, m, entry.Field[1])
		return "map<" + strings.ToLower(strings.TrimPrefix(entry.Field[0].GetType().String(), "TYPE_")) + "," + value + ">", next
	}
	return label(f) + goTypeName(full), full
}

func label(f *descriptorpb.FieldDescriptorProto) string {
	if f.GetLabel() == descriptorpb.FieldDescriptorProto_LABEL_REPEATED {
		return "[]"
	}
	return ""
}

func enumRows(e *descriptorpb.EnumDescriptorProto) []row {
	var rows []row
	for _, v := range e.Value {
		rows = append(rows, row{name: v.GetName(), text: fmt.Sprintf("%s=%d", v.GetName(), v.GetNumber())})
	}
	return rows
}

// goTypeName gives Go's name: .istio.mesh.v1alpha1.Tracing.Zipkin is v1alpha1.Tracing_Zipkin, and
// .google.protobuf.Duration stays Duration.
func goTypeName(full string) string {
	if rest, ok := strings.CutPrefix(full, ".google.protobuf."); ok {
		return rest
	}
	parts := strings.Split(full, ".")
	for i, part := range parts {
		if part != "" && part[0] >= 'A' && part[0] <= 'Z' {
			return parts[i-1] + "." + strings.Join(parts[i:], "_")
		}
	}
	return full
}

// jsonName is the name that protobuf derives: config_path becomes configPath.
func jsonName(name string) string {
	var b strings.Builder
	up := false
	for _, c := range name {
		if c == '_' {
			up = true
			continue
		}
		if up && c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		up = false
		b.WriteRune(c)
	}
	return b.String()
}
