import type { Versions } from '../../domain/kubernetes/versions.ts';

/** Plural resource names beside those of our own kinds. */
export const ENDPOINT_SLICES = 'endpointslices';
export const INGRESSES = 'ingresses';

/** Where an object is: each kind, and where settings name namespaces each namespace, has a watch of its own. */
export interface Place {
  readonly plural: string;
  readonly namespace: string;
}

/**
 * The version of an object at a place, as it is told to a resource of the namespace `for`. The plural alone names the resource's own
 * namespace; `<plural>/<namespace>` another one, whose watch may be further or less far.
 */
export function versionsAt(place: Place, resourceVersion: string, { for: own }: { for: string }): Versions {
  const { plural, namespace } = place;
  return { [namespace === own ? plural : `${plural}/${namespace}`]: resourceVersion };
}

/** The places that versions told to a resource of this namespace are about. */
export function placesOf(versions: Versions, own: string): readonly (Place & { readonly version: string })[] {
  return Object.entries(versions).map(([key, version]) => {
    const [plural = '', namespace = own] = key.split('/');
    return { plural, namespace, version };
  });
}
