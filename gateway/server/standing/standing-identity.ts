// Tokens and access keys as they prove somebody whose access still stands; and the keys of agents beside those of the file.
import type { AgentKey } from '../../agent/index.ts';
import { type AccessKey, accessKeyIssuer, type Identity, LoginRefused } from '../../identity/index.ts';
import type { Standing } from './standing.ts';

/** What is withdrawn on one resource alone is looked at when it is known which one is asked for. */
export function standingIdentity(identity: Identity, standing: Standing): Identity {
  const withdrawn = (principal: Parameters<Identity['standing']>[0]) =>
    standing.withdrawalOf(principal, undefined);
  const find = (user: string): AccessKey | undefined => {
    const key = standing.agentKey(user);
    if (key === undefined) return identity.findAccessKey(user);
    return standing.keyStanding(key) === 'valid' ? accessKeyOf(key) : undefined;
  };
  return {
    ...identity,
    async verifyToken(token) {
      const principal = await identity.verifyToken(token);
      standing.check();
      const withdrawal = withdrawn(principal);
      if (withdrawal !== undefined) throw withdrawal.refusal;
      return principal;
    },
    // To whoever tries it, a key that is withdrawn looks like one whose secret is wrong.
    findAccessKey(user) {
      const key = find(user);
      return key === undefined || withdrawn(key.principal) !== undefined ? undefined : key;
    },
    // One that is over keeps its salt, so that nobody can see from outside when it ended.
    mockVerifier(user) {
      const mock = identity.mockVerifier(user, standing.decoy);
      const known = standing.agentKey(user)?.verifier;
      return known === undefined ? mock : { ...mock, salt: known.salt, iterations: known.iterations };
    },
    accessKeyRefusal(user) {
      const key = standing.agentKey(user);
      const over = key && standing.keyStanding(key);
      if (over === 'revoked')
        return new LoginRefused('access_key_revoked', `the access key was revoked by ${key?.revokedBy}`);
      if (over === 'expired') return new LoginRefused('access_key_expired', 'the access key has expired');
      const found = find(user);
      const withdrawal = found && withdrawn(found.principal);
      if (withdrawal !== undefined) return withdrawal.refusal;
      return key === undefined
        ? identity.accessKeyRefusal(user)
        : new LoginRefused('access_key_wrong_secret', 'the secret of the access key is wrong');
    },
    standing(principal) {
      const { method, keyId = '' } = principal.auth;
      const key = method === 'access_key' ? standing.agentKey(keyId) : undefined;
      return key === undefined ? identity.standing(principal) : standing.keyStanding(key);
    },
  };
}

/** The rest of what an agent is stands in its registration. */
function accessKeyOf({ id, agent, verifier, expiresAt }: AgentKey): AccessKey {
  const seconds = expiresAt === undefined ? undefined : Math.floor(expiresAt / 1000);
  return {
    ...{ id, verifier },
    principal: Object.freeze({
      ...{ name: agent.registration.name, kind: 'agent' as const, issuer: accessKeyIssuer, subject: id },
      ...{ groups: [], scopes: [], claims: {}, actor: undefined },
      auth: Object.freeze({ method: 'access_key' as const, expiresAt: seconds, keyId: id }),
    }),
  };
}
