// What a client was told, message by message, as values that can be drawn or printed: results as text, whatever their format.
import { readCstring } from './frontend-messages.ts';
import { backend } from './message-types.ts';
import { readErrorFields } from './server-error.ts';
import { valueText } from './values/value-text.ts';

/** Of a result: its name, and the object id of its type. */
export type ResultColumn = Readonly<{ name: string; typeOid: number }>;

export type ServerText = Readonly<{
  severity: string;
  code?: string;
  message: string;
  detail?: string;
  hint?: string;
  where?: string;
  position?: string;
}>;

export type MessageStep =
  | Readonly<{ kind: 'columns'; columns: readonly ResultColumn[] }>
  /** Values as the client received them, as text; `bytes`: the row was too large to be kept. */
  | Readonly<{ kind: 'row'; values: readonly (string | null)[] }>
  | Readonly<{ kind: 'row_left_out'; bytes: number }>
  | Readonly<{ kind: 'copy'; text: string }>
  | Readonly<{ kind: 'complete'; tag: string }>
  /** As many rows as the client had asked for; there are more. */
  | Readonly<{ kind: 'suspended' }>
  | Readonly<{ kind: 'notice' | 'error'; text: ServerText }>
  | Readonly<{ kind: 'notification'; channel: string; payload: string }>;

type Described = ResultColumn & Readonly<{ format: number }>;

/** Of one statement, whose rows come behind their description. */
export class MessageReader {
  #columns: readonly Described[] = [];

  /** Undefined for what says nothing of what the client saw. */
  read(type: number, body: Buffer): MessageStep | undefined {
    switch (type) {
      case backend.rowDescription:
        this.#columns = columnsOf(body);
        return { kind: 'columns', columns: this.#columns.map(({ name, typeOid }) => ({ name, typeOid })) };
      case backend.noData:
        this.#columns = [];
        return undefined;
      case backend.dataRow:
        return this.#row(body);
      case backend.copyData:
        return { kind: 'copy', text: body.toString() };
      case backend.commandComplete:
        return { kind: 'complete', tag: readCstring(body, 0, body.length)?.text ?? '' };
      case backend.portalSuspended:
        return { kind: 'suspended' };
      case backend.noticeResponse:
        return { kind: 'notice', text: serverText(body) };
      case backend.errorResponse:
        return { kind: 'error', text: serverText(body) };
      case backend.notificationResponse:
        return notification(body);
      default:
        return undefined;
    }
  }

  #row(body: Buffer): MessageStep {
    const values: (string | null)[] = [];
    let at = 2;
    for (let index = 0; index < body.readUInt16BE(0); index++) {
      if (at + 4 > body.length) return { kind: 'row_left_out', bytes: body.length };
      const length = body.readInt32BE(at);
      at += 4;
      if (at + length > body.length) return { kind: 'row_left_out', bytes: body.length };
      const { typeOid = 0, format = 0 } = this.#columns[index] ?? {};
      values.push(length < 0 ? null : valueText(body.subarray(at, at + length), typeOid, format));
      at += Math.max(length, 0);
    }
    return { kind: 'row', values };
  }
}

function columnsOf(body: Buffer): readonly Described[] {
  const columns: Described[] = [];
  let at = 2;
  for (let left = body.readUInt16BE(0); left > 0; left--) {
    const name = readCstring(body, at, body.length);
    if (name === undefined) break;
    // Behind the name: table, attribute, type, its length, its modifier, format.
    columns.push({
      name: name.text,
      typeOid: body.readUInt32BE(name.end + 6),
      format: body.readInt16BE(name.end + 16),
    });
    at = name.end + 18;
  }
  return columns;
}

function serverText(body: Buffer): ServerText {
  const fields = readErrorFields(body, 0, body.length);
  const field = (letter: string, name: string) => {
    const text = fields.get(letter);
    return text === undefined ? {} : { [name]: text };
  };
  return {
    severity: fields.get('S') ?? 'ERROR',
    message: fields.get('M') ?? '',
    ...field('C', 'code'),
    ...field('D', 'detail'),
    ...field('H', 'hint'),
    ...field('W', 'where'),
    ...field('P', 'position'),
  };
}

function notification(body: Buffer): MessageStep | undefined {
  const channel = readCstring(body, 4, body.length);
  const payload = channel && readCstring(body, channel.end, body.length);
  if (channel === undefined || payload === undefined) return undefined;
  return { kind: 'notification', channel: channel.text, payload: payload.text };
}
