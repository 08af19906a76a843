import type { ComponentEntry } from '../component/entry.ts';
import type { PathOwner } from './pathClaim.ts';

/** Where people and programs reach the gateway. */
export interface GatewayAddress {
  /** `scheme://host[:port]`, without a trailing slash. */
  readonly url: string;
  /** Address or host name alone, for `status.apiStatus.ip`. */
  readonly host: string;
}

/** What the rest of the cluster says about one API. */
export interface Surroundings {
  /** Does any EndpointSlice of the implementation's Service have a ready endpoint? */
  readonly endpointsReady: boolean;
  /** Undefined while the gateway's Ingress has no address. */
  readonly address: GatewayAddress | undefined;
  /** This API's entry in its Component; `unlisted` when the Component does not list it (yet), `noParent` when it has none. */
  readonly entry: ComponentEntry | 'unlisted' | 'noParent';
  /** Who keeps this API from the path that it asks for. */
  readonly pathOwner: PathOwner | undefined;
}
