export { exposedApi } from './exposedApi/workflow.ts';
export { component } from './component/workflow.ts';
