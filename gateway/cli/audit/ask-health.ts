// What a gateway says of how it is: to anybody who reaches its admin side, so without a token.
import { readFile } from 'node:fs/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { CommandError, type Invocation, UsageError } from '../command.ts';

const ANSWER_MS = 20_000;
const ANSWER_MOST = 16 * 1024 * 1024;

/** One document a process of the gateway. */
export async function askHealth({ terminal, text }: Invocation): Promise<readonly object[]> {
  const named = text('admin') ?? terminal.env.PORTCULLIS_ADMIN ?? 'http://127.0.0.1:8181';
  if (!URL.canParse(named) || !/^https?:$/.test(new URL(named).protocol))
    throw new UsageError(
      `"${named}" is no address of an admin side`,
      'It begins with https:// or with http://.',
    );
  const url = new URL('/health', named);
  const caFile = text('ca');
  try {
    const ca = caFile === undefined ? undefined : await readFile(caFile);
    const { processes } = JSON.parse(await get(url, ca)) as { processes?: readonly object[] };
    if (Array.isArray(processes)) return processes;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!(error instanceof SyntaxError))
      throw new CommandError(`the admin side at ${url.origin} cannot be reached: ${code ?? message}`, {
        hint: 'The gateway has one where its configuration has `admin`.',
      });
  }
  throw new CommandError(`${url.origin} does not say how it is, as gateways do`);
}

/** Whatever the status: a gateway that isn't ready says why. */
function get(url: URL, ca: Buffer | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const isSecure = url.protocol === 'https:';
    const options = { timeout: ANSWER_MS, ...(isSecure && ca !== undefined ? { ca } : {}) };
    const asked = (isSecure ? requestHttps : requestHttp)(url, options, async (response) => {
      try {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) {
          text += chunk;
          if (text.length > ANSWER_MOST) throw new Error('its answer is too long');
        }
        resolve(text);
      } catch (error) {
        reject(error);
      }
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')));
    asked.on('error', reject);
    asked.end();
  });
}
