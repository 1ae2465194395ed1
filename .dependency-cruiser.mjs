// Which room may import which: `npm run check` fails on any import that this file doesn't allow.

/** Each room of gateway/ and the rooms below it. */
const rooms = {
  lib: [],
  wire: ['lib'],
  sql: ['lib'],
  config: ['lib'],
  identity: ['lib', 'wire', 'config'],
  upstream: ['lib', 'wire', 'config'],
  catalog: ['lib', 'config', 'sql'],
  policy: ['lib', 'config', 'sql'],
  mask: ['lib', 'wire'],
  state: ['lib', 'config'],
  approval: ['lib', 'sql', 'state'],
  admin: ['lib', 'config'],
  classify: ['lib', 'sql', 'catalog', 'mask'],
  session: ['lib', 'wire', 'sql', 'config', 'identity', 'upstream', 'catalog'],
  server: [
    'lib',
    'wire',
    'sql',
    'config',
    'identity',
    'upstream',
    'catalog',
    'policy',
    'mask',
    'classify',
    'state',
    'approval',
    'admin',
    'session',
  ],
  cli: [
    'bin',
    'lib',
    'wire',
    'sql',
    'config',
    'identity',
    'upstream',
    'catalog',
    'policy',
    'mask',
    'classify',
    'state',
    'approval',
    'admin',
    'session',
    'server',
  ],
  demo: [
    'lib',
    'wire',
    'sql',
    'config',
    'identity',
    'upstream',
    'catalog',
    'policy',
    'mask',
    'classify',
    'state',
    'approval',
    'admin',
    'session',
    'server',
    'cli',
  ],
};
/** The programs behind the policy commands: bin/ is JavaScript that has no index. */
const program = '^gateway/bin/(opa|regal)\\.mjs$';
const room = (names) => `^gateway/(${names.join('|')})/`;

export default {
  forbidden: [
    ...Object.entries(rooms).map(([name, below]) => ({
      name: `${name}-imports-only-what-is-below-it`,
      severity: 'error',
      from: { path: room([name]) },
      to: { path: '^gateway/', pathNot: room([name, ...below]) },
    })),
    {
      name: 'every-room-has-its-place-in-the-layering',
      severity: 'error',
      from: { path: '^gateway/[^/]+/', pathNot: room([...Object.keys(rooms), 'bin']) },
      to: {},
    },
    {
      name: 'rooms-are-entered-through-their-index',
      severity: 'error',
      from: { path: '^gateway/([^/]+)' },
      to: { path: '^gateway/[^/]+/', pathNot: ['^gateway/$1/', '^gateway/[^/]+/index\\.ts$', program] },
    },
    {
      name: 'the-gateway-knows-no-test',
      severity: 'error',
      from: { path: '^gateway/' },
      to: { path: '^test/' },
    },
    {
      name: 'what-runs-in-production-needs-production-packages-only',
      severity: 'error',
      from: { path: '^gateway/', pathNot: '^gateway/demo/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'every-import-exists',
      severity: 'error',
      // The clients of the client lane and those whose traffic is recorded are programs with packages of their own.
      from: { pathNot: '^test/(clients|benign/capture)/[^/]+/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    // Type imports count: a room that knows another's types depends on it.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
