{{- define "cpc.component" -}}
{{ .Release.Name }}-{{ .Values.component.name }}
{{- end -}}

{{- define "cpc.labels" -}}
oda.tmforum.org/componentName: {{ include "cpc.component" . }}
app.kubernetes.io/part-of: {{ include "cpc.component" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Values.component.version | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
