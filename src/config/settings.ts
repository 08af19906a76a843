import { z } from 'zod';
import {
  commaList,
  endpointList,
  endpointUrl,
  portNumber,
  positiveCount,
  positiveSeconds,
  seconds,
  trueOrFalse,
} from './parsers.ts';

/** One setting: its doc line is the reference page's, its schema turns the environment's text into a value. */
interface Setting<T> {
  readonly doc: string;
  readonly schema: z.ZodType<T, string | undefined>;
  /** As text, in the form a person would write it. Empty: unset. */
  readonly defaultText: string;
}

function setting<T>(defaultText: string, schema: z.ZodType<T, string>, doc: string): Setting<T> {
  return { doc, defaultText, schema: z.string().default(defaultText).pipe(schema) };
}

const text = z.string().trim();
const optionalText = text.transform((value) => (value === '' ? undefined : value));

/** Every setting of the operator; this table is the source of docs/settings.md. Temporal's own variables are its SDK's. */
export const SETTINGS = {
  APIG_ENDPOINT: setting(
    '',
    endpointUrl,
    "Address of the gateway's management API: `host:port` or a URL. Credentials are sent only here. One of this, APIG_ENDPOINT_PER_NAMESPACE and APIG_MOCK must be set.",
  ),
  APIG_ENDPOINT_PER_NAMESPACE: setting(
    'false',
    trueOrFalse,
    "`true`: the gateway of each namespace's APIs is `apig-operator-uportal.<namespace>:8080`, as with the operator that this one replaces. Whoever may create a Service there then chooses where this operator sends registrations, and words of such a gateway are not shown. With APIG_ENDPOINT that is the gateway, and only what a status records at the one of its own namespace is still removed there.",
  ),
  APIG_FORMER_ENDPOINTS: setting(
    '',
    endpointList,
    'Addresses that were APIG_ENDPOINT before, comma-separated. What this operator left there is removed, once it is right at the gateway of today, with the same credentials; a deletion waits for it. Never the gateway of today, for that would take away what was just registered there: another spelling of APIG_ENDPOINT is refused at the start, and a name that leads to the same address is warned of. Another address of the gateway of today, such as that of a proxy before it, cannot be seen. A gateway that is not named here is not called: a condition tells what was left there.',
  ),
  APIG_INGRESS: setting(
    'apig-operator-uportal',
    text,
    "Name of the Ingress, in the API's namespace, whose load-balancer address is the gateway's public address.",
  ),
  APIG_PUBLIC_URL: setting(
    '',
    endpointUrl,
    'Public URL of the gateway, instead of reading the Ingress: `https://api.example.com`.',
  ),
  APIG_SUCCESS_CODES: setting(
    '0000,00000',
    commaList,
    'Values of `res_code` that mean success, comma-separated.',
  ),
  APIG_ALREADY_GONE: setting(
    '',
    commaList,
    'Values of `res_code` (or `http:<status>`) that answer a removal with "not known here", which counts as removed.',
  ),
  APIG_REJECTED: setting(
    '',
    commaList,
    'Values of `res_code` (or `http:<status>`) by which the gateway refuses for good, beside HTTP 400, 404 and 422.',
  ),
  APIG_SPECIFICATION_FORM: setting(
    'string',
    z.enum(['string', 'array', 'object']),
    'How `specification` is sent: the URL (`string`), all URLs (`array`) or `{url, version}` (`object`).',
  ),
  APIG_SEND_POLICIES: setting(
    'false',
    trueOrFalse,
    '`true`: the policies that an API asks for are sent as an extra object `policies` when it is created. Only for a gateway that understands it: the public contract has none.',
  ),
  APIG_PATH_CHANGE: setting(
    'replace',
    z.enum(['replace', 'make-before-break']),
    'A changed path: remove, then create (`replace`), or create first (`make-before-break`, for gateways keyed by path).',
  ),
  APIG_KEY: setting(
    'path',
    z.enum(['path', 'name']),
    'By what the gateway tells registrations apart: `path`, or `name` (`metadata.name`). Of two APIs with one path at one gateway only the older is registered; with `name` the same holds for two APIs with one name in two namespaces, whatever their paths are. Two names at one path collide with either value, since the gateway could route the path to one of them only. After a change to `name` the gateway still has of two such APIs the one that it heard of last; let REASSERT_INTERVAL send the older one once more.',
  ),
  APIG_TIMEOUT: setting('10s', positiveSeconds, 'Longest time one call to the gateway may take.'),
  APIG_MAX_RPS: setting(
    '20',
    positiveCount,
    'Most calls per second to each gateway, over all workers together.',
  ),
  APIG_MAX_CONCURRENCY: setting(
    '20',
    positiveCount,
    'Most calls to each gateway at one time, over all workers together.',
  ),
  APIG_AUTH_FILE: setting(
    '',
    optionalText,
    'Mounted file with the credentials: JSON `{"basic": {"username", "password"}}`, `{"bearer"}`, `{"header": {"name", "value"}}`, and/or `{"clientCertificate", "clientKey"}` (PEM). Re-read for every call.',
  ),
  APIG_CA_FILE: setting(
    '',
    optionalText,
    "Mounted PEM file of the authority that signed the gateway's certificate. Re-read for every call.",
  ),
  RECORD_KEY_FILE: setting(
    '',
    optionalText,
    'Mounted file with keys of at least 32 characters, one a line. With it `status.apig.seal` proves that the operator wrote the record beside it: the first key seals, each one proves, so that a new key can go first until all processes have read it. A record without such a seal is asserted before it is believed, whoever wrote it. Re-read when it changes. All processes need the same file.',
  ),
  APIG_MOCK: setting(
    '',
    optionalText,
    'When set, no gateway is called: every call succeeds with this text as message.',
  ),
  WATCH_NAMESPACES: setting('', commaList, 'Namespaces to watch, comma-separated. Empty: all.'),
  API_SELECTOR: setting('', text, 'Label selector: only APIs that match are ours.'),
  CLUSTER_NAME: setting(
    '',
    text.regex(/^[a-z0-9]?[-a-z0-9]*$/, 'must be lower-case letters, digits and "-"'),
    'Name of this cluster where several share one Temporal namespace; goes into workflow ids and task queues.',
  ),
  COMPONENT_CONTROLLER: setting(
    'external',
    z.enum(['embedded', 'external']),
    "`embedded`: this operator also turns Components into ExposedAPIs. `external`: the Canvas' component operator does.",
  ),
  RESYNC_INTERVAL: setting('10m', positiveSeconds, 'How often everything is listed and compared again.'),
  REASSERT_INTERVAL: setting(
    '0',
    seconds,
    'Within this time every registration is sent to the gateway once more, one after the other at an even pace, in case the gateway has lost it. 0: never.',
  ),
  READINESS_DEBOUNCE: setting(
    '30s',
    seconds,
    'How long an implementation may be away before its Component is told; the API itself tells at once.',
  ),
  HTTP_PORT: setting('8080', portNumber, 'Port of `/livez`, `/readyz` and `/metrics`. 0: a free one.'),
  LOG_LEVEL: setting(
    '',
    z.enum(['', 'debug', 'info', 'warn', 'error']),
    'debug, info, warn or error. Empty: by LOGGING, else info.',
  ),
  LOGGING: setting(
    '',
    z.enum(['', '0', '10', '20', '30', '40', '50']),
    'Level in the numbers of the operator this one replaces (10 debug, 20 info, 30 warning, 40 error); LOG_LEVEL goes first.',
  ),
  TEMPORAL_API_KEY_FILE: setting(
    '',
    optionalText,
    'Mounted file with the API key of Temporal, instead of TEMPORAL_API_KEY. Read at each try to connect, so it may come after the start.',
  ),
  SECRET_FOLDERS: setting(
    '',
    commaList,
    'Which Secret is mounted in which folder, `folder=Secret`, comma-separated: `/readyz` names the Secret then where a file is missing. The chart sets it.',
  ),
  TEMPORAL_UI_URL: setting(
    '',
    endpointUrl,
    "Address of Temporal's UI; when set, each API's status links to its workflow.",
  ),
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof SETTINGS;

/** All settings, parsed; the environment is not looked at again. */
export type Settings = {
  readonly [name in SettingName]: z.infer<(typeof SETTINGS)[name]['schema']>;
};
