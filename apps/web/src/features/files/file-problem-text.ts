import { ApiProblem } from '@/lib/api-problem';
import { i18n } from '@/lib/i18n/i18n';
import { problemText } from '@/lib/problem-text';

/** The text for why a file was not taken or handed out: this feature's own for its code, else the general one. */
export function fileProblemText(error: unknown): string {
  if (!(error instanceof ApiProblem)) return problemText(error);
  const code = error.fields[0]?.code ?? error.code;
  const gigabytes = (bytes: unknown) =>
    (Number(bytes) / 1e9).toLocaleString(i18n.language, { maximumFractionDigits: 1 });
  const key = `files:problems.${code}`;
  if (!i18n.exists(key)) return error.fields[0]?.message ?? problemText(error);
  const { used, quota } = error.document;
  return i18n.t(key, { used: gigabytes(used), quota: gigabytes(quota) });
}
