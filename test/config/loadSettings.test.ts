import {
  describeSettings,
  loadSettings,
  loadTemporalConfig,
  logLevelOf,
} from '../../src/config/loadSettings.ts';
import { type SettingName, SETTINGS } from '../../src/config/settings.ts';

const faultOf = (environment: Record<string, string>): string => {
  try {
    loadSettings(environment);
    return '';
  } catch (error) {
    return String(error);
  }
};

test('without any variable everything has its default', () => {
  expect(loadSettings({})).toEqual({
    APIG_ENDPOINT: undefined,
    APIG_ENDPOINT_PER_NAMESPACE: false,
    APIG_FORMER_ENDPOINTS: [],
    APIG_INGRESS: 'apig-operator-uportal',
    APIG_PUBLIC_URL: undefined,
    APIG_SUCCESS_CODES: ['0000', '00000'],
    APIG_ALREADY_GONE: [],
    APIG_REJECTED: [],
    APIG_SPECIFICATION_FORM: 'string',
    APIG_SEND_POLICIES: false,
    APIG_PATH_CHANGE: 'replace',
    APIG_KEY: 'path',
    APIG_TIMEOUT: 10_000,
    APIG_MAX_RPS: 20,
    APIG_MAX_CONCURRENCY: 20,
    APIG_AUTH_FILE: undefined,
    APIG_CA_FILE: undefined,
    RECORD_KEY_FILE: undefined,
    APIG_MOCK: undefined,
    WATCH_NAMESPACES: [],
    API_SELECTOR: '',
    CLUSTER_NAME: '',
    COMPONENT_CONTROLLER: 'external',
    RESYNC_INTERVAL: 600_000,
    REASSERT_INTERVAL: 0,
    READINESS_DEBOUNCE: 30_000,
    HTTP_PORT: 8080,
    LOG_LEVEL: '',
    LOGGING: '',
    TEMPORAL_UI_URL: undefined,
    TEMPORAL_API_KEY_FILE: undefined,
    SECRET_FOLDERS: [],
  });
});

test('a variable that is there but empty counts as absent, as charts set it', () => {
  const empty = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, ' ']));
  expect(loadSettings(empty)).toEqual(loadSettings({}));
});

test.each<[SettingName, string, unknown]>([
  ['APIG_ENDPOINT', 'apig.example:8080', 'http://apig.example:8080'],
  ['APIG_ENDPOINT', ' https://apig.example/base/ ', 'https://apig.example/base'],
  ['APIG_ENDPOINT', '10.0.0.1', 'http://10.0.0.1'],
  ['APIG_ENDPOINT', '[fd00::1]:8080', 'http://[fd00::1]:8080'],
  ['APIG_INGRESS', 'mine', 'mine'],
  ['APIG_PUBLIC_URL', 'https://api.example.com/', 'https://api.example.com'],
  ['APIG_SUCCESS_CODES', ' OK, 0000,, ', ['OK', '0000']],
  ['APIG_ALREADY_GONE', '0404,http:404', ['0404', 'http:404']],
  ['APIG_REJECTED', 'http:409', ['http:409']],
  ['APIG_SPECIFICATION_FORM', 'object', 'object'],
  ['APIG_SEND_POLICIES', 'true', true],
  ['APIG_SEND_POLICIES', ' false ', false],
  ['APIG_PATH_CHANGE', 'make-before-break', 'make-before-break'],
  ['APIG_FORMER_ENDPOINTS', ' a.example:1, https://b.example/ ', ['http://a.example:1', 'https://b.example']],
  ['APIG_KEY', 'name', 'name'],
  ['APIG_TIMEOUT', '500ms', 500],
  ['APIG_TIMEOUT', '2', 2_000],
  ['APIG_TIMEOUT', '1.5s', 1_500],
  ['APIG_TIMEOUT', '1.5ms', 2],
  ['RESYNC_INTERVAL', '5m', 300_000],
  ['RESYNC_INTERVAL', '24h', 86_400_000],
  ['READINESS_DEBOUNCE', '0', 0],
  ['APIG_MAX_RPS', '1', 1],
  ['HTTP_PORT', '0', 0],
  ['APIG_MOCK', 'pretended', 'pretended'],
  ['WATCH_NAMESPACES', 'shop, bank', ['shop', 'bank']],
  ['CLUSTER_NAME', 'eu-1', 'eu-1'],
  ['COMPONENT_CONTROLLER', 'embedded', 'embedded'],
  ['LOG_LEVEL', 'warn', 'warn'],
])('%s=%s is understood', (name, text, value) => {
  expect(loadSettings({ [name]: text })[name]).toEqual(value);
});

