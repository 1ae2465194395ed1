// The people, agents and services that the demo's issuer knows.

export type DemoAccount = Readonly<{
  /** The `sub` claim, and so the principal's name. */
  id: string;
  name: string;
  kind: 'agent' | 'service' | 'human';
  groups: readonly string[];
  /** Further claims of the access token, for example `act`. */
  claims?: Readonly<Record<string, unknown>>;
}>;

export const demoAccounts: readonly DemoAccount[] = [
  { id: 'support-agent', name: 'Support agent', kind: 'agent', groups: ['support'] },
  { id: 'analytics-agent', name: 'Analytics agent', kind: 'agent', groups: ['analytics'] },
  { id: 'dana', name: 'Dana, database administrator', kind: 'human', groups: ['dba'] },
];

/** A program that logs in with a client id and a secret of its own (client credentials). */
export const demoService = {
  id: 'nightly-report',
  secret: 'nightly-report-demo-secret',
  name: 'Nightly report',
  kind: 'service',
  groups: ['analytics'],
} as const;

/** The public client that `portcullis login` uses: code with PKCE on a loopback redirect, or device code. */
export const demoPublicClientId = 'portcullis-cli';

/** The gateway's own client, for asking about opaque tokens. */
export const demoIntrospectionClient = {
  id: 'portcullis-gateway',
  secret: 'portcullis-gateway-demo-secret',
} as const;
