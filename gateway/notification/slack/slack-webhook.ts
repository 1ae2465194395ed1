// Tells a channel of Slack by an incoming webhook, for whoever may not install an app: https://api.slack.com/messaging/webhooks
import { readFile } from 'node:fs/promises';
import { isPrivateWay } from '../../lib/index.ts';
import type { Channel, Outcome } from '../channel.ts';
import type { ApprovalEvent } from '../event.ts';
import { type Posted, post } from '../post.ts';
import { announcementOf } from './blocks.ts';

export type SlackWebhookConfig = Readonly<{
  name: string;
  /** With its address, which is its secret. */
  urlFile: string;
  ca: string | undefined;
}>;

/** The same message would be refused again; all else somebody can put right, or it passes. */
const refusals: ReadonlySet<number> = new Set([400, 413]);

export function slackWebhook({ name, urlFile, ca }: SlackWebhookConfig): Channel {
  const address = async () => addressIn(await readFile(urlFile, 'utf8'));
  return {
    name,
    kind: 'slack_webhook',
    async deliver(event, { opening }) {
      if (event.name === 'requested' && event.isOver)
        return { kind: 'skipped', problem: 'the request was over already' };
      if (isEnd(event) && opening?.status !== 'delivered')
        return { kind: 'skipped', problem: 'nobody was told of the request' };
      const headers = { 'content-type': 'application/json; charset=utf-8' };
      const body = JSON.stringify(announcementOf(event));
      return outcomeOf(await post({ url: await address(), headers, body, ca }));
    },
    // Whatever is posted there is shown; so nothing is.
    async check() {
      return `messages go to ${new URL(await address()).host}`;
    },
  };
}

const isEnd = ({ name }: ApprovalEvent): boolean => name !== 'requested' && name !== 'glass_broken';

/** Throws, without repeating it, for what no message may be sent to. */
function addressIn(text: string): string {
  const address = text.trim();
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !isPrivateWay(url)) throw new Error('the file holds no https URL');
  return address;
}

function outcomeOf({ status, afterSeconds, body }: Posted): Outcome {
  if (status === 200) return { kind: 'delivered' };
  // Slack's own word for it, such as no_service or channel_is_archived.
  const word = /^\w{1,60}$/.test(body.trim()) ? ` ${body.trim()}` : '';
  const problem = `Slack answers ${status}${word}`;
  return refusals.has(status) ? { kind: 'failed', problem } : { kind: 'retry', problem, afterSeconds };
}
