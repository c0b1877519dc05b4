package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
)

// known are the types that {"$": "<type>", "v": <value>} may name. Integers are written as strings; structs as objects
// of their fields' values; null is nil. {"$": "bytes", "v": "<hex>"} is a string that may be no UTF-8.
var known = map[string]reflect.Type{}

func init() {
	for _, value := range []any{
		false, "", int(0), int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0), uint32(0), uint64(0), uintptr(0),
		float32(0), float64(0), (*bool)(nil), (*int)(nil), (*string)(nil), (*int64)(nil),
		[]any(nil), []string(nil), []int(nil), []int64(nil), []uint8(nil), []float32(nil), []bool(nil), [2]int{}, [2]uint8{}, [][]string(nil),
		map[string]any(nil), map[string]string(nil), map[string]int(nil), map[string][]string(nil), map[int]string(nil), map[uint8]string(nil),
		map[bool]string(nil), map[Word]int(nil), map[any]int(nil), map[string]Inner(nil), map[string]*Inner(nil),
		Inner{}, (*Inner)(nil), []Inner(nil), []*Inner(nil), Pod{}, (*Pod)(nil), []Pod(nil), Color(0), (*Color)(nil), []Color(nil), Word(""), []Word(nil),
		Title(""), []Title(nil), map[Title]Title(nil), Note{}, (*Note)(nil), []Note(nil), []*Note(nil), Broken{}, (*Broken)(nil), (*[]string)(nil), (*map[string]string)(nil),
	} {
		t := reflect.TypeOf(value)
		known[t.String()] = t
	}
}

func decode(text json.RawMessage) (any, error) {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, err
	}
	return plain(value)
}

// plain gives a value of the interface {} world.
func plain(value any) (any, error) {
	switch value := value.(type) {
	case []any:
		for i := range value {
			var err error
			if value[i], err = plain(value[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		if name, ok := value["$"].(string); ok {
			return typed(name, value["v"])
		}
		for key := range value {
			var err error
			if value[key], err = plain(value[key]); err != nil {
				return nil, err
			}
		}
	}
	return value, nil
}

func typed(name string, value any) (any, error) {
	if name == "bytes" {
		bytes, err := hex.DecodeString(value.(string))
		return string(bytes), err
	}
	if name == "func" {
		return callees[value.(string)], nil
	}
	t, ok := known[name]
	if !ok {
		return nil, fmt.Errorf("unknown type %s", name)
	}
	v := reflect.New(t).Elem()
	err := fill(v, value)
	return v.Interface(), err
}

// fill sets a variable to a JSON value.
func fill(v reflect.Value, value any) error {
	if value == nil {
		return nil
	}
	switch v.Kind() {
	case reflect.Interface:
		inner, err := plain(value)
		if inner != nil {
			v.Set(reflect.ValueOf(inner))
		}
		return err
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return fill(v.Elem(), value)
	case reflect.Struct:
		for name, field := range value.(map[string]any) {
			if err := fill(v.FieldByName(name), field); err != nil {
				return err
			}
		}
		return nil
	case reflect.Slice, reflect.Array:
		return fillList(v, value.([]any))
	case reflect.Map:
		return fillMap(v, value.(map[string]any))
	}
	return fillScalar(v, value)
}

func fillList(v reflect.Value, elements []any) error {
	if v.Kind() == reflect.Slice {
		v.Set(reflect.MakeSlice(v.Type(), len(elements), len(elements)))
	}
	for i, element := range elements {
		if err := fill(v.Index(i), element); err != nil {
			return err
		}
	}
	return nil
}

func fillMap(v reflect.Value, entries map[string]any) error {
	v.Set(reflect.MakeMap(v.Type()))
	for name, entry := range entries {
		key := reflect.New(v.Type().Key()).Elem()
		if err := fill(key, name); err != nil {
			return err
		}
		elem := reflect.New(v.Type().Elem()).Elem()
		if err := fill(elem, entry); err != nil {
			return err
		}
		v.SetMapIndex(key, elem)
	}
	return nil
}

func fillScalar(v reflect.Value, value any) error {
	text := fmt.Sprint(value)
	switch v.Kind() {
	case reflect.String:
		v.SetString(value.(string))
	case reflect.Bool:
		v.SetBool(text == "true")
	case reflect.Float32, reflect.Float64:
		float, err := strconv.ParseFloat(text, 64)
		v.SetFloat(float)
		return err
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		integer, err := strconv.ParseInt(text, 10, 64)
		v.SetInt(integer)
		return err
	default:
		integer, err := strconv.ParseUint(text, 10, 64)
		v.SetUint(integer)
		return err
	}
	return nil
}
