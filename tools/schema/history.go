package main

import (
	"fmt"
	"log"
	"slices"
	"strings"
)

// A row is one member of a type as one release has it: what identifies it, and its whole description.
type row struct {
	name string
	text string
	// The protobuf number, which gives the order in which Kubernetes' types print their fields; 0 if there is none.
	number int
}

// A release is the members of every type in the order of declaration.
type release struct {
	minor int
	types map[string][]row
}

// A span is a row together with the first and last release that has it in this very form.
type span struct {
	row
	since, until int
}

// merged lays the releases over each other: per type the rows of all of them. The newest release gives the order; a
// row that it lost stands behind the row that it followed last. A member whose description changed has several rows.
func merged(releases []release) map[string][]span {
	types := map[string][]span{}
	for _, r := range slices.Backward(releases) {
		for name, rows := range r.types {
			types[name] = overlay(name, r.minor, types[name], rows)
		}
	}
	return types
}

func overlay(typeName string, minor int, spans []span, older []row) []span {
	at := 0
	for _, r := range older {
		i := slices.IndexFunc(spans, func(s span) bool { return s.row == r })
		if i >= 0 {
			if i < at {
				log.Printf("%s.%s stood elsewhere in minor %d", typeName, r.name, minor)
			}
			spans[i].since = minor
			at = i + 1
			continue
		}
		// A changed description stands beside the newer one.
		if j := slices.IndexFunc(spans, func(s span) bool { return s.name == r.name }); j >= at {
			at = j
		}
		spans = slices.Insert(spans, at, span{r, minor, minor})
		at++
	}
	return spans
}

// lines writes each row, with its number where numbers are not in the order of declaration, and with since and until
// where these do not reach the ends of what is known of its type.
func lines(spans []span, newest int) []string {
	oldest := newest
	for _, s := range spans {
		oldest = min(oldest, s.since)
	}
	printedInOrder := slices.IsSortedFunc(spans, func(a, b span) int { return a.number - b.number })
	var out []string
	for _, s := range spans {
		line := s.text
		if !printedInOrder && s.number > 0 {
			line += fmt.Sprintf(" n=%d", s.number)
		}
		if s.since > oldest {
			line += fmt.Sprintf(" since=%d", s.since)
		}
		if s.until < newest {
			line += fmt.Sprintf(" until=%d", s.until)
		}
		out = append(out, strings.TrimSpace(line))
	}
	return out
}
