{{- /* Where Temporal is: `ports` and `to`. */ -}}
{{- define "apig.temporalPeer" -}}
{{- $port := regexFind "[0-9]+$" (include "apig.temporalAddress" .) | default "7233" | int }}
{{- with .Values.networkPolicy.temporal }}
ports: {{ .ports | default (list $port) | toJson }}
to: {{ .to | toJson }}
{{- end }}
{{- end }}

{{- /* Out to DNS, to each of `rules` (name to ports and peers), and to what networkPolicy.extraEgress says. */ -}}
{{- define "apig.egress" -}}
# DNS
- ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
{{- range $what, $rule := .rules }}
# {{ $what }}
- ports:
    {{- range $rule.ports }}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
  {{- with $rule.to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- with .root.Values.networkPolicy.extraEgress }}
{{ toYaml . }}
{{- end }}
{{- end }}
