package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// A folder of a module, and the package name that the tables use for its types.
type folder struct{ module, path, name string }

// Several packages are called v1; where one lacks a type in an old release, a later one has it (CronJob was
// batch/v1beta1). The tables tell the older group versions and OpenShift's types apart by name.
var packages = []folder{
	{"k8s.io/apimachinery", "pkg/types", "types"},
	{"k8s.io/apimachinery", "pkg/apis/meta/v1", "v1"},
	{"k8s.io/api", "core/v1", "v1"},
	{"k8s.io/api", "apps/v1", "v1"},
	{"k8s.io/api", "batch/v1", "v1"},
	{"k8s.io/api", "batch/v1beta1", "v1"},
	{"k8s.io/api", "scheduling/v1alpha3", "v1alpha3"},
	{"k8s.io/api", "extensions/v1beta1", "v1beta1"},
	{"k8s.io/api", "apps/v1beta1", "v1beta1"},
	{"github.com/openshift/api", "apps/v1", "openshift"},
}

// What the tables hold, with everything that these reach.
var kubernetesRoots = []string{
	"v1.Pod", "v1.ReplicationController", "v1.Deployment", "v1.DaemonSet", "v1.ReplicaSet", "v1.StatefulSet",
	"v1.Job", "v1.CronJob", "v1.List",
	"v1beta1.Deployment", "v1beta1.DaemonSet", "v1beta1.ReplicaSet", "v1beta1.StatefulSet",
	"openshift.DeploymentConfig",
}

// Types that encode themselves, or are taken as they are: the tables name them and the code knows them.
var opaque = map[string]bool{
	"v1.Time": true, "v1.MicroTime": true, "v1.FieldsV1": true, "v1.Fields": true, "resource.Quantity": true,
	"intstr.IntOrString": true, "runtime.RawExtension": true,
}

type kubernetesTables struct {
	structs map[string][]span
	named   map[string]string
}

func readKubernetes() (kubernetesTables, error) {
	var releases []release
	named := map[string]string{}
	for _, s := range kubernetesSources {
		declared, err := declarations(s)
		if err != nil {
			return kubernetesTables{}, err
		}
		r := release{s.minor, map[string][]row{}}
		for _, root := range kubernetesRoots {
			reach(root, declared, r.types, named)
		}
		releases = append(releases, r)
	}
	return kubernetesTables{merged(releases), named}, nil
}

// A declaration is a type together with the names that its file gives to imported packages.
type declaration struct {
	pkg     string
	imports map[string]string
	expr    ast.Expr
}

func declarations(s source) (map[string]declaration, error) {
	all := map[string]declaration{}
	for _, p := range packages {
		dir, err := s.dir(p.module)
		if err != nil {
			return nil, err
		}
		path := filepath.Join(dir, filepath.FromSlash(p.path))
		if _, err := os.Stat(path); err != nil {
			continue
		}
		parsed, err := parser.ParseDir(token.NewFileSet(), path, handWritten, 0)
		if err != nil {
			return nil, err
		}
		for _, pkg := range parsed {
			for _, file := range pkg.Files {
				collect(file, p.name, all)
			}
		}
	}
	return all, nil
}

func handWritten(f fs.FileInfo) bool {
	name := f.Name()
	return !strings.HasSuffix(name, "_test.go") && !strings.HasPrefix(name, "zz_") && !strings.HasPrefix(name, "generated")
}

func collect(file *ast.File, pkg string, all map[string]declaration) {
	imports := map[string]string{}
	for _, i := range file.Imports {
		path, _ := strconv.Unquote(i.Path.Value)
		name := filepath.Base(path)
		alias := name
		if i.Name != nil {
			alias = i.Name.Name
		}
		imports[alias] = name
	}
	for _, decl := range file.Decls {
		general, ok := decl.(*ast.GenDecl)
		if !ok || general.Tok != token.TYPE {
			continue
		}
		for _, spec := range general.Specs {
			t := spec.(*ast.TypeSpec)
			name := pkg + "." + t.Name.Name
			if _, taken := all[name]; !taken {
				all[name] = declaration{pkg, imports, t.Type}
			}
		}
	}
}

// reach adds a type and all that its fields name.
func reach(name string, declared map[string]declaration, structs map[string][]row, named map[string]string) {
	d, known := declared[name]
	if _, done := structs[name]; done || !known || opaque[name] {
		return
	}
	s, isStruct := d.expr.(*ast.StructType)
	if !isStruct {
		named[name] = d.typeName(d.expr)
		for _, next := range namesIn(named[name]) {
			reach(next, declared, structs, named)
		}
		return
	}
	structs[name] = nil
	var rows []row
	for _, field := range s.Fields.List {
		r, typeName, ok := d.row(field)
		if !ok {
			continue
		}
		rows = append(rows, r)
		for _, next := range namesIn(typeName) {
			reach(next, declared, structs, named)
		}
	}
	structs[name] = rows
}

// row describes a field: `Ports ports []v1.ContainerPort omitempty merge key=containerPort`.
func (d declaration) row(field *ast.Field) (row, string, bool) {
	tag := reflect.StructTag("")
	if field.Tag != nil {
		text, _ := strconv.Unquote(field.Tag.Value)
		tag = reflect.StructTag(text)
	}
	jsonTag, ok := tag.Lookup("json")
	if !ok || jsonTag == "-" {
		return row{}, "", false
	}
	parts := strings.Split(jsonTag, ",")
	typeName := d.typeName(field.Type)
	goName := typeName[strings.LastIndex(typeName, ".")+1:]
	if len(field.Names) > 0 {
		goName = field.Names[0].Name
	}
	if parts[0] == "" {
		return row{goName, fmt.Sprintf("%s - %s", goName, typeName), number(tag)}, typeName, true
	}
	words := append([]string{goName, parts[0], typeName}, parts[1:]...)
	for _, strategy := range strings.Split(tag.Get("patchStrategy"), ",") {
		if strategy != "" {
			words = append(words, strategy)
		}
	}
	if key := tag.Get("patchMergeKey"); key != "" {
		words = append(words, "key="+key)
	}
	return row{goName, strings.Join(words, " "), number(tag)}, typeName, true
}

// number is 19 for `protobuf:"bytes,19,rep,name=envFrom"`.
func number(tag reflect.StructTag) int {
	parts := strings.Split(tag.Get("protobuf"), ",")
	if len(parts) < 2 {
		return 0
	}
	n, _ := strconv.Atoi(parts[1])
	return n
}

var builtins = map[string]bool{
	"string": true, "bool": true, "byte": true, "int": true, "int32": true, "int64": true, "uint32": true,
	"uint64": true, "float64": true,
}

func (d declaration) typeName(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.Ident:
		if builtins[e.Name] {
			return e.Name
		}
		return d.pkg + "." + e.Name
	case *ast.SelectorExpr:
		return d.imports[e.X.(*ast.Ident).Name] + "." + e.Sel.Name
	case *ast.StarExpr:
		return "*" + d.typeName(e.X)
	case *ast.ArrayType:
		return "[]" + d.typeName(e.Elt)
	case *ast.MapType:
		return "map[" + d.typeName(e.Key) + "]" + d.typeName(e.Value)
	}
	panic(fmt.Sprintf("a type the tables have no word for: %T", expr))
}

// namesIn gives the named types in a type: map[v1.ResourceName]resource.Quantity names two.
func namesIn(typeName string) []string {
	words := strings.FieldsFunc(typeName, func(r rune) bool { return strings.ContainsRune("*[]", r) })
	return slices.DeleteFunc(words, func(w string) bool { return w == "map" || builtins[w] })
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
