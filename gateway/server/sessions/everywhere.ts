// Asks every process about its sessions: this one, the others of its gateway, and those of gateways that share its state database.
import type { SessionDocument } from './session-document.ts';
import type { SessionsAnswer } from './sessions-elsewhere.ts';
import type { SessionsHere, SessionsQuestion } from './sessions-here.ts';

export type Everywhere = (question: SessionsQuestion) => Promise<SessionsAnswer>;

export type Processes = Readonly<{
  here: SessionsHere;
  workers: ((question: SessionsQuestion) => Promise<readonly SessionDocument[]>) | undefined;
  gateways: Everywhere;
}>;

/** Workers of this gateway may be asked twice, and count once. While the state database is away, nobody speaks for the others. */
export function askingEverywhere({ here, workers, gateways }: Processes): Everywhere {
  return async (question) => {
    const own = here(question);
    const [beside, elsewhere] = await Promise.all([
      workers?.(question) ?? [],
      gateways(question).catch(() => ({ sessions: [], silent: 1 })),
    ]);
    // Whoever is nearer knows better whose it is.
    const all = [...elsewhere.sessions, ...beside, ...own];
    return { sessions: [...new Map(all.map((each) => [each.id, each])).values()], silent: elsewhere.silent };
  };
}
