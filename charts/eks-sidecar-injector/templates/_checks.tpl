{{/* What values.schema.json cannot say, and Helm 2 does not read; every refusal says what to do. */}}
{{- define "eks-sidecar-injector.checks" -}}
{{- $names := include "eks-sidecar-injector.revisions" . -}}
{{- if not (has .Values.eks.preset (list "default" "aws-minimum" "overlay-cni" "fargate" "hybrid")) -}}
{{- fail (printf "eks.preset %q is none: take default, aws-minimum, overlay-cni, fargate or hybrid (docs/install.md)" .Values.eks.preset) -}}
{{- end -}}
{{- if and (eq .Values.eks.preset "fargate") (eq (include "eks-sidecar-injector.webhookPort" .) "10250") -}}
{{- fail "port 10250 is the kubelet's on Fargate: leave ports.webhook to the preset, which is 9443" -}}
{{- end -}}
{{- if eq (include "eks-sidecar-injector.webhookPort" .) (include "eks-sidecar-injector.operationsPort" .) -}}
{{- fail "ports.webhook and ports.operations are the same: give one of them another" -}}
{{- end -}}
{{- if eq .Values.certificates.mode "secret" -}}
{{- if or (not .Values.certificates.secretName) (not .Values.certificates.caBundle) -}}
{{- fail "certificates.mode secret needs certificates.secretName (tls.crt and tls.key) and certificates.caBundle (--set-file certificates.caBundle=ca.pem)" -}}
{{- end -}}
{{- else if and (eq .Values.certificates.mode "self") (not (include "eks-sidecar-injector.atLeast" (list . "1.16"))) -}}
{{- fail "certificates.mode self writes the caBundle by server-side apply, which API servers before 1.16 do not have: take mode secret with a certificate of yours" -}}
{{- else if .Values.certificates.caBundle -}}
{{- fail "certificates.caBundle is for certificates.mode secret: the other modes write the caBundle themselves" -}}
{{- end -}}
{{- if and .Values.sideBySide.label (not (regexMatch "^[^=]+=[^=]+$" .Values.sideBySide.label)) -}}
{{- fail "sideBySide.label is a label with its value, such as sidecar-injector/inject=enabled" -}}
{{- end -}}
{{- if .Values.webhooks.enableNamespacesByDefault -}}
{{- if .Values.sideBySide.label -}}
{{- fail "webhooks.enableNamespacesByDefault selects what Istio's own injector does: side by side, namespaces must be labelled" -}}
{{- end -}}
{{- if and $names (not (has "default" (splitList "," $names))) -}}
{{- fail "webhooks.enableNamespacesByDefault is the default revision's: add default to revisions, or a tag default" -}}
{{- end -}}
{{- if not (include "eks-sidecar-injector.atLeast" (list . "1.21")) -}}
{{- fail "webhooks.enableNamespacesByDefault needs Kubernetes 1.21, which labels namespaces by name, so that kube-system and the injector's own can be left out" -}}
{{- end -}}
{{- end -}}
{{- if not .Values.sideBySide.label -}}
{{- $same := include "eks-sidecar-injector.lookup" (list . "istio-webhooks") | trim -}}
{{- if $same -}}
{{- fail (printf "Istio's own injector selects the same pods, which two injectors must not:\n  %s\nEither let it go on and give ours namespaces of its own: --set sideBySide.label=sidecar-injector/inject=enabled\nor take it away first: kubectl delete mutatingwebhookconfiguration %s\nand install Istio without it (up to 1.5 sidecarInjectorWebhook.enabled=false, later global.operatorManageWebhooks=true)" ($same | replace "\n" "\n  ") (regexFind "^[^/]+" $same)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
