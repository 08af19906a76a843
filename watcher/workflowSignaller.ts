import type { Versions } from '../src/domain/kubernetes/versions.ts';
import { isGrpcServiceError, type WorkflowSignalWithStartOptions } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { Component } from '../src/domain/component/component.ts';
import type { ExposedApi } from '../src/domain/exposedApi/exposedApi.ts';
import { publishedIn } from '../src/domain/exposedApi/publishedRecord.ts';
import { NEW_STATE } from '../src/domain/exposedApi/state.ts';
import {
  COMPONENTS,
  type ResourceRef,
  taskQueues,
  WORKFLOW_TYPES,
  workflowId,
} from '../src/domain/kubernetes/names.ts';
import { inMarkdown } from '../src/domain/kubernetes/markdown.ts';
import { restoreRecord } from '../src/domain/registration/record.ts';
import { describeError, type Logger } from '../src/telemetry/logger.ts';
import { type ComponentInput, type ExposedApiInput, resourceChanged } from '../workflows/messages.ts';
import {
  apiAttributes,
  apiSummary,
  type Attributes,
  componentAttributes,
  createStartPriority,
} from './startOptions.ts';

/** A start that only signals where the workflow runs already. */
export type SignalWithStart = WorkflowSignalWithStartOptions<[Versions | undefined]> & {
  readonly args: [ExposedApiInput | ComponentInput];
};

/** What the watcher needs of Temporal; the SDK's WorkflowClient has it. */
export interface TemporalClient {
  signalWithStart(workflowType: string, options: SignalWithStart): Promise<unknown>;
  getHandle(workflowId: string): {
    signal(definition: typeof resourceChanged, versions: Versions): Promise<void>;
    describe(): Promise<unknown>;
  };
  list(options: {
    readonly query: string;
    readonly pageSize: number;
  }): AsyncIterable<{ readonly workflowId: string }>;
}

/** Tells workflows to look again. Rejects when Temporal cannot be reached; every call may be repeated. */
export interface WorkflowSignaller {
  /** @param versions what the round must have seen at least */
  signalApi(api: ExposedApi, versions: Versions): Promise<void>;
  signalComponent(component: Component, versions: Versions): Promise<void>;
  /**
   * Wakes the workflow of a resource that no longer exists; none running is well, since it ends with its resource.
   * @param last the API's last state: should it leave a registration behind that no workflow ever knew, one is started for it
   */
  signalDeleted(ref: ResourceRef, versions: Versions, last?: ExposedApi): Promise<void>;
}

interface Start {
  readonly type: string;
  readonly ref: ResourceRef;
  readonly input: ExposedApiInput | ComponentInput;
  readonly summary: string;
  readonly attributes: Attributes;
  readonly versions: Versions;
}

export interface SignallerSettings {
  /** CLUSTER_NAME. */
  readonly cluster: string;
  /** Endpoint of the gateway of a namespace's APIs. */
  readonly gatewayOf: (namespace: string) => string;
  /** Milliseconds. Default: the system's. */
  readonly now?: () => number;
}

export function createWorkflowSignaller(
  client: TemporalClient,
  { cluster, gatewayOf, now = Date.now }: SignallerSettings,
  logger: Logger,
): WorkflowSignaller {
  let isWarned = false;
  const priorityOf = createStartPriority(now);

  async function signalWithStart(start: Start): Promise<void> {
    try {
      await send(start, start.attributes);
      isWarned = false;
    } catch (error) {
      if (!isMissingSearchAttribute(error)) throw error;
      if (!isWarned) {
        isWarned = true;
        logger.warn(
          { error: describeError(error) },
          "Temporal lacks this project's search attributes, so workflows start without them; create them as the installation guide says",
        );
      }
      await send(start, []);
    }
  }

  async function send({ type, ref, input, summary, versions }: Start, attributes: Attributes): Promise<void> {
    await client.signalWithStart(type, {
      workflowId: workflowId(ref, cluster),
      taskQueue: taskQueues(cluster).main,
      args: [input],
      signal: resourceChanged,
      signalArgs: [versions],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: summary,
      priority: priorityOf(ref.namespace),
      typedSearchAttributes: [...attributes],
    });
  }

  async function signalApi(
    api: ExposedApi,
    versions: Versions,
    carried?: ExposedApiInput['carried'],
  ): Promise<void> {
    const { ref } = api;
    await signalWithStart({
      type: WORKFLOW_TYPES.exposedApi,
      ref,
      input: { ref, cluster, ...(carried && { carried }) },
      summary: apiSummary(api),
      attributes: apiAttributes(api, { cluster, gateway: gatewayOf(ref.namespace) }),
      versions,
    });
  }

  /** A workflow that has ended has done its work; one that never was cannot have. */
  async function wasEverStarted(ref: ResourceRef): Promise<boolean> {
    try {
      await client.getHandle(workflowId(ref, cluster)).describe();
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  return {
    signalApi: (api, versions) => signalApi(api, versions),
    async signalComponent({ ref }, versions) {
      await signalWithStart({
        type: WORKFLOW_TYPES.component,
        ref,
        input: { ref, cluster },
        summary: inMarkdown(ref.name),
        attributes: componentAttributes(ref, { cluster }),
        versions,
      });
    },
    async signalDeleted(ref, versions, last) {
      try {
        await client.getHandle(workflowId(ref, cluster)).signal(resourceChanged, versions);
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
        if (ref.plural === COMPONENTS || last === undefined || !leavesRegistration(last)) return;
        if (await wasEverStarted(ref)) return;
        logger.warn(
          { namespace: ref.namespace, name: ref.name },
          'An API went without its workflow; its registration is removed',
        );
        const record = restoreRecord(publishedIn(last.status), 0);
        await signalApi(last, versions, { ...NEW_STATE, uid: last.uid, record });
      }
    },
  };
}

function leavesRegistration({ status, deletionPolicy, isForceReleased }: ExposedApi): boolean {
  if (deletionPolicy === 'Retain' || isForceReleased) return false;
  const { registered, pending, unconfirmed } = publishedIn(status);
  return registered !== undefined || pending !== undefined || unconfirmed !== undefined;
}

function isMissingSearchAttribute(error: unknown): boolean {
  const cause = error instanceof Error && !isGrpcServiceError(error) ? error.cause : error;
  // A worker's connection leaves the details empty and puts the server's words into the message.
  return isGrpcServiceError(cause) && /search attribute/i.test(cause.details || cause.message);
}
