import type { ListedChild } from './plan.ts';
import { describeProblems, type ChildProblems } from './problems.ts';

export type ComponentView =
  | { readonly kind: 'leaving' }
  | {
      readonly kind: 'present';
      readonly deploymentStatus: string;
      readonly listed: readonly ListedChild[];
      readonly problems: ChildProblems;
    };

/** Markdown for Temporal's UI: where the Component stands, its APIs, and what a person can do. */
export function componentDetails(view: ComponentView): string {
  if (view.kind === 'leaving')
    return '### Being deleted\n\nIts APIs go with it: the garbage collector deletes them, and each is removed from the gateway first.';
  const problems = describeProblems(view.problems).map(({ message }) => `- ${message}`);
  return [
    `### ${view.deploymentStatus}`,
    view.listed.length === 0
      ? 'No APIs.'
      : view.listed.map(({ name, segment }) => `- \`${name}\` (${segment})`).join('\n'),
    ...(problems.length === 0 ? [] : ['**To be mended**', problems.join('\n')]),
  ].join('\n\n');
}
