// Big results: a few transfers one after the other over one connection.
import type { Route } from '../routes/index.ts';
import { type Measurement, meterOf } from './measurement.ts';
import { openRawReader } from './raw-reader.ts';

export type TransferLoad = Readonly<{ sql: string; repeats: number; format?: 'text' | 'binary' }>;

export async function runTransfers(route: Route, load: TransferLoad): Promise<Measurement> {
  const meter = meterOf(route);
  const reader = await openRawReader(route);
  try {
    await reader.discard(load.sql, load.format);
    meter.begin();
    for (let done = 0; done < load.repeats; done++) await reader.discard(load.sql, load.format);
    return meter.end(load.repeats);
  } finally {
    reader.close();
  }
}
