// What the tracks tell services: the decision log and the status, as the configuration names them at the time.
import type { PolicyConfig } from '../../config/index.ts';
import type { Log } from '../../lib/index.ts';
import { entrypointOf } from '../engine/input/ask.ts';
import type { ExportRules } from '../export/decision-event.ts';
import { DecisionLog, type DecisionLogStatus } from '../export/decision-log.ts';
import { StatusReport } from '../export/status-report.ts';
import type { AnyDecided, DecidedCall } from './shadow.ts';
import type { PolicyStatus } from './status.ts';
import { statusDocuments } from './status-document.ts';
import type { Decider } from './track.ts';

type Labels = Readonly<Record<string, string>>;

export class Exports {
  readonly #labels: Labels;
  readonly #log: Log;
  readonly #status: () => PolicyStatus;
  #decisionLog: DecisionLog | undefined;
  #report: StatusReport | undefined;
  #from = { decisionLog: '', report: '' };
  #closing: Promise<void> = Promise.resolve();

  constructor(labels: Labels, { log, status }: { log: Log; status: () => PolicyStatus }) {
    this.#labels = labels;
    this.#log = log;
    this.#status = status;
  }

  /** A service whose configuration is the same goes on as it is; one that is replaced still gets what waits for it. */
  use({ decision_log: decisionLog, status }: PolicyConfig): void {
    const from = { decisionLog: JSON.stringify(decisionLog) ?? '', report: JSON.stringify(status) ?? '' };
    const log = this.#log;
    if (from.decisionLog !== this.#from.decisionLog) {
      const replaced = this.#decisionLog;
      this.#closing = Promise.all([this.#closing, replaced?.close()]).then(() => {});
      this.#decisionLog =
        decisionLog && new DecisionLog(decisionLog, this.#labels, { log, onChange: () => this.changed() });
    }
    if (from.report !== this.#from.report) {
      this.#report?.close();
      const labels = { ...this.#labels, ...status?.labels };
      this.#report =
        status && new StatusReport(status, () => statusDocuments(this.#status(), labels), { log });
    }
    this.#from = from;
  }

  /** There is a decision log. */
  get hears(): boolean {
    return this.#decisionLog !== undefined;
  }

  /** `labels` beside the track's own: what a decision of the shadow stands beside. */
  record(call: DecidedCall, decided: AnyDecided, decider: Decider, decisionId: string, labels: Labels): void {
    if (this.#decisionLog === undefined) return;
    const { phase, ask, at, took } = call;
    const { policy, track, bundles } = decider;
    const rules: ExportRules = policy.exportRules;
    this.#decisionLog.record({
      decisionId,
      entrypoint: entrypointOf[phase],
      bundles,
      input: () => decided.input(),
      result: decided.decision,
      requestedBy: ask.session.client_addr,
      at,
      // Nobody measured the shadow's.
      took: decided === call.decided ? took : undefined,
      cached: decided.cached,
      labels: track === 'stable' ? labels : { track, ...labels },
      rules,
    });
  }

  changed(): void {
    this.#report?.changed();
  }

  decisionLogStatus(): DecisionLogStatus | undefined {
    return this.#decisionLog?.status();
  }

  statusProblem(): string | undefined {
    return this.#report?.problem;
  }

  async close(): Promise<void> {
    this.#report?.close();
    await Promise.all([this.#closing, this.#decisionLog?.close()]);
  }
}
