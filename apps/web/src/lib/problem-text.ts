import { i18n } from './i18n/i18n';
import { UnreadTextError } from './typed/unread-text';
import { ApiProblem, type ProblemField } from './api-problem';

/**
 * The text to show for an error: the catalogue's sentence for its code, else the API's own sentence, else a general one
 * for its status.
 */
export function problemText(error: unknown): string {
  if (error instanceof UnreadTextError) return error.message;
  if (!(error instanceof ApiProblem)) return i18n.t('app:errors.unexpected');
  const byCode = `app:errors.codes.${error.code}`;
  if (i18n.exists(byCode)) return i18n.t(byCode);
  if (typeof error.document['detail'] === 'string') return error.document['detail'];
  const byStatus = `app:errors.status.${error.status}`;
  return i18n.exists(byStatus) ? i18n.t(byStatus) : i18n.t('app:errors.unexpected');
}

/** The same for one wrong field of a request. */
export function fieldProblemText({ code, message }: ProblemField): string {
  const byCode = `app:errors.fields.${code}`;
  return i18n.exists(byCode) ? i18n.t(byCode) : message;
}
