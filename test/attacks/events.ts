// What attacks want to happen to the gateway, and which of it this version has no way to do.
import { type Profile, profiles, type ScoreStage } from '../scores/score-stage.ts';
import type { Attack } from './catalogue.ts';

const reload = /^reload_policy(?::mask (\w+))?$/;
/** A statement that somebody has sent and others have agreed to, with its parameters. */
const approve = /^approve: (.+) \[(.*)\]$/;

/** Why an attack can't be played; undefined: it can. */
export function whyNotPlayed(attack: Attack, stage: ScoreStage): string | undefined {
  const { steps, upstream_role = 'gw_app', needs_version = 0 } = attack;
  if (stage.database.postgres.version < needs_version)
    return `PostgreSQL ${needs_version} has brought its SQL`;
  const profile = profileOf(attack);
  if (profile === undefined) return `the profile ${attack.profile} can't be expressed`;
  const lacking = stage.lacks(upstream_role, profile);
  if (lacking !== undefined) return lacking;
  if (stage.gateway === undefined && steps.some(({ op }) => op === 'gateway'))
    return "the gateway can't be told anything from here";
  const isKnown = (event: string) => event === 'replay_token' || reload.test(event) || approve.test(event);
  const unknown = steps.find((step) => step.op === 'gateway' && !isKnown(step.event));
  return unknown !== undefined && 'event' in unknown ? `nothing does "${unknown.event}"` : undefined;
}

export async function happen(event: string, stage: ScoreStage): Promise<void> {
  const [, sql, values = ''] = approve.exec(event) ?? [];
  if (sql !== undefined) {
    await stage.gateway?.approve(sql, values === '' ? [] : values.split(','));
    return;
  }
  const [, column] = reload.exec(event) ?? [];
  await stage.gateway?.reloadPolicy(column === undefined ? [] : [`public.customers.${column}`]);
}

/** Undefined where the stage has no such profile. */
export const profileOf = ({ profile = 'default' }: Pick<Attack, 'profile'>): Profile | undefined =>
  profiles.find((known) => known === profile);
