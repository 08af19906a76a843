/** Where an API stands; one word for kubectl, the Temporal UI's columns (`OdaApiState`) and people. */
export const API_STATES = [
  'Pending',
  'Registering',
  'Registered',
  'Retrying',
  'Rejected',
  'Conflict',
  'Paused',
  'Removing',
  'NotRouted',
] as const;

export type ApiState = (typeof API_STATES)[number];
