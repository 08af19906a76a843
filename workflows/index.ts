export { exposedApi } from './exposedApi.ts';
export { component } from './component.ts';
