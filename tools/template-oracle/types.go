package main

import (
	"errors"
	"fmt"
	"strings"
)

// The types that rows may use besides Go's own. test/gotemplate/typed-data.ts has the same in TypeScript.

// Inner is a struct without methods.
type Inner struct {
	Text  string
	Count int32
	Flag  *bool
}

// Pod has fields of every kind, and methods on its pointer that bear nil, as protobuf's getters do.
type Pod struct {
	Name   string
	Labels map[string]string
	Items  []Inner
	Inner  Inner
	Next   *Pod
	Any    any
	Color  Color
	Word   Word
	Number int
	Big    uint64
	Ratio  float32
	Flag   *bool
}

func (p *Pod) GetName() string {
	if p == nil {
		return ""
	}
	return p.Name
}

func (p *Pod) GetNext() *Pod {
	if p == nil {
		return nil
	}
	return p.Next
}

func (p *Pod) Join(separator string, parts ...string) string { return strings.Join(parts, separator) }
func (p *Pod) Add(a, b int) int                              { return a + b }
func (p *Pod) Scale(factor float64) float64                  { return 2 * factor }
func (p *Pod) Take(inner Inner) string                       { return inner.Text }
func (p *Pod) Fail(text string) (string, error)              { return "", errors.New(text) }
func (p *Pod) Anything(value any) string                     { return fmt.Sprintf("%T", value) }

// Color is a number that prints as a word.
type Color int32

func (c Color) String() string {
	if c == 1 {
		return "GREEN"
	}
	return "RED"
}

// Word is a string with a name and no methods.
type Word string

// Title is a string that prints as another.
type Title string

func (t Title) String() string { return "<" + string(t) + ">" }

// Note has a String on its pointer only, as Kubernetes' types have.
type Note struct {
	Text string
}

func (n *Note) String() string {
	if n == nil {
		return "nil"
	}
	return "note:" + n.Text
}

// Broken is an error.
type Broken struct {
	Reason string
}

func (b Broken) Error() string { return "broken: " + b.Reason }

// functions are what rows may call besides the built-in ones.
var functions = map[string]any{
	"add":        func(a, b int) int { return a + b },
	"join":       func(separator string, parts ...string) string { return strings.Join(parts, separator) },
	"fail":       func(text string) (string, error) { return "", errors.New(text) },
	"typeOf":     func(value any) string { return fmt.Sprintf("%T", value) },
	"same":       func(value any) any { return value },
	"int64":      func(value int64) int64 { return value },
	"uint8":      func(value uint8) uint8 { return value },
	"uint":       func(value uint) uint { return value },
	"float":      func(value float64) float64 { return value },
	"float32":    func(value float32) float32 { return value },
	"bool":       func(value bool) bool { return value },
	"complex":    func(value complex128) string { return fmt.Sprint(value) },
	"labels":     func(value map[string]string) int { return len(value) },
	"anyMap":     func(value map[string]any) int { return len(value) },
	"strings":    func(value []string) int { return len(value) },
	"list":       func(values ...any) []any { return values },
	"inner":      func(value Inner) string { return value.Text },
	"innerPtr":   func(value *Inner) string { return fmt.Sprint(value != nil) },
	"color":      func(value Color) string { return value.String() },
	"nilMap":     func() map[string]string { return nil },
	"nilAny":     func() any { return nil },
	"nilPod":     func() *Pod { return nil },
	"nothing":    func() string { return "" },
	"panics":     func() string { panic("at the disco") },
	"stringPtr":  func(value *string) string { return fmt.Sprint(value != nil) },
	"twoThenAny": func(a string, b int, rest ...any) string { return fmt.Sprintln(append([]any{a, b}, rest...)...) },
}

var shadows = map[string]any{
	"slice": func(values ...any) string { return fmt.Sprint(values...) },
	"and":   func(a, b any) string { return "own and" },
	"len":   func(value any) string { return "own len" },
	"break": func() string { return "own break" },
}

// callees are what {"$": "func", "v": name} gives.
var callees = map[string]any{
	"upper":  strings.ToUpper,
	"sum":    func(values ...int) int { return sum(values) },
	"fails":  func() (string, error) { return "", errors.New("no") },
	"int64":  func(value int64) int64 { return value },
	"first":  func(a string, rest ...any) string { return a },
	"anyArg": func(value any) string { return fmt.Sprintf("%v", value) },
}

func sum(values []int) (total int) {
	for _, value := range values {
		total += value
	}
	return total
}
