// What is below /v1, for whoever sends a token: read here, answered by the gateway itself.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** A question; whoever asks is told by the token in `authorization`. */
export type ApiRequest = Readonly<{
  method: string;
  /** With its query. */
  path: string;
  authorization: string | undefined;
  body: string;
  /** Slack's signature and its time, of what Slack sends. */
  slack?: Readonly<{ signature: string; timestamp: string }> | undefined;
}>;

export type ApiResponse = Readonly<{
  status: number;
  body: object;
  /** A session of which is told as it runs, behind the body. */
  watch?: string;
}>;

const BODY_MOST = 65_536;

export async function answerRequest(
  request: IncomingMessage,
  api: (request: ApiRequest) => Promise<ApiResponse>,
): Promise<ApiResponse> {
  // A token that came over the network in the clear isn't worth anything any more.
  if (!isPrivate(request.socket)) return inTheClear;
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
    if (body.length > BODY_MOST) return tooLong;
  }
  const { method = 'GET', url = '/', headers } = request;
  const { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp } = headers;
  const isSigned = typeof signature === 'string' && typeof timestamp === 'string';
  const slack = isSigned ? { signature, timestamp } : undefined;
  return await api({ method, path: url, authorization: headers.authorization, body, slack });
}

const isPrivate = (socket: Socket): boolean =>
  socket instanceof TLSSocket || /^(::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? '');

const refusal = (status: number, message: string, hint: string): ApiResponse => ({
  status,
  body: { error: { message, hint } },
});
const inTheClear = refusal(
  403,
  'tokens are taken over HTTPS alone, or on this machine',
  'Set admin.tls; and do not use this token again.',
);
const tooLong = refusal(413, `the body is longer than ${BODY_MOST} characters`, 'Say it in fewer words.');
