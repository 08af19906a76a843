import { z } from 'zod';
import { describeError } from '../../telemetry/logger.ts';

/** HTTP status of a failed API call; undefined where there was no reply (refused, reset, time-out). */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (typeof code === 'number') return code;
  return typeof statusCode === 'number' ? statusCode : undefined;
}

export const isNotFound = (error: unknown): boolean => statusOf(error) === 404;

const namesObject = z.object({ details: z.object({ name: z.string() }) });

/**
 * A 404 that names the object says that it is absent. Any other comes from a path that is not served: of a version or a kind
 * that has gone, or behind a proxy; it says nothing of the object.
 */
export function isAbsent(error: unknown): boolean {
  if (!isNotFound(error) || typeof error !== 'object' || error === null) return false;
  const { body } = error as { body?: unknown };
  try {
    return namesObject.safeParse(typeof body === 'string' ? JSON.parse(body) : body).success;
  } catch {
    return false;
  }
}

/** The path is not served: the kind, its version or its subresource has gone, or was never there. */
export const isUnserved = (error: unknown): boolean => isNotFound(error) && !isAbsent(error);

/** Who we are, or what we may do, is not enough: no try ends differently until somebody changes that. */
export const isRefused = (error: unknown): boolean => [401, 403].includes(statusOf(error) ?? 0);

/** For people: the error, and what to do where only they can help. */
export function withAdvice(error: unknown): string {
  const said = describeError(error);
  return isRefused(error)
    ? `${said}. Give the operator's ServiceAccount the rights that the chart and deploy/rbac list`
    : said;
}

export const isConflict = (error: unknown): boolean => statusOf(error) === 409;
export const isGone = (error: unknown): boolean => statusOf(error) === 410;
/** A JSON Patch whose `test` did not hold, or an object that validation refuses. */
export const isUnprocessable = (error: unknown): boolean => statusOf(error) === 422;

/** Nothing can be created any more in a namespace that is being deleted. */
export function isNamespaceTerminating(error: unknown): boolean {
  if (statusOf(error) !== 403 || typeof error !== 'object' || error === null) return false;
  const { body } = error as { body?: unknown };
  return (typeof body === 'string' ? body : JSON.stringify(body ?? '')).includes('"NamespaceTerminating"');
}
