import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readManifests } from '../../../deploy/dev/stack/manifests.ts';

/** One verb on one kind of resource: the smallest thing that a role can give. */
export interface Right {
  readonly group: string;
  /** With its subresource: `exposedapis/status`. */
  readonly resource: string;
  readonly verb: string;
}

export const ruleSchema = z.object({
  apiGroups: z.array(z.string()),
  resources: z.array(z.string()),
  resourceNames: z.array(z.string()).optional(),
  verbs: z.array(z.string()),
});

const roleSchema = z.object({
  kind: z.enum(['Role', 'ClusterRole']),
  metadata: z.object({ name: z.string() }),
  rules: z.array(ruleSchema),
});
export type WrittenRole = z.infer<typeof roleSchema>;

const RBAC = fileURLToPath(new URL('../../../deploy/rbac', import.meta.url));

/** The Roles and ClusterRoles of deploy/rbac. */
export async function readRoles(): Promise<readonly WrittenRole[]> {
  const isRole = ({ kind = '' }: { kind?: string }): boolean => ['Role', 'ClusterRole'].includes(kind);
  return (await readManifests(RBAC)).filter(isRole).map((role) => roleSchema.parse(role));
}

/** Every single right that these roles give, each once. */
export function rightsOf(roles: readonly Pick<WrittenRole, 'rules'>[]): readonly Right[] {
  const rights = roles
    .flatMap(({ rules }) => rules)
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => ({ group, resource, verb }))),
      ),
    );
  return [...new Map(rights.map((right) => [nameOfRight(right), right])).values()];
}

/** `patch exposedapis.oda.tmforum.org/status`. */
export function nameOfRight({ group, resource, verb }: Right): string {
  const [plural = '', ...subresource] = resource.split('/');
  return `${verb} ${[`${plural}.${group}`, ...subresource].join('/')}`;
}
