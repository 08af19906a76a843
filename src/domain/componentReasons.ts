/** Reasons of the conditions on a Component; those of problems are reasons of Events, too. */
export const COMPONENT_REASONS = {
  /** ExposedAPIsCreated: every API that the Component declares exists as declared. */
  allCreated: 'AllCreated',
  /** ExposedAPIsCreated: two of its APIs come to one name; the first one has it. */
  nameClash: 'NameClash',
  /** ExposedAPIsCreated: a resource that is not this Component's holds the name of one of its APIs. */
  nameTaken: 'NameTaken',
  /** ExposedAPIsCreated: a declared API is not acceptable; nothing is made of it. */
  invalidApi: 'InvalidAPI',
  /** ExposedAPIsCreated: the API server refused to make or change an API. */
  apiRefused: 'APIRefused',
  /** ExposedAPIsCreated: an API is being deleted and will be made anew. */
  waitingForDeletion: 'WaitingForDeletion',
  /** Ready: every API has its URL and is ready. */
  apisReady: 'APIsReady',
  /** Ready: an API has no URL yet, or is not ready. */
  apisNotReady: 'APIsNotReady',
  /** Ready: see the condition ExposedAPIsCreated. */
  apisNotCreated: 'APIsNotCreated',
} as const;

export type ComponentReason = (typeof COMPONENT_REASONS)[keyof typeof COMPONENT_REASONS];