test.each<[SettingName, string, string]>([
  ['APIG_ENDPOINT', 'ftp://apig.example', 'host:port'],
  ['APIG_ENDPOINT', 'http://', 'host:port'],
  ['APIG_FORMER_ENDPOINTS', 'a.example,ftp://b.example', 'each must be host:port'],
  ['APIG_ENDPOINT', 'http://a b', 'host:port'],
  ['APIG_ENDPOINT', 'http://apig.example?x=1', 'query'],
  ['APIG_TIMEOUT', '0', 'longer than 0'],
  ['APIG_TIMEOUT', '10 minutes', '500ms, 10s, 5m or 1h'],
  ['APIG_TIMEOUT', '-1s', '500ms'],
  ['APIG_TIMEOUT', '5constructor', '500ms'],
  ['RESYNC_INTERVAL', '25h', 'at most 24h'],
  ['RESYNC_INTERVAL', '0s', 'longer than 0'],
  ['APIG_MAX_RPS', '0', 'at least 1'],
  ['APIG_MAX_CONCURRENCY', '1.5', 'whole number'],
  ['HTTP_PORT', '65536', 'at most 65535'],
  ['HTTP_PORT', 'eighty', 'whole number'],
  ['APIG_SPECIFICATION_FORM', 'xml', 'string'],
  ['APIG_SEND_POLICIES', 'yes', 'true or false'],
  ['APIG_SEND_POLICIES', 'True', 'true or false'],
  ['APIG_PATH_CHANGE', 'break', 'replace'],
  ['APIG_KEY', 'port', 'name'],
  ['CLUSTER_NAME', 'EU/1', 'lower-case'],
  ['COMPONENT_CONTROLLER', 'yes', 'embedded'],
  ['LOG_LEVEL', 'verbose', 'debug'],
  ['LOGGING', '11', '10'],
])('%s=%s is refused with what would be right', (name, text, words) => {
  const fault = faultOf({ [name]: text });
  expect(fault).toContain(`\n${name}=${text}: `);
  expect(fault).toContain(words);
});

test('all faults are told at once, one line each', () => {
  const fault = faultOf({ APIG_TIMEOUT: 'soon', HTTP_PORT: '-1', COMPONENT_CONTROLLER: 'maybe' });
  expect(fault.split('\n')).toHaveLength(4);
  for (const name of ['APIG_TIMEOUT', 'HTTP_PORT', 'COMPONENT_CONTROLLER']) expect(fault).toContain(name);
});

test.each(['http://ada:hunter2@apig.example', 'http://:hunter2@apig.example', 'ada:hunter2@apig.example:80'])(
  'an address with a password is refused without repeating it (%#)',
  (address) => {
    const fault = faultOf({ APIG_ENDPOINT: address });
    expect(fault).toContain('without credentials');
    expect(fault).not.toContain('hunter2');
  },
);

test.each([
  ['', '', 'info'],
  ['', '0', 'debug'],
  ['', '10', 'debug'],
  ['', '20', 'info'],
  ['', '30', 'warn'],
  ['', '40', 'error'],
  ['', '50', 'error'],
  ['debug', '40', 'debug'],
  ['error', '', 'error'],
])('LOG_LEVEL "%s" with LOGGING "%s" logs from %s on', (LOG_LEVEL, LOGGING, level) => {
  expect(logLevelOf(loadSettings({ LOG_LEVEL, LOGGING }))).toBe(level);
});

test('--help names every setting with its default', () => {
  const help = describeSettings();
  for (const [name, { defaultText }] of Object.entries(SETTINGS))
    expect(help).toContain(`  ${name}${defaultText === '' ? '' : ` (${defaultText})`}\n`);
});

test('the key that a file held goes to Temporal by TLS, as TEMPORAL_API_KEY would', () => {
  expect(loadTemporalConfig('a-key').connection).toMatchObject({ apiKey: 'a-key', tls: expect.anything() });
  expect(loadTemporalConfig().connection?.apiKey).toBeUndefined();
});
