export { startServer } from './server.ts';
export type { OpenFile, TextChange, Workbench } from './workbench.ts';
