// Who may withdraw access, end sessions and register agents: whom the configuration names, in their own name.
import type { Config } from '../../config/index.ts';
import { Fault } from '../../lib/index.ts';
import type { Asked } from '../api/answer-api.ts';

export type Administrators = NonNullable<Config['admin']>['administrators'];

/** Agents never may, whoever names them: nobody would have decided it. */
export function isAdministrator(
  { identity }: Pick<Asked, 'identity'>,
  administrators: Administrators,
): boolean {
  const { principal, groups, kind, actor } = identity;
  if (kind === 'agent' || actor !== undefined) return false;
  return (
    administrators.includes(`principal:${principal}`) ||
    groups.some((group) => administrators.includes(`group:${group}`))
  );
}

export function checkAdministrator(asked: Pick<Asked, 'identity'>, administrators: Administrators): void {
  if (!isAdministrator(asked, administrators)) throw new Fault('not_administrator');
}
