import { Inject, Injectable } from '@nestjs/common';
import type { SearchText } from '../text/search-text.js';
import { fieldsOf, HitPresenter, type SeenRecord } from './hit-presenter.js';
import type { ObjectPlan } from './search-plan.js';
import type { RecordExplanation } from './search.types.js';

/** Says of one record why a search finds it or not: by the record as the searcher sees it, and by nothing else. */
@Injectable()
export class RecordExplainer {
  constructor(@Inject(HitPresenter) private readonly hits: HitPresenter) {}

  /**
   * Explains a record.
   * @param object key of its object
   * @param plans of the objects that are searched
   * @param q the text that was searched for
   * @param isTolerant whether the search accepts words that are misspelt
   * @param isOnPage whether it is among the hits that are returned
   */
  async explain(
    object: string,
    id: string,
    plans: ReadonlyMap<string, ObjectPlan>,
    q: string,
    text: SearchText,
    { isTolerant, isOnPage, isTruncated }: { isTolerant: boolean; isOnPage: boolean; isTruncated: boolean },
  ): Promise<RecordExplanation> {
    const answer = (isFound: boolean, ...reasons: RecordExplanation['reasons']) => ({
      object,
      id,
      isFound,
      reasons,
    });
    const plan = plans.get(object);
    if (!plan)
      return answer(false, {
        code: 'objectNotSearched',
        params: { object },
        because: 'The search leaves this object out, or your roles show you none of its searchable fields.',
      });
    const record = (await this.hits.read(new Map([[object, [id]]]), plans, text)).get(`${object}/${id}`);
    if (!record)
      return answer(false, {
        code: 'recordNotSeen',
        params: {},
        because: "There is no such record, or your roles don't let you see it.",
      });
    const found = foundBy(record, text, isTolerant);
    const fields = fieldsOf(record);
    const reasons: RecordExplanation['reasons'] = fields.map(({ label, match, field }) => ({
      code: MATCH_CODES[match],
      params: { field, label },
      because: `${label} ${SENTENCES[match]}.`,
    }));
    // A phone number, an amount or an ID is missing as a whole.
    const missing = text.wholes.length && found.missing.length ? [q.trim()] : found.missing;
    for (const word of missing)
      reasons.push({
        code: 'wordMissing',
        params: { word },
        because: `No field that you can search has a word like "${word}".`,
      });
    if (found.isFound && !isOnPage)
      reasons.push(
        isTruncated
          ? { code: 'beyondLimit', params: {}, because: 'Too many records match. Add a word to the search.' }
          : {
              code: 'onLaterPage',
              params: {},
              because: 'Better matches come before it. It is on a later page.',
            },
      );
    const unsearched = unsearchedFields(plan);
    if (!found.isFound && unsearched.length)
      reasons.push({
        code: 'fieldsNotSearched',
        params: { fields: unsearched },
        because: `The search leaves out fields that are masked for you or still being indexed: ${unsearched.join(', ')}.`,
      });
    return answer(found.isFound, ...reasons);
  }
}

const MATCH_CODES = {
  word: 'matchesWord',
  beginning: 'matchesBeginning',
  misspelt: 'matchesMisspelt',
} as const;

const SENTENCES = {
  word: 'has a word of the search',
  beginning: 'has a word that begins like the search',
  misspelt: 'has a word that is spelt like the search',
} as const;

/** Returns the labels of searchable fields that the searcher is shown in some form, but that their search leaves out. */
function unsearchedFields({ context, fields }: ObjectPlan): string[] {
  const { descriptor, snapshot, access } = context;
  const { rules } = access.decide(descriptor.key, 'read', snapshot);
  return descriptor.fields.flatMap((f) =>
    f.searchable && rules.read(f.key) !== 'hidden' && !fields.some(({ field }) => field.key === f.key)
      ? [f.label]
      : [],
  );
}

/** Whether the fields of a record together match, and which words of the search none of them has. */
function foundBy({ matches }: SeenRecord, { terms, wholes }: SearchText, isTolerant: boolean) {
  const has = (at: number) =>
    matches.some(({ terms: found }) => found[at] && (isTolerant || found[at] !== 'misspelt'));
  const missing = terms.flatMap(({ beginnings }, at) => (has(at) ? [] : beginnings.slice(0, 1)));
  const isWhole = wholes.length > 0 && has(terms.length);
  return { isFound: isWhole || (terms.length > 0 && missing.length === 0), missing: isWhole ? [] : missing };
}
