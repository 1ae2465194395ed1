// What attacks want to happen to the gateway, and which of it this version has no way to do.
import type { Stage } from '../scores/stage.ts';
import type { Attack } from './catalogue.ts';

const reload = /^reload_policy(?::mask (\w+))?$/;

/** Why an attack can't be played; undefined: it can. */
export function whyNotPlayed({ steps, profile = 'default' }: Attack): string | undefined {
  if (profile !== 'default' && profile !== 'metadata_hidden')
    return `the profile ${profile} can't be expressed`;
  const event = steps.find((step) => step.op === 'gateway' && !reload.test(step.event));
  if (event === undefined || !('event' in event)) return undefined;
  return event.event.startsWith('approve') ? 'approvals are not given yet' : `nothing does "${event.event}"`;
}

export async function happen(event: string, stage: Stage): Promise<void> {
  const [, column] = reload.exec(event) ?? [];
  await stage.reloadPolicy(column === undefined ? [] : [`public.customers.${column}`]);
}
