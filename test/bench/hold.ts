// `--hold`: everything started and nothing measured, for trying things by hand.
import { once } from 'node:events';
import { openRoutes } from './routes/index.ts';
import type { Bench } from './suite.ts';

export async function holdRoutes(bench: Bench): Promise<void> {
  const routes = await openRoutes(bench);
  for (const text of routes.broken) bench.say(text);
  for (const { name, host, port, user, password, database, pid } of routes.list) {
    process.stdout.write(
      `# ${name}${pid === undefined ? '' : ` (process ${pid})`}\n` +
        `PGPASSWORD='${password}' psql -h ${host} -p ${port} -U ${user} ${database}\n\n`,
    );
  }
  bench.say('Ctrl-C stops all of it');
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await routes.close();
}
