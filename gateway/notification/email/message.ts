// A mail as it goes over the wire (RFC 5322, MIME): text and HTML with the same words, all of it in ASCII.

import type { ApprovalEvent } from '../event.ts';
import { commands, headline, minute, particulars, statementText } from '../words.ts';

export type Letter = Readonly<{
  /** Of the delivery, and so the same for each attempt. */
  messageId: string;
  /** The mail that told of the request. */
  inReplyTo: string | undefined;
  from: string;
  to: readonly string[];
  date: Date;
}>;

const STATEMENT_MOST = 4_000;
/** RFC 2047, section 2: an encoded word has 75 characters at most, its frame takes 12. */
const WORD_MOST = 45;

export function mailOf(event: ApprovalEvent, { messageId, inReplyTo, from, to, date }: Letter): string {
  // Nothing in what is encoded below can look like it.
  const boundary = `=_${messageId.replace(/[^A-Za-z\d]/g, '').slice(0, 40)}`;
  const headers: readonly (readonly [string, string | undefined])[] = [
    ['From', `Portcullis <${from}>`],
    ['To', to.map((address) => `<${address}>`).join(',\r\n ')],
    ['Subject', encodedHeader(headline(event))],
    ['Date', date.toUTCString().replace('GMT', '+0000')],
    ['Message-ID', messageId],
    ['In-Reply-To', inReplyTo],
    ['References', inReplyTo],
    ['Auto-Submitted', 'auto-generated'],
    ['MIME-Version', '1.0'],
    ['Content-Type', `multipart/alternative; boundary="${boundary}"`],
  ];
  return [
    ...headers.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`])),
    '',
    `--${boundary}`,
    ...part('plain', textOf(event)),
    `--${boundary}`,
    ...part('html', htmlOf(event)),
    `--${boundary}--`,
    '',
  ].join('\r\n');
}

function part(kind: 'plain' | 'html', text: string): string[] {
  const lines =
    Buffer.from(text, 'utf8')
      .toString('base64')
      .match(/.{1,76}/g) ?? [];
  return [`Content-Type: text/${kind}; charset=utf-8`, 'Content-Transfer-Encoding: base64', '', ...lines];
}

/** What is in a name can't end the line that it stands in. */
export function encodedHeader(text: string): string {
  const line = text.replace(/\p{Cc}+/gu, ' ');
  if (/^[\x20-\x7e]{0,200}$/.test(line) && !line.includes('=?')) return line;
  const words: string[] = [];
  let word = '';
  for (const character of line) {
    if (Buffer.byteLength(word + character) > WORD_MOST) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word]
    .map((each) => `=?UTF-8?B?${Buffer.from(each, 'utf8').toString('base64')}?=`)
    .join('\r\n ');
}

export function textOf(event: ApprovalEvent): string {
  const { name, request, link } = event;
  const what = particulars(event).map(([label, value]) => `${label}: ${value}`);
  const how =
    name === 'requested'
      ? [
          'To answer:',
          ...commands(request).map((command) => `  ${command}`),
          ...(link === undefined ? [] : [link]),
        ]
      : [];
  const statement = statementText(request, STATEMENT_MOST).replace(/^/gm, '  ');
  const since = `Asked at ${minute(request.createdAt)}, request ${request.id}`;
  return [`${headline(event)}.`, '', ...what, '', 'Statement:', statement, '', ...how, '', since, ''].join(
    '\n',
  );
}

function htmlOf(event: ApprovalEvent): string {
  const { name, request, link } = event;
  const rows = particulars(event).map(
    ([label, value]) =>
      `<tr><th align="left" valign="top">${escaped(label)}</th><td>${escaped(value)}</td></tr>`,
  );
  const anchor = link === undefined ? '' : `<p><a href="${escaped(link)}">${escaped(link)}</a></p>`;
  const how =
    name === 'requested'
      ? `<p>To answer:</p><pre>${commands(request).map(escaped).join('\n')}</pre>${anchor}`
      : '';
  return [
    '<!DOCTYPE html><html><body>',
    `<p><b>${escaped(headline(event))}</b></p>`,
    `<table cellpadding="4">${rows.join('')}</table>`,
    `<pre>${escaped(statementText(request, STATEMENT_MOST))}</pre>`,
    how,
    `<p>Asked at ${minute(request.createdAt)}, request ${request.id}</p>`,
    '</body></html>',
  ].join('\n');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? '');
