{{/*
What a preset says (docs/install.md). Ports: 9443 and 10251 are admitted by the rules that the widespread Terraform module of EKS recommends, 10250
by AWS's own minimum. On the node's network the port must be free there, too: 10250 is the kubelet's, 9443 that of other
webhooks which have moved there for the same reason.
*/}}
{{- define "eks-sidecar-injector.hostNetwork" -}}
{{- if eq .Values.eks.preset "overlay-cni" }}true{{ end -}}
{{- end -}}

{{- define "eks-sidecar-injector.webhookPort" -}}
{{- if .Values.ports.webhook -}}
{{- int .Values.ports.webhook -}}
{{- else -}}
{{- index (dict "default" "9443" "aws-minimum" "10250" "overlay-cni" "10251" "fargate" "9443" "hybrid" "9443") .Values.eks.preset -}}
{{- end -}}
{{- end -}}

{{- define "eks-sidecar-injector.operationsPort" -}}
{{- if .Values.ports.operations -}}
{{- int .Values.ports.operations -}}
{{- else -}}
{{- if include "eks-sidecar-injector.hostNetwork" . }}18080{{ else }}8080{{ end -}}
{{- end -}}
{{- end -}}

{{- define "eks-sidecar-injector.affinity" -}}
{{- if .Values.affinity -}}
{{- toYaml .Values.affinity -}}
{{- else if eq .Values.eks.preset "overlay-cni" -}}
# Two pods on one node would want the same port.
podAntiAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
  - topologyKey: kubernetes.io/hostname
    labelSelector:
      matchLabels:
        {{- include "eks-sidecar-injector.selectorLabels" . | nindent 8 }}
{{- else if eq .Values.eks.preset "hybrid" -}}
# The control plane reaches nodes on premises only where their pod network is made known to it.
nodeAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    nodeSelectorTerms:
    - matchExpressions:
      - { key: eks.amazonaws.com/compute-type, operator: NotIn, values: [hybrid] }
{{- end -}}
{{- end -}}
