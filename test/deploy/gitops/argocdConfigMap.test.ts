import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { COMPONENTS, EXPOSED_APIS, LEGACY_APIS, ODA_GROUP } from '../../../src/domain/kubernetes/names.ts';
import { healthScript } from '../../support/gitops/health.ts';

const { data } = parse(
  readFileSync(new URL('../../../deploy/gitops/argocd/argocd-cm.yaml', import.meta.url), 'utf8'),
);

/** The plurals of the code, by the kinds that Argo CD goes by. */
const KINDS = { [EXPOSED_APIS]: 'ExposedAPI', [LEGACY_APIS]: 'API', [COMPONENTS]: 'Component' };

test('the ConfigMap has the script of each kind that the operator reports on, and nothing else', () => {
  const scriptOf = (kind: string): string => healthScript(kind === 'Component' ? 'component' : 'exposedapi');
  const expected = Object.values(KINDS).map((kind) => [
    `resource.customizations.health.${ODA_GROUP}_${kind}`,
    scriptOf(kind),
  ]);
  expect(data).toEqual(Object.fromEntries(expected));
});
