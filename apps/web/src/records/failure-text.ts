import type { ProblemField } from '@/lib/api-problem';
import { i18n } from '@/lib/i18n/i18n';
import { fieldProblemText } from '@/lib/problem-text';

/** In: the first reason why a record of many could not be changed. Out: a sentence in the user's language about that record. */
export function failureText([reason]: ProblemField[]): string {
  if (!reason) return '';
  const byCode = `records:bulk.reasons.${reason.code}`;
  return i18n.exists(byCode) ? i18n.t(byCode) : fieldProblemText(reason);
}
