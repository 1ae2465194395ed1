// The body of an answer, up to a limit and never waited for without end.
import type { IncomingMessage } from 'node:http';
import { SourceFailure } from './bundle-source.ts';

const SILENT_AT_MOST_MS = 30_000;
const WHOLE_WITHIN_MS = 300_000;

export async function readBody(answer: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  const stop = (): void => void answer.destroy(new Error('too slow'));
  const whole = setTimeout(stop, WHOLE_WITHIN_MS);
  let silent = setTimeout(stop, SILENT_AT_MOST_MS);
  try {
    if (Number(answer.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      clearTimeout(silent);
      silent = setTimeout(stop, SILENT_AT_MOST_MS);
      length += chunk.length;
      if (length > limit) throw tooLarge(limit);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (cause) {
    if (cause instanceof SourceFailure) throw cause;
    throw new SourceFailure('interrupted', 'the download ended before it was whole', { cause });
  } finally {
    clearTimeout(whole);
    clearTimeout(silent);
    answer.destroy();
  }
}

function tooLarge(limit: number): SourceFailure {
  return new SourceFailure(
    'too_large',
    `the bundle is larger than ${limit} bytes; make it smaller, or raise max_bytes`,
  );
}
