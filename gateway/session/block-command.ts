// BEGIN and ROLLBACK of the gateway's own, in front of a message of the client's and without a Sync.
import { serialize } from 'pg-protocol';
import type { AnswerListener } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { Expectation, Kind } from './expectation.ts';
import { Run } from './run.ts';
import { textChanges } from './text-changes.ts';
import { traitsOf } from './text-traits.ts';

const NAME = 'portcullis block';

/** The messages, already entered as expected. Should one of them fail, the server skips what follows up to a Sync. */
export function blockCommand(exchange: Exchange, text: 'BEGIN' | 'ROLLBACK'): Buffer {
  const answer = { to: 'listener', listener: silent } as const;
  const sent = (kind: Kind, run?: Run) => exchange.sent(new Expectation(kind, answer, undefined, false, run));
  sent(Kind.parse);
  sent(Kind.bind);
  sent(Kind.execute, runOf(text, text === 'ROLLBACK' && exchange.state.endMatters));
  sent(Kind.close);
  return Buffer.concat([
    serialize.parse({ name: NAME, text }),
    serialize.bind({ portal: NAME, statement: NAME, values: [] }),
    serialize.execute({ portal: NAME }),
    serialize.close({ type: 'S', name: NAME }),
  ]);
}

/** What a command of the gateway's own changes. */
export const runOf = (text: string, endMatters: boolean): Run =>
  new Run(textChanges(text, traitsOf(text)), 0, endMatters);

const silent: AnswerListener = { standalone: false, message: () => undefined, skipped: () => undefined };
