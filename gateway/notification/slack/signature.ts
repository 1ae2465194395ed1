// Whether a request is Slack's: https://api.slack.com/authentication/verifying-requests-from-slack
import { createHmac, timingSafeEqual } from 'node:crypto';

export type Signed = Readonly<{
  /** The headers x-slack-signature and x-slack-request-timestamp. */
  signature: string;
  timestamp: string;
  body: string;
}>;

/** Older ones, and those of a clock that is off by as much, could be copies. */
const WINDOW_SECONDS = 300;

export function isSlacks({ signature, timestamp, body }: Signed, secret: string, now: number): boolean {
  if (secret === '' || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now / 1000 - Number(timestamp)) > WINDOW_SECONDS) return false;
  const expected = Buffer.from(
    `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`,
  );
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
