{{/* Whether the API server is of a version: include "…atLeast" (list . "1.28"). Helm 2, 3 and 4 all have GitVersion. */}}
{{- define "eks-sidecar-injector.atLeast" -}}
{{- $root := index . 0 -}}
{{- if semverCompare (printf ">=%s.0-0" (index . 1)) $root.Capabilities.KubeVersion.GitVersion }}true{{ end -}}
{{- end -}}

{{/*
A file of lookups/ as a template, if this Helm can look up: Helm 2 cannot, and would not even read a template that
tries. `helm template` of Helm 3 and 4 looks at no cluster, and finds nothing.
*/}}
{{- define "eks-sidecar-injector.lookup" -}}
{{- $root := index . 0 -}}
{{- if ne $root.Release.Service "Tiller" -}}
{{- tpl ($root.Files.Get (printf "lookups/%s.tpl" (index . 1))) $root -}}
{{- end -}}
{{- end -}}
