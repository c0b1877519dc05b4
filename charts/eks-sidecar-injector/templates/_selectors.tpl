{{/* Names of revisions and tags that get webhooks of their own, comma-separated; empty: the one webhook of the label istio-injection. */}}
{{- define "eks-sidecar-injector.revisions" -}}
{{- concat .Values.revisions (keys .Values.tags) | uniq | sortAlpha | join "," -}}
{{- end -}}

{{/* The label of side by side, `key=value`, as key and value. */}}
{{- define "eks-sidecar-injector.sideBySideKey" -}}
{{- regexFind "^[^=]+" .Values.sideBySide.label -}}
{{- end -}}
{{- define "eks-sidecar-injector.sideBySideValue" -}}
{{- regexFind "[^=]+$" .Values.sideBySide.label -}}
{{- end -}}

{{/* Namespaces that no webhook selects, whatever their labels. A webhook that selected its own pods could never come back once all are gone. */}}
{{- define "eks-sidecar-injector.excludedNamespaces" -}}
{{- $names := concat (list "kube-system" "kube-public" "kube-node-lease" .Release.Namespace) .Values.webhooks.excludedNamespaces -}}
{{- if not .Values.webhooks.includeIstioNamespace -}}{{- $names = append $names .Values.istio.namespace -}}{{- end -}}
{{- $names | uniq | sortAlpha | toJson -}}
{{- end -}}

{{/*
The selectors of an entry: include "…selectors" (dict "root" . "entry" ENTRY "name" NAME), NAME a revision or a tag, or empty for the one webhook. The
entries are those of Istio's charts; src/revisions/asked-for.ts has them as a table. Side by side, namespaces are chosen by
our label alone, and never those that Istio's injector takes.
*/}}
{{- define "eks-sidecar-injector.selectors" -}}
namespaceSelector:
  matchExpressions:
  - { key: kubernetes.io/metadata.name, operator: NotIn, values: {{ include "eks-sidecar-injector.excludedNamespaces" .root }} }
{{- if .root.Values.sideBySide.label }}
  - key: {{ include "eks-sidecar-injector.sideBySideKey" .root }}
    operator: In
    values: [{{ if eq .entry "namespace" }}{{ include "eks-sidecar-injector.sideBySideValue" .root | quote }}{{ else }}{{ .name | quote }}{{ end }}]
  - { key: istio-injection, operator: NotIn, values: [enabled] }
  - { key: istio.io/rev, operator: DoesNotExist }
{{- else if eq .entry "namespace" }}
  - { key: istio-injection, operator: In, values: [enabled] }
{{- else if eq .entry "rev.namespace" }}
  - { key: istio.io/rev, operator: In, values: [{{ .name | quote }}] }
  - { key: istio-injection, operator: DoesNotExist }
{{- else if not .name }}
  - { key: istio-injection, operator: NotIn, values: [disabled] }
{{- else }}
  - { key: istio-injection, operator: DoesNotExist }
  - { key: istio.io/rev, operator: DoesNotExist }
{{- end }}
{{- if .name }}
objectSelector:
  matchExpressions:
{{- if eq .entry "auto" }}
  - { key: sidecar.istio.io/inject, operator: DoesNotExist }
{{- else if eq .entry "object" }}
  - { key: sidecar.istio.io/inject, operator: In, values: ["true"] }
{{- else }}
  - { key: sidecar.istio.io/inject, operator: NotIn, values: ["false"] }
{{- end }}
{{- if eq .entry "rev.object" }}
  - { key: istio.io/rev, operator: In, values: [{{ .name | quote }}] }
{{- else if or (eq .entry "object") (eq .entry "auto") }}
  - { key: istio.io/rev, operator: DoesNotExist }
{{- end }}
{{- end }}
{{- end -}}
