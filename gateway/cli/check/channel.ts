// Connects and logs in to where people are told of requests for approval, and sends nothing.

import type { Config } from '../../config/index.ts';
import { systemClock } from '../../lib/index.ts';
import { channelOf } from '../../server/index.ts';
import { bad, type Finding, good } from './finding.ts';

export async function checkChannel(
  channel: Config['approvals']['notify'][number],
  about: string,
): Promise<Finding> {
  try {
    return good(about, await channelOf(channel, systemClock).check());
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return bad(about, `${channel.name} cannot be used: ${code ?? message}`);
  }
}
