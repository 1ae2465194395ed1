// Under which names somebody's access can be withdrawn: their own, and those of whoever acts for them.
import type { Principal } from '../../identity/index.ts';

/** An actor is known by its subject alone; whatever has that name is meant, to be safe. */
export function partiesOf({ name, actor }: Pick<Principal, 'name' | 'actor'>): readonly string[] {
  if (actor === undefined) return [name];
  const names = [name];
  for (let next: Principal['actor'] = actor; next !== undefined; next = next.actor) names.push(next.subject);
  return names;
}
