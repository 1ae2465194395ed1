// Gateways that tell of requests, as far as that needs: a state database, channels, and what they say of themselves.

import { randomUUID } from 'node:crypto';
import type { Log } from '../../../gateway/lib/index.ts';
import { silentLog } from '../../../gateway/lib/index.ts';
import {
  type Channel,
  Notifications,
  type NotificationsOptions,
} from '../../../gateway/notification/index.ts';
import type { Postgres } from '../../support/postgres.ts';
import { openSide, type Side } from '../stage.ts';

export type Telling = Readonly<{
  side: Side;
  notifications: Notifications;
  /** As `Side.kill`: what is being sent is never written down. */
  kill(): Promise<void>;
}>;

/** Nobody waits for long here. */
const pauses = { firstMs: 20, longestMs: 200, giveUpMs: 3_600_000 };

export async function tellOn(
  postgres: Postgres,
  channels: readonly Channel[],
  more: Partial<NotificationsOptions> & { link?: string } = {},
): Promise<Telling> {
  const side = await openSide(postgres);
  const { link, ...options } = more;
  const notifications = new Notifications({ log: silentLog, pauses, ...options });
  await notifications.use({ channels, link });
  const { state, approvals, processId } = side;
  await notifications.start({ state, processId, read: (id) => approvals.get(id) });
  return {
    ...{ side, notifications },
    kill: () => side.kill(),
  };
}

/** Each level's messages, and nothing of what else they say. */
export function rememberingLog(): { log: Log; said: string[] } {
  const said: string[] = [];
  const remember = (level: string) => (fields: object, message: string) => {
    const { problem } = fields as { problem?: string };
    said.push(`${level}: ${message}${problem === undefined ? '' : ` (${problem})`}`);
  };
  const levels = {
    warn: remember('warn'),
    error: remember('error'),
    info: remember('info'),
    debug: () => {},
  };
  return { log: levels as unknown as Log, said };
}

/** Names of channels that no other test has. */
export const channelName = (): string => `channel-${randomUUID().slice(0, 8)}`;
