import type { ComponentEntry } from '../component/entry.ts';
import type { PathOwner } from './pathClaim.ts';

/** Where people and programs reach the gateway. */
export interface GatewayAddress {
  /** `scheme://host[:port]`, without a trailing slash. */
  readonly url: string;
  /** Address or host name alone, for `status.apiStatus.ip`. */
  readonly host: string;
}

/** What could not be read, each with the cause in the API server's words. */
export interface Unread {
  readonly entry?: string | undefined;
  readonly endpoints?: string | undefined;
  readonly address?: string | undefined;
}

/** What the rest of the cluster says about one API. */
export interface Surroundings {
  /** Does any EndpointSlice of the implementation's Service have a ready endpoint? */
  readonly endpointsReady: boolean;
  /** Undefined while the gateway's Ingress has no address. */
  readonly address: GatewayAddress | undefined;
  /** This API's entry in its Component; `unlisted` when the Component does not list it (yet), `noParent` when it has none. */
  readonly entry: ComponentEntry | 'unlisted' | 'noParent' | 'unknown';
  /** Who keeps this API from the path that it asks for. */
  readonly pathOwner: PathOwner | undefined;
  /**
   * Absent: all was read. Of the implementation and the address this says what the API's own status said last; its Component's entry is
   * `unknown`.
   */
  readonly unread?: Unread | undefined;
}
