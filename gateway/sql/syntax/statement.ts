// One statement as the grammar gives it: its type, its node, and its own piece of the text.

import type { Node } from 'libpg-query';

type KeysOfUnion<T> = T extends unknown ? keyof T & string : never;

/** The name of every node type of the grammar. */
export type NodeType = KeysOfUnion<Node>;
/** The fields of one node type. */
export type NodeOf<T extends NodeType> = Extract<Node, Record<T, unknown>>[T];

/** Nodes whose names end in Stmt, though they never stand alone as a statement of a client. */
type PartType = 'RawStmt' | 'SetOperationStmt' | 'ReturnStmt' | 'PLAssignStmt' | 'ReplicaIdentityStmt';
/** The name of every node type that can be a statement. */
export type StatementType = Exclude<Extract<NodeType, `${string}Stmt`>, PartType>;

/** A statement's node with its type beside it, so that a switch over `type` knows the fields of `node`. */
export type StatementNode = {
  [T in StatementType]: Readonly<{ type: T; node: Readonly<NodeOf<T>> }>;
}[StatementType];

export type Statement = StatementNode &
  Readonly<{
    /** Its own text, without the semicolon and the blanks around it. */
    source: string;
    /** Where `source` begins in the whole text, as an index of the JavaScript string. */
    start: number;
  }>;

/** Takes the `{ Type: fields }` wrapping off a node that the grammar put where a statement stands. */
export function statementOf(node: Node): StatementNode {
  const [type] = Object.keys(node);
  return { type, node: (node as Record<string, unknown>)[type as string] } as StatementNode;
}
