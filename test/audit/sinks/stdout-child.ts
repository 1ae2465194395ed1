// A process whose audit goes to its standard output: appends as many events as it is told, and ends when they are shipped.
import { openStage, sinkConfig } from './stage.ts';

const [folder = '', count = '0'] = process.argv.slice(2);
const stage = await openStage([sinkConfig({ kind: 'stdout', name: 'out' })], { folder });
stage.append(Number(count));
await stage.shipped();
await stage.close();
