import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { CallInProgress, type Effect } from './callInProgress.ts';
import { describeIssues } from './describeIssues.ts';
import type { FaultBook } from './faultBook.ts';
import type { HeldCalls } from './heldCalls.ts';
import type { Ledger } from './ledger.ts';
import {
  MANAGEMENT_PATHS,
  managementBodySchema,
  type ManagementBody,
  type Operation,
} from './managementCall.ts';
import { performFault } from './performFault.ts';
import type { RegistrationTable } from './registrationTable.ts';

const BODY_LIMIT = 65_536;
const INVALID = '0400';

export interface ManagementParts {
  readonly table: RegistrationTable;
  readonly ledger: Ledger;
  readonly faults: FaultBook;
  readonly held: HeldCalls;
  readonly logger: Logger;
  readonly now: () => Date;
  /** `res_code` of success. */
  readonly successCode: string;
  /** `res_code` for the removal of what is not registered, or `success`. */
  readonly unknownRemoval: string;
}

function parseJson(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/** Of a body that may be anything. */
function textField(body: unknown, field: 'name' | 'path'): string | null {
  if (typeof body !== 'object' || body === null) return null;
  const value: unknown = Reflect.get(body, field);
  return typeof value === 'string' ? value : null;
}

function applyTo(parts: ManagementParts, operation: Operation, body: ManagementBody): Effect {
  const success = { res_code: parts.successCode, res_message: 'success' };
  if (operation === 'create') {
    parts.table.upsert(body, parts.now().toISOString());
    return { changed: true, reply: success };
  }
  if (parts.table.remove(body)) return { changed: true, reply: success };
  if (parts.unknownRemoval === 'success') return { changed: false, reply: success };
  const message = `${body.name} at ${body.path} is not registered`;
  return { changed: false, reply: { res_code: parts.unknownRemoval, res_message: message } };
}

async function serve(
  parts: ManagementParts,
  operation: Operation,
  raw: unknown,
  reply: FastifyReply,
): Promise<void> {
  const { ledger, held } = parts;
  const sent = parseJson(raw);
  const known = { name: textField(sent, 'name'), path: textField(sent, 'path') };
  const line = ledger.open({ operation, ...known, body: sent ?? raw ?? null });
  const parsed = managementBodySchema.safeParse(sent);
  const effect = (): Effect => {
    if (parsed.success) return applyTo(parts, operation, parsed.data);
    const message = sent === undefined ? 'the body is not JSON' : describeIssues(parsed.error);
    return { changed: false, reply: { res_code: INVALID, res_message: message } };
  };
  const call = new CallInProgress({ reply, ledger, line, held, name: known.name ?? '', effect });
  if (parsed.success) {
    const rule = parts.faults.take({ operation, name: parsed.data.name });
    line.fault = rule?.kind ?? null;
    await performFault(rule, call);
  } else {
    call.answer(call.apply(), 400);
  }
  const { seq, fault, outcome, status, resCode, applied } = line;
  parts.logger.info(
    { seq, operation, ...known, fault, outcome, status, resCode, applied },
    'management call',
  );
}

/** The management contract: create (an upsert) and remove. Every call ends up in the ledger. */
export async function managementRoutes(app: FastifyInstance, parts: ManagementParts): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
      done(null, body),
    );
    for (const operation of ['create', 'remove'] as const) {
      scope.post(MANAGEMENT_PATHS[operation], async (request, reply) => {
        await serve(parts, operation, request.body, reply);
        return reply;
      });
    }
  });
}
