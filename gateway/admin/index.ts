export { type Admin, startAdmin } from './admin.ts';
export type { Health, MaskKeysHealth } from './health.ts';
