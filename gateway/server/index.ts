export { type Gateway, type GatewayDependencies, startGateway } from './gateway.ts';
export { serve } from './serve.ts';
export type { Served } from './served.ts';
