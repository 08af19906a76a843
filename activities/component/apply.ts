import type { ChildAction } from '../../src/domain/component/plan.ts';
import type { ChildWrite, Owner } from '../../src/kubernetes/children.ts';
import type { ComponentDependencies } from '../dependencies.ts';
import type { ApplyOutcome, ComponentActivities } from '../types.ts';

type Creation = Extract<ChildAction, { readonly kind: 'create' }>;

const DONE: ApplyOutcome = { created: [], taken: [], refused: [], isComplete: true };
const CHANGED: ApplyOutcome = { ...DONE, isComplete: false };

/** One child that is refused leaves the others unaffected; an API server that is away ends the attempt. */
export function applyChildren(deps: ComponentDependencies): ComponentActivities['applyChildren'] {
  return async ({ ref, uid, actions }) => {
    const { namespace, name } = ref;
    const component = await deps.components.get({ namespace, name });
    if (component === undefined || component.uid !== uid || component.isDeleting) return CHANGED;
    const owner = { apiVersion: component.apiVersion, kind: component.kind, namespace, name, uid };
    const outcomes: ApplyOutcome[] = [];
    for (const action of actions) outcomes.push(await applyOne(deps, owner, action));
    return {
      created: outcomes.flatMap(({ created }) => created),
      taken: outcomes.flatMap(({ taken }) => taken),
      refused: outcomes.flatMap(({ refused }) => refused),
      isComplete: outcomes.every(({ isComplete }) => isComplete),
    };
  };
}

async function applyOne(
  deps: ComponentDependencies,
  owner: Owner,
  action: ChildAction,
): Promise<ApplyOutcome> {
  const written = await write(deps, owner, action);
  if (written.kind === 'refused')
    return { ...DONE, refused: [{ name: action.name, message: written.message }] };
  if (action.kind !== 'create') return written.kind === 'written' ? DONE : CHANGED;
  return written.kind === 'written' ? made(action, written.uid) : claim(deps, owner, action);
}

function write({ children }: ComponentDependencies, owner: Owner, action: ChildAction): Promise<ChildWrite> {
  if (action.kind === 'create') return children.create(owner, action);
  return action.kind === 'patch'
    ? children.patch(owner.namespace, action, action.body)
    : children.delete(owner.namespace, action);
}

function made({ name, segment }: Creation, uid: string): ApplyOutcome {
  return { ...DONE, created: [{ name, uid, segment }] };
}

/** The name exists already: made by an attempt of ours whose reply was lost, or by somebody else. */
async function claim(
  { children }: ComponentDependencies,
  owner: Owner,
  action: Creation,
): Promise<ApplyOutcome> {
  const existing = await children.get(owner.namespace, action.name);
  if (existing === undefined || existing.isDeleting) return CHANGED;
  return existing.ownerUids.includes(owner.uid)
    ? made(action, existing.uid)
    : { ...DONE, taken: [action.name] };
}
