// Command cel-oracle answers what the API server makes of a matchCondition: a question a line in, an answer a line out.
//
//	{"expression":"has(object.spec.hostNetwork)","pod":{…},"namespace":"shop"}
//
// An answer is {"now":"true","before":"true"}: what API servers say that have objects as Go's types (from 1.37 on), and those
// that have them as JSON; true, false or error. An expression that is refused when the webhook is made has {"refused":"why"}.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"log"
	"os"

	"github.com/google/cel-go/common/types"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/cel/environment"
)

type question struct {
	Expression string
	Pod        core.Pod
	Namespace  string
}

type answer struct {
	Now     string `json:"now,omitempty"`
	Before  string `json:"before,omitempty"`
	Refused string `json:"refused,omitempty"`
}

func main() {
	compiler := cel.NewCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<26)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var q question
		check(json.Unmarshal(lines.Bytes(), &q))
		check(out.Encode(answerTo(compiler, &q)))
	}
	check(lines.Err())
}

func answerTo(compiler cel.Compiler, q *question) answer {
	condition := &matchconditions.MatchCondition{Name: "c", Expression: q.Expression}
	result := compiler.CompileCELExpression(condition, cel.OptionalVariableDeclarations{HasAuthorizer: true}, environment.NewExpressions)
	if result.Error != nil {
		return answer{Refused: result.Error.Error()}
	}
	q.Pod.APIVersion, q.Pod.Kind = "v1", "Pod"
	object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&q.Pod)
	check(err)
	return answer{
		Now:    evaluate(result, &q.Pod, q),
		Before: evaluate(result, &unstructured.Unstructured{Object: object}, q),
	}
}

func evaluate(result cel.CompilationResult, object runtime.Object, q *question) string {
	kind := schema.GroupVersionKind{Version: "v1", Kind: "Pod"}
	resource := schema.GroupVersionResource{Version: "v1", Resource: "pods"}
	attributes := admission.NewAttributesRecord(object, nil, kind, q.Namespace, q.Pod.Name, resource, "",
		admission.Create, &meta.CreateOptions{}, false, &user.DefaultInfo{Name: "somebody"})
	versioned, err := admission.NewVersionedAttributes(attributes, kind, nil)
	check(err)
	request := cel.CreateAdmissionRequest(attributes, meta.GroupVersionResource(resource), meta.GroupVersionKind(kind))
	results, _, err := cel.NewCondition([]cel.CompilationResult{result}).ForInput(context.Background(), versioned, request,
		cel.OptionalVariableBindings{}, nil, celconfig.RuntimeCELCostBudgetMatchConditions)
	switch {
	case err != nil || results[0].Error != nil:
		return "error"
	case results[0].EvalResult == types.False:
		return "false"
	}
	return "true"
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
