import { shownEndpoint } from '../../../src/domain/exposedApi/shownEndpoint.ts';
import { GATEWAY_URL, parsedApi, registeredStatus } from '../../support/builders/apis.ts';

type Parts = NonNullable<Parameters<typeof parsedApi>[0]>;

const ADDRESS = { url: GATEWAY_URL, host: '10.0.0.1' };
const THEIRS = { url: 'https://api.partner.example/tmf620' };
const IN_CLUSTER = { url: 'http://catalog.shop.svc.cluster.local:8080/metrics' };
const OUTSIDE = { spec: { implementation: '<external>' } };
const said = (state: string, reason: string, apiStatus: object = THEIRS): Parts => ({
  status: {
    apiStatus,
    apig: { state },
    conditions: [{ type: 'Registered', status: 'False', reason, message: '', lastTransitionTime: '' }],
  },
});

test.each<[string, boolean, Parts]>([
  ['before the operator has said anything', true, { status: { apiStatus: THEIRS } }],
  ['while the API was external before', true, said('NotRouted', 'External')],
  ['while its spec was invalid before', true, said('Rejected', 'InvalidSpec')],
  ['while it was paused before, with nothing registered', true, said('Paused', 'Paused')],
  ['while it was paused in service before', false, said('Paused', 'Paused', IN_CLUSTER)],
  ['while it was not routed before', false, said('NotRouted', 'NotRouted', IN_CLUSTER)],
  ['while it was refused by the gateway before', false, said('Rejected', 'GatewayRejected')],
  ['while it was registered before', false, { status: registeredStatus() }],
  [
    'while it was registered before, and has become external',
    false,
    { ...OUTSIDE, status: registeredStatus() },
  ],
  [
    'while it was registered before, and has become external with the URL of its author',
    true,
    { ...OUTSIDE, status: { ...registeredStatus(), apiStatus: THEIRS } },
  ],
])('what a status shows of the endpoint %s is the word of others: %s', (_when, expected, parts) => {
  expect(shownEndpoint(parsedApi(parts), ADDRESS).isOthers).toBe(expected);
});
