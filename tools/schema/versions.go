package main

import (
	"encoding/json"
	"fmt"
	"os/exec"
)

// A source is one release of the modules that the tables are made from.
type source struct {
	minor    int
	versions map[string]string // module path: version
}

func kubernetes(minor int, api, machinery string) source {
	return source{minor, map[string]string{
		"k8s.io/api": api, "k8s.io/apimachinery": machinery, "github.com/openshift/api": "v3.9.0+incompatible",
	}}
}

// One version of the Kubernetes libraries for each minor. Before 1.16 they had no release tags of their own.
var kubernetesSources = []source{
	kubernetes(10, "v0.0.0-20180308224125-73d903622b73", "v0.0.0-20180228050457-302974c03f7e"),
	kubernetes(11, "v0.0.0-20180628040859-072894a440bd", "v0.0.0-20180621070125-103fd098999d"),
	kubernetes(12, "v0.0.0-20180925152912-a191abe0b71e", "v0.0.0-20180913025736-6dd46049f395"),
	kubernetes(13, "v0.0.0-20190222213804-5cb15d344471", "v0.0.0-20181127025237-2b1284ed4c93"),
	kubernetes(14, "v0.0.0-20190313235455-40a48860b5ab", "v0.0.0-20190313205120-d7deff9243b1"),
	kubernetes(15, "v0.0.0-20190620084959-7cf5895f2711", "v0.0.0-20190612205821-1799e75a0719"),
	kubernetes(16, "v0.16.4", "v0.16.4"),
	kubernetes(17, "v0.17.3", "v0.17.3"),
	kubernetes(18, "v0.18.1", "v0.18.1"),
	kubernetes(19, "v0.19.4", "v0.19.4"),
	kubernetes(20, "v0.20.1", "v0.20.1"),
	kubernetes(21, "v0.21.1", "v0.21.1"),
	kubernetes(22, "v0.22.1", "v0.22.1"),
	kubernetes(23, "v0.23.3", "v0.23.3"),
	kubernetes(24, "v0.24.2", "v0.24.2"),
	kubernetes(25, "v0.25.3", "v0.25.3"),
	kubernetes(26, "v0.26.0", "v0.26.0"),
	kubernetes(27, "v0.27.3", "v0.27.3"),
	kubernetes(28, "v0.28.1", "v0.28.1"),
	kubernetes(29, "v0.29.0", "v0.29.0"),
	kubernetes(30, "v0.30.0", "v0.30.0"),
	kubernetes(31, "v0.31.0", "v0.31.0"),
	kubernetes(32, "v0.32.0", "v0.32.0"),
	kubernetes(33, "v0.33.0", "v0.33.0"),
	kubernetes(34, "v0.34.0", "v0.34.0"),
	kubernetes(35, "v0.35.0", "v0.35.0"),
	kubernetes(36, "v0.36.0", "v0.36.0"),
	kubernetes(37, "v0.37.2", "v0.37.2"),
}

func istio(minor int, api string) source {
	return source{minor, map[string]string{"istio.io/api": api}}
}

// The API that each Istio minor was built with; before 1.19 the module has no release tags.
var istioSources = []source{
	istio(0, "v0.0.0-20180730173215-123b0a79a4db"),
	istio(1, "v0.0.0-20190321180614-db16d82d3672"),
	istio(2, "v0.0.0-20190515205759-982e5c3888c6"),
	istio(3, "v0.0.0-20190820204432-483f2547d882"),
	istio(4, "v0.0.0-20191115173247-e1a1952e5b81"),
	istio(5, "v0.0.0-20200513175333-ae3da0d240e3"),
	istio(6, "v0.0.0-20200512234804-e5412c253ffe"),
	istio(7, "v0.0.0-20200911191701-0dc35ad5c478"),
	istio(8, "v0.0.0-20201123152548-197f11e4ea09"),
	istio(9, "v0.0.0-20210131044048-bfeb10697307"),
	istio(10, "v0.0.0-20210420153121-f5a13670bedf"),
	istio(11, "v0.0.0-20210713195055-3a340e4f154e"),
	istio(12, "v0.0.0-20220304035241-8c47cbbea144"),
	istio(13, "v0.0.0-20220817194812-9ed7a41198c8"),
	istio(14, "v0.0.0-20220728184806-7837c4e62d82"),
	istio(15, "v0.0.0-20220817131511-59047e057639"),
	istio(16, "v0.0.0-20221102013421-7906f6f2bcb5"),
	istio(17, "v0.0.0-20230217221049-9d422bf48675"),
	istio(18, "v0.0.0-20230713061407-06047cce866f"),
	istio(19, "v1.19.6"),
	istio(20, "v1.20.0"),
	istio(21, "v1.21.0"),
	istio(22, "v1.22.0"),
	istio(23, "v1.23.0"),
	istio(24, "v1.24.2"),
	istio(25, "v1.25.0"),
	istio(26, "v1.26.0"),
	istio(27, "v1.27.0"),
	istio(28, "v1.28.0"),
	istio(29, "v1.29.1"),
	istio(30, "v1.30.8"),
	istio(31, "v1.31.4"),
}

// dir downloads a module of the source (once) and gives its folder.
func (s source) dir(module string) (string, error) {
	out, err := exec.Command("go", "mod", "download", "-json", module+"@"+s.versions[module]).Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", module, s.versions[module], err)
	}
	var answer struct{ Dir string }
	if err := json.Unmarshal(out, &answer); err != nil {
		return "", err
	}
	return answer.Dir, nil
}
