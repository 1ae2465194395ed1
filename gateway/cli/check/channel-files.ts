// Checks the files of a channel on which people and programs are told of requests for approval.

import type { Config } from '../../config/index.ts';
import { systemClock } from '../../lib/index.ts';
import { channelOf } from '../../server/index.ts';
import { checkAuthority } from './certificates.ts';
import { bad, type Finding } from './finding.ts';
import { checkSecret } from './secret.ts';

type ChannelConfig = Config['approvals']['notify'][number];

export async function checkChannelFiles(channel: ChannelConfig, at: string, now: number): Promise<Finding[]> {
  const { ca, secret_file: secret, smtp } = channel;
  const findings: Finding[] = [];
  if (ca !== undefined) findings.push(await checkAuthority(`${at}.ca`, ca, now));
  if (smtp?.ca !== undefined) findings.push(await checkAuthority(`${at}.smtp.ca`, smtp.ca, now));
  if (smtp?.password_file !== undefined)
    findings.push(...(await checkSecret(`${at}.smtp.password_file`, smtp.password_file)));
  if (secret !== undefined)
    findings.push(...(await checkSigningSecret(channel, `${at}.secret_file`, secret)));
  return findings;
}

/** Of a webhook, which has to be of the scheme's form. */
async function checkSigningSecret(channel: ChannelConfig, about: string, path: string): Promise<Finding[]> {
  const found = await checkSecret(about, path);
  if (found.some(({ grade }) => grade === 'bad')) return found;
  try {
    await channelOf(channel, systemClock).check();
    return found;
  } catch (error) {
    const fix = `echo "whsec_$(openssl rand -base64 32)" > ${path}`;
    return [bad(about, `${path}: ${(error as Error).message}`, fix)];
  }
}
