// The list of commands. Each is loaded when it is asked for, so that `token` doesn't pay for `serve`.

import type { Command } from './command.ts';

export type CommandEntry = Readonly<{
  name: string;
  summary: string;
  load: () => Promise<Command>;
}>;

export type CommandGroup = Readonly<{
  name: string;
  summary: string;
  commands: readonly CommandEntry[];
}>;

export const commands: ReadonlyArray<CommandEntry | CommandGroup> = [
  {
    name: 'serve',
    summary: 'Run the gateway',
    load: async () => (await import('./serve.ts')).serve,
  },
  {
    name: 'check-config',
    summary: 'Check a configuration and what it refers to',
    load: async () => (await import('./check-config.ts')).checkConfig,
  },
  {
    name: 'role-sql',
    summary: 'Print the SQL that makes a database role for the gateway',
    load: async () => (await import('./role-sql.ts')).roleSql,
  },
  {
    name: 'explain',
    summary: 'Show what a statement touches, as policies see it',
    load: async () => (await import('./explain.ts')).explain,
  },
  {
    name: 'catalog',
    summary: "Show a resource's tables and labels",
    load: async () => (await import('./catalog.ts')).catalog,
  },
  {
    name: 'classify',
    summary: "Propose labels for a resource's columns",
    load: async () => (await import('./classify.ts')).classify,
  },
  {
    name: 'login',
    summary: 'Log in with your identity provider',
    load: async () => (await import('./login.ts')).login,
  },
  {
    name: 'logout',
    summary: 'Forget a login and revoke its tokens',
    load: async () => (await import('./logout.ts')).logout,
  },
  {
    name: 'token',
    summary: 'Print a fresh token, for PGPASSWORD',
    load: async () => (await import('./token.ts')).token,
  },
  {
    name: 'psql',
    summary: 'Start psql on a resource, logged in',
    load: async () => (await import('./psql.ts')).psql,
  },
  {
    name: 'sql',
    summary: 'Run SQL on a resource without psql, once or at a prompt',
    load: async () => (await import('./sql.ts')).sql,
  },
  {
    name: 'approvals',
    summary: 'See and answer what waits for approval',
    commands: [
      {
        name: 'list',
        summary: 'List what waits for approval',
        load: async () => (await import('./approvals/list.ts')).approvalsList,
      },
      {
        name: 'show',
        summary: 'Show one request: what it does, who asks, and why',
        load: async () => (await import('./approvals/show.ts')).approvalsShow,
      },
      {
        name: 'approve',
        summary: 'Approve a request',
        load: async () => (await import('./approvals/answer.ts')).approvalsApprove,
      },
      {
        name: 'deny',
        summary: 'Refuse a request',
        load: async () => (await import('./approvals/answer.ts')).approvalsDeny,
      },
      {
        name: 'break-glass',
        summary: 'Approve a request alone, in an emergency',
        load: async () => (await import('./approvals/answer.ts')).approvalsBreakGlass,
      },
    ],
  },
  {
    name: 'agents',
    summary: 'Register agents, with an owner, a purpose, a scope and keys',
    commands: [
      {
        name: 'create',
        summary: 'Register an agent',
        load: async () => (await import('./agents/create.ts')).agentsCreate,
      },
      {
        name: 'list',
        summary: 'List the agents that are registered',
        load: async () => (await import('./agents/list.ts')).agentsList,
      },
      {
        name: 'show',
        summary: 'Show one agent: what it is for, what it may reach, its keys',
        load: async () => (await import('./agents/show.ts')).agentsShow,
      },
      {
        name: 'suspend',
        summary: "Withdraw an agent's access",
        load: async () => (await import('./agents/standing.ts')).agentsSuspend,
      },
      {
        name: 'resume',
        summary: "Give an agent's access back",
        load: async () => (await import('./agents/standing.ts')).agentsResume,
      },
      {
        name: 'delete',
        summary: 'Delete an agent',
        load: async () => (await import('./agents/standing.ts')).agentsDelete,
      },
      {
        name: 'add-key',
        summary: 'Make an access key for an agent',
        load: async () => (await import('./agents/keys.ts')).agentsAddKey,
      },
      {
        name: 'revoke-key',
        summary: "Revoke one of an agent's access keys",
        load: async () => (await import('./agents/keys.ts')).agentsRevokeKey,
      },
      {
        name: 'apply',
        summary: 'Register agents as a file says, and show first what would change',
        load: async () => (await import('./agents/apply.ts')).agentsApply,
      },
    ],
  },
  {
    name: 'sessions',
    summary: 'See who is logged in, watch sessions, and end them',
    commands: [
      {
        name: 'list',
        summary: 'List who is logged in, and what they do',
        load: async () => (await import('./sessions/list.ts')).sessionsList,
      },
      {
        name: 'watch',
        summary: 'Watch a session while it runs, as its client sees it',
        load: async () => (await import('./sessions/watch.ts')).sessionsWatch,
      },
      {
        name: 'kill',
        summary: 'End a session at once',
        load: async () => (await import('./sessions/kill.ts')).sessionsKill,
      },
    ],
  },
  {
    name: 'principals',
    summary: "Withdraw a principal's access, and give it back",
    commands: [
      {
        name: 'suspend',
        summary: "Withdraw a principal's access, and that of the agents that it owns",
        load: async () => (await import('./principals/suspend.ts')).principalsSuspend,
      },
      {
        name: 'resume',
        summary: "Give a principal's access back",
        load: async () => (await import('./principals/suspend.ts')).principalsResume,
      },
    ],
  },
  {
    name: 'revocations',
    summary: 'Withdraw access: of principals, keys, tokens and sessions',
    commands: [
      {
        name: 'add',
        summary: 'Withdraw access: of a principal, a key, a token or a session',
        load: async () => (await import('./revocations/add.ts')).revocationsAdd,
      },
      {
        name: 'list',
        summary: 'List what is withdrawn now',
        load: async () => (await import('./revocations/list.ts')).revocationsList,
      },
      {
        name: 'lift',
        summary: 'Give access back',
        load: async () => (await import('./revocations/lift.ts')).revocationsLift,
      },
    ],
  },
  {
    name: 'grants',
    summary: 'Ask for access for a time, and look after it',
    commands: [
      {
        name: 'request',
        summary: 'Ask for access for a time',
        load: async () => (await import('./grants/request.ts')).grantsRequest,
      },
      {
        name: 'list',
        summary: 'List access that was granted or asked for',
        load: async () => (await import('./grants/list.ts')).grantsList,
      },
      {
        name: 'show',
        summary: 'Show one grant: what it allows, to whom, why and until when',
        load: async () => (await import('./grants/show.ts')).grantsShow,
      },
      {
        name: 'approve',
        summary: 'Approve access that somebody asks for, or more time for it',
        load: async () => (await import('./grants/answer.ts')).grantsApprove,
      },
      {
        name: 'deny',
        summary: 'Refuse access that somebody asks for, or more time for it',
        load: async () => (await import('./grants/answer.ts')).grantsDeny,
      },
      {
        name: 'extend',
        summary: 'Ask that access lasts longer',
        load: async () => (await import('./grants/extend.ts')).grantsExtend,
      },
      {
        name: 'revoke',
        summary: 'End access now, or take back a request for it',
        load: async () => (await import('./grants/revoke.ts')).grantsRevoke,
      },
    ],
  },
  {
    name: 'keys',
    summary: 'Manage access keys, for clients that cannot carry a token',
    commands: [
      {
        name: 'create',
        summary: 'Create an access key',
        load: async () => (await import('./keys-create.ts')).keysCreate,
      },
      {
        name: 'list',
        summary: 'List the access keys',
        load: async () => (await import('./keys-list.ts')).keysList,
      },
      {
        name: 'revoke',
        summary: 'Revoke an access key',
        load: async () => (await import('./keys-revoke.ts')).keysRevoke,
      },
    ],
  },
  {
    name: 'mask-keys',
    summary: 'Manage the keys behind masks that keep equal values equal',
    commands: [
      {
        name: 'create',
        summary: 'Create a key for masks, or one that takes over from those before',
        load: async () => (await import('./mask-keys-create.ts')).maskKeysCreate,
      },
    ],
  },
  {
    name: 'audit',
    summary: 'Look after what is kept of what was done',
    commands: [
      {
        name: 'recording-keys',
        summary: 'Make the keys of recordings: one to write with, one to read with',
        load: async () => (await import('./audit/recording-keys.ts')).recordingKeys,
      },
      {
        name: 'query',
        summary: 'Ask who read a column, what somebody did, what was refused or approved',
        load: async () => (await import('./audit/query.ts')).auditQuery,
      },
      {
        name: 'export',
        summary: 'Write events to a file: Parquet, CSV or JSON Lines',
        load: async () => (await import('./audit/export.ts')).auditExport,
      },
      {
        name: 'hold',
        summary: 'Keep events and recordings whatever their age: add, list and remove legal holds',
        load: async () => (await import('./audit/hold.ts')).auditHold,
      },
      {
        name: 'retention',
        summary: 'Remove what audit.retention gives no more time, before the gateway does',
        load: async () => (await import('./audit/retention.ts')).auditRetention,
      },
      {
        name: 'sinks',
        summary: 'Show how far the sinks of a gateway have come, and what is wrong with them',
        load: async () => (await import('./audit/sinks.ts')).auditSinks,
      },
      {
        name: 'sink-sql',
        summary: 'Print the SQL that makes a PostgreSQL database ready to be a sink',
        load: async () => (await import('./audit/sink-sql.ts')).auditSinkSql,
      },
      {
        name: 'verify',
        summary: 'Check that no event was changed, deleted, moved or added',
        load: async () => (await import('./audit/verify.ts')).auditVerify,
      },
      {
        name: 'keys',
        summary: "Print the public key that a gateway's journal is verified with",
        load: async () => (await import('./audit/keys.ts')).auditKeys,
      },
    ],
  },
  {
    name: 'replay',
    summary: 'Play a session that was recorded',
    load: async () => (await import('./replay.ts')).replay,
  },
  {
    name: 'policy',
    summary: 'Write, check, test and publish the rules that decide',
    commands: [
      {
        name: 'init',
        summary: 'Start a policy repository of your own',
        load: async () => (await import('./policy/init.ts')).policyInit,
      },
      {
        name: 'check',
        summary: 'Check the policies of a repository, and their data',
        load: async () => (await import('./policy/check.ts')).policyCheck,
      },
      {
        name: 'test',
        summary: 'Run the tests of a policy repository',
        load: async () => (await import('./policy/test.ts')).policyTest,
      },
      {
        name: 'try',
        summary: 'Show what is decided of one input, and why',
        load: async () => (await import('./policy/try.ts')).policyTry,
      },
      {
        name: 'build',
        summary: 'Build a signed bundle from a policy repository',
        load: async () => (await import('./policy/build.ts')).policyBuild,
      },
      {
        name: 'diff',
        summary: 'Show which inputs another version decides otherwise',
        load: async () => (await import('./policy/diff.ts')).policyDiff,
      },
      {
        name: 'publish',
        summary: 'Publish a bundle where gateways fetch it',
        load: async () => (await import('./policy/publish.ts')).policyPublish,
      },
      {
        name: 'status',
        summary: 'Show which versions of the bundles a gateway has',
        load: async () => (await import('./policy/status.ts')).policyStatus,
      },
      {
        name: 'rollback',
        summary: 'Let an earlier version of a bundle decide',
        load: async () => (await import('./policy/rollback.ts')).policyRollback,
      },
    ],
  },
  {
    name: 'version',
    summary: 'Print the version',
    load: async () => (await import('./version.ts')).version,
  },
];
