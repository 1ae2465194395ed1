// A process that appends events and ships them until it is killed: it says on its standard output which it has appended.
import { readFile } from 'node:fs/promises';
import { drafts, openStage, type SinkConfig } from './stage.ts';

const [folder = '', configFile = '', milliseconds = '0'] = process.argv.slice(2);
const sinks = JSON.parse(await readFile(configFile, 'utf8')) as SinkConfig[];
const stage = await openStage(sinks, { folder });
const draft = drafts();
const until = performance.now() + Number(milliseconds);
while (performance.now() < until) {
  const ids = Array.from({ length: 20 }, () => stage.journal.append(draft()));
  process.stdout.write(`${ids.join('\n')}\n`);
  await new Promise((resolve) => setTimeout(resolve, 10));
}
await stage.shipped(60_000);
await stage.close();
process.stdout.write('done\n');
