import type { ComponentDependencies } from '../../../activities/dependencies.ts';
import type { ChildApi } from '../../../src/domain/component/child.ts';
import { type Component, componentLabel, parseComponent } from '../../../src/domain/component/component.ts';
import { asObject } from '../../../src/domain/kubernetes/mergePatch.ts';
import type { EventDetails } from '../../../src/kubernetes/events.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * One Component and its namespace's ExposedAPIs in memory, for tests of workflows against clocks that jump; what the
 * API server itself has a say in is tested against a real one.
 */
export class MemoryComponents {
  readonly children = new Map<string, ChildApi>();
  readonly events: EventDetails[] = [];
  /** So many reads and writes from now on find the API server away. */
  outages = 0;
  /** Names that the API server refuses. */
  readonly refused = new Set<string>();
  writes = 0;
  #component: Component | undefined;
  #uid = 0;

  /** Installs the Component, or changes its core function. */
  declare(core: readonly Json[]): void {
    const { ref, uid, status } = this.#component ?? { ref: undefined, uid: undefined, status: {} };
    this.#component = parseComponent({
      apiVersion: 'oda.tmforum.org/v1',
      kind: 'Component',
      metadata: {
        name: ref?.name ?? 'shop-catalog',
        namespace: 'shop',
        uid: uid ?? 'component-uid',
        resourceVersion: '1',
      },
      spec: { coreFunction: { exposedAPIs: core } },
      status,
    });
  }

  /** As `kubectl delete` in the foreground does it first. */
  beginDeletion(): void {
    if (this.#component) this.#component = { ...this.#component, isDeleting: true };
  }

  remove(): void {
    this.#component = undefined;
    this.children.clear();
  }

  get status(): Json {
    return this.#component?.status ?? {};
  }

  get deploymentStatus(): unknown {
    return asObject(this.status['summary/status'])['deployment_status'];
  }

  condition(type: string): string | undefined {
    const conditions: readonly unknown[] = Array.isArray(this.status['conditions'])
      ? this.status['conditions']
      : [];
    const found = conditions.map(asObject).find((condition) => condition['type'] === type);
    return found && `${String(found['status'])} ${String(found['reason'])}`;
  }

  /** What the workflows of the APIs do: every listed API gets its URL and is ready. */
  serveAll(): void {
    if (this.#component === undefined) return;
    const list: readonly unknown[] = Array.isArray(this.status['coreAPIs']) ? this.status['coreAPIs'] : [];
    const coreAPIs = list.map((entry) => ({ ...asObject(entry), url: 'http://gateway/x', ready: true }));
    this.#component = { ...this.#component, status: { ...this.status, coreAPIs } };
  }

  put(name: string, fields: Partial<ChildApi> = {}): void {
    this.#uid += 1;
    const { ownerUids = ['component-uid'] } = fields;
    this.children.set(name, {
      name,
      uid: `api-${this.#uid}`,
      resourceVersion: '1',
      isDeleting: false,
      ownerUids,
      ownerReferences: ownerUids.map((uid) => ({ uid, controller: true })),
      labels: {},
      spec: {},
      ...fields,
    });
  }

  dependencies(now: () => Date): ComponentDependencies {
    const guard = (): void => {
      if (this.outages === 0) return;
      this.outages -= 1;
      throw new Error('connect ECONNREFUSED');
    };
    const write = (): void => {
      guard();
      this.writes += 1;
    };
    return {
      components: {
        entries: { read: async () => 'noParent', write: async () => 'noComponent' },
        get: async () => {
          guard();
          return this.#component;
        },
        updateStatus: async (_key, uid, change) => {
          guard();
          const before = this.#component;
          if (before?.uid !== uid) return undefined;
          const patch = change(before);
          if (patch === undefined) return before;
          write();
          this.#component = { ...before, status: { ...before.status, ...patch } };
          return before;
        },
      },
      children: {
        listLabelled: async (_namespace, label) => {
          guard();
          if (this.#component && componentLabel(this.#component) !== label) return [];
          return [...this.children.values()];
        },
        get: async (_namespace, name) => this.children.get(name),
        create: async (owner, { name, labels, spec }) => {
          write();
          if (this.refused.has(name)) return { kind: 'refused', message: 'too much' };
          if (this.children.has(name)) return { kind: 'changed' };
          this.put(name, { labels, spec, ownerUids: [owner.uid] });
          return { kind: 'written', uid: this.children.get(name)?.uid ?? '' };
        },
        patch: async (_namespace, { name, uid }, body) => {
          write();
          const child = this.children.get(name);
          if (child?.uid !== uid) return { kind: 'changed' };
          const spec = Object.entries({ ...child.spec, ...asObject(body['spec']) });
          this.children.set(name, {
            ...child,
            spec: Object.fromEntries(spec.filter(([, value]) => value !== null)),
          });
          return { kind: 'written', uid };
        },
        delete: async (_namespace, { name, uid }) => {
          write();
          if (this.children.get(name)?.uid !== uid) return { kind: 'changed' };
          this.children.delete(name);
          return { kind: 'written', uid };
        },
      },
      emitEvent: (_regarding, details) => {
        this.events.push(details);
      },
      now,
    };
  }
}
