// Connections to the databases behind the gateway: credentials, TLS, login, cancel.
export type { ConnectRequest, UpstreamConnection } from './establish.ts';
export { ServerRefused } from './failure.ts';
export { type ClientRequest, openClient } from './open-client.ts';
export { primaryOf } from './primary.ts';
export { createUpstream, type Upstream } from './upstream.ts';
