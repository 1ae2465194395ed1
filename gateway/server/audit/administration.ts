// Requests to the admin side that change something, with who sent them and what became of them.
import type { ApiResponse } from '../../admin/index.ts';
import type { Ask } from '../../policy/index.ts';
import { withoutSecrets } from './said-text.ts';
import { whoIs } from './session-subject.ts';
import type { Trail } from './trail.ts';

const BODY_MOST = 8_192;

type Asked = Readonly<{
  method: string;
  /** Behind the name of the route. */
  segments: readonly string[];
  body: Readonly<Record<string, unknown>>;
  identity: Ask['identity'];
}>;

/** What is asked with these changes nothing. */
const reading: ReadonlySet<string> = new Set(['GET', 'HEAD']);

export const changesSomething = ({ method }: Pick<Asked, 'method'>): boolean => !reading.has(method);

/** `route`: grants, agents, revocations, sessions, approvals. Answers may hold keys, and are left out. */
export function tellAdministration(
  trail: Pick<Trail, 'noted'>,
  route: string,
  { method, segments, body, identity }: Asked,
  { status }: ApiResponse,
): void {
  const said = withoutSecrets(JSON.stringify(body));
  trail.noted(`administration.${route}`, {
    ...whoIs(identity),
    request: {
      method,
      path: withoutSecrets(`/v1/${[route, ...segments].join('/')}`),
      body: said.length > BODY_MOST ? `${said.slice(0, BODY_MOST)}…` : said,
      status,
    },
  });
}
