// Which member of an event is which in two vocabularies that other tools read: OCSF 1.3 and Elastic's ECS 8.
//
// docs/audit.md prints this table, and a test holds both against the schema: each key is mapped, or said to have no
// counterpart. What has none goes where the vocabulary keeps what isn't its own.

/** Where it stands; undefined: nowhere. */
export type Counterpart = Readonly<{ ocsf: string | undefined; ecs: string | undefined }>;

const to = (ocsf: string | undefined, ecs: string | undefined): Counterpart => ({ ocsf, ecs });
const nowhere: Counterpart = to(undefined, undefined);

/** By the key of the event; those of a member's members have a dot. */
export const mapping: Readonly<Record<string, Counterpart>> = {
  version: to('metadata.log_version', undefined),
  id: to('metadata.uid', 'event.id'),
  chain: to('metadata.logger.uid', 'observer.name'),
  seq: to('metadata.sequence', 'event.sequence'),
  previous: nowhere,
  hash: to(undefined, 'event.hash'),
  time: to('time', '@timestamp'),
  type: to('activity_name', 'event.action'),
  session: to('actor.session.uid', 'session.id'),
  statement: to('metadata.correlation_uid', 'transaction.id'),
  shapes: nowhere,
  sealed: nowhere,
  subjects: nowhere,
  principal: to('actor.user.name', 'user.name'),
  kind: to('actor.user.type', undefined),
  actor: to('actor.invoked_by', 'user.effective.name'),
  resource: to('database.name', 'database.instance'),
  'client.address': to('src_endpoint.ip', 'source.ip'),
  'client.tls': nowhere,
  'client.application_name': to('actor.app_name', 'process.name'),
  'decision.effect': to('action', undefined),
  'decision.rule': to('policy.name', 'rule.name'),
  'decision.reason': to('status_detail', 'event.reason'),
  decision_id: to('policy.uid', 'rule.uuid'),
  revision: to('policy.version', 'rule.version'),
  'approval.id': nowhere,
  answer: nowhere,
  path: nowhere,
  text: to('query_info.query_string', 'database.statement'),
  parameters: nowhere,
  function: nowhere,
  'refusal.code': to('status_code', 'error.code'),
  'refusal.because': to('status_detail', 'error.message'),
  'outcome.state': to('status', undefined),
  'outcome.rows': to('query_info.query_result_count', undefined),
  'outcome.bytes': to('query_info.bytes', 'network.bytes'),
  'outcome.affected': nowhere,
  'outcome.milliseconds': to('duration', 'event.duration'),
  'outcome.sqlstate': to('status_code', 'error.code'),
  'outcome.tag': nowhere,
  'outcome.masked': nowhere,
  backend_pid: to('dst_endpoint.uid', undefined),
  method: to('auth_protocol', undefined),
  why: to('status_detail', 'event.reason'),
  milliseconds: to('duration', 'event.duration'),
  'request.method': to('http_request.http_method', 'http.request.method'),
  'request.path': to('http_request.url.path', 'url.path'),
  'request.status': to('http_response.code', 'http.response.status_code'),
  'request.body': nowhere,
  'policy.track': nowhere,
  gateway: nowhere,
  recording: nowhere,
  head: nowhere,
  open: nowhere,
  closed: nowhere,
  recovered: nowhere,
  trimmed: nowhere,
  sink: nowhere,
  retention: nowhere,
  redacted: nowhere,
};
