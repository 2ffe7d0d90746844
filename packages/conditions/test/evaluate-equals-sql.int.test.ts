import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkCondition,
  compileEvaluator,
  type Condition,
  conditionSchema,
  type EvaluationClock,
  escapeLike,
  negationNormalForm,
  OPERATORS,
  readerOf,
  type SqlContext,
  toSql,
} from '../src/index.js';
import { CLOCK, leafAmong, questionOver, RECORDS, treeOver } from './arbitraries.js';
import { column, lines, ProbeDatabase } from './probe-database.js';
import { clock as fixedClock, FIELDS, LINES, resolver } from './sample-fields.js';

let database: ProbeDatabase;
beforeAll(async () => {
  database = await ProbeDatabase.open();
});
afterAll(async () => {
  await database.close();
});

const EVERY_FIELD = Object.keys(FIELDS).filter((key) => key !== 'parent');

/** Returns the results of both sides; those from memory include the condition, so that a failure names it. */
async function answers(
  conditions: Condition[],
  records: Record<string, unknown>[],
  clock: EvaluationClock,
  matchText?: SqlContext['matchText'],
) {
  let taken = 0;
  const fragments = conditions.map((condition) => {
    const params: unknown[] = [];
    const param = (value: unknown) => {
      params.push(value);
      return `$${++taken}`;
    };
    return { text: toSql(condition, { param, clock, resolver, column, lines, matchText }), params };
  });
  const found = await database.select(fragments);
  return conditions.map((condition, i) => {
    const holds = compileEvaluator(condition, resolver, clock);
    const expected = records.flatMap((record, id) => (holds(readerOf(record)) ? [id] : []));
    return { condition, sql: fragments[i]!.text, memory: expected, database: found[i]! };
  });
}

/** Number of conditions per set of records: filling the tables costs more than querying them. */
const PER_FILL = 24;

/**
 * Checks the property, and fails if few conditions distinguish any two records.
 * @param conditions how many are tried
 */
async function expectEqual(
  arbitrary: fc.Arbitrary<Condition>,
  conditions: number,
  matchText?: SqlContext['matchText'],
) {
  let telling = 0;
  await fc.assert(
    fc.asyncProperty(
      RECORDS,
      CLOCK,
      fc.array(arbitrary, { minLength: PER_FILL, maxLength: PER_FILL }),
      async (rows, clock, drawn) => {
        const conditions = drawn.filter((condition) => checkCondition(condition, resolver).length === 0);
        if (conditions.length === 0) return;
        const records = await database.fill(rows);
        const pairs = conditions.flatMap((condition) => [condition, { not: condition }]);
        for (const { condition, sql, memory, database: selected } of await answers(
          pairs,
          records,
          clock,
          matchText,
        )) {
          expect(selected, `${JSON.stringify(condition)}\n${sql}`).toEqual(memory);
          if (selected.length > 0 && selected.length < records.length) telling++;
        }
      },
    ),
    { numRuns: Math.ceil(conditions / PER_FILL) },
  );
  expect(telling).toBeGreaterThan(conditions / 8);
}

describe('the database and memory give the same results', () => {
  for (const key of EVERY_FIELD) {
    it(`for every operator on a ${FIELDS[key]!.type} field (${key})`, async () => {
      await expectEqual(leafAmong([key]), 2400);
    });
  }

  it('through a reference', async () => {
    await expectEqual(leafAmong(EVERY_FIELD, 'parent.'), 2400);
  });

  it('through two references', async () => {
    await expectEqual(leafAmong(EVERY_FIELD, 'parent.parent.'), 1200);
  });

  it('for nested trees', async () => {
    const leaves = fc.oneof(
      leafAmong(EVERY_FIELD),
      leafAmong(EVERY_FIELD, 'parent.'),
      questionOver(LINES, EVERY_FIELD),
    );
    await expectEqual(treeOver(leaves), 2400);
  });

  it('for questions about lines', async () => {
    await expectEqual(questionOver(LINES, EVERY_FIELD), 2400);
  });

  it('for trees in negation normal form', async () => {
    const parts = fc.oneof(leafAmong(EVERY_FIELD), questionOver(LINES, EVERY_FIELD));
    await expectEqual(
      treeOver(parts).map((tree) => negationNormalForm(tree)),
      800,
    );
  });

  it('when text search uses a function of the caller', async () => {
    let routed = 0;
    await expectEqual(leafAmong(['name', 'notes']), 800, (path, kind, needle, addParam) => {
      if (kind !== 'contains') return undefined;
      routed++;
      return `strpos(t.${path[0]}_norm, ${addParam(needle)}) > 0`;
    });
    expect(routed).toBeGreaterThan(50);
  });
});

