{{- /* What a trial has instead of a Temporal and a gateway of one's own, and where these are. */ -}}

{{- define "apig.temporalAddress" -}}
{{- .Values.temporal.address | default (ternary (printf "%s-temporal.%s:7233" (include "apig.fullname" .) .Release.Namespace) "" .Values.temporal.devServer.enabled) }}
{{- end }}

{{- /* Of the development server: where NOTES.txt forwards it to. */ -}}
{{- define "apig.temporalUiUrl" -}}
{{- .Values.temporal.uiUrl | default (ternary "http://localhost:8233" "" .Values.temporal.devServer.enabled) }}
{{- end }}

{{- define "apig.simulatorUrl" -}}
{{- if and .Values.simulator.enabled (not .Values.gateway.perNamespace) -}}
http://{{ include "apig.fullname" . }}-simulator.{{ .Release.Namespace }}:8080
{{- end }}
{{- end }}

{{- define "apig.gatewayEndpoint" -}}
{{- .Values.gateway.endpoint | default (include "apig.simulatorUrl" .) }}
{{- end }}

{{- define "apig.gatewayPublicUrl" -}}
{{- .Values.gateway.publicUrl | default (ternary "" (include "apig.simulatorUrl" .) (ne .Values.gateway.endpoint "")) }}
{{- end }}

{{- /* No selector of the operator's own pods matches these. */ -}}
{{- define "apig.trialSelectorLabels" -}}
app.kubernetes.io/name: {{ include "apig.name" .root | trunc 57 | trimSuffix "-" }}-trial
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "apig.trialMetadata" -}}
name: {{ include "apig.fullname" .root }}-{{ .component }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "apig.labels" .root | nindent 2 }}
  app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- /*
One pod, its Service, and its NetworkPolicy. A dict: `root`, the chart's own `.`; `component`; `image`; `args`; `ports`, by name, the
first of which in the alphabet says whether it is ready; `resources`; `from`: who may call it, as in a NetworkPolicy.
*/ -}}
{{- define "apig.trialServer" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "apig.trialMetadata" . | nindent 2 }}
spec:
  selector:
    {{- include "apig.trialSelectorLabels" . | nindent 4 }}
  ports:
    {{- range $name, $port := .ports }}
    - {name: {{ $name }}, port: {{ $port }}, targetPort: {{ $name }}, protocol: TCP}
    {{- end }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "apig.trialMetadata" . | nindent 2 }}
spec:
  # What it knows is in the pod.
  replicas: 1
  strategy: {type: Recreate}
  selector:
    matchLabels:
      {{- include "apig.trialSelectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "apig.trialSelectorLabels" . | nindent 8 }}
    spec:
      serviceAccountName: default
      automountServiceAccountToken: false
      enableServiceLinks: false
      {{- with .root.Values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        {{- toYaml .root.Values.podSecurityContext | nindent 8 }}
      containers:
        - name: {{ .component }}
          image: {{ .image | quote }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          args: {{ .args | toJson }}
          env:
            # The only folder that can be written to.
            - {name: HOME, value: /data}
            # Temporal ends at once where its user has no name, and no image knows that of podSecurityContext.
            - {name: USER, value: {{ .component }}}
          ports:
            {{- range $name, $port := .ports }}
            - {name: {{ $name }}, containerPort: {{ $port }}, protocol: TCP}
            {{- end }}
          readinessProbe:
            tcpSocket: {port: {{ keys .ports | sortAlpha | first }}}
            periodSeconds: 2
          resources:
            {{- toYaml .resources | nindent 12 }}
          securityContext:
            {{- toYaml .root.Values.securityContext | nindent 12 }}
          volumeMounts:
            - {name: data, mountPath: /data}
      volumes:
        - {name: data, emptyDir: {}}
      {{- with .root.Values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .root.Values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
{{- if .root.Values.networkPolicy.enabled }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "apig.trialMetadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "apig.trialSelectorLabels" . | nindent 6 }}
  policyTypes: [Ingress]
  ingress:
    - ports:
        {{- range $name, $port := .ports }}
        - {port: {{ $name }}, protocol: TCP}
        {{- end }}
      {{- with .from }}
      from:
        {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end }}
{{- end }}
