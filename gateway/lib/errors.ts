// The one catalogue of what the gateway says to a client when it refuses or fails, and what an operator does then.

/** One way the gateway refuses or fails. The public text never holds a literal, a token or a row value. */
export type CatalogueEntry = Readonly<{
  sqlstate: string;
  /** What the client reads. `{name}` places take the fault's parameters. */
  message: string;
  hint?: string;
  /** What the person who runs the gateway should do; printed in the table of docs/errors.md. */
  operator: string;
}>;

export const catalogue = {
  login_failed: {
    sqlstate: '28P01',
    message: 'login failed',
    hint: "Get a fresh token or access key; the gateway's log says why this one was refused.",
    operator: 'The log line "login refused" of this session_id has the reason.',
  },
  login_timeout: {
    sqlstate: '57014',
    message: 'login took longer than {seconds} seconds',
    hint: 'Try again, with the token or password at hand.',
    operator: 'Raise limits.login_seconds if clients are honest but slow.',
  },
  login_rate_limited: {
    sqlstate: '28000',
    message: 'too many failed logins from this address; try again in {seconds} seconds',
    hint: 'Look at the token or access key before you try again.',
    operator: 'Look for a client with a stale password; see limits.failed_logins_per_minute.',
  },
  cleartext_refused: {
    sqlstate: '28000',
    message: 'tokens are only accepted over TLS',
    hint: 'Connect with sslmode=require or stronger.',
    operator: 'Configure listen.tls; cleartext logins are accepted from loopback only.',
  },
  tls_required: {
    sqlstate: '28000',
    message: 'direct TLS needs the ALPN protocol "postgresql"',
    hint: 'Connect with sslnegotiation=postgres, or update the client.',
    operator: 'The client is not a PostgreSQL client, or is one older than direct TLS.',
  },
  wrong_user: {
    sqlstate: '28000',
    message: 'this credential belongs to another user than the one named',
    hint: 'Connect with the user name "token", or with the name of the principal that the token was issued to.',
    operator: 'The log line has both names.',
  },
  session_right_expired: {
    sqlstate: '28000',
    message: 'the credential of this session has expired',
    hint: 'Log in again with a fresh token.',
    operator: 'Nothing: a session ends with its credential.',
  },
  session_right_revoked: {
    sqlstate: '28000',
    message: 'the credential of this session was revoked',
    hint: 'Ask whoever gave it to you for another one.',
    operator: 'Nothing: somebody revoked the key or token.',
  },
  token_used: {
    sqlstate: '28000',
    message: 'this token has opened a connection before, and is good for one only',
    hint: 'Fetch a fresh token for each connection; the pool of a driver has a hook that is asked for one each time.',
    operator:
      'identity.issuers[].single_use asks for it. Without a fault of the client, somebody else has the token: the log says when it came.',
  },
  token_without_id: {
    sqlstate: '28000',
    message: 'tokens of this issuer open one connection each, and this one has no id (jti) to know it by',
    hint: 'Ask whoever runs the issuer to put a jti into its tokens.',
    operator: 'Configure the issuer to do so, or take identity.issuers[].single_use away.',
  },
  access_withdrawn: {
    sqlstate: '28000',
    message: 'your access was withdrawn',
    hint: 'Ask the security team, with the time at which this came.',
    operator:
      'Somebody revoked the principal: `portcullis revocations list` says who and why, `principals resume` takes it back.',
  },
  agent_suspended: {
    sqlstate: '28000',
    message: 'this agent has no access now',
    hint: 'Ask its owner, or the security team.',
    operator:
      'It is suspended, its time is over, or its owner lost their access: `portcullis agents show` says which, and the log.',
  },
  session_killed: {
    sqlstate: '57P01',
    message: 'an administrator has ended this session',
    hint: 'You can log in again, unless your access was withdrawn as well.',
    operator: 'The log line "session killed" says who did.',
  },
  standing_unknown: {
    sqlstate: '58000',
    message:
      'the database that says whose access was withdrawn cannot be reached, and until it can nothing is run',
    hint: 'Try again in a moment; the session can stay open.',
    operator: 'The log says why it is away. state.when_away and state.away_seconds say what happens then.',
  },
  session_time_over: {
    sqlstate: '57P05',
    message: 'the session has had the {seconds} seconds that the policy gives it',
    hint: 'Log in again.',
    operator: 'The decision on the login has limits.max_session_seconds.',
  },
  login_denied: {
    sqlstate: '28000',
    message: 'refused by policy rule "{rule}": {reason}',
    operator: 'The log line "login denied" has the decision id of DETAIL.',
  },
  no_policy: {
    sqlstate: '42501',
    message: 'no policy is active, and without one everything is denied',
    hint: 'Try again later; the operator of the gateway sees why in its log.',
    operator:
      'No bundle could be activated: the log line "bundle refused" or `portcullis policy status` says why.',
  },
  facts_unknown: {
    sqlstate: '42501',
    message: 'the statement was refused because it is not certain what it touches: {because}',
    hint: 'Try again; when it stays so, the operator of the gateway sees why in its log.',
    operator: 'The catalog or the resolver of the resource does not answer: see the log lines about them.',
  },
  decision_not_enforceable: {
    sqlstate: '42501',
    message: 'refused by policy rule "{rule}": it allows this only with {what}',
    operator:
      'The policy asks for something that this version of the gateway cannot do, and is taken as a denial.',
  },
  budget_spent: {
    sqlstate: '53400',
    message: 'refused by policy rule "{rule}": the budget of {budget} is spent; {room}',
    hint: 'Wait that long, ask for more with each statement, or ask the security team for a larger budget.',
    operator:
      'The decision on the statement has limits.budgets; a role has limits.statements_per_hour and the like.',
  },
  budget_of_answers_spent: {
    sqlstate: '53400',
    message: 'refused by policy rule "{rule}": the budget of {budget} is spent; {room}',
    hint: 'Ask for less then: a narrower condition, fewer columns, LIMIT, or an aggregate in place of rows. A larger budget is for the security team to give.',
    operator:
      'The decision on the statement has limits.budgets of rows or bytes; a role has limits.rows_per_hour and the like.',
  },
  budget_of_cells_spent: {
    sqlstate: '53400',
    message: 'refused by policy rule "{rule}": the budget of {budget} is spent; {room}',
    hint: 'Leave the labelled columns out of the result, or ask for fewer rows. A larger budget is for the security team to give.',
    operator:
      'The decision on the statement has limits.budgets of labelled_cells; a role has limits.labelled_cells_per_day and the like.',
  },
  budget_of_changes_spent: {
    sqlstate: '53400',
    message: 'refused by policy rule "{rule}": the budget of {budget} is spent; {room}',
    hint: 'Nothing of the statement was kept. Change fewer rows at a time, or ask the security team for a larger budget.',
    operator:
      'The decision on the statement has limits.budgets of affected_rows; a role has limits.affected_rows_per_hour and the like.',
  },
  budget_of_probes_spent: {
    sqlstate: '53400',
    message: 'refused by policy rule "{rule}": the budget of {budget} is spent; {room}',
    hint: 'Values that were looked for within that time can be looked for again. Find rows by other columns, or ask the security team for a larger budget.',
    operator:
      'Somebody compares labelled columns with many values. The decision on the statement has limits.budgets of probes; a role has limits.probes_per_day and the like.',
  },
  probes_not_told: {
    sqlstate: '53400',
    message:
      'refused by policy rule "{rule}": it limits how many values {columns} may be compared with, and nobody can tell which ones this statement compares: {because}',
    hint: 'Compare the column itself with = or IN, and constants or parameters.',
    operator:
      'The decision on the statement has limits.budgets of probes. Give the label in the budget if only some columns need it.',
  },
  budget_not_counted: {
    sqlstate: '53400',
    message: 'the statement was refused because its budget cannot be counted now',
    hint: 'Try again later.',
    operator:
      'The state database cannot be reached in which gateways count together; or more than 100,000 principals have budgets at a time, more than two million values are counted, or the process that counts does not answer in time.',
  },
  statement_overdue: {
    sqlstate: '57014',
    message:
      'the statement was cancelled: it took longer than the {milliseconds} ms that the policy gives it',
    hint: 'Ask for less at a time, or for a role with more time.',
    operator: 'The decision on the statement has limits.statement_timeout_ms.',
  },
  too_many_rows: {
    sqlstate: '42501',
    message: 'refused by policy rule "{rule}": the answer has more rows than the limit of {most}',
    hint: 'Ask for less at a time: with LIMIT, or with a narrower filter.',
    operator:
      'The decision on the statement has limits.max_rows. The statement was ended, and what it had changed was rolled back.',
  },
  rows_cut: {
    sqlstate: '00000',
    message: 'these are the first {most} rows; policy rule "{rule}" leaves out the others',
    hint: 'Ask for less at a time: with LIMIT, or with a narrower filter.',
    operator: 'The decision on the statement has limits.max_rows, and limits.on_max_rows is `cut`.',
  },
  too_many_affected_rows: {
    sqlstate: '42501',
    message:
      'refused by policy rule "{rule}": the limit is {most} changed rows, and {counted} were counted; all of it was rolled back',
    hint: 'Change fewer rows at a time. Rows that triggers and foreign keys change are counted too.',
    operator: 'The decision on the statement has limits.max_affected_rows.',
  },
  limit_not_kept: {
    sqlstate: '42501',
    message: 'the statement was refused because the limit that it has by policy cannot be kept: {because}',
    hint: 'Send it without what stands in the way, or ask the security team.',
    operator:
      'The decision on the statement has limits that are counted while it runs, and this statement cannot be counted.',
  },
  commit_not_held: {
    sqlstate: '42501',
    message: 'the commit has to be approved by policy, and cannot be held for that: {because}',
    hint: 'Send it in its own transaction: BEGIN, the statements, COMMIT, each by itself.',
    operator:
      'The policy asks for approval at the commit, and the text would commit in a way that nobody could look at.',
  },
  limit_missing: {
    sqlstate: 'XX000',
    message: 'the session was ended because an answer came that should have been counted',
    hint: 'Connect again; if it happens again, tell the operator of the gateway what you sent and when.',
    operator: 'A defect of the gateway: report it, with the log lines of this session_id.',
  },
  setting_fixed: {
    sqlstate: '42501',
    message: 'the setting "{name}" is fixed by policy for this session, and the statement could change it',
    hint: 'Leave it as it is, and write the statement without what nobody can tell beforehand: SET, set_config, DO, functions whose code cannot be read.',
    operator:
      'The decision on the login has it under settings, or the credential acts as another role than its user.',
  },
  protocol_violation: {
    sqlstate: '08P01',
    message: 'protocol violation: {what}',
    hint: 'Update the client or its driver.',
    operator: 'The client speaks the protocol wrongly, or is not a PostgreSQL client.',
  },
  malformed_message: {
    sqlstate: '08P01',
    message: 'invalid message format',
    hint: 'Update the client or its driver.',
    operator: 'The client put a message together wrongly; its session goes on.',
  },
  unsupported_protocol: {
    sqlstate: '0A000',
    message: 'unsupported frontend protocol {version}: the gateway supports 3.0 to 3.2',
    hint: 'Update the client, or have it ask for protocol 3.0.',
    operator: 'The client is too old or too new.',
  },
  startup_parameter_refused: {
    sqlstate: '22023',
    message: 'startup parameter "{name}" is not accepted by the gateway',
    hint: 'Remove it from the connection string, or set it with SET after connecting.',
    operator: 'The README lists the accepted ones under "Running it".',
  },
  startup_parameter_value_refused: {
    sqlstate: '22023',
    message: 'startup parameter "{name}" must be {want}',
    hint: 'Set it so, or leave it out of the connection string and of PGOPTIONS.',
    operator:
      'The setting changes how SQL text is read, or what the server tells of its inside, and has a few values alone.',
  },
  replication_refused: {
    sqlstate: '0A000',
    message: 'replication connections are not accepted by the gateway',
    hint: 'Connect to the database itself, with a role that may replicate.',
    operator: 'Replication bypasses statements altogether: connect to the database directly.',
  },
  pinned_setting_refused: {
    sqlstate: '0A000',
    message: 'the setting "{name}" must stay {want}',
    hint: 'Leave it as it is: the gateway reads SQL under this setting.',
    operator: 'Nothing: under another value the server would read other statements than the gateway.',
  },
  pinned_setting_changed: {
    sqlstate: '0A000',
    message: 'the session was ended because "{name}" was changed; it must stay {want}',
    hint: 'Connect again and leave the SET out: the gateway reads SQL under this setting.',
    operator: 'The client, or a function it called, changed a pinned setting.',
  },
  columns_changed: {
    sqlstate: 'XX000',
    message:
      'the session was ended because the database describes other columns than the statement was decided on',
    hint: 'Connect again; a table may have been replaced meanwhile.',
    operator:
      'The lineage of a result disagrees with the database; the catalog changed in between, or it is a bug.',
  },
  mask_missing: {
    sqlstate: 'XX000',
    message: 'the session was ended because rows came that no mask was made for',
    hint: 'Connect again.',
    operator: 'A bug: a statement whose rows are masked has returned rows in a way that was not foreseen.',
  },
  copy_not_maskable: {
    sqlstate: '0A000',
    message: 'masked columns can be copied in UTF-8 only, with the options of text, CSV and binary format',
    hint: 'Leave out ENCODING and whatever else is unusual, or SELECT the rows instead.',
    operator: 'Nothing: how the rows are laid out is not certain, so that they could not be masked.',
  },
  masked_row_too_large: {
    sqlstate: '54000',
    message: 'a row is too large to be masked: its masked values must begin within {limit} bytes',
    hint: 'Name the masked columns in front of the large ones, or fetch large values in parts.',
    operator: 'A row has a large value in front of one that is masked.',
  },
  approval_denied: {
    sqlstate: '42501',
    message: 'refused by {by}, whose approval policy rule "{rule}" asks for',
    hint: 'Ask whoever refused, or send something that needs no approval.',
    operator: 'The request and its answers are kept: portcullis approvals show ID.',
  },
  approval_expired: {
    sqlstate: '42501',
    message: 'nobody approved the statement in time, which policy rule "{rule}" asks for',
    hint: 'Send it again for a new request, and tell the approvers.',
    operator: 'It was open until {at}.',
  },
  approval_withdrawn: {
    sqlstate: '57014',
    message: 'the request for approval was withdrawn, and the statement did not run',
    hint: 'Send it again for a new request.',
    operator: 'The client cancelled it or left, or the gateway that held it had ended. Rule "{rule}".',
  },
  approval_outdated: {
    sqlstate: '42501',
    message:
      'what the statement does, or what policy rule "{rule}" asks for, has changed since it was approved',
    hint: 'Send it again for a new request.',
    operator: 'The rules, the labels or an object that it uses were changed while it waited.',
  },
  approval_several: {
    sqlstate: '42501',
    message: 'several statements of the text need approval, each on terms of its own',
    hint: 'Send them one by one.',
    operator: 'A request is for one text and its terms.',
  },
  approval_used: {
    sqlstate: '42501',
    message: 'the approval was used by another statement in this moment, or has ended',
    hint: 'Send it again for a new request.',
    operator: 'An approval is used as often as its terms say, and no oftener. Rule "{rule}".',
  },
  approval_unbound: {
    sqlstate: '42501',
    message:
      'policy rule "{rule}" asks for an approval, and its parameters are too large to be shown to anybody',
    hint: 'Send it in smaller parts.',
    operator: 'An approval holds for exact values, which the gateway keeps up to 1 MB.',
  },
  approval_purpose_missing: {
    sqlstate: '42501',
    message: 'policy rule "{rule}" asks what this is for, before anybody is asked to approve it',
    hint: "Say it, and send this again: SET portcullis.purpose = 'what it is for'. A driver can send it as it connects, by options=-c portcullis.purpose=… in its connection string.",
    operator: 'The terms of the approval ask for the reason of whoever sends the statement.',
  },
  approval_words_missing: {
    sqlstate: '42501',
    message: 'policy rule "{rule}" asks why you answer as you do',
    hint: "Say it with your answer: portcullis approvals approve ID --words 'why', or the same with deny.",
    operator: 'The terms of the approval ask for the reason of whoever answers.',
  },
  approval_unknown: {
    sqlstate: '42704',
    message: 'there is no request {id}',
    hint: 'portcullis approvals list shows those that wait.',
    operator: 'Whoever answers has named a request that does not exist.',
  },
  approval_settled: {
    sqlstate: '55000',
    message: 'the request is {status} already',
    hint: 'Whoever asked has been told. The statement can be sent again for another request.',
    operator: 'Somebody else was faster, or it was over.',
  },
  approval_own: {
    sqlstate: '42501',
    message: 'nobody approves what they sent themselves, or what was sent for them',
    hint: 'Ask another of the approvers.',
    operator: 'Separation of duties: no policy can allow it.',
  },
  approval_no_glass: {
    sqlstate: '42501',
    message: 'nobody may answer this request alone',
    hint: 'The terms of the rule that asks for approval would have to say who may, under break_glass, and only a person in their own name. Ask the approvers.',
    operator: 'Somebody tried to break the glass where there is none, or for a program.',
  },
  approval_twice: {
    sqlstate: '42501',
    message: 'you have answered this request already',
    hint: 'Ask another of the approvers.',
    operator: 'One answer a person counts.',
  },
  approval_refused: {
    sqlstate: '42501',
    message: 'your answer does not count, by policy rule "{rule}": {reason}',
    operator: 'The policy decides who may approve, at gateway/approve/decision.',
  },
  grant_unknown: {
    sqlstate: '42704',
    message: 'there is no grant {id} that you may see',
    hint: 'portcullis grants list shows those that there are.',
    operator: "Whoever asks has named a grant that does not exist, or somebody else's.",
  },
  grant_over: {
    sqlstate: '55000',
    message: 'the grant is {status} already',
    hint: 'Access can be asked for anew: portcullis grants request.',
    operator: 'Somebody else was faster, or it was over.',
  },
  grant_refused: {
    sqlstate: '42501',
    message: 'access is not granted, by policy rule "{rule}": {reason}',
    operator: 'The policy decides who is granted what, at gateway/access/decision.',
  },
  grant_not_yours: {
    sqlstate: '42501',
    message: 'only whoever has a grant extends it; those who may approve it and administrators can revoke it',
    hint: 'Ask one of them.',
    operator: 'admin.administrators names who may revoke any grant.',
  },
  grant_ended: {
    sqlstate: '57P01',
    message: 'the grant that let this session in has ended',
    hint: 'Ask for access again (portcullis grants request), then connect.',
    operator:
      'The grant reached its end or was revoked, and the policy would not let the session in as it is without it.',
  },
  own_call_misused: {
    sqlstate: '42883',
    message: 'the gateway cannot answer this call: {because}',
    hint: "Write CALL portcullis.request_access(rights => 'read public.orders', duration => '2 hours', reason => '…'), SELECT * FROM portcullis.my_access(), or SELECT * FROM portcullis.why('decision id').",
    operator: 'docs/grants.md has the functions that the gateway answers itself.',
  },
  decision_unknown: {
    sqlstate: '42704',
    message: 'there is no refusal of yours with this decision id that is still known here',
    hint: 'The id stands in the DETAIL of the error. Ask soon after, at the same gateway.',
    operator:
      'Each process remembers its last refusals and looks for others in the newest part of the audit journals below data_dir; `portcullis audit query --id` finds all of them.',
  },
  revocation_unknown: {
    sqlstate: '42704',
    message: 'there is no revocation {id} in force',
    hint: 'portcullis revocations list shows those that are.',
    operator: 'It was lifted already, or never made.',
  },
  agent_unknown: {
    sqlstate: '42704',
    message: 'there is no agent {name}',
    hint: 'portcullis agents list shows those that there are.',
    operator: 'Whoever asks has named an agent that is not registered.',
  },
  agent_exists: {
    sqlstate: '42710',
    message: 'there is an agent {name} already',
    hint: 'portcullis agents apply changes what it is registered with.',
    operator: 'Each agent is registered once.',
  },
  agents_changed: {
    sqlstate: '40001',
    message: 'the agents have been changed since you looked',
    hint: 'Look at what your file would change now, and apply it then.',
    operator: 'Somebody else registered, changed or deleted agents meanwhile.',
  },
  agent_key_unknown: {
    sqlstate: '42704',
    message: 'the agent has no access key {id} that still counts',
    hint: 'portcullis agents show lists its keys.',
    operator: "The key was revoked already, or is another agent's.",
  },
  session_unknown: {
    sqlstate: '42704',
    message: 'there is no session {id}',
    hint: 'portcullis sessions list shows those that there are.',
    operator: 'It has ended, or is of a gateway that keeps its state elsewhere.',
  },
  not_administrator: {
    sqlstate: '42501',
    message: 'only administrators of the gateway may do this',
    hint: 'Ask one of them; the operator of the gateway knows who they are.',
    operator: 'admin.administrators names them; they act in their own name.',
  },
  state_unavailable: {
    sqlstate: '58000',
    message: 'the database in which the gateway keeps approvals and grants cannot be reached',
    hint: 'Try again in a moment; nothing was run.',
    operator:
      'See the log for why; health shows it under state. Nothing needs to be restarted once it is back.',
  },
  state_newer: {
    sqlstate: '58000',
    message: 'the state database is of version {version}, and this gateway knows {known}',
    operator: 'A newer gateway has used it: start that one, or name another database in state.url.',
  },
  state_differs: {
    sqlstate: '58000',
    message: 'step {version} of the state database is not the one that this gateway knows',
    operator:
      'Somebody changed the table portcullis.migration, or another program uses the schema: name another database in state.url.',
  },
  unknown_resource: {
    sqlstate: '3D000',
    message: 'resource "{name}" does not exist',
    hint: 'The database name of the connection string names a resource of the gateway.',
    operator: 'Add it under resources, or correct the client.',
  },
  policy_begins: {
    sqlstate: '57P01',
    message: 'a policy decides from now on, and this session began without one',
    hint: 'Connect again.',
    operator: 'The configuration had policy.open, and has bundles now.',
  },
  too_many_connections: {
    sqlstate: '53300',
    message: 'the gateway has reached its limit of {limit} connections',
    hint: 'Try again later; close idle connections, or use a connection pool.',
    operator: 'See limits.connections.',
  },
  too_many_connections_of_principal: {
    sqlstate: '53300',
    message: 'this principal has reached its limit of {limit} connections',
    hint: 'Close idle connections, or use a connection pool.',
    operator: 'See limits.connections_per_principal, and limits.max_sessions of the decision on the login.',
  },
  idle_timeout: {
    sqlstate: '57P05',
    message: 'the session was idle for longer than {seconds} seconds',
    hint: 'Connect again.',
    operator: 'See limits.idle_seconds.',
  },
  statement_too_large: {
    sqlstate: '54000',
    message: 'the statement is larger than the limit of {limit} bytes',
    hint: 'Send large values as parameters or with COPY.',
    operator: 'See limits.statement_bytes.',
  },
  statement_not_text: {
    sqlstate: '22021',
    message: 'the statement is not valid UTF-8 text',
    hint: 'Send it in UTF-8; bytes that are no text belong into parameters.',
    operator: 'The client sent bytes in another encoding.',
  },
  statement_cancelled: {
    sqlstate: '57014',
    message: 'canceling statement due to user request',
    operator: 'Nothing: the client cancelled a statement that the gateway held.',
  },
  statement_denied: {
    sqlstate: '42501',
    message: 'refused by policy rule "{rule}": {reason}',
    operator: 'The log line "statement refused" has the decision id of DETAIL.',
  },
  function_call_refused: {
    sqlstate: '0A000',
    message: 'fast-path function calls are not accepted by the gateway',
    hint: 'Use SELECT of the function instead.',
    operator: 'FunctionCall messages carry no SQL that a policy could read.',
  },
  decision_failed: {
    sqlstate: '42501',
    message: 'the statement was refused because no decision could be made',
    hint: 'Try again; when it stays so, the operator of the gateway sees why in its log.',
    operator: 'The log line "decision failed" of this session_id has the reason.',
  },
  answer_too_large: {
    sqlstate: '54000',
    message: 'a message of the answer is larger than the {limit} bytes that can be rewritten',
    hint: 'Fetch such values in parts.',
    operator: 'A statement whose answers are rewritten returned a value that large.',
  },
  upstream_unreachable: {
    sqlstate: '08001',
    message: 'the database of resource "{resource}" cannot be reached',
    hint: 'Try again; the operator of the gateway sees why in its log.',
    operator: 'The log line "upstream connection failed" has host, port and cause.',
  },
  upstream_refused: {
    sqlstate: '08004',
    message: 'the database of resource "{resource}" refused the gateway',
    hint: 'Try again later; the operator of the gateway sees why in its log.',
    operator:
      'The log line "upstream connection failed" has the database\'s own message: credential, TLS or limits.',
  },
  upstream_lost: {
    sqlstate: '08006',
    message: 'the connection to the database was lost',
    hint: 'Connect again, and look whether what you sent last was done.',
    operator: 'The database ended the connection without a message: look at its log.',
  },
  upstream_protocol: {
    sqlstate: '08P01',
    message: 'the database answered in a way the gateway does not understand',
    hint: 'Connect again; if it happens again, tell the operator of the gateway what you sent and when.',
    operator: 'A bug or an unknown protocol extension: the log has the message type, never its content.',
  },
  audit_full: {
    sqlstate: '53100',
    message: 'refused because there is no room to record it: the audit journal is full',
    hint: 'Try again later; a session that is open stays open.',
    operator:
      'A sink has been away for long, or the disk is full. /metrics and the log say which; nothing runs that cannot be recorded. audit.journal.max_bytes is the bound.',
  },
  audit_unavailable: {
    sqlstate: '58030',
    message: 'refused because it cannot be recorded now',
    hint: 'Try again later; a session that is open stays open.',
    operator:
      'The journal cannot be written, or the sink of strict mode does not answer: the log line "audit journal failed" has the reason.',
  },
  audit_lost: {
    sqlstate: '58030',
    message: 'the session ended because a statement of it could not be recorded; it did not run',
    hint: 'Connect again, and run it again.',
    operator:
      'The disk, or the sink of strict mode, refused what had been let through a moment before: the log line "audit journal failed" or "audit sink takes no events" has the reason. Until it takes events again, statements are refused and their sessions stay open.',
  },
  recording_not_configured: {
    sqlstate: '42501',
    message: 'what this returns has to be recorded in full, and this gateway has no key to record it with',
    hint: 'Whoever runs the gateway has to set audit.recordings.public_key_file: portcullis audit recording-keys create makes the key.',
    operator:
      'A decision says record: full, or audit.record does. Make a pair of keys (`portcullis audit recording-keys create`), keep the private one away from the gateway, and name the public one in audit.recordings.public_key_file.',
  },
  recording_unavailable: {
    sqlstate: '58030',
    message: 'what this returns has to be recorded in full, and cannot be recorded now',
    hint: 'Try again later; the session can stay open.',
    operator:
      'The log line "recording not written" has the reason: most often the disk of the recordings is full, or has less room than audit.recordings.statement_bytes.',
  },
  recording_full: {
    sqlstate: '53400',
    message: 'the recording of this session has reached its limit of {limit} bytes',
    hint: 'Connect again.',
    operator: 'See audit.recordings.max_bytes, and at_limit beside it.',
  },
  shutting_down: {
    sqlstate: '57P01',
    message: 'the gateway is shutting down',
    hint: 'Connect again.',
    operator: 'Nothing: SIGTERM drains.',
  },
  internal_error: {
    sqlstate: 'XX000',
    message: 'internal error of the gateway',
    hint: 'Try again; if it happens again, tell the operator of the gateway what you sent and when.',
    operator: 'A bug: the log has the stack.',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type FaultCode = keyof typeof catalogue;

/** A refusal or failure out of the catalogue. Its message is public; its `cause` is for the log alone. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly sqlstate: string;
  hint: string | undefined;
  readonly parameters: Readonly<Record<string, string | number>>;
  detail: string | undefined;

  constructor(code: FaultCode, parameters: Readonly<Record<string, string | number>> = {}, cause?: unknown) {
    const entry: CatalogueEntry = catalogue[code];
    super(fill(entry.message, parameters), cause === undefined ? undefined : { cause });
    this.name = 'Fault';
    this.code = code;
    this.parameters = parameters;
    this.sqlstate = entry.sqlstate;
    this.hint = entry.hint;
  }
}

/** Any thrown thing as a Fault: our own as it is, a foreign one as `internal_error` with the cause kept for the log. */
export function toFault(thrown: unknown): Fault {
  return thrown instanceof Fault ? thrown : new Fault('internal_error', {}, thrown);
}

function fill(text: string, parameters: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(parameters[name] ?? place));
}
