// Generated from schemas/config.schema.json by `npm run generate`: do not edit.

export type RequiredClaim = (string | number | boolean) | readonly (string | number | boolean)[];
/**
 * One rule: `kind` or `label`, and days.
 */
export type RetentionConfig = {
  /**
   * What the type of an event begins with: `statement`, `session`, `approval`, `administration`, `policy`, `gateway`; `recording` for recordings, `all` for every kind without a rule of its own.
   */
  readonly kind?: 'statement' | 'session' | 'approval' | 'administration' | 'policy' | 'gateway' | 'recording' | 'all';
  /**
   * The details of statements that touch this label, or one below it: `pii` is `pii.ssn` too. Who ran one, when, and that it did stays until the kind's days are over.
   */
  readonly label?: string;
  /**
   * How many days.
   */
  readonly days: number;
} & RetentionConfig1;
export type RetentionConfig1 = {
  readonly [k: string]: unknown;
};

/**
 * The gateway's configuration file. Paths are relative to the file itself; every secret is read from a file of its own.
 */
export interface Config {
  readonly listen: ListenConfig;
  /**
   * Processes that share the port. One is enough for a few thousand statements a second.
   */
  readonly workers: number;
  readonly admin?: AdminConfig;
  /**
   * Folder in which the gateway keeps what it must remember. It is created when it does not exist.
   */
  readonly data_dir: string;
  readonly state: StateConfig;
  readonly log: LogConfig;
  readonly limits: LimitsConfig;
  readonly identity: IdentityConfig;
  /**
   * The databases that clients can reach, by the name that they give as their database.
   */
  readonly resources: readonly ResourceConfig[];
  readonly policy: PolicyConfig;
  readonly masking: MaskingConfig;
  readonly approvals: ApprovalsConfig;
  readonly audit: AuditConfig;
}
export interface ListenConfig {
  /**
   * Address to listen on. Any other than loopback needs `tls`.
   */
  readonly host: string;
  /**
   * Port to listen on; 0 takes a free one.
   */
  readonly port: number;
  readonly tls?: ListenTlsConfig;
}
export interface ListenTlsConfig {
  /**
   * PEM file with the certificate, followed by its intermediates.
   */
  readonly cert: string;
  /**
   * PEM file with the certificate's private key.
   */
  readonly key: string;
}
export interface AdminConfig {
  /**
   * Address to listen on.
   */
  readonly host: string;
  /**
   * Port to listen on; 0 takes a free one.
   */
  readonly port: number;
  readonly tls?: ListenTlsConfig;
  /**
   * Where people reach the admin side. Other gateways with the same state database tell it to whoever asks them for what only this one can answer. Default: by host and port, with the name of the machine where it listens everywhere.
   */
  readonly url?: string;
  /**
   * Who may withdraw access, end sessions and register agents: `group:NAME` or `principal:NAME`. They must act in their own name, and agents never may. Without any, nobody may.
   */
  readonly administrators: readonly string[];
}
export interface StateConfig {
  /**
   * `postgres://user@host:port/database`, with `?sslmode=` as libpq has it; absent it is verify-full, and on this machine disable. The user must be able to create the schema `portcullis` there, or own it.
   */
  readonly url?: string;
  /**
   * File with the user's password, read again when it changes.
   */
  readonly password_file?: string;
  /**
   * PEM file with the authority that signed the server's certificate. Without it the system's authorities count.
   */
  readonly ca?: string;
  /**
   * What becomes of logins and statements while the state database cannot be reached, so that nobody knows what has been withdrawn meanwhile: `deny` refuses them, in words, until it is back; `keep` goes on with what was known last. A gateway that has never had anything there does not ask.
   */
  readonly when_away: 'deny' | 'keep';
  /**
   * How long it may be away before `when_away` counts, so that a restart of it disturbs nobody.
   */
  readonly away_seconds: number;
}
export interface LogConfig {
  /**
   * The least important line that is written.
   */
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}
export interface LimitsConfig {
  /**
   * Open client connections in total.
   */
  readonly connections: number;
  /**
   * Open client connections of one principal.
   */
  readonly connections_per_principal: number;
  /**
   * Time from the first byte to a finished login.
   */
  readonly login_seconds: number;
  /**
   * Time without a statement after which a session ends; 0 is never.
   */
  readonly idle_seconds: number;
  /**
   * Length of one statement's text.
   */
  readonly statement_bytes: number;
  /**
   * Failed logins from one address before it has to wait.
   */
  readonly failed_logins_per_minute: number;
  /**
   * Time that open sessions get to finish after SIGTERM.
   */
  readonly drain_seconds: number;
  /**
   * Time that a running statement gets to finish when its client closed its sending side without a goodbye; then it is cancelled.
   */
  readonly linger_seconds: number;
}
export interface IdentityConfig {
  /**
   * How far an issuer's clock may be from ours.
   */
  readonly clock_skew_seconds: number;
  /**
   * OpenID Connect issuers whose tokens are accepted.
   */
  readonly issuers: readonly IssuerConfig[];
  readonly access_keys?: AccessKeysConfig;
}
export interface IssuerConfig {
  /**
   * The issuer's URL, exactly as it stands in the token's `iss`.
   */
  readonly issuer: string;
  /**
   * What the token's `aud` must contain; one of them when it is a list.
   */
  readonly audience: string | readonly string[];
  /**
   * Accepted signature algorithms; only asymmetric ones exist here.
   */
  readonly algorithms: readonly (
    'RS256' | 'RS384' | 'RS512' | 'PS256' | 'PS384' | 'PS512' | 'ES256' | 'ES384' | 'ES512' | 'EdDSA'
  )[];
  /**
   * The issuer's keys in a file, for networks that cannot reach it. Without it they are discovered.
   */
  readonly jwks_file?: string;
  /**
   * How long the last good keys are used while the issuer cannot be reached.
   */
  readonly jwks_max_stale_seconds: number;
  /**
   * PEM file with the authority that signed the issuer's certificate. Without it the system's authorities count.
   */
  readonly ca?: string;
  readonly introspection?: IntrospectionConfig;
  /**
   * Claims that a token must carry: equal to the value, or to one of a list. A claim that is a list itself must contain it.
   */
  readonly required_claims: {
    readonly [k: string]: RequiredClaim;
  };
  readonly claims: ClaimsConfig;
  /**
   * What a principal is whose token does not say.
   */
  readonly kind: 'agent' | 'service' | 'human';
  /**
   * A token opens one connection only, known by its `jti`: whoever comes with it again is refused, at every gateway that shares the state database. One without a `jti` is refused as well. Drivers' pools have to fetch a fresh token for each connection.
   */
  readonly single_use: boolean;
  /**
   * Put before each principal's name, so that those of two issuers cannot collide.
   */
  readonly principal_prefix?: string;
  readonly oauth: OauthConfig;
}
export interface IntrospectionConfig {
  /**
   * The gateway's own client at the issuer.
   */
  readonly client_id: string;
  /**
   * File with that client's secret.
   */
  readonly client_secret_file: string;
  /**
   * The introspection endpoint, where discovery does not name it.
   */
  readonly endpoint?: string;
}
export interface ClaimsConfig {
  /**
   * The principal's name.
   */
  readonly principal: string;
  /**
   * The groups it belongs to.
   */
  readonly groups: string;
  /**
   * Agent, service or human.
   */
  readonly kind: string;
  /**
   * The token's scopes.
   */
  readonly scopes: string;
}
export interface OauthConfig {
  /**
   * Scopes that the client asks the issuer for.
   */
  readonly scope: string;
}
export interface AccessKeysConfig {
  /**
   * JSON file that `portcullis keys` writes. It may not exist yet, and is read again when it changes.
   */
  readonly file: string;
}
export interface ResourceConfig {
  /**
   * What a client names as its database.
   */
  readonly name: string;
  readonly upstream: UpstreamConfig;
  readonly primary?: UpstreamConfig;
  /**
   * The gateway's own logins to that database. `default` is used unless a policy picks another. `resolver` asks the database what the names in statements mean, and may read no table.
   */
  readonly credentials: {
    readonly default: CredentialConfig;
    readonly [k: string]: CredentialConfig;
  };
  /**
   * Facts about the resource that a policy may read, such as `env: prod`.
   */
  readonly labels: {
    readonly [k: string]: string;
  };
  /**
   * When the gateway asks the database whether somebody has changed tables, views or functions beside it. `periodic`, or absent: every five seconds, so that a change is decided by at the latest then. `every_statement`: before each one, which takes a round trip.
   */
  readonly catalog_look?: 'periodic' | 'every_statement';
  readonly discovery?: DiscoveryConfig;
}
export interface UpstreamConfig {
  /**
   * Name or address of the server.
   */
  readonly host: string;
  /**
   * Port of the server.
   */
  readonly port: number;
  /**
   * Database on the server.
   */
  readonly database: string;
  /**
   * How far TLS towards the server goes, with libpq's meanings.
   */
  readonly sslmode: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
  /**
   * PEM file with the authority that signed the server's certificate. Without it the system's authorities count.
   */
  readonly ca?: string;
  /**
   * PEM file with the gateway's client certificate.
   */
  readonly cert?: string;
  /**
   * PEM file with the client certificate's private key.
   */
  readonly key?: string;
  /**
   * Time to connect and log in.
   */
  readonly connect_timeout_seconds: number;
  /**
   * Whether SCRAM must be bound to the TLS connection.
   */
  readonly channel_binding: 'disable' | 'prefer' | 'require';
}
export interface CredentialConfig {
  /**
   * Where the secret comes from: `static` is a file.
   */
  readonly kind: 'static';
  /**
   * Role on the database server.
   */
  readonly user: string;
  /**
   * Another role that its sessions act as from the start, such as one with fewer rights; `user` must be a member of it. They can't leave it.
   */
  readonly role?: string;
  /**
   * File with its password, read again when it changes. Leave it out where a client certificate or trust is enough.
   */
  readonly password_file?: string;
}
export interface DiscoveryConfig {
  /**
   * Whether it looks at all: at names, types and comments, whenever the catalog has changed.
   */
  readonly enabled: boolean;
  /**
   * What is less sure isn't told.
   */
  readonly min_confidence: number;
  /**
   * Whether it looks at some values of each table too. None of them is logged or kept.
   */
  readonly sample: boolean;
  /**
   * The credential of the resource that looks at values; its role needs SELECT.
   */
  readonly credential: string;
  /**
   * From one look at values to the next.
   */
  readonly every_seconds: number;
}
export interface PolicyConfig {
  /**
   * The signed bundles that hold the rules and their data. Together they are one policy: their roots must not overlap.
   */
  readonly bundles: readonly BundleConfig[];
  readonly evaluation: EvaluationConfig;
  readonly canary?: CanaryConfig;
  readonly shadow?: ShadowConfig;
  readonly decision_log?: DecisionLogConfig;
  readonly status?: PolicyStatusConfig;
  /**
   * Allow everything without asking any policy: for trials alone.
   */
  readonly open: boolean;
}
export interface BundleConfig {
  /**
   * What logs, the status and commands call it.
   */
  readonly name: string;
  /**
   * Where it is: an https URL, or a file, which is watched.
   */
  readonly url: string;
  readonly signing?: SigningConfig;
  /**
   * Take it without a signature: whoever can write it then decides.
   */
  readonly unsigned: boolean;
  readonly poll: PollConfig;
  /**
   * File with the token that is sent to the server, read again when it changes.
   */
  readonly bearer_token_file?: string;
  /**
   * PEM file with the authority that signed the server's certificate. Without it the system's authorities count.
   */
  readonly ca?: string;
  /**
   * PEM file with the gateway's client certificate.
   */
  readonly cert?: string;
  /**
   * PEM file with the client certificate's private key.
   */
  readonly key?: string;
  /**
   * Size of the bundle's file.
   */
  readonly max_bytes: number;
  /**
   * Size of what is in it.
   */
  readonly max_unpacked_bytes: number;
}
export interface SigningConfig {
  /**
   * PEM file with the public key; for HS256, HS384 and HS512 the file with the shared secret.
   */
  readonly key: string;
  /**
   * The one signature algorithm that is accepted.
   */
  algorithm:
    | 'RS256'
    | 'RS384'
    | 'RS512'
    | 'PS256'
    | 'PS384'
    | 'PS512'
    | 'ES256'
    | 'ES384'
    | 'ES512'
    | 'HS256'
    | 'HS384'
    | 'HS512';
  /**
   * The scope that the signature must have been made for.
   */
  readonly scope?: string;
  /**
   * The key's id that the signature must name.
   */
  readonly key_id?: string;
}
export interface PollConfig {
  /**
   * Shortest time between two requests.
   */
  readonly min_seconds: number;
  /**
   * Longest time between two requests.
   */
  readonly max_seconds: number;
  /**
   * How long the server may hold a request until there is a new bundle; 0 asks it not to.
   */
  readonly long_poll_seconds: number;
}
export interface EvaluationConfig {
  /**
   * Function calls and loop iterations inside the policy. An ordinary statement takes some ten thousand, and a million take a few milliseconds.
   */
  readonly steps: number;
  /**
   * Memory of one policy, its data included.
   */
  readonly memory_bytes: number;
}
export interface CanaryConfig {
  /**
   * The bundles, each with the name of the one that it replaces.
   */
  readonly bundles: readonly BundleConfig[];
  /**
   * Share of all principals. Who is in it stays in it while the share grows.
   */
  readonly percent: number;
  /**
   * Groups whose members are in it.
   */
  readonly groups: readonly string[];
  /**
   * Principals that are in it, by name.
   */
  readonly principals: readonly string[];
}
export interface ShadowConfig {
  /**
   * The bundles, each with the name of the one that it stands beside.
   */
  readonly bundles: readonly BundleConfig[];
}
export interface DecisionLogConfig {
  /**
   * Where decisions are posted.
   */
  readonly url: string;
  /**
   * File with the token that is sent to the service, read again when it changes.
   */
  readonly bearer_token_file?: string;
  /**
   * PEM file with the authority that signed the service's certificate. Without it the system's authorities count.
   */
  readonly ca?: string;
  /**
   * PEM file with the gateway's client certificate.
   */
  readonly cert?: string;
  /**
   * PEM file with the client certificate's private key.
   */
  readonly key?: string;
  /**
   * Labels that every event carries, such as the name of this gateway.
   */
  readonly labels: {
    readonly [k: string]: string;
  };
  /**
   * Shortest time between two uploads.
   */
  readonly min_seconds: number;
  /**
   * Longest time between two uploads.
   */
  readonly max_seconds: number;
  /**
   * Events that wait for an upload. When they are more, the oldest are left out, and counted.
   */
  readonly buffer_bytes: number;
}
export interface PolicyStatusConfig {
  /**
   * Where the status is posted.
   */
  readonly url: string;
  /**
   * File with the token that is sent to the service, read again when it changes.
   */
  readonly bearer_token_file?: string;
  /**
   * PEM file with the authority that signed the service's certificate. Without it the system's authorities count.
   */
  readonly ca?: string;
  /**
   * PEM file with the gateway's client certificate.
   */
  readonly cert?: string;
  /**
   * PEM file with the client certificate's private key.
   */
  readonly key?: string;
  /**
   * Labels that it carries, such as the name of this gateway.
   */
  readonly labels: {
    readonly [k: string]: string;
  };
  /**
   * Time between two reports when nothing changes.
   */
  readonly seconds: number;
}
export interface MaskingConfig {
  /**
   * File with the keys behind masks of the kinds hash and token, the newest first: `keys: [{ id: "2026-11", key: <base64 of 32 bytes> }]`. Without it their values become NULL.
   */
  readonly keys_file?: string;
  /**
   * Variable of the environment that holds such a list of keys, in the place of a file. It is read when the gateway starts.
   */
  readonly keys_env?: string;
}
export interface ApprovalsConfig {
  /**
   * While a statement waits, its client is told so again this often; drivers and proxies stay awake by it.
   */
  readonly remind_seconds: number;
  /**
   * Where people look at a request, with {id} in the place of its id: put into notices and messages.
   */
  readonly link?: string;
  readonly people: PeopleConfig;
  /**
   * Who is told of requests, and how they ended.
   */
  readonly notify: readonly NotifyConfig[];
}
export interface PeopleConfig {
  /**
   * The claim of a person's token that has their e-mail address.
   */
  readonly email_claim: string;
  /**
   * Take the address without the claim email_verified: only where the issuers let nobody choose their own.
   */
  readonly unverified_email: boolean;
  /**
   * An answer counts by the identity, with its groups, that a verified token had within so many days; whoever wasn't there since logs in once.
   */
  readonly seen_within_days: number;
}
export interface NotifyConfig {
  /**
   * `webhook`: a program, by signed HTTP. `email`: people, by SMTP. `slack`: a channel of Slack, where they also answer. `slack_webhook`: a channel of Slack by an incoming webhook, which tells and takes no answers.
   */
  readonly kind: 'webhook' | 'email' | 'slack' | 'slack_webhook';
  /**
   * What logs, metrics and /health call it. Gateways that share a state database share channels of one name.
   */
  readonly name: string;
  /**
   * Of `webhook`: where events are posted; https, or http on loopback.
   */
  readonly url?: string;
  /**
   * Of `webhook`: file with the secret that events are signed with, `whsec_` and 24 to 64 random bytes in base64; while it is changed the new one and the old one, a line each.
   */
  readonly secret_file?: string;
  /**
   * File with the authorities that the server's certificate is checked against, in the place of the system's.
   */
  readonly ca?: string;
  /**
   * Of `slack`: the channel's id, such as C0123456789.
   */
  readonly channel?: string;
  /**
   * Of `slack`: file with the token of the app's bot, `xoxb-…`, with the scopes chat:write, users:read and users:read.email.
   */
  readonly bot_token_file?: string;
  /**
   * Of `slack`: file with the app's signing secret, by which answers are known to be Slack's.
   */
  readonly signing_secret_file?: string;
  /**
   * Of `slack_webhook`: file with the address of the incoming webhook, which is as good as a password.
   */
  readonly webhook_url_file?: string;
  /**
   * Of `slack`: https://slack.com/api, unless another stands in its place.
   */
  readonly api_url?: string;
  readonly smtp?: SmtpConfig;
  /**
   * Of `email`: the address that mails are from.
   */
  readonly from?: string;
  /**
   * Of `email`: addresses that every mail goes to.
   */
  readonly to?: readonly string[];
  /**
   * Of `email`: addresses by approver, as decisions name them: `"group:dba": [dba@example.com]`. They are told of what they may approve.
   */
  readonly to_approvers?: {
    readonly [k: string]: readonly string[];
  };
}
export interface SmtpConfig {
  /**
   * The server's name, which its certificate has.
   */
  readonly host: string;
  /**
   * 587 as a rule, 465 with `tls: implicit`.
   */
  readonly port: number;
  /**
   * `starttls`: after the greeting. `implicit`: from the start. `none`: for a server on this machine alone.
   */
  readonly tls: 'starttls' | 'implicit' | 'none';
  /**
   * To log in as.
   */
  readonly user?: string;
  /**
   * File with that user's password, read for each mail.
   */
  readonly password_file?: string;
  /**
   * File with the authorities that the server's certificate is checked against, in the place of the system's.
   */
  readonly ca?: string;
}
export interface AuditConfig {
  /**
   * What a statement waits for before it is forwarded: `journal`, that its event is in the journal, which outlives the process; `strict`, that the sink `strict_sink` has acknowledged it as well. `off`: nothing is recorded of what is done, which the log says at each start; for comparisons and trials.
   */
  readonly mode: 'journal' | 'strict' | 'off';
  /**
   * The sink that strict mode waits for.
   */
  readonly strict_sink?: string;
  /**
   * How long strict mode waits before it denies the statement.
   */
  readonly strict_seconds: number;
  /**
   * The claims of an identity that its events carry. Absent: all of them. What a policy reads of others is missing when recorded statements are decided anew.
   *
   * Items: The name of a claim.
   */
  readonly claims?: readonly string[];
  /**
   * What becomes of parameters that may be values of labelled columns, or look like secrets: `redact`, they are left out; `hash`, a hash that is made with `hash_key_file` stands in their place, so that equal ones can be found.
   */
  readonly parameters: 'redact' | 'hash';
  /**
   * File with the key of these hashes: one line of 16 characters or more.
   */
  readonly hash_key_file?: string;
  readonly journal: JournalConfig;
  readonly signing: AuditSigningConfig;
  /**
   * How long events are kept, by kind and by label; what no rule names is kept without end. Holds go before all of them.
   */
  readonly retention: readonly RetentionConfig[];
  /**
   * How much is recorded of statements and sessions of which the policy says nothing: `metadata`, the events alone; `full`, the rows of their answers as well.
   */
  readonly record: 'none' | 'metadata' | 'full';
  readonly recordings: RecordingsConfig;
  /**
   * Where events go from the journal, each at its own pace. None: the journal is where they stay.
   */
  readonly sinks: readonly AuditSinkConfig[];
}
export interface JournalConfig {
  /**
   * How large the journal of one process may become. With sinks, the oldest segments go to make room once every sink has acknowledged them; while none can go and the room is used up, statements are denied. Without sinks the journal is all there is, and its oldest segments go.
   */
  readonly max_bytes: number;
  /**
   * Size at which a new file is begun.
   */
  readonly segment_bytes: number;
  /**
   * What was written is brought to the disk this often. The death of the process loses nothing; a power failure loses at most this much.
   */
  readonly sync_milliseconds: number;
}
export interface AuditSigningConfig {
  /**
   * An Ed25519 private key (PKCS#8, PEM). Without it the gateway makes one in `data_dir`; `portcullis audit keys` prints its public half, which `portcullis audit verify` needs.
   */
  readonly key_file?: string;
  /**
   * How often the end of the journal is signed while there are new events.
   */
  readonly every_seconds: number;
}
export interface RecordingsConfig {
  /**
   * The key that rows are encrypted for, as `portcullis audit recording-keys create` makes it. Whoever has its private half can read them, and the gateway cannot. A file with several keys lets the owner of each. Without it, what has to be recorded in full is refused.
   */
  readonly public_key_file?: string;
  /**
   * Where recordings are kept. Default: `recordings` in `data_dir`.
   */
  readonly folder?: string;
  /**
   * How much is recorded of one session.
   */
  readonly max_bytes: number;
  /**
   * How much is recorded of one statement. As much must be free on the disk, or the statement is refused.
   */
  readonly statement_bytes: number;
  /**
   * What becomes of a session of which `max_bytes` are recorded: `cut`, it goes on, and a marker says that the rest is missing; `deny`, further statements that have to be recorded are refused.
   */
  readonly at_limit: 'cut' | 'deny';
}
export interface AuditSinkConfig {
  /**
   * `postgres`: rows of a database. `s3`: locked objects in a bucket. `http`: a service that takes events. `otel`: log records of OpenTelemetry. `syslog`: messages to a syslog server. `stdout`: lines on standard output.
   */
  readonly kind: 'postgres' | 's3' | 'http' | 'otel' | 'syslog' | 'stdout';
  /**
   * What logs, metrics and /health call it, and what its place in the journal is kept under: a sink with another name gets everything from the beginning of the journal.
   */
  readonly name: string;
  /**
   * Of `http` and `otel`: where events are posted; without a path of its own the one that the service is known by. Of `s3`: the address of the store, without the bucket. Of `postgres`: `postgres://user@host:5432/database`, with sslmode as its only parameter. https, or http on loopback.
   */
  readonly url?: string;
  /**
   * File with the authorities that the server's certificate is checked against, in the place of the system's.
   */
  readonly ca?: string;
  /**
   * PEM file with the gateway's client certificate.
   */
  readonly cert?: string;
  /**
   * PEM file with the client certificate's private key.
   */
  readonly key?: string;
  /**
   * Of `postgres`: file with the password of the role, read again when it changes.
   */
  readonly password_file?: string;
  /**
   * Of `http` and `otel`: file with the token that is sent to the service, read again when it changes.
   */
  readonly token_file?: string;
  /**
   * Of `http` and `otel`: headers that every request has, none of them secret.
   */
  readonly headers?: {
    readonly [k: string]: string;
  };
  /**
   * Of `http` and `otel`: headers whose values are secrets, each with the file that has it.
   */
  readonly header_files?: {
    readonly [k: string]: string;
  };
  /**
   * Of `http` and `otel`: whether bodies are compressed with gzip. True, unless it is set.
   */
  readonly compress?: boolean;
  /**
   * Of `http`: `generic`, an event a line; `opa`, decision logs as OPA sends them; `splunk`, for its HTTP Event Collector. `generic`, unless it is set.
   */
  readonly shape?: 'generic' | 'opa' | 'splunk';
  /**
   * Of `http` with the shape `opa`: labels that every event carries. Of `otel`: attributes of the resource.
   */
  readonly labels?: {
    readonly [k: string]: string;
  };
  /**
   * Of `http` with the shape `splunk`: the index, where it isn't the token's own.
   */
  readonly index?: string;
  /**
   * Of `http` with the shape `splunk`: `portcullis`, unless it is set.
   */
  readonly source?: string;
  /**
   * Of `http` with the shape `splunk`: `portcullis:audit`, unless it is set.
   */
  readonly sourcetype?: string;
  /**
   * Of `http` with the shape `splunk`: wait until an indexer has the events; the token must have indexer acknowledgement turned on. True, unless it is set.
   */
  readonly acknowledgement?: boolean;
  /**
   * Of `otel`: how records are written. `json`, unless it is set.
   */
  readonly encoding?: 'json' | 'protobuf';
  /**
   * Of `s3`: the bucket, which must have been made with object lock.
   */
  readonly bucket?: string;
  /**
   * Of `s3`: what the names of objects begin with, such as `audit`.
   */
  readonly prefix?: string;
  /**
   * Of `s3`: `us-east-1`, unless it is set.
   */
  readonly region?: string;
  /**
   * Of `s3`: whether the bucket stands in the path, as most stores other than S3 itself want it, or before the host. True, unless it is set.
   */
  readonly path_style?: boolean;
  /**
   * Of `s3`: file with the id of the access key.
   */
  readonly access_key_id_file?: string;
  /**
   * Of `s3`: file with the secret of the access key.
   */
  readonly secret_access_key_file?: string;
  /**
   * Of `s3`: file with the token of a temporary key, read again when it changes.
   */
  readonly session_token_file?: string;
  readonly lock?: ObjectLockConfig;
  /**
   * Of `syslog`: the server's name, which its certificate has.
   */
  readonly host?: string;
  /**
   * Of `syslog`: 6514 with TLS and 601 without, unless it is set.
   */
  readonly port?: number;
  /**
   * Of `syslog`: false for a server on this machine alone. True, unless it is set.
   */
  readonly tls?: boolean;
  /**
   * Of `syslog`: `audit`, unless it is set.
   */
  facility?:
    | 'user'
    | 'daemon'
    | 'auth'
    | 'authpriv'
    | 'audit'
    | 'local0'
    | 'local1'
    | 'local2'
    | 'local3'
    | 'local4'
    | 'local5'
    | 'local6'
    | 'local7';
  /**
   * What counts as stored beyond a success. Of `http` with the shape `generic`: `status`, nothing more; `count`, that the answer says how many events were stored. Of `s3`: `answer`, the checksum in the answer; `read`, that the object can be read about afterwards, with its lock. Of `syslog`: `close`, that the server has read the connection to its end; `sent`, that this machine has sent it. The first of them, unless it is set.
   */
  readonly confirm?: 'status' | 'count' | 'answer' | 'read' | 'close' | 'sent';
  readonly batch: AuditBatchConfig;
  /**
   * How long one attempt to deliver may take.
   */
  readonly timeout_seconds: number;
  /**
   * What becomes of an event that the sink will not have, alone and again: `wait`, it stays where it is, and all after it, until somebody has put it right; `set_aside`, it is kept in a file beside the journal, and the others go on.
   */
  readonly refused: 'wait' | 'set_aside';
}
export interface ObjectLockConfig {
  /**
   * `compliance`: nobody can shorten it. `governance`: who has the right to can. `none`: objects are not locked.
   */
  readonly mode: 'compliance' | 'governance' | 'none';
  /**
   * From the moment of the upload.
   */
  readonly days: number;
}
export interface AuditBatchConfig {
  /**
   * Events at most: 2,000, and 50,000 for `s3`, unless it is set.
   */
  readonly events?: number;
  /**
   * Bytes at most, before they are compressed: 2 MiB, and 32 MiB for `s3`, unless it is set. A longer event goes alone.
   */
  readonly bytes?: number;
  /**
   * How long the first waits for others: 1, and 60 for `s3`, unless it is set. The sink that strict mode waits for waits for none.
   */
  readonly seconds?: number;
}
