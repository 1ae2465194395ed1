// A request as a message in Slack: https://api.slack.com/block-kit. Names and statements stand in elements that Slack
// takes as they are, so that nothing in them becomes a mention, a link or a format.
import type { ApprovalEvent } from '../event.ts';
import { commands, headline, particulars, statementText } from '../words.ts';

export type SlackMessage = Readonly<{ text: string; blocks: readonly object[] }>;

/** Slack's limits: of a header, and of a message with some room. */
const HEADER_MOST = 150;
const VALUE_MOST = 1_500;
const STATEMENT_MOST = 2_500;
export const WORDS_MOST = 1_000;

export function messageOf(event: ApprovalEvent): SlackMessage {
  const title = headline(event);
  return {
    text: escaped(title),
    blocks: [
      { type: 'header', text: plain(cutTo(title, HEADER_MOST)) },
      { type: 'rich_text', elements: [...particulars(event).flatMap(line), statement(event)] },
      ...(event.name === 'requested' ? [buttons(event)] : []),
    ],
  };
}

/** Without buttons, whose answers go to an app: what to do instead stands in it. */
export function announcementOf(event: ApprovalEvent): SlackMessage {
  const { text, blocks } = messageOf(event);
  if (event.name !== 'requested') return { text, blocks };
  const own = blocks.slice(0, -1);
  const look = event.link === undefined ? [] : [{ type: 'link', url: event.link, text: 'Look at it' }];
  const elements = [
    {
      type: 'rich_text_preformatted',
      elements: [{ type: 'text', text: commands(event.request).join('\n') }],
    },
    ...(look.length === 0 ? [] : [{ type: 'rich_text_section', elements: look }]),
  ];
  return { text, blocks: [...own, { type: 'rich_text', elements }] };
}

/** Asks for words before a request is refused. `metadata` comes back with them. */
export const denyDialog = (metadata: string): object => ({
  type: 'modal',
  callback_id: 'deny',
  private_metadata: metadata,
  title: plain('Deny'),
  submit: plain('Deny'),
  close: plain('Back'),
  blocks: [
    {
      type: 'input',
      block_id: 'words',
      optional: true,
      label: plain('Why? Whoever asked reads this.'),
      element: { type: 'plain_text_input', action_id: 'words', multiline: true, max_length: WORDS_MOST },
    },
  ],
});

const line = ([label, value]: readonly [string, string]): object[] => [
  {
    type: 'rich_text_section',
    elements: [
      { type: 'text', text: `${label}: `, style: { bold: true } },
      { type: 'text', text: `${cutTo(value, VALUE_MOST)}\n` },
    ],
  },
];

const statement = ({ request }: ApprovalEvent): object => ({
  type: 'rich_text_preformatted',
  elements: [{ type: 'text', text: statementText(request, STATEMENT_MOST) || ' ' }],
});

function buttons({ request: { id }, link }: ApprovalEvent): object {
  const look = { type: 'button', action_id: 'look', text: plain('Look at it'), url: link };
  return {
    type: 'actions',
    block_id: 'answer',
    elements: [
      { type: 'button', action_id: 'approve', style: 'primary', text: plain('Approve'), value: id },
      { type: 'button', action_id: 'deny', style: 'danger', text: plain('Deny'), value: id },
      ...(link === undefined ? [] : [look]),
    ],
  };
}

const plain = (text: string): object => ({ type: 'plain_text', text, emoji: false });

/** In texts that Slack reads as its own markup. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const cutTo = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;
