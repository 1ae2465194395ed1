// A query as a probe needs it: read and wrapped here when it is small, and by a thread when that would take too long.
import { type Job, type OffThread, OffThreadError, type OffThreadReason } from '../../lib/index.ts';
import type { ReadText, WrapText } from './large-statements.ts';
import { type QueryStatement, readQuery } from './query-statement.ts';
import {
  type StatementError,
  type Unresolvable,
  type UnresolvableReason,
  unresolvable,
} from './resolution.ts';
import type { NamedType } from './type-names.ts';
import { type WrappedStatement, wrapStatement } from './wrapped-statement.ts';

/** Reading and wrapping take 0.3 ms a kilobyte: up to here they hold the others up for 5 ms at most. */
const MOST_INLINE = 16_384;

/** A query without its tree, which is many times as large as its text. */
export type ReadableQuery = Omit<QueryStatement, 'tree'> &
  Readonly<{
    wrap(types: readonly NamedType[], name?: string): Promise<WrappedStatement | Unresolvable>;
  }>;

const module = import.meta.resolve('./large-statements.ts');
const readText: Job<Parameters<ReadText>[0], Awaited<ReturnType<ReadText>>> = { module, name: 'readText' };
const wrapText: Job<Parameters<WrapText>[0], Awaited<ReturnType<WrapText>>> = { module, name: 'wrapText' };

export async function readableQuery(
  text: string,
  maxBytes: number,
  thread: OffThread,
): Promise<ReadableQuery | StatementError | Unresolvable> {
  // What is longer is refused before it is parsed.
  if (text.length <= MOST_INLINE || text.length > maxBytes) {
    const query = readQuery(text, maxBytes);
    if (query.kind !== 'query') return query;
    return { ...query, wrap: async (types, name) => wrapStatement(query, types, name) };
  }
  const read = await inThread(thread.run(readText, { text, maxBytes }));
  if (read.kind !== 'query') return read;
  return {
    ...read,
    text,
    wrap: (types, name) => inThread(thread.run(wrapText, { text, maxBytes, types, name })),
  };
}

const reasons: Readonly<Record<OffThreadReason, UnresolvableReason>> = {
  busy: 'unavailable',
  closed: 'unavailable',
  timed_out: 'unreadable',
  crashed: 'unreadable',
  failed: 'failed',
};

async function inThread<T>(result: Promise<T>): Promise<T | Unresolvable> {
  try {
    return await result;
  } catch (error) {
    if (!(error instanceof OffThreadError)) throw error;
    return unresolvable(reasons[error.reason], `the statement could not be read: ${error.reason}`);
  }
}
