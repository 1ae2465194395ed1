// Notices who has shown a token that was verified.
import type { Identity, Principal } from '../../identity/index.ts';

export const noticingIdentity = (identity: Identity, seen: (principal: Principal) => void): Identity => ({
  ...identity,
  async verifyToken(token) {
    const principal = await identity.verifyToken(token);
    seen(principal);
    return principal;
  },
});
