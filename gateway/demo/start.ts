// Starts the demo's parts one after the other, and stops them in the opposite order.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Config } from '../config/index.ts';
import { serve } from '../server/index.ts';
import {
  endForgotten,
  findPostgresHome,
  initialise,
  keptPassword,
  type PostgresServer,
  startServer,
  superuser,
} from '../state/index.ts';
import { prepareAuditorKey } from './auditor-key.ts';
import { writeConfiguration } from './configuration.ts';
import { takeDemoLock } from './demo-lock.ts';
import { choosePorts, type Ports } from './free-port.ts';
import { type DemoIssuer, startDemoIssuer } from './issuer.ts';
import { policyFiles, preparePolicy } from './policy.ts';
import type { Screen } from './screen.ts';
import { loadShop } from './shop/load.ts';
import { keepTokenFiles } from './token-files.ts';

export type Demo = Readonly<{ folder: string; ports: Ports; issuer: DemoIssuer; database: PostgresServer }>;

/** What has been started so far, ready to be stopped at any moment. */
export class DemoParts {
  readonly #stops: (() => Promise<unknown>)[] = [];
  #kill = () => {};
  #stopped: Promise<void> | undefined;

  add(stop: () => Promise<unknown>, kill?: () => void): void {
    if (this.#stopped !== undefined) void stop();
    this.#stops.push(stop);
    if (kill !== undefined) this.#kill = kill;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  /** Ends the one part that would outlive this process. */
  kill(): void {
    this.#kill();
  }

  async #stopAll(): Promise<void> {
    // A part that fails to stop must not keep the others running.
    for (const stop of this.#stops.reverse()) await stop().catch(() => undefined);
  }
}

export async function startDemo(folder: string, parts: DemoParts, screen: Screen): Promise<Demo> {
  await mkdir(folder, { recursive: true });
  parts.add(await takeDemoLock(join(folder, 'demo.pid')));
  const home = await findPostgresHome(folder);
  const password = await keptPassword(join(folder, 'superuser.password'));
  const passwords = {
    gateway: await keptPassword(join(folder, 'gateway.password')),
    resolver: await keptPassword(join(folder, 'resolver.password')),
  };

  await screen.step(
    'Preparing PostgreSQL',
    () => initialise(home, password),
    (isNew) => (isNew ? 'PostgreSQL 18 prepared' : 'PostgreSQL 18 is prepared already'),
  );
  // Before the ports: a forgotten server holds one of them.
  await endForgotten(home.data);
  const ports = await choosePorts(join(folder, 'ports.json'));
  const database = await screen.step(
    'Starting PostgreSQL',
    async () => {
      // Losing the last second in a power cut is fine; waiting for the disk is not.
      const settings = { fsync: 'off' };
      const server = await startServer(home, ports.database, join(folder, 'postgres.log'), settings);
      parts.add(server.stop, server.kill);
      return server;
    },
    ({ port }) => `PostgreSQL listens on 127.0.0.1:${port}`,
  );
  await screen.step(
    'Filling the sample database "shop"',
    () => loadShop({ host: database.host, port: database.port, user: superuser, password }, passwords),
    (rows) =>
      rows === undefined ? 'Sample database "shop" is there already' : `Sample database "shop": ${rows} rows`,
  );
  const issuer = await screen.step(
    'Starting the identity provider',
    async () => {
      const started = await startDemoIssuer({ port: ports.issuer });
      parts.add(started.stop);
      parts.add(await keepTokenFiles(started, folder));
      return started;
    },
    (started) => `Identity provider at ${started.issuer}`,
  );
  await screen.step(
    'Building the policy',
    () => preparePolicy(folder),
    () => `The policy is built and signed: ${policyFiles.rules} says who may do what`,
  );
  await screen.step(
    'Starting the gateway',
    async () => {
      await prepareAuditorKey(folder);
      const file = await writeConfiguration(folder, ports, issuer.issuer);
      const destination = pino.destination({ dest: join(folder, 'gateway.log'), append: false, mode: 0o600 });
      const createLog = ({ log: { level } }: Config) =>
        pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
      const gateway = await serve(file, createLog, (name) => process.env[name]);
      parts.add(() => gateway.close());
    },
    () => `The gateway listens on 127.0.0.1:${ports.gateway}`,
  );
  return { folder, ports, issuer, database };
}
