import type { ExposedApiState } from './state.ts';
import { EMPTY_RECORD } from '../registration/record.ts';
import type { PresentApi } from './observation.ts';
import type { Registration } from '../registration/registration.ts';

/** Markdown for the workflow's page in Temporal's UI: state, cause, next step, what a person can do. */
export function currentDetails(state: ExposedApiState, seen: PresentApi, url: string | undefined): string {
  const { condition, record = EMPTY_RECORD, failures, lastReply } = state;
  const wanted = seen.desired.kind === 'register' ? line(seen.desired.registration) : seen.desired.kind;
  const rows: readonly (readonly [string, string])[] = [
    ['wanted', wanted],
    ['registered', record.registered ? line(record.registered) : 'nothing confirmed'],
    ...record.unconfirmed.map((one) => ['possibly registered', line(one)] as const),
    ['URL', url ?? 'none: not registered, or the address of the gateway is not known'],
    ['implementation', seen.endpointsReady ? 'ready' : 'no ready endpoint'],
    ['Component', seen.component ?? 'none'],
    ['last reply', lastReply ? `${lastReply.code} ${lastReply.message}` : 'none yet'],
    ...(failures
      ? [
          [
            'failing',
            `since ${new Date(failures.since).toISOString()}; a pending activity shows its attempt and last failure`,
          ] as const,
        ]
      : []),
  ];
  return [
    `### ${condition?.state ?? 'Pending'}`,
    escape(condition?.message ?? ''),
    '',
    ...rows.map(([name, value]) => `- **${name}**: ${escape(value)}`),
    '',
    'Updates: `retry` tries now, `pause` and `resume` stop and go on, `release` lets a deletion through. Query: `registration`.',
  ].join('\n');
}

function line({ path, implementation, port }: Registration): string {
  return `${path} → ${implementation}:${port}`;
}

/** Replies are the gateway's words, and a status can be anybody's: they must not break out of their line. */
function escape(text: string): string {
  return text.replaceAll(/[|\\`[\]<>\p{Cc}\u2028\u2029]/gu, ' ');
}
