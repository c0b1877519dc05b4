package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// writeRunes writes the runs of code points that strconv.IsPrint does and does not accept, by turns, as base 36
// lengths: Go's Unicode version is not the one of the JavaScript engine, so \p{…} would not agree.
func writeRunes(w io.Writer) {
	out := bufio.NewWriter(w)
	defer out.Flush()
	fmt.Fprintf(out, "/** Made by tools/strconv-oracle from Go's tables, Unicode %s. Do not edit. */\n\n", unicode.Version)
	fmt.Fprintln(out, "/** Lengths of the runs of code points that are not and that are printable, by turns, from U+0000, in base 36. */")
	fmt.Fprintln(out, "export const printRuns =")
	lines := wrap(runs(), 100)
	for i, line := range lines {
		separator := " ' +"
		if i == len(lines)-1 {
			separator = "'"
		}
		fmt.Fprintf(out, "  '%s%s\n", line, separator)
	}
}

func runs() []string {
	var lengths []string
	printable, start := false, rune(0)
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if strconv.IsPrint(r) != printable {
			lengths = append(lengths, strconv.FormatInt(int64(r-start), 36))
			printable, start = !printable, r
		}
	}
	return append(lengths, strconv.FormatInt(int64(unicode.MaxRune+1-start), 36))
}

func wrap(words []string, width int) []string {
	var lines []string
	var line []string
	length := 0
	for _, word := range words {
		if length+len(word) > width {
			lines = append(lines, strings.Join(line, " "))
			line, length = nil, 0
		}
		line = append(line, word)
		length += len(word) + 1
	}
	return append(lines, strings.Join(line, " "))
}
