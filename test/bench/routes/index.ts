// Opens every way to the database that this run compares, and closes them again.
import { UsageError } from '../options.ts';
import type { Bench } from '../suite.ts';
import { openRelay } from './bare-relay.ts';
import { type Database, openDatabase } from './database.ts';
import { openDirect } from './direct.ts';
import { adoptGateway, type GatewayVariant, openGateway } from './gateway.ts';
import { openPgBouncer, pgbouncerNote } from './pgbouncer.ts';
import type { Route } from './route.ts';

export { openRelay } from './bare-relay.ts';
export { type Database, openDatabase } from './database.ts';
export { openDirect } from './direct.ts';
export {
  adoptGateway,
  type GatewayConfig,
  type GatewayVariant,
  gatewayWithFacts,
  gatewayWithPolicy,
  openGateway,
  withBundle,
} from './gateway.ts';
export type { Route } from './route.ts';

export type Routes = Readonly<{
  list: readonly Route[];
  notes: readonly string[];
  broken: readonly string[];
  close(): Promise<void>;
}>;

/** A proxy that can't start doesn't keep the others from being measured; the report says that it is missing. */
export async function openRoutes(
  bench: Bench,
  gateways: readonly GatewayVariant[] = [{ name: 'gateway' }],
): Promise<Routes> {
  const { options } = bench;
  const list: Route[] = [];
  const notes: string[] = [];
  const broken: string[] = [];
  let database: Database | undefined;

  const close = async () => {
    for (const route of list.reverse()) await route.stop();
    await database?.stop();
  };

  async function add(name: string, open: () => Promise<Route | undefined>): Promise<void> {
    if (options.routes.length > 0 && !options.routes.includes(name)) return;
    try {
      const route = await open();
      if (route) list.push(route);
      else notes.push(`${name}: not installed, left out`);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      const problem = `${name} can't be started: ${(error as Error).message}`;
      bench.say(problem);
      broken.push(problem);
    }
  }

  try {
    if (options.gateway === undefined || options.upstream !== undefined) {
      bench.say('starting the database and the proxies');
      const opened = await openDatabase(options.upstream);
      database = opened;
      notes.push(`PostgreSQL ${opened.version}, pgbench scale 10`);
      await add('direct', async () => openDirect(opened));
      await add('pgbouncer', () => openPgBouncer(opened));
      if (list.at(-1)?.name === 'pgbouncer') notes.push(pgbouncerNote);
      await add('relay', () => openRelay(opened));
      if (options.gateway === undefined) {
        for (const variant of gateways) await add(variant.name, () => openGateway(opened, variant));
      }
    }
    const running = options.gateway;
    if (running) await add('gateway', async () => adoptGateway(running, process.env));
    return { list, notes, broken, close };
  } catch (error) {
    await close();
    throw error;
  }
}
