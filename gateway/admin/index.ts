export { type Admin, startAdmin } from './admin.ts';
export type { Health } from './health.ts';
