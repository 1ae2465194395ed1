// Tells a channel of Slack, and changes the message when the request has ended.
import type { Attempt, Channel, Outcome } from '../channel.ts';
import type { ApprovalEvent } from '../event.ts';
import { messageOf } from './blocks.ts';
import { type SlackAccess, SlackApi, SlackRefused } from './slack-api.ts';

export type SlackConfig = Readonly<{ name: string; channel: string }> & SlackAccess;

/** Where the message is. */
type Receipt = Readonly<{ channel: string; ts: string }>;

/** The same message would be refused again; all else somebody can put right, or it passes. */
const finals: ReadonlySet<string> = new Set([
  ...['msg_too_long', 'msg_blocks_too_long', 'no_text', 'invalid_blocks', 'invalid_blocks_format'],
  ...['invalid_arguments', 'invalid_metadata_format'],
]);

export function slack(config: SlackConfig): Channel {
  const { name, channel } = config;
  const api = new SlackApi(config);
  return {
    name,
    kind: 'slack',
    async deliver(event, attempt) {
      try {
        return event.name === 'requested' || event.name === 'glass_broken'
          ? await tell(event, attempt, channel, api)
          : await change(event, attempt, api);
      } catch (error) {
        if (!(error instanceof SlackRefused)) throw error;
        const { message: problem, reason, afterSeconds } = error;
        return finals.has(reason) ? { kind: 'failed', problem } : { kind: 'retry', problem, afterSeconds };
      }
    },
    async check() {
      const { team, user } = await api.call('auth.test', {});
      return `Slack lets ${String(user)} in, in the workspace ${String(team)}`;
    },
  };
}

async function tell(event: ApprovalEvent, { id }: Attempt, channel: string, api: SlackApi): Promise<Outcome> {
  if (event.isOver && event.name === 'requested')
    return { kind: 'skipped', problem: 'the request was over already' };
  const metadata = { event_type: `approval_${event.name}`, event_payload: { delivery_id: id } };
  const answer = await api.call('chat.postMessage', {
    channel,
    ...messageOf(event),
    metadata,
    unfurl_links: false,
  });
  // It is changed where it is, whatever name the configuration has for that.
  return { kind: 'delivered', receipt: { channel: String(answer.channel), ts: String(answer.ts) } };
}

async function change(event: ApprovalEvent, { opening }: Attempt, api: SlackApi): Promise<Outcome> {
  const receipt = opening?.receipt as Receipt | undefined;
  if (receipt === undefined) return { kind: 'skipped', problem: 'nobody was told of the request' };
  try {
    await api.call('chat.update', { channel: receipt.channel, ts: receipt.ts, ...messageOf(event) });
  } catch (error) {
    if (!(error instanceof SlackRefused) || error.reason !== 'message_not_found') throw error;
    return { kind: 'skipped', problem: 'the message is gone' };
  }
  return { kind: 'delivered' };
}
