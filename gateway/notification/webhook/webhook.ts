// Tells a program over HTTP, by a signed POST of JSON.
import { readFile } from 'node:fs/promises';
import type { Request } from '../../approval/index.ts';
import type { Clock } from '../../lib/index.ts';
import type { Channel, Outcome } from '../channel.ts';
import type { ApprovalEvent } from '../event.ts';
import { type Posted, post } from '../post.ts';
import { keysIn, signatureOf } from './signature.ts';

export type WebhookConfig = Readonly<{
  name: string;
  url: string;
  /** With a secret of the Standard Webhooks scheme. */
  secretFile: string;
  ca: string | undefined;
}>;

export type WebhookDependencies = Readonly<{
  clock: Clock;
  /** A request as approvers read it over HTTP. */
  document: (request: Request) => object;
  /** For one POST and its answer. */
  milliseconds?: number | undefined;
}>;

/** The receiver has read it and wants none of it: the same body would be refused again. */
const refusals: ReadonlySet<number> = new Set([400, 413, 415, 422]);
const GONE = 410;

export function webhook(config: WebhookConfig, deps: WebhookDependencies): Channel {
  const { name, url, ca } = config;
  const { clock, document, milliseconds } = deps;
  const keys = async () => keysIn(await readFile(config.secretFile, 'utf8'));
  return {
    name,
    kind: 'webhook',
    async deliver(event, { id }) {
      const body = JSON.stringify(bodyOf(event, document));
      const timestamp = Math.floor(clock.now() / 1000);
      const headers = {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signatureOf(await keys(), id, timestamp, body),
      };
      return outcomeOf(await post({ url, headers, body, ca, milliseconds }));
    },
    // Anything that is sent would be taken for an event; so nothing is.
    async check() {
      const { length } = await keys();
      return `${url}, ${length === 1 ? 'one secret' : `${length} secrets`}`;
    },
  };
}

/** The form that schemas/approval-event.schema.json describes. */
export function bodyOf(
  { name, request, at, link }: ApprovalEvent,
  document: WebhookDependencies['document'],
): object {
  return {
    version: 1,
    type: `approval.${name}`,
    timestamp: new Date(at).toISOString(),
    data: { ...document(request), ...(link === undefined ? {} : { link }) },
  };
}

function outcomeOf({ status, afterSeconds }: Posted): Outcome {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const problem = `HTTP ${status}`;
  if (status === GONE) return { kind: 'stop', problem };
  if (refusals.has(status)) return { kind: 'failed', problem };
  return { kind: 'retry', problem, afterSeconds };
}
