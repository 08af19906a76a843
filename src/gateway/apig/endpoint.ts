/**
 * The gateway of a namespace's APIs: the administrator's where one is set, else the service that an APIG installation has in
 * each namespace. Credentials never go to the latter: a tenant could have made it.
 * @param configured APIG_ENDPOINT
 */
export function endpointFor(configured: string | undefined, namespace: string): string {
  return configured ?? `http://apig-operator-uportal.${namespace}:8080`;
}
