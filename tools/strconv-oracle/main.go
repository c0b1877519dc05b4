// Command strconv-oracle writes what Go's strconv says, for src/golang.
//
//	go run . runes  > ../../src/golang/print-runes.ts
//	go run . expect > ../../test/golang/strconv.expected.jsonl
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fail("usage: strconv-oracle runes | expect")
	}
	switch os.Args[1] {
	case "runes":
		writeRunes(os.Stdout)
	case "expect":
		writeExpected(os.Stdout)
	default:
		fail("unknown subcommand " + os.Args[1])
	}
}

func fail(text string) {
	fmt.Fprintln(os.Stderr, text)
	os.Exit(1)
}
