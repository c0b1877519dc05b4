package main

import (
	"encoding/json"
	"fmt"
	"strconv"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// readQuantity takes the way of a manifest: a JSON string, decoded.
func readQuantity(text string) (resource.Quantity, error) {
	quoted, err := json.Marshal(text)
	must(err)
	var quantity resource.Quantity
	err = json.Unmarshal(quoted, &quantity)
	return quantity, err
}

func canonicalQuantity(text string) (string, error) {
	quantity, err := readQuantity(text)
	return quantity.String(), err
}

func roundToMilli(text string) (string, error) {
	quantity, err := readQuantity(text)
	quantity.RoundUp(resource.Milli)
	return quantity.String(), err
}

func quantityValue(text string) (string, error) {
	quantity, err := readQuantity(text)
	return strconv.FormatInt(quantity.Value(), 10), err
}

func matchSelector(text string) (string, error) {
	var row struct {
		Selector metav1.LabelSelector
		Labels   labels.Set
	}
	if err := json.Unmarshal([]byte(text), &row); err != nil {
		return "", err
	}
	selector, err := metav1.LabelSelectorAsSelector(&row.Selector)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%t %s", selector.Matches(row.Labels), selector), nil
}
