// Generated from schemas/agents.schema.json by `npm run generate`: do not edit.

/**
 * @maxItems 500
 */
export type Names = readonly string[];

/**
 * The agents of a gateway, as they are kept in a file of a repository: `portcullis agents apply -f agents.yaml`.
 */
export interface Agents {
  /**
   * One entry for each role that a program plays: agents share no keys.
   *
   * @maxItems 1000
   */
  readonly agents: readonly Registration[];
}
export interface Registration {
  /**
   * The principal: what policies, logs and audit know it by, and what its tokens name it where it has any.
   */
  readonly name: string;
  /**
   * The principal who answers for it. Who loses their access takes it from the agents that they own, and nobody approves what their agents ask for.
   */
  readonly owner: string;
  /**
   * What it is for, for those who approve and audit.
   */
  readonly purpose: string;
  /**
   * What it thinks with.
   */
  readonly model?: string;
  /**
   * What it works at now, such as a ticket.
   */
  readonly task?: string;
  readonly groups: Names;
  readonly scopes: Names;
  readonly scope: Scope;
  /**
   * Its access ends then: 2030-01-31T12:00:00Z.
   */
  readonly until?: string;
}
/**
 * Each part that is given narrows it; a part that isn't says nothing.
 */
export interface Scope {
  readonly resources?: Names;
  readonly schemas?: Names;
  /**
   * Relations that it may reach beside those of `schemas`: `schema.name`.
   *
   * @maxItems 500
   */
  readonly tables?: readonly string[];
  /**
   * What it may do. `commands`: whatever is more than reading and writing rows, such as CREATE, GRANT, CALL or NOTIFY.
   */
  readonly operations?: readonly (
    'select' | 'insert' | 'update' | 'delete' | 'truncate' | 'lock' | 'define' | 'maintain' | 'commands'
  )[];
  readonly hours?: Hours;
  /**
   * On which days it may, in UTC.
   */
  readonly weekdays?: readonly ('monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday')[];
}
export interface Hours {
  /**
   * The hour in which it begins, in UTC.
   */
  readonly from: number;
  /**
   * The hour at which it is over; 24 is midnight.
   */
  readonly to: number;
}
