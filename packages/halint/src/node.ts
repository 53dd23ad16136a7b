export { loadSnapshot, InputError, findConfig } from '@halint/inventory';
export * from './index.ts';
