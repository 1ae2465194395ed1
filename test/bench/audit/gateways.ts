// Three gateways that differ in nothing but what they record, and a service that takes events at once.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildStarterBundle } from '../policy/starter-bundle.ts';
import { type GatewayConfig, type GatewayVariant, withBundle } from '../routes/index.ts';

const recording = (name: string, audit: object): GatewayVariant => ({
  name,
  configure: async (config: GatewayConfig) => ({
    ...(await withBundle(config, buildStarterBundle())),
    audit,
  }),
});

export const auditGateways = (sinkPort: number): readonly GatewayVariant[] => [
  recording('without', { mode: 'off' }),
  recording('journal', { mode: 'journal' }),
  recording('strict', {
    mode: 'strict',
    strict_sink: 'at-once',
    sinks: [{ name: 'at-once', kind: 'http', url: `http://127.0.0.1:${sinkPort}/events` }],
  }),
];

/** Says yes to everything. */
export async function startTaker(): Promise<Readonly<{ port: number; stop: () => void }>> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
