/** A resource as TM Forum APIs have it: whatever else it holds, it has an id. */
export type Item = Readonly<Record<string, unknown>> & { readonly id: string };

/** What an API serves under its base path, collection by collection. */
export const COLLECTIONS = {
  productCatalog: {
    catalog: [{ id: 'home', name: 'Home and family', lifecycleStatus: 'Active', version: '1.0' }],
    productOffering: [
      { id: 'fibre-500', name: 'Fibre 500', isSellable: true, lifecycleStatus: 'Active', version: '1.2' },
      { id: 'fibre-1000', name: 'Fibre 1000', isSellable: true, lifecycleStatus: 'Active', version: '1.0' },
      {
        id: 'mobile-family',
        name: 'Mobile, four lines',
        isSellable: false,
        lifecycleStatus: 'In design',
        version: '0.3',
      },
    ],
  },
  partyRole: {
    partyRole: [
      {
        id: 'catalog-admin',
        name: 'Catalog administrator',
        status: 'active',
        engagedParty: { name: 'Ana Lima' },
      },
      { id: 'catalog-reader', name: 'Catalog reader', status: 'active', engagedParty: { name: 'Jun Park' } },
    ],
  },
  promotion: {
    promotion: [{ id: 'spring', name: 'First month free', lifecycleStatus: 'Active', type: 'discount' }],
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly Item[]>>>>;

export type CollectionApi = keyof typeof COLLECTIONS;
