// Ports of the demo: the same as last time when they are free, so that pasted lines keep working.

import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';

export type Ports = Readonly<{ gateway: number; issuer: number; database: number; admin: number }>;

const wanted: Ports = { gateway: 6432, issuer: 6433, database: 6434, admin: 6435 };

export async function choosePorts(file: string): Promise<Ports> {
  const kept = await keptPorts(file);
  const ports = { gateway: 0, issuer: 0, database: 0, admin: 0 };
  for (const name of ['gateway', 'issuer', 'database', 'admin'] as const) {
    ports[name] = await firstFree([kept[name], wanted[name], 0, 0, 0], Object.values(ports));
  }
  await writeFile(file, `${JSON.stringify(ports)}\n`);
  return ports;
}

async function keptPorts(file: string): Promise<Ports> {
  try {
    return { ...wanted, ...(JSON.parse(await readFile(file, 'utf8')) as Partial<Ports>) };
  } catch {
    return wanted;
  }
}

/** None of `taken`, which nobody listens on yet. */
async function firstFree(candidates: readonly number[], taken: readonly number[]): Promise<number> {
  for (const candidate of candidates) {
    const port = await tryPort(candidate);
    if (port !== undefined && !taken.includes(port)) return port;
  }
  throw new Error('no port is free on 127.0.0.1');
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const { port: bound } = server.address() as AddressInfo;
      server.close(() => resolve(bound));
    });
  });
}
