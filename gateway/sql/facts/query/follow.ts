// Follows what a statement names to what that does: views, policies, defaults, triggers, rules, functions.
import type { Reading } from '../../analyzed/read-tree.ts';
import type { Node, Query } from '../../analyzed/registry/node.ts';
import { walkTree } from '../../analyzed/walk.ts';
import type { Call } from '../calls/call.ts';
import { callsOf } from '../calls/calls-of.ts';
import { resultCalls } from '../calls/coercion-calls.ts';
import { valueType } from '../calls/expression-type.ts';
import { defaultCalls, differenceCalls, domainChecks, readingCalls, treeCalls } from '../calls/type-calls.ts';
import type { Relation, Routine, Trigger } from '../catalog-view.ts';
import { type Collector, qualified, signatureOf, type Through } from '../collector.ts';
import type { FunctionFact, WriteFact } from '../facts.ts';
import { union } from '../origins.ts';
import type { Partitioned } from '../utility/utility-facts.ts';
import { defaultedColumns } from './collect-write.ts';
import { type Definitions, definitionsOf } from './definitions.ts';
import { type Further, followForeignKeys } from './foreign-keys.ts';
import { descendantsOf, numbersIn, reachedBelow, rootsOf } from './relatives.ts';
import { StoredTrees } from './stored-trees.ts';
import { throughView } from './through-view.ts';
import { followVouch } from './vouched.ts';
import type { Follow, ReadDetail, Walk, WriteDetail } from './walk.ts';

export class Follower implements Follow {
  readonly #collector: Collector;
  readonly #definitions: Definitions;
  readonly #stored: StoredTrees;
  readonly #further: Further;

