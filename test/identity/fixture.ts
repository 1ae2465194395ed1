// An identity with a clock and a log of its own, and the check that no refusal and no log line holds a token.
import { pino } from 'pino';
import { expect } from 'vitest';
import type { IdentityConfig, IssuerConfig } from '../../gateway/config/index.ts';
import {
  createIdentity,
  type Identity,
  LoginRefused,
  type RefusalReason,
} from '../../gateway/identity/index.ts';

/** A clock that stands still until it is told otherwise. Every test begins at the same moment. */
export class TestClock {
  #now = Date.UTC(2031, 4, 1, 12);

  now = (): number => this.#now;

  get seconds(): number {
    return this.#now / 1000;
  }

  advance(seconds: number): void {
    this.#now += seconds * 1000;
  }
}

export type LogLine = Readonly<Record<string, unknown> & { msg: string }>;

export function captureLog() {
  const lines: LogLine[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { log, lines, messages: () => lines.map(({ msg }) => msg) };
}

/** The configuration as it is after loading: every default filled in. */
export function issuerConfig(issuer: string, changes: Partial<IssuerConfig> = {}): IssuerConfig {
  return {
    issuer,
    audience: 'portcullis',
    algorithms: ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'],
    jwks_max_stale_seconds: 86_400,
    required_claims: {},
    claims: { principal: 'sub', groups: 'groups', kind: 'agent_kind', scopes: 'scope' },
    kind: 'human',
    single_use: false,
    oauth: { scope: 'openid' },
    ...changes,
  };
}

export function identityConfig(
  issuers: readonly IssuerConfig[],
  changes: Partial<IdentityConfig> = {},
): IdentityConfig {
  return { clock_skew_seconds: 30, issuers, ...changes };
}

export async function openIdentity(config: IdentityConfig, clock = new TestClock()) {
  const captured = captureLog();
  const identity = await createIdentity(config, { log: captured.log, clock });
  return { ...captured, identity, clock, expectRefusal: expectRefusalWith(identity, captured.lines) };
}

/** Asserts that a token is refused for this reason, and that neither the refusal nor the log holds any of it. */
function expectRefusalWith(identity: Identity, lines: readonly LogLine[]) {
  return async (token: string, reason: RefusalReason, text?: RegExp): Promise<void> => {
    const refusal = await identity.verifyToken(token).then(
      () => expect.unreachable(`the token was accepted, want ${reason}`),
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(LoginRefused);
    const { reason: got, message, stack, cause } = refusal as LoginRefused;
    expect(`${got}: ${message}`).toMatch(new RegExp(`^${reason}: `));
    if (text !== undefined) expect(message).toMatch(text);
    expect(cause).toBeUndefined();
    const said = `${message}\n${stack}\n${JSON.stringify(refusal)}\n${JSON.stringify(lines)}`;
    for (const part of [token, ...token.split('.')]) if (part.length > 8) expect(said).not.toContain(part);
  };
}
