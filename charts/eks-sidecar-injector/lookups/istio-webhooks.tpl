{{/*
Webhooks of Istio's own injector that select what ours would, one `configuration/webhook` a line. Theirs select either
a revision (istio.io/rev, of namespaces or of pods) or the default one; ours by default takes all.
*/}}
{{- $ours := include "eks-sidecar-injector.revisions" . | splitList "," -}}
{{- $default := or (has "default" $ours) (has "" $ours) -}}
{{- $everything := and (has "" $ours) .Values.webhooks.enableNamespacesByDefault -}}
{{- range (lookup "admissionregistration.k8s.io/v1" "MutatingWebhookConfiguration" "" "").items -}}
{{- $configuration := .metadata.name -}}
{{- if or (hasPrefix "istio-sidecar-injector" $configuration) (hasPrefix "istio-revision-tag-" $configuration) -}}
{{- range .webhooks -}}
{{- $theirs := list -}}
{{- $namespaces := default dict .namespaceSelector -}}
{{- $pods := default dict .objectSelector -}}
{{- range concat (default list $namespaces.matchExpressions) (default list $pods.matchExpressions) -}}
{{- if and (eq .key "istio.io/rev") (eq .operator "In") -}}{{- $theirs = concat $theirs .values -}}{{- end -}}
{{- end -}}
{{- $labels := default dict $namespaces.matchLabels -}}
{{- if hasKey $labels "istio.io/rev" -}}{{- $theirs = append $theirs (get $labels "istio.io/rev") -}}{{- end -}}
{{- $same := or $everything (and $default (empty $theirs)) -}}
{{- range $theirs -}}{{- if has . $ours -}}{{- $same = true -}}{{- end -}}{{- end -}}
{{- if and $same (not (hasKey $labels "istio.io/deactivated")) -}}
{{- printf "%s/%s\n" $configuration .name -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
