// A webhook's receiver: checks signatures by the scheme's own words, and answers as a test says.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export type Received = Readonly<{
  id: string;
  body: { type: string; timestamp: string; data: { id: string } & Record<string, unknown> };
  text: string;
  isGenuine: boolean;
}>;

/** Undefined: it says nothing until the test does. */
export type Reply = Readonly<{ status: number; headers?: Record<string, string> }> | undefined;

export type Receiver = Readonly<{
  url: string;
  received: readonly Received[];
  /** Those that wait for an answer. */
  hanging: readonly ServerResponse[];
  /** What the next ones are answered; 204 when nothing is left. */
  replies: Reply[];
  stop(): Promise<void>;
}>;

export type ReceiverOptions = Readonly<{
  secret: string;
  port?: number;
  tls?: { cert: Buffer; key: Buffer };
}>;

export async function startReceiver({ secret, port = 0, tls }: ReceiverOptions): Promise<Receiver> {
  const received: Received[] = [];
  const hanging: ServerResponse[] = [];
  const replies: Reply[] = [];
  const listener: Parameters<typeof createServer>[1] = async (request, response) => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const header = (name: string) => String(request.headers[name] ?? '');
    const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((part) =>
      header(`webhook-${part}`),
    );
    const isGenuine = isSigned(secret, `${id}.${timestamp}.${text}`, signatures ?? '');
    received.push({ id: id ?? '', body: JSON.parse(text), text, isGenuine });
    const reply = replies.length > 0 ? replies.shift() : { status: 204 };
    if (reply === undefined) hanging.push(response);
    else response.writeHead(reply.status, reply.headers).end();
  };
  const server: Server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}/events`,
    ...{ received, hanging, replies },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isSigned(secret: string, signed: string, signatures: string): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const expected = createHmac('sha256', key).update(signed).digest();
  return signatures.split(' ').some((signature) => {
    const [version, encoded = ''] = signature.split(',');
    const given = Buffer.from(encoded, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}
