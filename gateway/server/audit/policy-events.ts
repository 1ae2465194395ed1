// What becomes of the policy: the sets of bundles that begin to decide, and those that were refused.
import type { PolicyStatus } from '../../policy/index.ts';
import type { Members } from './trail.ts';

type Track = PolicyStatus['tracks'][number];
type Bundle = Track['bundles'][number];

export class PolicyEvents {
  readonly #tell: (type: string, members: Members) => void;
  readonly #revisions = new Map<string, string>();
  readonly #problems = new Map<string, string>();

  constructor(tell: (type: string, members: Members) => void) {
    this.#tell = tell;
  }

  /** Told of its standing now and again, it says what is new. */
  look({ tracks }: PolicyStatus): void {
    for (const { track, bundles } of tracks) {
      this.#lookAtRevision(track, bundles);
      for (const bundle of bundles) this.#lookAtProblem(track, bundle);
    }
  }

  #lookAtRevision(track: string, bundles: readonly Bundle[]): void {
    const active = bundles.filter(({ activeDigest }) => activeDigest !== undefined);
    const key = active.map(({ name, activeDigest }) => `${name} ${activeDigest}`).join('\n');
    const before = this.#revisions.get(track) ?? '';
    if (key === before) return;
    this.#revisions.set(track, key);
    const isPinned = active.some(({ pinned }) => typeof pinned === 'object');
    this.#tell(isPinned ? 'policy.rolled_back' : 'policy.activated', {
      policy: {
        track,
        bundles: active.map(({ name, activeRevision, activeDigest, from }) => ({
          ...{ name, revision: activeRevision, digest: activeDigest, from },
        })),
      },
    });
  }

  #lookAtProblem(track: string, { name, code, message }: Bundle): void {
    const key = `${track} ${name}`;
    const before = this.#problems.get(key);
    if (code === before) return;
    if (code === undefined) this.#problems.delete(key);
    else this.#problems.set(key, code);
    if (code !== undefined)
      this.#tell('policy.rejected', { policy: { track, bundle: name, code, because: message } });
  }
}
