// Whether a session stands on what was granted: without it, it would not have been let in as it was.
import { isDeepStrictEqual } from 'node:util';
import type { ConnectDecision, GrantsInput, PolicyTracks } from '../../policy/index.ts';
import type { Asker } from '../asker.ts';

type Options = Readonly<{ tracks: PolicyTracks; now: () => number }>;

/** Says later whether the session would be let in the same way still. Undefined where it doesn't hang on any grant. */
export function leaningOn(asker: Omit<Asker, 'fixed'>, options: Options): (() => boolean) | undefined {
  const granted = asker.grants();
  if (granted === undefined) return undefined;
  const given = lettingIn(asker, granted, options);
  if (isDeepStrictEqual(given, lettingIn(asker, undefined, options))) return undefined;
  const ids = granted.map(({ id }) => id);
  let last: GrantsInput | undefined = granted;
  let isLetIn = true;
  return () => {
    const current = asker.grants();
    if (current === last) return isLetIn;
    last = current;
    // What was added since takes nothing away, whatever the policy would say by now.
    const isThere = ids.every((id) => current?.some((grant) => grant.id === id));
    isLetIn = isThere || isDeepStrictEqual(given, lettingIn(asker, current, options));
    return isLetIn;
  };
}

/** How a login is let in, without what limits it. */
function lettingIn(
  { identity, session, resource }: Omit<Asker, 'fixed'>,
  grants: GrantsInput | undefined,
  { tracks, now }: Options,
): Pick<Extract<ConnectDecision, { effect: 'allow' }>, 'credential' | 'settings'> | undefined {
  const decider = tracks.decider(identity);
  const ask = { identity, session: session('idle'), resource: resource(), grants, now: now() };
  const decision = decider?.policy.connect(ask).decision;
  if (decision?.effect !== 'allow') return undefined;
  const { credential, settings } = decision;
  return {
    ...(credential === undefined ? {} : { credential }),
    ...(settings === undefined ? {} : { settings }),
  };
}
