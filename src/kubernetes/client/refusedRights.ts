import type { RequestContext } from '@kubernetes/client-node';
import type { PartHealth } from '../../telemetry/health.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Clock } from '../clock.ts';

/** What an answer says of the right to ask for it. */
export type NoteAnswer = (
  request: Pick<RequestContext, 'getUrl' | 'getHttpMethod'>,
  status: number,
  body: string,
) => void;

/** Which rights the API server has refused to this process, and not given since. */
export interface RefusedRights {
  readonly note: NoteAnswer;
  /** Not ready while something is refused that an API needs. */
  health(): PartHealth;
}

interface Right {
  readonly verb: string;
  readonly group: string;
  /** With its subresource: `exposedapis/status`. */
  readonly resource: string;
}

interface Asked extends Right {
  readonly namespace: string;
}

interface Refused extends Asked {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Who still needs what was refused asks again within minutes: after this time nobody does. */
const FORGET_MS = 600_000;
const MAX_NAMESPACES = 3;
const ADVICE = "Give the operator's ServiceAccount the rights that the chart and deploy/rbac list";

/** Learns from the answers that come anyway; so nothing more is asked, and a right counts from the first request that needs it. */
export function createRefusedRights({
  clock,
  logger,
}: {
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
}): RefusedRights {
  /** By the request: the right that is missing may be another one. */
  const refused = new Map<string, Refused>();

  function standing(): readonly Refused[] {
    for (const [key, { at }] of refused) if (clock.now() - at > FORGET_MS) refused.delete(key);
    return [...refused.values()];
  }

  function refuse(key: string, right: Asked): void {
    const isNews = standing().every((known) => nameOf(known) !== nameOf(right));
    refused.delete(key);
    refused.set(key, { ...right, at: clock.now() });
    if (isNews)
      logger.warn(
        { right: nameOf(right), namespace: right.namespace },
        `The API server refuses a right. ${ADVICE}`,
      );
  }

  function give(key: string): void {
    const right = refused.get(key);
    refused.delete(key);
    if (right !== undefined && standing().every((known) => nameOf(known) !== nameOf(right)))
      logger.info({ right: nameOf(right) }, 'A right that was refused is there');
  }

  return {
    note(request, status, body) {
      if (status !== 403 && refused.size === 0) return;
      const asked = askedBy(request);
      if (asked === undefined) return;
      const key = `${nameOf(asked)} ${asked.namespace}`;
      const missing = status === 403 ? missingRight(asked, body) : undefined;
      if (missing !== undefined) refuse(key, { ...missing, namespace: asked.namespace });
      else if (status >= 200 && status < 300) give(key);
    },
    health() {
      const all = standing();
      return all.length === 0
        ? { ready: true, detail: 'none is refused' }
        : { ready: all.every(isDispensable), detail: `${describeRights(all)}. ${ADVICE}` };
    },
  };
}

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Undefined: of no resource of a group. */
function askedBy(request: Parameters<NoteAnswer>[0]): Asked | undefined {
  const path = /\/apis\/([^/]+)\/[^/]+\/(?:namespaces\/([^/]+)\/)?([^/]+)(?:\/([^/]+)(?:\/([^/]+))?)?$/.exec(
    new URL(request.getUrl()).pathname,
  );
  if (path === null) return undefined;
  const [, group = '', namespace = '', plural = '', name, subresource] = path;
  const verb = VERBS[request.getHttpMethod()] ?? (name === undefined ? 'list' : 'get');
  return {
    verb,
    group,
    namespace,
    resource: subresource === undefined ? plural : `${plural}/${subresource}`,
  };
}

/** The API server says 403 for many reasons, an admission webhook's or a quota's among them. Undefined: no right is missing. */
function missingRight(asked: Asked, body: string): Right | undefined {
  if (body.includes('cannot set blockOwnerDeletion'))
    return { verb: 'update', group: asked.group, resource: 'components/finalizers' };
  return body.includes(`cannot ${asked.verb} resource`) ? asked : undefined;
}

/** Without Events the operator does all of its work. */
function isDispensable({ group }: Right): boolean {
  return group === 'events.k8s.io';
}

/** In the API server's own words. */
function nameOf({ verb, group, resource }: Right): string {
  return `${verb} resource "${resource}" in API group "${group}"`;
}

function describeRights(all: readonly Refused[]): string {
  const namespaces = Map.groupBy(all, nameOf);
  return [...namespaces].map(([right, refusals]) => `cannot ${right} (${namesOf(refusals)})`).join('; ');
}

function namesOf(refusals: readonly Refused[]): string {
  const names = [...new Set(refusals.map(({ namespace }) => namespace))];
  const more = names.length - MAX_NAMESPACES;
  return [`in ${names.slice(0, MAX_NAMESPACES).join(', ')}`, ...(more > 0 ? [`and ${more} more`] : [])].join(
    ' ',
  );
}