  constructor(collector: Collector) {
    this.#collector = collector;
    this.#definitions = definitionsOf(collector.catalog);
    this.#stored = new StoredTrees(this.#definitions);
    this.#further = {
      collector,
      made: (calls, through) => this.made(calls, through),
      write: (...parameters) => this.write(...parameters),
    };
  }

  /** What reading or locking a relation does beside. */
  relation(relation: Relation, { reads, shows, locks }: ReadDetail, through: Through): void {
    const inside = [...through, qualified(relation)];
    if (relation.kind === 'view' && (shows || locks)) this.#view(relation, locks, inside);
    if (!this.#collector.follows(`relation ${relation.oid} ${reads}`)) return;
    if (reads) {
      for (const child of descendantsOf(relation, this.#collector.catalog))
        this.#collector.access(child, ['select'], inside);
    }
    for (const policy of relation.rowPolicies) {
      const walk = this.#walk([...through, `policy ${policy.name} on ${qualified(relation)}`]);
      for (const text of [policy.using, policy.check])
        this.#stored.expression(text, relation, 'predicate', walk);
    }
    for (const column of relation.columns) {
      if (column?.generated === 'virtual')
        this.#stored.expression(column.expression, relation, 'read', this.#walk(inside));
    }
  }

  /** What writing to a relation does beside. */
  write(relation: Relation, write: WriteFact, detail: WriteDetail, through: Through): void {
    const { assigned, namesDefaults } = detail;
    if (!this.#collector.follows(`${write.action} ${relation.oid} ${assigned}`)) return;
    const inside = [...through, qualified(relation)];
    const walk = this.#walk(inside);
    for (const number of defaultedColumns(relation, write.action, assigned, namesDefaults)) {
      const column = relation.columns[number - 1];
      if (column?.expression !== undefined)
        this.#stored.expression(column.expression, relation, 'read', walk);
      else if (column !== undefined) this.#typeDefault(column.type, inside);
    }
    if (write.action === 'insert' || write.action === 'update') this.#computed(relation, through);
    for (const trigger of relation.triggers) this.#trigger(trigger, relation, write, inside);
    followForeignKeys(relation, { action: write.action, assigned }, through, this.#further);
    for (const child of reachedBelow(relation, write.action, this.#collector.catalog)) {
      this.#collector.access(child, [write.action], inside);
      if (write.action === 'insert' || write.action === 'update') this.#computed(child, inside);
      for (const trigger of child.triggers)
        this.#trigger(trigger, child, write, [...inside, qualified(child)]);
      const ofChild = {
        action: write.action,
        assigned: numbersIn(child, relation, assigned),
        parent: relation,
      };
      followForeignKeys(child, ofChild, inside, this.#further);
    }
    const replaced = this.#rules(relation, write, through);
    if (relation.kind === 'view' && !replaced) this.#writeThroughView(relation, write, detail, inside);
  }

  /** What any row that is written has computed: checks, indexes, the partition that it belongs to, generated columns. */
  #computed(relation: Relation, through: Through): void {
    this.writeExpressions(relation, through);
    for (const root of rootsOf(relation, this.#collector.catalog)) this.writeExpressions(root, through);
    const walk = this.#walk([...through, qualified(relation)]);
    for (const column of relation.columns) {
      if (column?.generated !== undefined) this.#stored.expression(column.expression, relation, 'read', walk);
    }
  }

  /** A column that has no default of its own gets that of its type, or NULL, which a domain checks too. */
  #typeDefault(type: number, inside: Through): void {
    const { catalog } = this.#collector;
    this.made([...defaultCalls(type, catalog), ...domainChecks(type, catalog)], inside);
  }

  /** The definition runs, and what it gives is stored. */
  refresh(view: Relation): void {
    const inside = [qualified(view)];
    this.#view(view, false, inside);
    const reading = view.definition === undefined ? undefined : this.#definitions.actions(view.definition);
    for (const query of reading?.known ? reading.tree : []) {
      const outputs = union(this.#collector.lineage.outputs(query, undefined));
      this.#collector.use(outputs, 'write_source', inside);
    }
  }

  /** Checks and indexes are computed for the rows that are there. */
  writeExpressions(relation: Relation, through: Through): void {
    const walk = this.#walk([...through, qualified(relation)]);
    for (const text of relation.writeExpressions) this.#stored.expressions(text, relation, walk);
    for (const type of relation.treeTypes) this.made(treeCalls(type, this.#collector.catalog), walk.through);
  }

  /** Rows that are there become those of a partition, or are looked through for such. */
  partitioned({ root, attaches }: Partitioned): void {
    for (const each of [root, ...rootsOf(root, this.#collector.catalog)]) this.writeExpressions(each, []);
    if (attaches) followForeignKeys(root, { action: 'insert', assigned: [] }, [], this.#further);
  }

  /** Statistics are made of columns and expressions; those of ranges tell how far their ends are apart. */
  statistics(relation: Relation, through: Through): void {
    const { catalog } = this.#collector;
    const inside = [...through, qualified(relation)];
    const walk = this.#walk(inside);
    for (const text of relation.statisticsExpressions) this.#stored.expressions(text, relation, walk);
    const types = relation.columns.flatMap((column) => column?.type ?? []);
    for (const text of [...relation.writeExpressions, ...relation.statisticsExpressions]) {
      const reading = this.#definitions.expressions(text);
      if (reading.known) types.push(...reading.tree.map((tree) => valueType(tree, catalog)));
    }
    for (const type of types) this.made(differenceCalls(type, catalog), inside);
  }

  calls(node: Node, through: Through): void {
    this.made(callsOf(node, this.#collector.catalog), through);
  }

  made(calls: readonly Call[], through: Through): void {
    for (const call of calls) {
      switch (call.kind) {
        case 'routine':
          this.routine(call.routine, call.as, through);
          break;
        case 'syntax':
          this.#collector.callSyntax(call, through);
          break;
        case 'stored':
          this.#stored.call(call, this.#walk(through));
          break;
        case 'unknown':
          this.#collector.opaque('unknown_node', call.because);
          break;
        default:
          call satisfies never;
      }
    }
  }

  routine(oid: number, as: FunctionFact['as'], through: Through): void {
    const routine = this.#collector.catalog.routine(oid);
    if (routine === undefined) {
      this.#collector.opaque(
        'unknown_object',
        'calls a function that this version of the catalog does not have',
      );
      return;
    }
    this.#collector.call(routine, as, through);
    if (!this.#collector.follows(`routine ${oid}`)) return;
    const inside = [...through, signatureOf(routine)];
    // What came with the server was reviewed as a whole.
    if (!routine.builtin) {
      for (const part of routine.parts) this.routine(part, 'function', inside);
      for (const state of routine.states) this.made(readingCalls(state, this.#collector.catalog), inside);
    }
    if (routine.vouch !== undefined) followVouch(routine.vouch, this.#collector, inside);
    else if (routine.body !== undefined) this.#body(routine, this.#definitions.body(routine.body), inside);
    else if (routine.parts.length === 0) this.#unread(routine, as);
  }

  #walk(through: Through): Walk {
    return { collector: this.#collector, follow: this, through };
  }

  #view(view: Relation, locks: boolean, inside: Through): void {
    if (!this.#collector.follows(`view ${view.oid} ${locks}`)) return;
    if (view.definition === undefined) {
      this.#collector.opaque('definition', `the definition of the view ${qualified(view)} is not known`);
      return;
    }
    const reading = this.#definitions.actions(view.definition);
    this.#stored.queries(reading, `view ${qualified(view)}`, this.#walk(inside));
    if (!locks || !reading.known) return;
    walkTree(reading.tree, (node) => {
      if (node.tag !== 'RANGETBLENTRY' || node.rtekind !== 'relation') return;
      const relation = this.#collector.catalog.relation(node.relid);
      if (relation === undefined || relation === view) return;
      this.#collector.access(relation, ['lock'], inside);
      this.relation(relation, { reads: false, shows: false, locks: true }, inside);
    });
  }

  #body(routine: Routine, body: Reading<readonly Query[]>, inside: Through): void {
    this.#stored.queries(body, signatureOf(routine), this.#walk(inside));
    const last = body.known ? body.tree.at(-1) : undefined;
    if (last !== undefined) this.made(resultCalls(routine, last, this.#collector.catalog), inside);
  }

  #trigger(trigger: Trigger, relation: Relation, write: WriteFact, inside: Through): void {
    if (!trigger.enabled || !trigger.events.includes(write.action)) return;
    const through = [...inside, `trigger ${trigger.name}`];
    this.#stored.expression(trigger.condition, relation, 'predicate', this.#walk(through));
    if (trigger.insteadOf) {
      this.#collector.opaque('trigger', `view ${qualified(relation)} has an INSTEAD OF trigger`);
    }
    this.routine(trigger.function, 'trigger', through);
  }

  /** Gives back whether a rule takes the place of the write. */
  #rules(relation: Relation, write: WriteFact, through: Through): boolean {
    let replaced = false;
    for (const rule of relation.rules) {
      if (rule.event !== write.action) continue;
      replaced ||= rule.instead && rule.condition === undefined;
      const inside = [...through, `rule ${rule.name} on ${qualified(relation)}`];
      const walk = this.#walk(inside);
      this.#stored.expression(rule.condition, relation, 'predicate', walk);
      const actions = this.#definitions.actions(rule.actions);
      this.#stored.queries(actions, `rule ${rule.name}`, walk);
      // Its rows come before or after those that were asked for, and no mask is made for them.
      if (actions.known && actions.tree.some(({ commandType }) => commandType === 'select'))
        this.#collector.opaque(
          'rule',
          `rule ${rule.name} on ${qualified(relation)} answers with rows of its own`,
        );
    }
    return replaced;
  }

  /** A view over one relation, without a trigger or rule of its own, hands the write on to it. */
  #writeThroughView(view: Relation, write: WriteFact, detail: WriteDetail, inside: Through): void {
    if (view.triggers.some(({ insteadOf, events }) => insteadOf && events.includes(write.action))) return;
    const reading = view.definition === undefined ? undefined : this.#definitions.actions(view.definition);
    const query = reading?.known ? reading.tree[0] : undefined;
    const source = query?.jointree?.fromlist[0];
    const entry = source?.tag === 'RANGETBLREF' ? query?.rtable[source.rtindex - 1] : undefined;
    const base = entry?.rtekind === 'relation' ? this.#collector.catalog.relation(entry.relid) : undefined;
    if (query === undefined || base === undefined) {
      this.#collector.opaque('definition', `the view ${qualified(view)} can not be written through`);
      return;
    }
    const below = throughView(query, base, write, detail, inside);
    for (const number of below.detail.assigned) this.#collector.useOnly(base, number, 'write_target', inside);
    this.#collector.access(base, [write.action], inside);
    this.#collector.write(below.write);
    this.relation(base, { reads: true, shows: true, locks: false }, inside);
    this.write(base, below.write, below.detail, inside);
  }

  #unread(routine: Routine, as: FunctionFact['as']): void {
    const signature = signatureOf(routine);
    if (routine.class === 'opaque') {
      const called = as === 'trigger' ? 'fires' : 'calls';
      this.#collector.opaque(
        as === 'trigger' ? 'trigger' : 'function',
        `${called} the ${routine.language} function ${signature}, whose reads are not known`,
      );
    } else if (routine.class === 'runs_sql') {
      this.#collector.opaque(
        'dynamic',
        `calls ${signature}, which runs SQL that is text or names a table by text`,
      );
    }
  }
}
