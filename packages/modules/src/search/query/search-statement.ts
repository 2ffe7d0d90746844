import { requireTenant } from '@pellucid/platform/context';
import { averageTenant, type Statement } from '@pellucid/platform/db';
import { QueryParts } from '@pellucid/platform/records';
import type { MatchRequest, SearchIndex } from '../index/search-index.js';
import { countingSql, type ObjectPlan } from './search-plan.js';
import type { Match } from './search.types.js';

/** Where a page continues: after this match. */
export interface Position {
  points: number;
  object: string;
  id: string;
}

/** One statement's worth of a search: the objects whose documents are in one index. */
export interface SearchPart {
  index: SearchIndex;
  plans: ObjectPlan[];
}

/** A row of the statement. */
export interface MatchRow extends Match {
  /** Number of hits of its object. */
  count: number;
  /** Whether there may be more or better hits of its object than the index returned. */
  isCut: boolean;
}

/**
 * Returns the statement that finds the best matches. Matches are joined with the records that the searcher sees before they
 * are counted, ordered and cut.
 */
export async function searchStatement(
  parts: SearchPart[],
  request: Omit<MatchRequest, 'documents' | 'isCapped'>,
  limit: number,
  after: Position | undefined,
): Promise<Statement> {
  const values = new QueryParts();
  const tenant = values.param(requireTenant());
  const relations: string[] = [];
  const hits: string[] = [];
  for (const { index, plans } of parts)
    for (const isCapped of [true, false]) {
      const own = plans.filter(({ isOpen }) => isOpen === isCapped);
      if (!own.length) continue;
      const matches = await index.matches({ ...request, documents: own.map(documentsOf), isCapped }, values);
      const name = `matches_${relations.length}`;
      relations.push(`${name} as materialized (select * from ${matches})`);
      for (const plan of own) {
        const { source } = plan.context.descriptor;
        hits.push(
          `select m.* from ${name} m join ${source} t on t.tenant_id = ${averageTenant(tenant)} and t.id = m.record_id and t.deleted_at is null
            where ${countingSql(plan, values)}`,
        );
      }
    }
  const past = after
    ? `where (-points, object, record_id) > (${values.param(-after.points)}::integer, ${values.param(after.object)}::text, ${values.param(after.id)}::uuid)`
    : '';
  return {
    ...values.statement(`with ${relations.join(', ')},
    hit as (${hits.join(' union all ')}),
    counted as (select hit.*, count(*) over (partition by object) as count, bool_or(is_cut) over (partition by object) as cut from hit)
    select object, record_id as id, points, begins, whole, recency, own, count::integer, cut as "isCut"
      from counted ${past} order by -points, object, record_id limit ${limit}`),
    // Records are looked up by the IDs that the index returned, whatever is searched. For a searcher whose scopes open
    // activities and notes by what they are about, planning takes 400 ms, and finding 30 ms.
    plannedOnce: true,
  };
}

/** Returns which documents of an object are read. */
function documentsOf({ context, told, untold }: ObjectPlan): MatchRequest['documents'][number] {
  const { descriptor, snapshot, access } = context;
  return {
    object: descriptor.key,
    classes: [told, untold].flatMap((each) => (each ? [each.class] : [])),
    // Order must not tell who owns a record.
    ranksOwn: access.decide(descriptor.key, 'read', snapshot).rules.canFilter('owner'),
  };
}
