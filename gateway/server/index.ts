export { type Gateway, type GatewayDependencies, startGateway } from './gateway.ts';
export { channelOf } from './notification/channels.ts';
export { serve } from './serve.ts';
export type { Served } from './served.ts';
export { addressOf, asResource, type StateAddress } from './state/state-connection.ts';
