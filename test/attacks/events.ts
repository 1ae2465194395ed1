// What attacks want to happen to the gateway, and which of it this version has no way to do.
import type { ScoreStage } from '../scores/score-stage.ts';
import type { Attack } from './catalogue.ts';

const reload = /^reload_policy(?::mask (\w+))?$/;

/** Why an attack can't be played; undefined: it can. */
export function whyNotPlayed(
  { steps, profile = 'default', upstream_role = 'gw_app', needs_version = 0 }: Attack,
  stage: ScoreStage,
): string | undefined {
  if (stage.database.postgres.version < needs_version)
    return `PostgreSQL ${needs_version} has brought its SQL`;
  if (profile !== 'default' && profile !== 'metadata_hidden')
    return `the profile ${profile} can't be expressed`;
  const lacking = stage.lacks(upstream_role, profile);
  if (lacking !== undefined) return lacking;
  if (stage.reloadPolicy === undefined && steps.some(({ op }) => op === 'gateway'))
    return "the gateway's policy can't be changed from here";
  const event = steps.find((step) => step.op === 'gateway' && !reload.test(step.event));
  if (event === undefined || !('event' in event)) return undefined;
  return event.event.startsWith('approve') ? 'approvals are not given yet' : `nothing does "${event.event}"`;
}

export async function happen(event: string, stage: ScoreStage): Promise<void> {
  const [, column] = reload.exec(event) ?? [];
  await stage.reloadPolicy?.(column === undefined ? [] : [`public.customers.${column}`]);
}
