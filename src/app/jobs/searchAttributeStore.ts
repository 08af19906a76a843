import { isGrpcServiceError } from '@temporalio/client';
import { SEARCH_ATTRIBUTE_TYPES, type SearchAttributeName } from '../../domain/kubernetes/names.ts';
import type { Temporal } from '../openTemporal.ts';
import { missingSearchAttributes } from '../temporal.ts';

export type AttributeType = (typeof SEARCH_ATTRIBUTE_TYPES)[SearchAttributeName];

/** The search attributes of one Temporal namespace. */
export interface SearchAttributeStore {
  /** host:port of the server, and its namespace: for messages. */
  readonly address: string;
  readonly namespace: string;
  /** Those of ours that are not there. @throws where the server does not say */
  missing(): Promise<readonly string[]>;
  /** Those of ours that are there under another type. @throws where the server does not say */
  mistyped(): Promise<readonly string[]>;
  /** @throws where the server refuses, and where one of them is there */
  add(types: Readonly<Record<string, AttributeType>>): Promise<void>;
}

/** Numbers of `temporal.api.enums.v1.IndexedValueType`. */
const TYPE_NUMBERS = { Keyword: 2, Bool: 5 } as const satisfies Record<AttributeType, number>;
const ASK_TIMEOUT_MS = 5_000;
/** INVALID_ARGUMENT (more than the server has room for), PERMISSION_DENIED, FAILED_PRECONDITION, UNIMPLEMENTED (Temporal Cloud). */
const REFUSALS: readonly number[] = [3, 7, 9, 12];

/** Does the server answer, and will not let this process look at or add search attributes, however often it is asked? */
export function isRefusal(error: unknown): boolean {
  return isGrpcServiceError(error) && REFUSALS.includes(error.code);
}

export function searchAttributeStore({ connection, namespace, address }: Temporal): SearchAttributeStore {
  const soon = <T>(ask: () => Promise<T>): Promise<T> =>
    connection.withDeadline(Date.now() + ASK_TIMEOUT_MS, ask);

  return {
    address,
    namespace,
    missing: () => soon(() => missingSearchAttributes(connection, namespace)),
    async mistyped() {
      const { customAttributes } = await soon(() =>
        connection.operatorService.listSearchAttributes({ namespace }),
      );
      return Object.entries(SEARCH_ATTRIBUTE_TYPES)
        .filter(([name, type]) => {
          const found: number | null | undefined = customAttributes?.[name];
          return found !== undefined && found !== TYPE_NUMBERS[type];
        })
        .map(([name]) => name);
    },
    async add(types) {
      const searchAttributes = Object.fromEntries(
        Object.entries(types).map(([name, type]) => [name, TYPE_NUMBERS[type]]),
      );
      await soon(() => connection.operatorService.addSearchAttributes({ namespace, searchAttributes }));
    },
  };
}
