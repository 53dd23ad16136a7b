export * from './load.ts';
export * from './read-text.ts';
export { displayOf, reasonOf } from './tree.ts';
