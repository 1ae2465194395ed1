// A decision as OPA's decision log has it, and what the gateway knows of one before it becomes that.

/** One decision, handed to the log as it is: nothing of it is read before the statement has gone on its way. */
export type DecisionRecord = Readonly<{
  decisionId: string;
  entrypoint: string;
  /** Revisions by the bundle's name. */
  bundles: Readonly<Record<string, string>>;
  input: () => unknown;
  result: unknown;
  /** The client's address. */
  requestedBy: string | undefined;
  /** Milliseconds since 1970. */
  at: number;
  /** How long the decision took, in nanoseconds; undefined where nobody measured it. */
  took: number | undefined;
  cached: boolean;
  /** Beside those of the configuration: which track decided, where it wasn't the stable one. */
  labels: Readonly<Record<string, string>>;
  /** The rules of the same policy on what may leave the process. */
  rules: ExportRules;
}>;

/** `system/log/drop` and `system/log/mask`. Undefined: the policy has no such rule, or it says nothing. */
export type ExportRules = Readonly<{
  /** Throws where the rule fails. */
  drop: (event: DecisionEvent) => unknown;
  mask: (event: DecisionEvent) => unknown;
}>;

/** The fields are OPA's, in their names and types. */
export type DecisionEvent = {
  labels: Readonly<Record<string, string>>;
  decision_id: string;
  bundles: Readonly<Record<string, { revision?: string }>>;
  path: string;
  input?: unknown;
  result?: unknown;
  erased?: readonly string[];
  masked?: readonly string[];
  requested_by?: string;
  timestamp: string;
  metrics?: Readonly<Record<string, number>>;
};

/** As the rules on exports see it, which is before there are metrics. */
export function decisionEvent(
  record: DecisionRecord,
  labels: Readonly<Record<string, string>>,
): DecisionEvent {
  const { decisionId, entrypoint, bundles, requestedBy, at } = record;
  return {
    labels: { ...labels, ...record.labels },
    decision_id: decisionId,
    bundles: Object.fromEntries(
      Object.entries(bundles).map(([name, revision]) => [name, revision === '' ? {} : { revision }]),
    ),
    path: entrypoint,
    input: record.input(),
    result: record.result,
    ...(requestedBy === undefined ? {} : { requested_by: requestedBy }),
    timestamp: new Date(at).toISOString(),
  };
}

/** OPA's names for the same two measures. */
export function metricsOf({ took, cached }: DecisionRecord): Readonly<Record<string, number>> {
  return {
    counter_server_query_cache_hit: cached ? 1 : 0,
    ...(took === undefined ? {} : { timer_rego_query_eval_ns: took }),
  };
}
