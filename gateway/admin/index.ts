export { type Admin, startAdmin } from './admin.ts';
export type { ApiRequest, ApiResponse } from './api.ts';
export type { Health, MaskKeysHealth, StateHealth } from './health.ts';
export type { ProcessMetrics } from './metrics/exposition.ts';
export type { Watch } from './stream-watch.ts';