describe('whatever passes the checks', () => {
  const wild = fc.oneof(
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom<unknown>(
      '99999999999999999999',
      '-9223372036854775809',
      '92233720368547758.08',
      1e300,
      -1e300,
      5e-324,
      2 ** 63,
      '1e5',
      ' 1',
      'a\0b',
      '\ud800',
      '2026-02-30',
      '0000-01-01',
      '9999-12-31',
      '2026-03-29T02:30:00',
      '2026-03-29T24:00:00Z',
      '0001-01-01T00:00:00+18:59',
      '9999-12-31T23:59:59-18:59',
      '2026-03-29T02:30:60Z',
      '{}',
      '%',
      '\\',
    ),
  );
  const leaf = fc.record(
    {
      field: fc.constantFrom(...EVERY_FIELD, 'parent.name', 'nothing', '__proto__', 'constructor'),
      op: fc.constantFrom(...Object.keys(OPERATORS)),
      value: fc.oneof(wild, fc.array(wild, { maxLength: 3 }), fc.nat()),
    },
    { requiredKeys: ['field', 'op'] },
  );

  it('runs in the database without error and with the same answer', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(RECORDS, fc.array(leaf, { minLength: 60, maxLength: 60 }), async (rows, drawn) => {
        const conditions = drawn
          .map((input) => conditionSchema.safeParse(input))
          .flatMap((parsed) =>
            parsed.success && checkCondition(parsed.data, resolver).length === 0 ? [parsed.data] : [],
          );
        if (conditions.length === 0) return;
        accepted += conditions.length;
        const records = await database.fill(rows);
        for (const { condition, memory, database: selected } of await answers(
          conditions,
          records,
          fixedClock,
        ))
          expect(selected, JSON.stringify(condition)).toEqual(memory);
      }),
      { numRuns: 400 },
    );
    expect(accepted).toBeGreaterThan(300);
  });
});

describe('SQL stays friendly to indexes', () => {
  it('finds text, numbers and instants by plain comparison', async () => {
    await database.client.query(`
      CREATE INDEX IF NOT EXISTS probe_name ON probe (name_norm);
      CREATE INDEX IF NOT EXISTS probe_amount ON probe (amount);
      CREATE INDEX IF NOT EXISTS probe_seen ON probe (seen);
      SET enable_seqscan = off`);
    const conditions: [Condition, string][] = [
      [{ field: 'name', op: 'eq', value: 'Ærø' }, 'probe_name'],
      [{ field: 'name', op: 'in', value: ['a', 'b'] }, 'probe_name'],
      [{ field: 'amount', op: 'between', value: ['1.005', '20'] }, 'probe_amount'],
      [{ field: 'seen', op: 'this_week' }, 'probe_seen'],
    ];
    for (const [condition, index] of conditions) {
      const params: unknown[] = [];
      const param = (value: unknown) => `$${params.push(value)}`;
      const text = toSql(condition, { param, clock: fixedClock, resolver, column });
      const { rows } = await database.client.query(`EXPLAIN SELECT id FROM probe t WHERE ${text}`, params);
      const lines = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(lines).toContain(index);
      expect(lines).toContain('Index Cond');
    }
    await database.client.query('RESET enable_seqscan');
  });

  it('treats a person’s wildcards as plain characters', () => {
    expect(escapeLike('50%_\\')).toBe('50\\%\\_\\\\');
  });
});
