// One HTTP request to a service that is told something.
import { askHttp } from '../lib/index.ts';
import { attemptMilliseconds } from './channel.ts';

export type Posting = Readonly<{
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** A file with authorities, in the place of the system's. */
  ca: string | undefined;
  /** Less than a whole attempt may take. */
  milliseconds?: number | undefined;
}>;

export type Posted = Readonly<{
  status: number;
  /** What it says of when to come again. */
  afterSeconds: number | undefined;
  body: string;
}>;

const POST_MS = 10_000;
const ANSWER_MOST = 256 * 1024;

export async function post({ url, headers, body, ca, milliseconds = POST_MS }: Posting): Promise<Posted> {
  const answer = await askHttp({
    method: 'POST',
    url: new URL(url),
    ...{ headers, body },
    files: { ca },
    signal: AbortSignal.timeout(Math.min(milliseconds, attemptMilliseconds)),
    // What is longer than anybody has to say is left unread.
    mostBytes: ANSWER_MOST,
  });
  return { ...answer, body: answer.body.toString('utf8') };
}
