export { type Gateway, type GatewayDependencies, startGateway } from './gateway.ts';
export { type Served, serve } from './serve.ts';
