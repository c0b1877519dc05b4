package main

import "slices"

// A correction is a field as the releases of a minor had it, where the version in istioSources has it otherwise.
type correction struct {
	minor    int
	typeName string
	// The field before it, where it is new.
	after string
	row   row
}

var corrections = []correction{
	// The chart of 1.0.3 and later sets it in the mesh config, and unknown fields are errors in 1.0.
	{0, "v1alpha1.MeshConfig", "disable_policy_checks", row{name: "policy_check_fail_open", text: "bool policy_check_fail_open"}},
	// The template of 1.6 compares it with a number, which Go refuses for a wrapper.
	{6, "v1alpha1.ProxyConfig", "", row{name: "concurrency", text: "int32 concurrency"}},
}

// corrected puts the corrections of a minor into its types.
func corrected(minor int, types map[string][]row) map[string][]row {
	for _, c := range corrections {
		if c.minor != minor {
			continue
		}
		rows := types[c.typeName]
		named := func(name string) int { return slices.IndexFunc(rows, func(r row) bool { return r.name == name }) }
		if i := named(c.row.name); i >= 0 {
			rows[i] = c.row
			continue
		}
		types[c.typeName] = slices.Insert(rows, named(c.after)+1, c.row)
	}
	return types
}
