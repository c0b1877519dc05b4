package main

import (
	"encoding/json"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/durationpb"
)

func roundTripJSON(text string) (string, error) {
	var value interface{}
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return "", err
	}
	out, err := json.Marshal(value)
	return string(out), err
}

func indentJSON(text string) (string, error) {
	var value interface{}
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return "", err
	}
	out, err := json.MarshalIndent(value, "", "  ")
	return string(out), err
}

func parseDuration(text string) (string, error) {
	duration, err := time.ParseDuration(text)
	return duration.String(), err
}

func parseProtoDuration(text string) (string, error) {
	quoted, err := json.Marshal(text)
	must(err)
	var duration durationpb.Duration
	if err := protojson.Unmarshal(quoted, &duration); err != nil {
		return "", err
	}
	out, err := protojson.Marshal(&duration)
	return string(out), err
}
