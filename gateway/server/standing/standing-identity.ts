// Tokens and access keys as they prove somebody whose access still stands.
import type { Identity } from '../../identity/index.ts';
import type { Standing } from './standing.ts';

/** What is withdrawn on one resource alone is looked at when it is known which one is asked for. */
export function standingIdentity(identity: Identity, standing: Standing): Identity {
  const withdrawn = (principal: Parameters<Identity['standing']>[0]) =>
    standing.withdrawalOf(principal, undefined);
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
      const key = identity.findAccessKey(user);
      return key === undefined || withdrawn(key.principal) !== undefined ? undefined : key;
    },
    accessKeyRefusal(user) {
      const key = identity.findAccessKey(user);
      return (key && withdrawn(key.principal)?.refusal) ?? identity.accessKeyRefusal(user);
    },
  };
}
