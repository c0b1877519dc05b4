// Command schema writes the tables of src/schema/tables from the sources of k8s.io/api and istio.io/api.
//
//	go run . ../../src/schema/tables
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run . FOLDER")
	}
	if err := write(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func write(folder string) error {
	k, err := readKubernetes()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "kubernetes.ts"), []byte(kubernetesText(k)), 0o644); err != nil {
		return err
	}
	i, err := readIstio()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "mesh.ts"), []byte(meshText(i)), 0o644)
}

func meshText(t istioTables) string {
	newest := istioSources[len(istioSources)-1].minor
	var b strings.Builder
	fmt.Fprintf(&b, "// Made by tools/schema from istio.io/api 1.%d to 1.%d. Do not edit.\n", istioSources[0].minor, newest)
	b.WriteString("import type { StructRows } from './rows.ts'\n\n")
	fmt.Fprintf(&b, "/** The newest minor of Istio in the table. */\nexport const newestIstio = %d\n\n", newest)
	b.WriteString("/** The enums: `NAME=number`. */\nexport const meshEnums: StructRows = {\n")
	for _, name := range sortedKeys(t.enums) {
		writeRows(&b, name, lines(t.enums[name], newest))
	}
	b.WriteString("}\n\n/** The messages: `type name flags` with the names of the .proto file, in the order of declaration. */\n")
	b.WriteString("export const meshMessages: StructRows = {\n")
	for _, name := range sortedKeys(t.messages) {
		writeRows(&b, name, lines(t.messages[name], newest))
	}
	b.WriteString("}\n")
	return b.String()
}

func kubernetesText(k kubernetesTables) string {
	newest := kubernetesSources[len(kubernetesSources)-1].minor
	var b strings.Builder
	fmt.Fprintf(&b, "// Made by tools/schema from k8s.io/api 1.%d to 1.%d. Do not edit.\n", kubernetesSources[0].minor, newest)
	b.WriteString("import type { StructRows } from './rows.ts'\n\n")
	fmt.Fprintf(&b, "/** The newest minor of Kubernetes in the table. */\nexport const newestKubernetes = %d\n\n", newest)
	b.WriteString("/** Types by another name, such as strings of one meaning. */\n")
	b.WriteString("export const kubernetesNamed: Readonly<Record<string, string>> = {\n")
	for _, name := range sortedKeys(k.named) {
		fmt.Fprintf(&b, "  '%s': '%s',\n", name, k.named[name])
	}
	b.WriteString("}\n\n/** The structs: `GoName jsonName type flags`, in the order of declaration. */\n")
	b.WriteString("export const kubernetesStructs: StructRows = {\n")
	for _, name := range sortedKeys(k.structs) {
		writeRows(&b, name, lines(k.structs[name], newest))
	}
	b.WriteString("}\n")
	return b.String()
}

func writeRows(b *strings.Builder, name string, rows []string) {
	if len(rows) == 0 {
		fmt.Fprintf(b, "  '%s': [],\n", name)
		return
	}
	fmt.Fprintf(b, "  '%s': [\n", name)
	for _, r := range rows {
		fmt.Fprintf(b, "    '%s',\n", r)
	}
	b.WriteString("  ],\n")
}
