export { exposedApi } from './exposedApi.ts';
