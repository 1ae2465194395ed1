// A connection on which one composed attack after the other is played, as many as one session should see.

import { Connection, type Target } from '../../scores/connection.ts';
import { playOn } from '../../scores/play.ts';
import type { Step } from '../../scores/step.ts';
import type { BackendMessage } from '../../support/raw-client.ts';

const ATTACKS_OF_A_SESSION = 40;

export class Line {
  readonly #target: () => Promise<Target>;
  #connection: Connection | undefined;
  #played = 0;

  constructor(target: () => Promise<Target>) {
    this.#target = target;
  }

  /** What came back, in which the answers to the attacks before aren't. */
  async play(steps: readonly Step[]): Promise<readonly BackendMessage[]> {
    if (this.#played === ATTACKS_OF_A_SESSION || this.#connection?.endedEarly !== undefined) this.close();
    this.#connection ??= await Connection.open(await this.#target());
    this.#played += 1;
    const before = this.#connection.messages().length;
    await playOn(this.#connection, steps);
    return this.#connection.messages().slice(before);
  }

  close(): void {
    this.#connection?.close();
    this.#connection?.destroy();
    this.#connection = undefined;
    this.#played = 0;
  }
}
