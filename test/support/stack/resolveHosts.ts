import dns, { type LookupAddress, type LookupOptions } from 'node:dns';

/**
 * To be imported before a program: names of Services have no addresses outside of a cluster, so those in `RESOLVE_HOSTS`
 * (`name=address,…`) are answered here, and all others as ever.
 */
const addresses = new Map(
  (process.env['RESOLVE_HOSTS'] ?? '').split(',').map((pair): [string, string] => {
    const [name = '', address = ''] = pair.split('=');
    return [name, address];
  }),
);
type Answer = (error: Error | null, address: string | LookupAddress[], family?: number) => void;
type Lookup = (hostname: string, options: LookupOptions, callback: Answer) => void;
const resolver: { lookup: Lookup } = dns;
const lookup = resolver.lookup.bind(dns);

resolver.lookup = (hostname, options, callback) => {
  const address = addresses.get(hostname);
  if (address === undefined) lookup(hostname, options, callback);
  else if (options.all === true) callback(null, [{ address, family: 4 }]);
  else callback(null, address, 4);
};
