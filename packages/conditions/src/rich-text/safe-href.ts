/** Schemes that links may have. Anything else, such as `javascript:`, could run code where the document is read. */
export const SAFE_SCHEMES = ['http:', 'https:', 'mailto:', 'tel:'] as const;

/** Whether a link may lead there: an absolute address with one of {@link SAFE_SCHEMES}, without blanks or control characters. */
export function isSafeHref(href: unknown): href is string {
  if (typeof href !== 'string' || href.length > 2_000 || /[\s\p{Cc}]/u.test(href)) return false;
  if (!URL.canParse(href)) return false;
  return (SAFE_SCHEMES as readonly string[]).includes(new URL(href).protocol);
}
