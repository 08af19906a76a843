/** Every reason of a condition. A reason is an interface: scripts and alerts match on it. docs/reasons.md explains each. */
export const REASONS = {
  /** Registered: the gateway has confirmed exactly what the resource asks for. */
  confirmed: 'Confirmed',
  /** Registered: a call is out, or about to be. */
  registering: 'Registering',
  /** Registered: the gateway did not answer, or not with success; it is asked again. */
  gatewayUnavailable: 'GatewayUnavailable',
  /** Registered: the gateway may or may not have carried out the last call; it is asked again. */
  outcomeUnknown: 'OutcomeUnknown',
  /** Registered: the gateway refuses this registration. */
  gatewayRejected: 'GatewayRejected',
  /** Registered: a field of the spec is not acceptable; nothing was sent. */
  invalidSpec: 'InvalidSpec',
  /** Registered: another API has the path, or the name where the gateway goes by names; the older one wins. */
  pathConflict: 'PathConflict',
  /** Registered: no specification (or a metrics API), so the gateway is not involved. */
  notRouted: 'NotRouted',
  /** Registered, ImplementationReady, Ready: the implementation is outside the cluster; URL and readiness are its author's word. */
  external: 'External',
  /** FormerGatewaysCleared: something of the API is, or may be, at a gateway that it had before. */
  leftAtFormerGateway: 'LeftAtFormerGateway',
  /** AnnotationsUnderstood: an annotation of ours has a value that is not known. */
  unknownAnnotationValue: 'UnknownAnnotationValue',
  /** Any: the annotation `paused` is set. */
  paused: 'Paused',
  /** Registered: the resource is being deleted and the gateway is asked to forget it. */
  removing: 'Removing',
  /** Registered: the removal takes longer than it should; the message says why. */
  removalDelayed: 'RemovalDelayed',
  /** Registered, Ready: the gateway has confirmed the removal, and the finalizers of others still hold the resource. */
  removed: 'Removed',
  /** Registered, Ready: released without a removal, as a person asked; the finalizers of others still hold the resource. */
  released: 'Released',
  /** ImplementationReady: an endpoint of the implementation's Service is ready. */
  endpointsReady: 'EndpointsReady',
  /** ImplementationReady: no EndpointSlice of the implementation's Service has a ready endpoint. */
  noReadyEndpoints: 'NoReadyEndpoints',
  /** ImplementationReady: the EndpointSlices could not be read; what was said last stays. */
  endpointsUnknown: 'EndpointsUnknown',
  /** ComponentUpdated: the Component's entry shows this API's URL and readiness. */
  entryWritten: 'EntryWritten',
  /** ComponentUpdated: the Component does not list this API yet. */
  entryMissing: 'EntryMissing',
  /** ComponentUpdated: the API server refused the write of the Component's entry, or failed at it; it is tried again. */
  entryRefused: 'EntryRefused',
  /** ComponentUpdated: the Component could not be read; nothing was written, and it is looked at again. */
  entryUnknown: 'EntryUnknown',
  /** ComponentUpdated: no Component owns this API. */
  noComponent: 'NoComponent',
  /** ComponentUpdated: there is no URL to write yet. */
  waitingForUrl: 'WaitingForUrl',
  /** Ready: registered (or not routed), implementation ready, and the URL known. */
  available: 'Available',
  /** Ready: the gateway's public address is not known yet. */
  gatewayAddressUnknown: 'GatewayAddressUnknown',
  /** PoliciesEnforced: the gateway's contract carries no policies, and nothing says that this gateway understands them. */
  policiesNotSupported: 'PoliciesNotSupported',
  /** PoliciesEnforced: sent with a registration that the gateway has confirmed. */
  policiesSent: 'PoliciesSent',
  /** PoliciesEnforced: to be sent with a registration that the gateway has not confirmed. */
  policiesUnconfirmed: 'PoliciesUnconfirmed',
} as const;

export type Reason = (typeof REASONS)[keyof typeof REASONS];

/** Every reason of a Kubernetes Event; sent on transitions only. */
export const EVENT_REASONS = [
  'Registered',
  'RegistrationFailed',
  'RegistrationRejected',
  'PathConflict',
  'Removed',
  'RemovalDelayed',
  'Paused',
  'Resumed',
  'Released',
  'UnknownAnnotationValue',
] as const;

export type EventReason = (typeof EVENT_REASONS)[number];
