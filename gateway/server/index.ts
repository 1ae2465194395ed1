export { channelOf } from './notification/channels.ts';
export type { Gateway, GatewayDependencies } from './process/gateway.ts';
export { startGateway } from './process/start.ts';
export { serve } from './serve.ts';
export type { Served } from './served.ts';
export { addressOf, asResource, type StateAddress } from './state/state-connection.ts';
