{{- /*
What the hooks have in common. Each template takes a dict: `root`, the chart's own `.`; `component`, which hook it is (setup, uninstall,
probe); `hook`, at what events it runs.
*/ -}}

{{- /* No selector of the operator's own pods matches these. */ -}}
{{- define "apig.hookSelectorLabels" -}}
app.kubernetes.io/name: {{ include "apig.name" .root | trunc 57 | trimSuffix "-" }}-hooks
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- /* `weight`; `keep`: whether it stays when it has succeeded, so that its log can be read; `told`: whether Helm shows
its log then, too (from 3.18 on). Name and namespace are the caller's. */ -}}
{{- define "apig.hookMetadata" -}}
labels:
  {{- include "apig.labels" .root | nindent 2 }}
  app.kubernetes.io/component: {{ .component }}
annotations:
  helm.sh/hook: {{ .hook }}
  helm.sh/hook-weight: {{ .weight | quote }}
  helm.sh/hook-delete-policy: before-hook-creation{{ if not .keep }},hook-succeeded{{ end }}
  helm.sh/hook-output-log-policy: hook-failed{{ if .told }},hook-succeeded{{ end }}
{{- end }}

{{- define "apig.hookServiceAccountName" -}}
{{- if .root.Values.rbac.create }}
{{- include "apig.fullname" .root }}-{{ .component }}
{{- else }}
{{- .root.Values.hooks.serviceAccountName | default (include "apig.serviceAccountName" .root) }}
{{- end }}
{{- end }}

{{- define "apig.hookServiceAccount" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "apig.hookServiceAccountName" . }}
  namespace: {{ .root.Release.Namespace }}
  {{- include "apig.hookMetadata" (merge (dict "weight" -4) .) | nindent 2 }}
automountServiceAccountToken: false
{{- end }}

{{- /* `namespace`, and `rules` as text. Without a namespace: for the whole cluster. */ -}}
{{- define "apig.hookRole" -}}
{{- $kind := ternary "Role" "ClusterRole" (ne .namespace "") }}
{{- $name := include "apig.hookServiceAccountName" . }}
{{- if eq .namespace "" }}
{{- $name = printf "%s-%s" .root.Release.Namespace $name }}
{{- end }}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}
metadata:
  name: {{ $name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  {{- include "apig.hookMetadata" (merge (dict "weight" -3) .) | nindent 2 }}
rules:
  {{- .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}Binding
metadata:
  name: {{ $name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  {{- include "apig.hookMetadata" (merge (dict "weight" -2) .) | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ $kind }}
  name: {{ $name }}
subjects:
  - kind: ServiceAccount
    name: {{ include "apig.hookServiceAccountName" . }}
    namespace: {{ .root.Release.Namespace }}
{{- end }}

{{- /* `rules`, as for apig.egress; `ingress`: a port that is open to all. */ -}}
{{- define "apig.hookNetworkPolicy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "apig.fullname" .root }}-{{ .component }}
  namespace: {{ .root.Release.Namespace }}
  {{- include "apig.hookMetadata" (merge (dict "weight" -1) .) | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "apig.hookSelectorLabels" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  {{- with .ingress }}
  ingress:
    - ports:
        - {port: {{ . }}, protocol: TCP}
  {{- end }}
  egress:
    {{- include "apig.egress" . | nindent 4 }}
{{- end }}

{{- define "apig.hookPodMetadata" -}}
labels:
  {{- include "apig.hookSelectorLabels" . | nindent 2 }}
  {{- with .root.Values.hooks.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .root.Values.hooks.podAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* `args`; `serviceAccountName`; `token`: whether it calls the API server; `env` as text; `secrets`: what it mounts, by folder. */ -}}
{{- define "apig.hookPodSpec" -}}
{{- with .root.Values }}
restartPolicy: Never
serviceAccountName: {{ $.serviceAccountName }}
automountServiceAccountToken: {{ $.token }}
enableServiceLinks: false
{{- with .imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- toYaml .podSecurityContext | nindent 2 }}
containers:
  - name: {{ $.component }}
    image: {{ include "apig.image" $.root | quote }}
    imagePullPolicy: {{ .image.pullPolicy }}
    args: {{ $.args | toJson }}
    env:
      {{- $.env | nindent 6 }}
    {{- if $.secrets }}
    {{- with .extraEnvFrom }}
    envFrom:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- end }}
    # So kubectl describe shows why it failed.
    terminationMessagePolicy: FallbackToLogsOnError
    resources:
      {{- toYaml .hooks.resources | nindent 6 }}
    securityContext:
      {{- toYaml .securityContext | nindent 6 }}
    {{- if $.secrets }}
    {{- with include "apig.volumeMounts" (dict "root" $.root "secrets" $.secrets.mounted) | trim }}
    volumeMounts:
      {{- . | nindent 6 }}
    {{- end }}
    {{- end }}
{{- if $.secrets }}
{{- with include "apig.volumes" (dict "root" $.root "secrets" $.secrets.mounted) | trim }}
volumes:
  {{- . | nindent 2 }}
{{- end }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{- /* As apig.hookPodSpec; `name`; `seconds`: how long the command may take. The image may have to be pulled before. */ -}}
{{- define "apig.hookJob" -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  {{- include "apig.hookMetadata" (merge (dict "weight" 0) .) | nindent 2 }}
spec:
  backoffLimit: 0
  activeDeadlineSeconds: {{ add .seconds 120 }}
  ttlSecondsAfterFinished: 86400
  template:
    metadata:
      {{- include "apig.hookPodMetadata" . | nindent 6 }}
    spec:
      {{- include "apig.hookPodSpec" . | trim | nindent 6 }}
{{- end }}
