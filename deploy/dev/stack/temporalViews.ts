import { SEARCH_ATTRIBUTES, WORKFLOW_TYPES } from '../../../src/domain/kubernetes/names.ts';
import { COMPONENT } from './exampleComponent.ts';

const APIS = `WorkflowType="${WORKFLOW_TYPES.exposedApi}" AND ExecutionStatus="Running"`;
const STATE = SEARCH_ATTRIBUTES.apiState;

/** List filters of Temporal that answer what people ask first, by the title under which they are shown. */
export const VIEW_QUERIES: Readonly<Record<string, string>> = {
  'all APIs': APIS,
  retrying: `${APIS} AND ${STATE}="Retrying"`,
  'not registered': `${APIS} AND ${STATE}!="Registered" AND ${STATE}!="NotRouted"`,
  'one Component': `${SEARCH_ATTRIBUTES.component}="${COMPONENT}" AND ExecutionStatus="Running"`,
};

/** Links that open Temporal's UI with these filters. */
export function temporalViews(uiUrl: string, namespace: string): { label: string; value: string }[] {
  return Object.entries(VIEW_QUERIES).map(([title, query]) => ({
    label: `  ${title}`,
    value: `${uiUrl}/namespaces/${namespace}/workflows?query=${encodeURIComponent(query)}`,
  }));
}
