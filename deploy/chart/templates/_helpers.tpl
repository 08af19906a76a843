{{- define "apig.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "apig.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 54 | trimSuffix "-" }}
{{- else if contains (include "apig.name" .) .Release.Name }}
{{- .Release.Name | trunc 54 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "apig.name" .) | trunc 54 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "apig.selectorLabels" -}}
app.kubernetes.io/name: {{ include "apig.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "apig.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "apig.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "apig.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "apig.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.name: name the ServiceAccount that is there, or let serviceAccount.create be true." .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "apig.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{- /* As gatewayLease of the operator. */ -}}
{{- define "apig.lease" -}}
apig-gateway{{ with .Values.clusterName }}-{{ . }}{{ end }}
{{- end }}

{{- /* How Temporal is reached. */ -}}
{{- define "apig.temporalEnv" -}}
- {name: TEMPORAL_ADDRESS, value: {{ include "apig.temporalAddress" . | quote }}}
{{- with .Values.temporal }}
- {name: TEMPORAL_NAMESPACE, value: {{ .namespace | quote }}}
{{- if or .tls.enabled .tls.existingSecret }}
- {name: TEMPORAL_TLS, value: "true"}
{{- end }}
{{- if .tls.existingSecret }}
{{- if .tls.certKey }}
- {name: TEMPORAL_TLS_CLIENT_CERT_PATH, value: {{ printf "/etc/apig/temporal/%s" .tls.certKey | quote }}}
{{- end }}
{{- if .tls.keyKey }}
- {name: TEMPORAL_TLS_CLIENT_KEY_PATH, value: {{ printf "/etc/apig/temporal/%s" .tls.keyKey | quote }}}
{{- end }}
{{- if .tls.caKey }}
- {name: TEMPORAL_TLS_SERVER_CA_CERT_PATH, value: {{ printf "/etc/apig/temporal/%s" .tls.caKey | quote }}}
{{- end }}
{{- end }}
{{- if .tls.serverName }}
- {name: TEMPORAL_TLS_SERVER_NAME, value: {{ .tls.serverName | quote }}}
{{- end }}
{{- end }}
{{- end }}

{{- /* As entries of `env`: `settings`, by name. */ -}}
{{- define "apig.settingsEnv" -}}
{{- range $name, $value := .settings }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}

{{- define "apig.env" -}}
- name: POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- name: POD_NAMESPACE
  valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
{{ include "apig.temporalEnv" . | trim }}
{{ include "apig.settingsEnv" (dict "settings" (include "apig.settings" . | fromYaml)) | trim }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* Those of the operator's own settings that are set, by name. */ -}}
{{- define "apig.settings" -}}
APIG_ENDPOINT: {{ include "apig.gatewayEndpoint" . | quote }}
APIG_PUBLIC_URL: {{ include "apig.gatewayPublicUrl" . | quote }}
{{- with .Values.gateway }}
APIG_ENDPOINT_PER_NAMESPACE: {{ ternary "true" "" .perNamespace | quote }}
APIG_FORMER_ENDPOINTS: {{ join "," .formerEndpoints | quote }}
APIG_INGRESS: {{ .ingress | quote }}
{{- if .auth.existingSecret }}
APIG_AUTH_FILE: {{ printf "/etc/apig/gateway-auth/%s" .auth.key | quote }}
{{- end }}
{{- if .ca.existingSecret }}
APIG_CA_FILE: {{ printf "/etc/apig/gateway-ca/%s" .ca.key | quote }}
{{- end }}
{{- end }}
{{- with .Values.records.key }}
{{- if .existingSecret }}
RECORD_KEY_FILE: {{ printf "/etc/apig/record-key/%s" .key | quote }}
{{- end }}
{{- end }}
WATCH_NAMESPACES: {{ join "," .Values.watch.namespaces | quote }}
API_SELECTOR: {{ .Values.watch.selector | quote }}
CLUSTER_NAME: {{ .Values.clusterName | quote }}
COMPONENT_CONTROLLER: {{ .Values.componentController | quote }}
HTTP_PORT: {{ .Values.httpPort | quote }}
LOG_LEVEL: {{ .Values.logLevel | quote }}
TEMPORAL_UI_URL: {{ include "apig.temporalUiUrl" . | quote }}
{{- with .Values.temporal.apiKey }}
{{- if .existingSecret }}
TEMPORAL_API_KEY_FILE: {{ printf "/etc/apig/temporal-api-key/%s" .key | quote }}
{{- end }}
{{- end }}
{{- $folders := list }}
{{- range $folder, $secret := include "apig.secrets" . | fromYaml }}
{{- $folders = append $folders (printf "/etc/apig/%s=%s" $folder $secret) }}
{{- end }}
{{- if $folders }}
SECRET_FOLDERS: {{ join "," $folders | quote }}
{{- end }}
{{- range $name, $value := .Values.settings }}
{{- /* A number of values.yaml arrives as a float, which large ones show as 1e+06. */}}
{{ $name }}: {{ if kindIs "float64" $value }}{{ $value | int64 | toString | quote }}{{ else }}{{ $value | toString | quote }}{{ end }}
{{- end }}
{{- end }}

{{- /* Secrets that are mounted: folder and Secret. */ -}}
{{- define "apig.secrets" -}}
{{- with .Values.temporal.tls.existingSecret }}
temporal: {{ . | quote }}
{{- end }}
{{- with .Values.temporal.apiKey.existingSecret }}
temporal-api-key: {{ . | quote }}
{{- end }}
{{- with .Values.gateway.auth.existingSecret }}
gateway-auth: {{ . | quote }}
{{- end }}
{{- with .Values.gateway.ca.existingSecret }}
gateway-ca: {{ . | quote }}
{{- end }}
{{- with .Values.records.key.existingSecret }}
record-key: {{ . | quote }}
{{- end }}
{{- end }}

{{- /* The mounts of these Secrets (folder and Secret), and those of extraVolumeMounts. */ -}}
{{- define "apig.volumeMounts" -}}
{{- range $folder, $secret := .secrets }}
# The whole folder, because a file by subPath would not follow the Secret.
- {name: {{ $folder }}, mountPath: /etc/apig/{{ $folder }}, readOnly: true}
{{- end }}
{{- with .root.Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "apig.volumes" -}}
{{- range $folder, $secret := .secrets }}
# Optional: without the Secret the process lives, says in /readyz what is missing, and gets it when it is there.
- name: {{ $folder }}
  secret: {secretName: {{ $secret | quote }}, defaultMode: 0440, optional: true}
{{- end }}
{{- with .root.Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
