{{- if lookup "v1" "Namespace" "" "default" }}true{{ end -}}
