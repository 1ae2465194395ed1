// What one process of the gateway counts while it works.
import { Counts, counter, Durations, type Family } from '../../lib/index.ts';

/** What became of a statement: `error` is the server's own words for it, such as those for a wrong name. */
const effects = ['allow', 'mask', 'deny', 'error'] as const;
export type CountedEffect = (typeof effects)[number];

/** `refused`: nobody that is known. `denied`: the policy says no. `limited`: too many, or too often. */
const outcomes = ['accepted', 'refused', 'denied', 'limited', 'unknown_resource', 'failed'] as const;
export type LoginOutcome = (typeof outcomes)[number];

/** `refused`: the server answered with an error. `failed`: it can't be reached, or not be trusted. */
const connects = ['connected', 'refused', 'failed'] as const;
export type ConnectOutcome = (typeof connects)[number];

export class GatewayMetrics {
  readonly statements = new Counts(
    'portcullis_statements_total',
    'Statements that were decided as they were to run, by what became of them.',
    'effect',
    effects,
  );
  readonly logins = new Counts(
    'portcullis_logins_total',
    'Logins, by what became of them.',
    'outcome',
    outcomes,
  );
  readonly decisions = new Durations(
    'portcullis_decision_seconds',
    'Time from a statement to what becomes of it, measured with every 17th.',
  );
  readonly #connects = new Map<string, Counts<ConnectOutcome>>();
  #clients = 0;

  clientCame(): void {
    this.#clients += 1;
  }

  /** Resources are those of the configuration. */
  connected(resource: string, outcome: ConnectOutcome): void {
    let counts = this.#connects.get(resource);
    if (counts === undefined) {
      counts = new Counts(upstreamName, upstreamHelp, 'outcome', connects);
      this.#connects.set(resource, counts);
    }
    counts.add(outcome);
  }

  families(): readonly Family[] {
    const connected = Array.from(this.#connects, ([resource, counts]) =>
      counts.family().samples.map(({ labels, value }) => ({ labels: { resource, ...labels }, value })),
    );
    return [
      counter('portcullis_client_connections_total', 'Connections that clients opened.', this.#clients),
      this.logins.family(),
      this.statements.family(),
      this.decisions.family(),
      counter(upstreamName, upstreamHelp, connected.flat()),
    ];
  }
}

const upstreamName = 'portcullis_upstream_connections_total';
const upstreamHelp = 'Connections to databases that were tried, those for questions about statements too.';
