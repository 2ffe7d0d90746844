import { type FormulaPreview, previewFormula } from '@pellucid/api-client';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ApiProblem, type ProblemField } from '@/lib/api-problem';
import { i18n } from '@/lib/i18n/i18n';

/** What is wrong with a formula, and where: positions in its text. */
export interface FormulaMistake {
  message: string;
  start: number;
  end: number;
  /** What may have been meant instead of the last name at that place. */
  suggestion?: string;
}

/** Checks a formula, and works it out for the latest records. Fails with 422 for a wrong one. */
export function formulaCheckQuery(object: string, formula: string, scale: number | undefined) {
  return queryOptions({
    queryKey: ['formula-check', object, formula, scale],
    queryFn: ({ signal }): Promise<FormulaPreview> =>
      previewFormula({ body: { object, formula, ...(scale === undefined ? {} : { scale }) }, signal }),
    placeholderData: keepPreviousData,
    retry: false,
    enabled: formula.trim() !== '',
  });
}

/**
 * The text of a problem in the user's language, by its code and by what it tells of. Codes that the catalogue doesn't know
 * have the API's sentence.
 */
export function formulaProblemText(
  { code, message, params = {} }: Pick<ProblemField, 'code' | 'message' | 'params'>,
  found = '',
): string {
  const told = params['suggestion'] ? '_suggestion' : params['usage'] ? '_usage' : found ? '_found' : '';
  const key = [`fields:formula.problems.${code}${told}`, `fields:formula.problems.${code}`].find((each) =>
    i18n.exists(each),
  );
  return key ? i18n.t(key, { ...params, found, message }) : message;
}

/** What the check says is wrong; undefined for other failures. */
export function mistakeIn(error: unknown, formula: string): FormulaMistake | undefined {
  const found =
    error instanceof ApiProblem ? error.fields.find(({ pointer }) => pointer === '/formula') : undefined;
  if (!found) return undefined;
  const { start, end, suggestion } = found.params ?? {};
  const from = typeof start === 'number' ? start : 0;
  return {
    message: formulaProblemText(found, formula.slice(from, from + 12).trim()),
    start: from,
    end: typeof end === 'number' ? end : 0,
    ...(typeof suggestion === 'string' ? { suggestion } : {}),
  };
}

/**
 * In: a formula, and a mistake with a suggestion. Out: the formula with the suggested name; undefined if the place isn't a
 * plain path of names.
 */
export function mended(
  formula: string,
  { start, end, suggestion }: FormulaMistake,
  isName: (name: string) => boolean,
): string | undefined {
  const path: string[] = formula.slice(start, end).match(/(?:custom\.)?\w+/g) ?? [];
  if (suggestion === undefined || path.join('.') !== formula.slice(start, end)) return undefined;
  const wrong = path.findIndex((name, index) => index > 0 || !isName(name));
  if (wrong < 0) return undefined;
  const names = path.with(wrong, suggestion);
  return formula.slice(0, start) + names.join('.') + formula.slice(end);
}
