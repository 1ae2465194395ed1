// The revocations that are in force, as every login and every session is held against them.
import type { Revocation, RevocationKind } from './revocation.ts';

export class Revoked {
  readonly #byKind: Readonly<Record<RevocationKind, ReadonlyMap<string, readonly Revocation[]>>>;

  constructor(revocations: readonly Revocation[]) {
    const of = (kind: RevocationKind) =>
      Map.groupBy(
        revocations.filter((each) => each.kind === kind),
        ({ value }) => value,
      );
    this.#byKind = {
      principal: of('principal'),
      access_key: of('access_key'),
      token: of('token'),
      session: of('session'),
    };
  }

  /** What counts on this resource at `now`; without a resource, what counts everywhere. */
  find(
    kind: RevocationKind,
    value: string,
    resource: string | undefined,
    now: number,
  ): Revocation | undefined {
    return this.#byKind[kind]
      .get(value)
      ?.find(
        (each) =>
          (each.resource === undefined || each.resource === resource) &&
          (each.until === undefined || each.until > now),
      );
  }
}
