{{- /* What the operator may do, where it watches. Equal to deploy/rbac/operator.yaml, as a test compares. */ -}}
{{- define "apig.rules" -}}
# Watch the APIs; set the finalizer and, where the definition has no status subresource, the status.
- apiGroups: [oda.tmforum.org]
  resources: [exposedapis, apis]
  verbs: [get, list, watch, patch]
- apiGroups: [oda.tmforum.org]
  resources: [exposedapis/status, apis/status]
  verbs: [patch]
# Write the entry of an API into the lists of its Component.
- apiGroups: [oda.tmforum.org]
  resources: [components]
  verbs: [get, list, watch, patch]
- apiGroups: [oda.tmforum.org]
  resources: [components/status]
  verbs: [patch]
# The public address of the gateway.
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [get, list, watch]
# Whether an implementation is ready.
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, watch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- if eq .Values.componentController "embedded" }}
# The embedded component controller makes and deletes the APIs of a Component.
- apiGroups: [oda.tmforum.org]
  resources: [exposedapis]
  verbs: [create, delete]
# Owner references with blockOwnerDeletion ask for this where the cluster enforces it (OpenShift does).
- apiGroups: [oda.tmforum.org]
  resources: [components/finalizers]
  verbs: [update]
{{- end }}
{{- end }}

{{- define "apig.subjects" -}}
- kind: ServiceAccount
  name: {{ include "apig.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}
