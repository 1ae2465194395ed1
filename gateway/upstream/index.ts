// Connections to the databases behind the gateway: credentials, TLS, login, cancel.
export { ServerRefused } from './failure.ts';
export {
  type ConnectRequest,
  createUpstream,
  type Upstream,
  type UpstreamConnection,
} from './upstream.ts';
