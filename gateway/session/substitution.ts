// Denial by substitution: what is sent in place of a denied message, each certain to be refused by the server.
//
// The server stays the owner of its state: its own error fails the transaction, skips the pipeline up to Sync and
// brings one ReadyForQuery, exactly as an error of the client's message would have. Only the error's text is replaced.
import { serialize } from 'pg-protocol';
import { encodeMessage, frontend } from '../wire/index.ts';

/** No SQL statement begins with this word, so that it is a syntax error wherever the grammar is PostgreSQL's. */
const refusedText = (decisionId: string): string => `portcullis_denied /* decision ${decisionId} */`;
/** Nobody else can know the name, so that no statement or portal has it. */
const refusedName = (decisionId: string): string => `portcullis denied ${decisionId}`;

export const substituteQuery = (decisionId: string): Buffer => serialize.query(refusedText(decisionId));

/** Keeps the name: a Parse that fails leaves a named statement as it is and drops the unnamed one, as the original would. */
export const substituteParse = (decisionId: string, name: string): Buffer =>
  serialize.parse({ name, text: refusedText(decisionId) });

export const substituteBind = (decisionId: string): Buffer =>
  serialize.bind({ portal: refusedName(decisionId), statement: refusedName(decisionId), values: [] });

export const substituteExecute = (decisionId: string): Buffer =>
  serialize.execute({ portal: refusedName(decisionId) });

/** Calls the function with the object id 0, which is never assigned; no arguments, a text result. */
export const substituteFunctionCall = (): Buffer => encodeMessage(frontend.functionCall, Buffer.alloc(10));
