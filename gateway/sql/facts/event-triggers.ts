// Which event triggers of the database fire with a statement, and what they run.
import { classify } from '../syntax/classify.ts';
import { objectTypeName } from '../syntax/object-type.ts';
import type { StatementNode } from '../syntax/statement.ts';
import type { CatalogView, EventTrigger } from './catalog-view.ts';

/**
 * Those that may fire: whether something is dropped or rewritten only shows when the statement runs. What a statement
 * does on the way, such as the elements of CREATE SCHEMA, fires none of its own. Triggers of logins fire before any
 * statement.
 */
export function eventTriggersOf(statement: StatementNode, catalog: CatalogView): readonly EventTrigger[] {
  if (catalog.eventTriggers.length === 0) return [];
  const { kind, tag } = classify(statement);
  const fires =
    kind === 'ddl' ||
    kind === 'grant' ||
    tag === 'DROP OWNED' ||
    tag === 'REFRESH MATERIALIZED VIEW' ||
    (tag === 'REINDEX' && catalog.majorVersion >= 17);
  if (!fires || isAboutServer(statement, tag)) return [];
  return catalog.eventTriggers.filter(
    ({ event, tags }) => (tags === undefined || tags.includes(tag)) && mayHappen(event, tag),
  );
}

/** What belongs to all databases, and event triggers themselves, fire none. */
const serverWide = new Set(['DATABASE', 'ROLE', 'TABLESPACE', 'PARAMETER', 'EVENT TRIGGER']);

function isAboutServer({ type, node }: StatementNode, tag: string): boolean {
  switch (type) {
    case 'GrantRoleStmt':
      return true;
    case 'GrantStmt':
    case 'CommentStmt':
    case 'SecLabelStmt':
      return serverWide.has(objectTypeName(node.objtype));
    default:
      return serverWide.has(tag.replace(/^(CREATE|ALTER|DROP) /, ''));
  }
}

function mayHappen(event: string, tag: string): boolean {
  switch (event) {
    case 'login':
      return false;
    case 'sql_drop':
      return !/^(CREATE|SELECT|GRANT|REVOKE|COMMENT|SECURITY|IMPORT) ?/.test(tag);
    case 'table_rewrite':
      return ['ALTER TABLE', 'ALTER MATERIALIZED VIEW', 'ALTER TYPE'].includes(tag);
    default:
      return true;
  }
}
