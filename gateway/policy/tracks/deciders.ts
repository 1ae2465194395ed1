// Which policies may decide: a canary only beside a stable policy that speaks of the same labels.
import { isDeepStrictEqual } from 'node:util';
import type { Decider, Track } from './track.ts';

export type Deciders = Readonly<{
  stable: Decider | undefined;
  canary: Decider | undefined;
  /** Why a canary that is configured doesn't decide. */
  canaryRests: string | undefined;
}>;

/**
 * The labels of a database are the stable bundles' for everybody. Without them, or with others than its rules were
 * written for, a canary would let through what it means to mask.
 */
export function whoDecides(stable: Track, canary: Track | undefined): Deciders {
  const resting = (because: string | undefined): Deciders => ({
    stable: stable.decider,
    canary: undefined,
    canaryRests: because,
  });
  if (canary === undefined || stable.decider === undefined) return resting(undefined);
  if (canary.decider === undefined) return resting('the canary has no policy');
  if (!isDeepStrictEqual(stable.catalog, canary.catalog)) {
    return resting(
      "data.catalog of the canary's bundles is not that of the stable ones, which holds for everybody",
    );
  }
  return { stable: stable.decider, canary: canary.decider, canaryRests: undefined };
}
