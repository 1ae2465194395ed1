// Asks the gateway's admin side over HTTP, with the token of a login.
import { readFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createInterface } from 'node:readline';
import { isPrivateWay } from '../lib/index.ts';
import { CommandError, type Invocation, type OptionSpec, UsageError } from './command.ts';
import { freshLogin } from './fresh-token.ts';
import { profileName, profileOption } from './profile.ts';
import { readToken } from './token-file.ts';

export const adminOptions: Readonly<Record<string, OptionSpec>> = {
  ...profileOption,
  admin: {
    type: 'string',
    value: 'URL',
    help: "The gateway's admin side. Default: PORTCULLIS_ADMIN or http://127.0.0.1:8181.",
  },
  'token-file': { type: 'string', value: 'FILE', help: 'A file with the token, instead of a login.' },
  ca: {
    type: 'string',
    value: 'FILE',
    help: "The certificate authority of the admin side. Default: the system's.",
  },
  json: { type: 'boolean', help: 'Print JSON.' },
};

/** The token must outlive one question. */
const VALID_SECONDS = 30;
const ANSWER_MS = 20_000;
const ANSWER_MOST = 16 * 1024 * 1024;

export type AdminApi = Readonly<{
  /** Throws what the gateway says is wrong, or when it says nothing for so long. */
  ask(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: object,
    milliseconds?: number,
  ): Promise<unknown>;
  /** What it tells of as it happens: one JSON document a line. */
  follow(path: string): AsyncIterable<unknown>;
}>;

export async function openAdminApi(invocation: Invocation): Promise<AdminApi> {
  const { terminal, text } = invocation;
  const base = baseOf(text('admin') ?? terminal.env.PORTCULLIS_ADMIN ?? 'http://127.0.0.1:8181');
  const tokenFile = text('token-file');
  const token =
    tokenFile === undefined
      ? (await freshLogin(profileName(invocation), terminal.env, { validFor: VALID_SECONDS })).login.token
      : await readToken(tokenFile);
  const caFile = text('ca');
  const ca =
    caFile === undefined
      ? undefined
      : await readFile(caFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
          throw new CommandError(`the file ${caFile} cannot be read: ${error.code}`);
        });
  return {
    async ask(method, path, body, milliseconds) {
      const answer = await send(new URL(path, base), { method, token, ca, body, milliseconds });
      if (answer.status >= 200 && answer.status < 300) return answer.document;
      throw refusal(answer, base);
    },
    async *follow(path) {
      const response = await answerOf(new URL(path, base), { method: 'GET', token, ca, body: undefined });
      const status = response.statusCode ?? 0;
      if (status !== 200) throw refusal({ status, document: await read(response) }, base);
      try {
        for await (const line of createInterface({ input: response })) yield JSON.parse(line);
      } finally {
        response.destroy();
      }
    },
  };
}

/** A token is worth as much as a password: it goes over TLS, or stays on this machine. */
function baseOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && isPrivateWay(url)) return url;
  throw new UsageError(
    `"${text}" is no address of an admin side`,
    'It begins with https://, or with http:// on this machine.',
  );
}

type Answer = Readonly<{ status: number; document: unknown }>;
type Question = Readonly<{
  method: string;
  token: string;
  ca: string | undefined;
  body: object | undefined;
  milliseconds?: number | undefined;
}>;

async function send(url: URL, question: Question): Promise<Answer> {
  const response = await answerOf(url, question);
  const document = await read(response).catch((error: Error) => {
    throw unreachable(url, error);
  });
  return { status: response.statusCode ?? 0, document };
}

function answerOf(
  url: URL,
  { method, token, ca, body, milliseconds = ANSWER_MS }: Question,
): Promise<IncomingMessage> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${token}`,
    ...(text === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  };
  return new Promise((resolve, reject) => {
    const options = { method, headers, timeout: milliseconds, ...(ca === undefined ? {} : { ca }) };
    const asked = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, resolve);
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')));
    asked.on('error', (error) => reject(unreachable(url, error)));
    asked.end(text);
  });
}

const unreachable = (url: URL, error: NodeJS.ErrnoException): CommandError =>
  new CommandError(`the admin side at ${url.origin} cannot be reached: ${error.code ?? error.message}`, {
    hint: 'The gateway has one where its configuration has `admin`.',
  });

async function read(response: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk;
    if (text.length > ANSWER_MOST) throw new Error('its answer is too long');
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal({ status, document }: Answer, base: URL): CommandError {
  const { error } = (document ?? {}) as { error?: { message?: string; hint?: string } };
  if (typeof error?.message === 'string') return new CommandError(error.message, { hint: error.hint });
  return new CommandError(`${base.origin} answered with HTTP ${status}, which no gateway does`, {
    hint: 'See whether --admin is the admin side of a gateway.',
  });
}
