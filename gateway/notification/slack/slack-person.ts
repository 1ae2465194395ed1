// The e-mail address of somebody in Slack, where it says who they are.
import type { SlackApi } from './slack-api.ts';

/** In small letters, or why it tells nothing. */
export type SlackPerson = Readonly<{ email: string }> | Readonly<{ why: string }>;

/**
 * Whoever runs another workspace writes what they like into its people's profiles: those who share a channel from there
 * are nobody here.
 */
export async function personIn(api: SlackApi, id: string): Promise<SlackPerson> {
  const [own, answer] = await Promise.all([api.call('auth.test', {}), api.call('users.info', { user: id })]);
  const user = answer.user as SlackUser | undefined;
  if (user === undefined || user.deleted === true || user.is_bot === true)
    return { why: 'You are no person.' };
  const isOfTeam = typeof own.team_id === 'string' && user.team_id === own.team_id;
  const enterprise = user.enterprise_user?.enterprise_id;
  const isOfEnterprise = typeof own.enterprise_id === 'string' && enterprise === own.enterprise_id;
  if ((!isOfTeam && !isOfEnterprise) || user.is_stranger === true)
    return { why: 'You are of another workspace than the gateway.' };
  if (user.is_email_confirmed === false) return { why: 'Your e-mail address in Slack is not confirmed.' };
  const email = user.profile?.email;
  if (typeof email !== 'string' || email === '')
    return {
      why: 'Slack does not say your e-mail address: the app of the gateway needs the scope users:read.email.',
    };
  return { email: email.toLowerCase() };
}

type SlackUser = Readonly<{
  deleted?: unknown;
  is_bot?: unknown;
  is_stranger?: unknown;
  is_email_confirmed?: unknown;
  team_id?: unknown;
  enterprise_user?: Readonly<{ enterprise_id?: unknown }>;
  profile?: Readonly<{ email?: unknown }>;
}>;
