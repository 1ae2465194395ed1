// The sessions of one process, for whoever asks about those of the whole gateway.
import { Fault, type Log } from '../../lib/index.ts';
import type { Session } from '../../session/index.ts';
import { type SessionDocument, sessionDocument } from './session-document.ts';

/** What a process is asked; it answers with the sessions that it lists, or that it has ended. */
export type SessionsQuestion =
  | Readonly<{ ask: 'list' }>
  | Readonly<{ ask: 'end'; session: string; by: string }>;

export type SessionsHere = (question: SessionsQuestion) => readonly SessionDocument[];

export type SessionsHereOptions = Readonly<{
  sessions: () => Iterable<Session>;
  /** Whether a statement of the session waits for approval. */
  waits: (sessionId: string) => boolean;
  isRecorded: (sessionId: string) => boolean;
  log: Log;
}>;

export function sessionsHere({ sessions, waits, isRecorded, log }: SessionsHereOptions): SessionsHere {
  const documentOf = (session: Session) =>
    sessionDocument(session, waits(session.id), isRecorded(session.id));
  return (question) => {
    const asked = [...sessions()].flatMap((session) => {
      if (question.ask === 'end' && session.id !== question.session) return [];
      const document = documentOf(session);
      return document === undefined ? [] : [{ session, document }];
    });
    if (question.ask === 'end') {
      for (const { session, document } of asked) {
        log.warn(
          { session_id: session.id, principal: document.principal, by: question.by },
          'session killed',
        );
        session.end(new Fault('session_killed'));
      }
    }
    return asked.map(({ document }) => document);
  };
}
