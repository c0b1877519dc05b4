{{- define "eks-sidecar-injector.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* The release's name with the chart's, or the release's alone where it has the chart's in it. 50 characters, so that suffixes fit. */}}
{{- define "eks-sidecar-injector.fullname" -}}
{{- $name := include "eks-sidecar-injector.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "eks-sidecar-injector.selectorLabels" -}}
app.kubernetes.io/name: {{ include "eks-sidecar-injector.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "eks-sidecar-injector.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name (.Chart.Version | replace "+" "_") }}
{{ include "eks-sidecar-injector.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: sidecar-injector
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "eks-sidecar-injector.serviceAccountName" -}}
{{- default (include "eks-sidecar-injector.fullname" .) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "eks-sidecar-injector.certificateSecret" -}}
{{- default (printf "%s-certificate" (include "eks-sidecar-injector.fullname" .)) .Values.certificates.secretName -}}
{{- end -}}

{{- define "eks-sidecar-injector.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* A map as the flags of `serve` take it: a=1,b=2. */}}
{{- define "eks-sidecar-injector.pairs" -}}
{{- $pairs := list -}}
{{- range $key, $value := . -}}{{- $pairs = append $pairs (printf "%s=%v" $key $value) -}}{{- end -}}
{{- join "," $pairs -}}
{{- end -}}
