// Requests in the words of messages: statements, the end of a transaction, access for a time; and when to try again.
import { describe, expect, test } from 'vitest';
import type { Request } from '../../../gateway/approval/index.ts';
import { pauseMs } from '../../../gateway/lib/index.ts';
import { eventOf } from '../../../gateway/notification/event.ts';
import { defaultPauses } from '../../../gateway/notification/pauses.ts';
import { headline, particulars, statementText } from '../../../gateway/notification/words.ts';
import { identity } from '../stage.ts';

const request = (more: Partial<Request> = {}): Request => ({
  ...{ id: '4f3c1a2b-0000-4000-8000-000000000000', kind: 'statement', status: 'pending', resource: 'shop' },
  ...{ principal: 'mailer', identity: identity('mailer'), sessionId: undefined, rule: 'writes.all' },
  ...{ decisionId: '', reason: undefined, purpose: undefined },
  shown: { statement: 'DELETE FROM t WHERE id = $1', parameters: ['7'], sentences: ['Deletes rows.'] },
  terms: { approvers: ['group:dba'], count: 2, expires_in: 600, scope: 'shape', uses: 3 },
  ...{ createdAt: 0, expiresAt: 600_000, settledAt: undefined, words: undefined, votes: [] },
  ...more,
});
const asked = (more?: Partial<Request>) => eventOf('requested', request(more), undefined);
const particular = (event: ReturnType<typeof asked>, name: string) =>
  particulars(event).find(([label]) => label === name)?.[1];

describe('a message', () => {
  test('about a statement says what an approval covers, and by how many', () => {
    expect(headline(asked())).toBe('mailer asks for approval on shop');
    expect(particular(asked(), 'What an approval covers')).toBe(
      'this statement with other values too, 3 times',
    );
    expect(particular(asked(), 'Who may approve')).toBe('group:dba; 2 have to agree');
    expect(particular(asked(), 'Until')).toBe('1970-01-01 00:10 UTC');
    expect(statementText(request(), 100)).toBe('DELETE FROM t WHERE id = $1\n$1 = 7');
    expect(statementText(request(), 11)).toBe('DELETE FROM…\n(23 characters more)');
  });

  test('about access for a time says so', () => {
    const { terms } = request();
    const access = asked({ kind: 'access', terms: { ...terms, scope: 'grant', uses: 1 } });
    expect(headline(access)).toBe('mailer asks for access to shop');
    expect(particular(access, 'What an approval covers')).toBe(
      'this access, for the time that was asked for',
    );
  });

  test('about a commit has the statements of the transaction, and not whom it blocks at the moment', () => {
    const each = (statement: string) => ({ statement, parameters: [], sentences: [] });
    const shown = {
      ...each('COMMIT'),
      transaction: [each('DELETE FROM a'), each('DELETE FROM b')],
      blocks: ['psql'],
    };
    const { request: told } = asked({ kind: 'commit', shown });
    expect(statementText(told, 100)).toBe('DELETE FROM a\n\nDELETE FROM b');
    expect(told.shown).not.toHaveProperty('blocks');
  });

  test('names whom somebody acts through', () => {
    const through = identity('ada', { actor: { subject: 'assistant', actor: { subject: 'runner' } } });
    expect(particular(asked({ principal: 'ada', identity: through }), 'Who')).toBe(
      'ada (human), through assistant, through runner',
    );
  });

  test('is the same whenever it is sent: what came after is not in it', () => {
    const vote = {
      approver: 'dora',
      approves: true,
      weight: 1,
      words: undefined,
      votedAt: 5,
      brokeGlass: false,
    };
    const later = { status: 'approved', settledAt: 5, votes: [vote] } as const;
    expect({ ...asked(later), isOver: false }).toEqual(asked());
    expect(asked(later).isOver).toBe(true);
  });
});

test.for([
  { attempts: 1, after: undefined, random: 0, want: 1_000 },
  { attempts: 1, after: undefined, random: 1, want: 2_000 },
  { attempts: 4, after: undefined, random: 1, want: 16_000 },
  { attempts: 40, after: undefined, random: 1, want: 900_000 },
  { attempts: 1, after: 60, random: 1, want: 60_000 },
  { attempts: 1, after: 86_400, random: 1, want: 900_000 },
])(
  'after $attempts attempts, asked for $after seconds, it waits $want ms',
  ({ attempts, after, random, want }) => {
    expect(pauseMs(attempts, after, defaultPauses, () => random)).toBe(want);
  },
);
