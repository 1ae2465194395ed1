export type {
  AccessKeysConfig,
  ClaimsConfig,
  Config,
  CredentialConfig,
  IdentityConfig,
  IntrospectionConfig,
  IssuerConfig,
  LimitsConfig,
  ListenConfig,
  RequiredClaim,
  ResourceConfig,
  UpstreamConfig,
} from './config.types.ts';
export { loadConfig } from './load.ts';
export { ConfigError } from './problem.ts';
