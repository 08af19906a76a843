import { defineSearchAttributeKey, type Priority, type SearchAttributePair } from '@temporalio/common';
import { createPace } from '../src/kubernetes/watch/pace.ts';
import type { ExposedApi } from '../src/domain/exposedApi/exposedApi.ts';
import { inMarkdown } from '../src/domain/kubernetes/markdown.ts';
import { gatewayHost, SEARCH_ATTRIBUTES, type ResourceRef } from '../src/domain/kubernetes/names.ts';

export type Attributes = readonly SearchAttributePair[];

/** SQL visibility stores keep keywords in columns of this length, and refuse longer ones. */
const KEYWORD_LENGTH = 255;
/** Bytes; the longest summary that every server takes. */
const SUMMARY_LENGTH = 200;

/** Where a workflow belongs. */
export interface Belonging {
  /** CLUSTER_NAME; empty: one cluster, which needs no name. */
  readonly cluster: string;
  /** Endpoint of the gateway that the API is to be registered at. */
  readonly gateway: string;
}

/** What the workflow list shows of an API from its first moment on. */
export function apiAttributes(api: ExposedApi, { cluster, gateway }: Belonging): Attributes {
  const { ref, parent, spec } = api;
  return [
    ...clusterAttribute(cluster),
    keyword(SEARCH_ATTRIBUTES.gateway, gatewayHost(gateway)),
    keyword(SEARCH_ATTRIBUTES.namespace, ref.namespace),
    keyword(SEARCH_ATTRIBUTES.api, ref.name),
    keyword(SEARCH_ATTRIBUTES.apiState, 'Pending'),
    ...(parent ? [keyword(SEARCH_ATTRIBUTES.component, parent.name)] : []),
    ...(spec.valid
      ? [
          keyword(SEARCH_ATTRIBUTES.apiPath, spec.value.path),
          keyword(SEARCH_ATTRIBUTES.segment, spec.value.segment),
        ]
      : []),
  ];
}

export function componentAttributes(ref: ResourceRef, { cluster }: Pick<Belonging, 'cluster'>): Attributes {
  return [
    ...clusterAttribute(cluster),
    keyword(SEARCH_ATTRIBUTES.namespace, ref.namespace),
    keyword(SEARCH_ATTRIBUTES.component, ref.name),
  ];
}

/** `<api> → <path>`; the name alone while the spec cannot be read. */
export function apiSummary({ ref, spec }: ExposedApi): string {
  const summary = inMarkdown(spec.valid ? `${ref.name} → ${spec.value.path}` : ref.name);
  const bytes = Buffer.from(summary);
  return bytes.length <= SUMMARY_LENGTH ? summary : `${bytes.subarray(0, SUMMARY_LENGTH - 3).toString()}…`;
}

/** So many signals of one namespace come at once, and five a second for as long as it likes, before it counts as busy. */
const USUAL = { size: 25, everyMs: 200 };
/** Lower goes first where workflows wait for a worker; 3 is Temporal's own default. */
const PRIORITY_KEYS = { usual: 2, busy: 4 } as const;

/**
 * The place of a workflow in the line in front of the workers, for as long as it runs. What a namespace starts by the hundred is served
 * after what others start, so that these do not wait for all of it; it loses nothing where nobody else has work.
 */
export function createStartPriority(now: () => number): (namespace: string) => Priority {
  const pace = createPace({ burst: USUAL }, now);
  return (namespace) => {
    const isBusy = pace.waitMs(namespace) > 0;
    if (!isBusy) pace.note(namespace);
    return { priorityKey: PRIORITY_KEYS[isBusy ? 'busy' : 'usual'], fairnessKey: namespace };
  };
}

function clusterAttribute(cluster: string): Attributes {
  return cluster === '' ? [] : [keyword(SEARCH_ATTRIBUTES.cluster, cluster)];
}

function keyword(name: string, value: string): SearchAttributePair {
  return { key: defineSearchAttributeKey(name, 'KEYWORD'), value: value.slice(0, KEYWORD_LENGTH) };
}
