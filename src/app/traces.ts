import type { WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { ApiDependencies } from '../../activities/dependencies.ts';
import manifest from '../../package.json' with { type: 'json' };
import { COMPONENTS, parseWorkflowId, TRACE_HEADER } from '../domain/kubernetes/names.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Logger } from '../telemetry/logger.ts';
import {
  isTraced,
  type SpanAttributes,
  type Tracing,
  type TracingEnvironment,
} from '../telemetry/tracing.ts';

/** Undefined, and nothing loaded, where the environment asks for no traces. */
export async function openTracing(
  environment: TracingEnvironment,
  context: { readonly instance: string; readonly logger: Logger },
): Promise<Tracing | undefined> {
  if (!isTraced(environment)) return undefined;
  const { createOtlpTracing } = await import('../telemetry/otlpTracing.ts');
  return createOtlpTracing({ ...context, environment, version: manifest.version });
}

type Headers = Parameters<NonNullable<WorkflowClientInterceptor['signal']>>[0]['headers'];

/** Each signal begins a trace, which goes with it. @param cluster CLUSTER_NAME */
export function traceSignals(tracing: Tracing, cluster: string): WorkflowClientInterceptor {
  const signal = <T>(id: string, headers: Headers, send: (headers: Headers) => Promise<T>): Promise<T> => {
    const ref = parseWorkflowId(id, cluster);
    const name = ref?.plural === COMPONENTS ? 'Component changed' : 'ExposedAPI changed';
    const attributes: SpanAttributes = {
      temporalWorkflowID: id,
      ...(ref && attributesOf(ref)),
    };
    return tracing.span(name, { kind: 'producer', isRoot: true, attributes }, (span) =>
      send(
        span === undefined
          ? headers
          : {
              ...headers,
              [TRACE_HEADER]: defaultPayloadConverter.toPayload({ traceparent: span.traceparent }),
            },
      ),
    );
  };
  return {
    signalWithStart: (input, next) =>
      signal(input.options.workflowId, input.headers, (headers) => next({ ...input, headers })),
    signal: (input, next) =>
      signal(input.workflowExecution.workflowId, input.headers, (headers) => next({ ...input, headers })),
  };
}

/** An activity belongs to the trace that its workflow was told of; one that nobody told of is none's. */
export function traceActivities(tracing: Tracing): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      execute: (input, next) => {
        const parent = traceparentOf(input.headers);
        const { workflowExecution, activityType, activityId, attempt } = info;
        const attributes: SpanAttributes = {
          temporalWorkflowID: workflowExecution?.workflowId ?? '',
          temporalRunID: workflowExecution?.runId ?? '',
          temporalActivityID: activityId,
          'temporal.attempt': attempt,
        };
        return parent === undefined
          ? next(input)
          : tracing.span(activityType, { kind: 'consumer', parent, attributes }, () => next(input));
      },
    },
  });
}

function traceparentOf({ [TRACE_HEADER]: payload }: Headers): string | undefined {
  if (payload === undefined) return undefined;
  const { traceparent } = defaultPayloadConverter.fromPayload<{ readonly traceparent?: unknown }>(payload);
  return typeof traceparent === 'string' ? traceparent : undefined;
}

/** @param label what metrics call the gateway */
export function traceGateway(gateway: Gateway, tracing: Tracing, label: string): Gateway {
  const traced =
    (verb: 'register' | 'remove'): Gateway['register'] =>
    (registration, signal) => {
      const attributes: SpanAttributes = { 'apig.gateway': label, 'apig.path': registration.path };
      return tracing.span(`gateway ${verb}`, { kind: 'client', attributes }, async (span) => {
        const outcome = await gateway[verb](registration, signal);
        span?.set({ 'apig.outcome': outcome.kind });
        if (outcome.kind !== 'accepted') span?.fail(outcome.kind);
        return outcome;
      });
    };
  return { register: traced('register'), remove: traced('remove') };
}

type Stores = Pick<ApiDependencies, 'apis' | 'entries'>;

/** What is written into the cluster, within the activities that write it. */
export function traceStores({ apis, entries }: Stores, tracing: Tracing): Stores {
  return {
    apis: {
      get: (ref) => apis.get(ref),
      update: (ref, uid, change) =>
        tracing.span('write ExposedAPI', { kind: 'client', attributes: attributesOf(ref) }, () =>
          apis.update(ref, uid, change),
        ),
    },
    entries: {
      write: (where, entry) => {
        const { namespace, component: name } = where;
        const attributes = attributesOf({ plural: COMPONENTS, namespace, name });
        return tracing.span('write Component', { kind: 'client', attributes }, () =>
          entries.write(where, entry),
        );
      },
    },
  };
}

function attributesOf(ref: { plural: string; namespace: string; name: string }): SpanAttributes {
  return {
    'k8s.namespace.name': ref.namespace,
    'k8s.resource.plural': ref.plural,
    'k8s.resource.name': ref.name,
  };
}
