{{/* One entry of the MutatingWebhookConfiguration: include "…webhook" (dict "root" . "entry" ENTRY "name" NAME). */}}
{{- define "eks-sidecar-injector.webhook" -}}
{{- $root := .root -}}
{{- $v1 := include "eks-sidecar-injector.atLeast" (list $root "1.16") -}}
- name: {{ .entry }}.{{ if hasPrefix "rev." .entry }}{{ .name }}.{{ end }}sidecar-injector.istio.io
  clientConfig:
    service:
      namespace: {{ $root.Release.Namespace }}
      name: {{ include "eks-sidecar-injector.fullname" $root }}
      path: {{ if .name }}/revision/{{ .name }}/inject{{ else }}/inject{{ end }}
      {{- if $v1 }}
      port: 443
      {{- end }}
    {{- if eq $root.Values.certificates.mode "secret" }}
    caBundle: {{ $root.Values.certificates.caBundle | b64enc }}
    {{- end }}
  {{- include "eks-sidecar-injector.selectors" . | nindent 2 }}
  rules:
  - operations: [CREATE]
    apiGroups: [""]
    apiVersions: [v1]
    resources: [pods]
  {{- if and $root.Values.webhooks.matchConditions (include "eks-sidecar-injector.atLeast" (list $root "1.28")) }}
  {{- include "eks-sidecar-injector.matchConditions" . | nindent 2 }}
  {{- end }}
  failurePolicy: {{ $root.Values.webhooks.failurePolicy }}
  reinvocationPolicy: {{ $root.Values.webhooks.reinvocationPolicy }}
  sideEffects: None
  timeoutSeconds: {{ int $root.Values.webhooks.timeoutSeconds }}
  admissionReviewVersions: [{{ if $v1 }}v1{{ else }}v1beta1{{ end }}]
{{ end -}}

{{/*
Pods that no release of Istio injects, whatever its ConfigMaps say. So opted out is only: the annotation says false, and the label, which
comes before it from Istio 1.12 on and is not looked at before, does not say otherwise. The label alone is left to the selectors of those
releases that have them, and to the injector.
*/}}
{{- define "eks-sidecar-injector.matchConditions" -}}
matchConditions:
- name: not-on-the-host-network
  expression: "!has(object.spec.hostNetwork) || !object.spec.hostNetwork"
- name: not-opted-out
  expression: >-
    !has(object.metadata.annotations) || !('sidecar.istio.io/inject' in object.metadata.annotations) ||
    object.metadata.annotations['sidecar.istio.io/inject'] != 'false' ||
    (has(object.metadata.labels) && 'sidecar.istio.io/inject' in object.metadata.labels &&
    object.metadata.labels['sidecar.istio.io/inject'] != 'false')
- name: not-a-mirror-of-a-static-pod
  expression: >-
    !has(object.metadata.annotations) || !('kubernetes.io/config.mirror' in object.metadata.annotations)
{{- end -}}
