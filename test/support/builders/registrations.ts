import type { Registration } from '../../../src/domain/registration/registration.ts';

/** A registration to vary. */
export function registrationOf(changes: Partial<Registration> = {}): Registration {
  return {
    name: 'shop-catalog-v4',
    path: '/shop/catalog/v4',
    specification: 'https://specs.example/TMF620-v4.json',
    implementation: 'catalog',
    port: 8080,
    ...changes,
  };
}
