import { readFileSync } from 'node:fs';
import type { Reason } from '../../../src/domain/kubernetes/reasons.ts';
import { asObject } from '../../../src/domain/kubernetes/mergePatch.ts';
import { apiObject } from '../../support/builders/apis.ts';
import { API_WITH, apiAfter } from '../../support/builders/apiStatuses.ts';
import { type ArgoHealth, argoHealth, fluxStatus, type FluxStatus } from '../../support/gitops/health.ts';

/** Every reason has a health; a reason that is new has none, and does not compile. */
const HEALTH: Readonly<Record<Reason, readonly [ArgoHealth, FluxStatus]>> = {
  Confirmed: ['Healthy', 'Current'],
  Available: ['Healthy', 'Current'],
  EndpointsReady: ['Healthy', 'Current'],
  NotRouted: ['Healthy', 'Current'],
  Registering: ['Progressing', 'InProgress'],
  NoReadyEndpoints: ['Progressing', 'InProgress'],
  GatewayAddressUnknown: ['Progressing', 'InProgress'],
  WaitingForUrl: ['Progressing', 'InProgress'],
  External: ['Progressing', 'InProgress'],
  Removing: ['Progressing', 'InProgress'],
  Removed: ['Progressing', 'InProgress'],
  Released: ['Progressing', 'InProgress'],
  Paused: ['Suspended', 'Current'],
  GatewayUnavailable: ['Degraded', 'InProgress'],
  OutcomeUnknown: ['Degraded', 'InProgress'],
  EndpointsUnknown: ['Degraded', 'InProgress'],
  RemovalDelayed: ['Degraded', 'InProgress'],
  GatewayRejected: ['Degraded', 'Failed'],
  InvalidSpec: ['Degraded', 'Failed'],
  PathConflict: ['Degraded', 'Failed'],
  // These have no influence on Ready, so they have none on the health.
  EntryWritten: ['Healthy', 'Current'],
  EntryMissing: ['Healthy', 'Current'],
  EntryRefused: ['Healthy', 'Current'],
  EntryUnknown: ['Healthy', 'Current'],
  NoComponent: ['Healthy', 'Current'],
  LeftAtFormerGateway: ['Healthy', 'Current'],
  UnknownAnnotationValue: ['Healthy', 'Current'],
  PoliciesNotSupported: ['Healthy', 'Current'],
  PoliciesSent: ['Healthy', 'Current'],
  PoliciesUnconfirmed: ['Progressing', 'InProgress'],
};

interface Said {
  readonly type?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
}

function saidOf(api: Readonly<Record<string, unknown>>): readonly Said[] {
  const { conditions } = asObject(api['status']);
  return Array.isArray(conditions) ? conditions.map(asObject) : [];
}

describe.each(Object.entries(HEALTH))('the reason %s', (reason, [argo, flux]) => {
  const api = Object.entries(API_WITH).find(([name]) => name === reason)?.[1] ?? {};

  test('is one that the operator writes in the status at hand', () => {
    expect(saidOf(api).map((one) => one.reason)).toContain(reason);
  });

  test(`is ${argo} for Argo CD, with the message of the condition that decides`, async () => {
    const deciding = saidOf(api).find(({ type }) => type === (argo === 'Suspended' ? 'Registered' : 'Ready'));
    expect(await argoHealth('exposedapi', api)).toEqual({ status: argo, message: deciding?.message });
  });

  test(`is ${flux} for Flux`, () => {
    expect(fluxStatus('ExposedAPI', api)).toBe(flux);
    expect(fluxStatus('API', api)).toBe(flux);
  });
});

const WAITING = { status: 'Progressing', message: expect.stringContaining('Waiting for apig-orchestrator') };

test.each([{}, { status: {} }, { status: { conditions: [{ type: 'Others', status: 'True' }, 'odd'] } }])(
  'an API that the operator has said nothing about is waited for (%#)',
  async (parts) => {
    const api = { ...apiObject(), ...parts };
    expect(await argoHealth('exposedapi', api)).toEqual(WAITING);
    // Flux goes on waiting where an expression cannot be evaluated.
    expect(['InProgress', 'Unknown']).toContain(fluxStatus('ExposedAPI', api));
  },
);

test.each([{ path: '/shop/catalog/v5' }, { port: 9_090 }, { implementation: 'other' }])(
  'a status that is older than the spec is not taken for its health: %j',
  async (spec) => {
    const api = apiAfter({ spec });
    expect(await argoHealth('exposedapi', api)).toMatchObject({ status: 'Progressing' });
    expect(fluxStatus('ExposedAPI', api)).toBe('InProgress');
  },
);

test('where the status is a subresource, an older generation is not taken for the health', async () => {
  const api = apiAfter({});
  const status = { ...asObject(api['status']), observedGeneration: 1 };
  for (const [generation, argo, flux] of [
    [1, 'Healthy', 'Current'],
    [2, 'Progressing', 'InProgress'],
  ] as const) {
    const seen = { ...api, metadata: { ...asObject(api['metadata']), generation }, status };
    expect(await argoHealth('exposedapi', seen)).toMatchObject({ status: argo });
    expect(fluxStatus('ExposedAPI', seen)).toBe(flux);
  }
});

test('a paused API that is not ready is suspended for Argo CD, and Flux waits for the end of the pause', async () => {
  const api = apiAfter({ seen: { isPaused: true, endpointsReady: false } });
  expect(await argoHealth('exposedapi', api)).toMatchObject({ status: 'Suspended' });
  expect(fluxStatus('ExposedAPI', api)).toBe('InProgress');
});

test('a reason that these scripts do not know is degraded, not waited for in silence', async () => {
  const ready = { type: 'Ready', status: 'False', reason: 'OfALaterRelease', message: 'Said later.' };
  const api = { ...apiObject(), status: { conditions: [ready] } };
  expect(await argoHealth('exposedapi', api)).toEqual({ status: 'Degraded', message: 'Said later.' });
});

/** The reasons that the rows of the page's table name, with the two columns that follow. */
function toldHealth(): Readonly<Record<string, readonly string[]>> {
  const page = readFileSync(new URL('../../../docs/gitops.md', import.meta.url), 'utf8');
  const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  return Object.fromEntries(
    rows.flatMap(([, what = '', argo = '', flux = '']) =>
      Array.from(what.matchAll(/`([A-Z]\w+)`/g), ([, reason = '']) => [reason, [argo, flux]] as const),
    ),
  );
}

test('docs/gitops.md tells the health of each reason that can keep an API from being ready', () => {
  const words: Readonly<Record<FluxStatus, string>> = {
    Current: 'current',
    InProgress: 'in progress',
    Failed: 'failed',
    Unknown: '',
  };
  const told = toldHealth();
  const decided = Object.entries(HEALTH)
    .filter(([, [argo]]) => argo !== 'Healthy' && argo !== 'Suspended')
    .filter(([reason, [argo, flux]]) => told[reason]?.join() !== `${argo},${words[flux]}`);
  // These two keep it from being ready under another reason.
  expect(decided.map(([reason]) => reason)).toEqual(['WaitingForUrl', 'PoliciesUnconfirmed']);
  expect(told['Paused']).toEqual(['Suspended', 'as `Ready`']);
});
