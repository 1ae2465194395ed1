// What the main thread and the one that ships say to each other. All of it survives a structured clone.
import type { Config } from '../../config/index.ts';
import type { Position } from '../journal/types.ts';
import type { Standing } from './sink-standing.ts';

export type SinkConfig = Config['audit']['sinks'][number];

export type ThreadData = Readonly<{
  folder: string;
  chain: string;
  /** Where writes to the journal are counted. */
  writes: SharedArrayBuffer;
}>;

export type ToThread =
  /** These sinks and no others, from now on; `from` counts for those that are new. */
  | Readonly<{
      tell: 'sinks';
      sinks: readonly Readonly<{ config: SinkConfig; from: Position; isStrict: boolean }>[];
    }>
  /** What is there, up to `through`, is sent at once; what is not stored within the time is sent after the next start. */
  | Readonly<{ tell: 'close'; through: number; milliseconds: number }>;

export type FromThread =
  | Readonly<{ tell: 'acknowledged'; sink: string; position: Position; standing: Standing }>
  | Readonly<{ tell: 'standing'; sink: string; standing: Standing }>
  | Readonly<{ tell: 'log'; level: 'info' | 'warn' | 'error'; fields: object; words: string }>
  | Readonly<{ tell: 'closed' }>;
