const SPOKEN = ['en', 'de'] as const;

/**
 * Picks the supported language that `Accept-Language` (RFC 9110, 12.5.4) prefers.
 *
 * @returns English when the header is missing, names no supported language or cannot be parsed
 */
export function languageOf(header: unknown): (typeof SPOKEN)[number] {
  if (typeof header !== 'string') return 'en';
  const wishes = header
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [range = '', ...parameters] = part.trim().toLowerCase().split(';');
      const q = parameters.map((each) => each.trim()).find((each) => each.startsWith('q='));
      const weight = q === undefined ? 1 : Number(q.slice(2));
      return { language: range.trim().split('-')[0], weight: Number.isFinite(weight) ? weight : 0 };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { language } of wishes) {
    if (language === '*') return 'en';
    const spoken = SPOKEN.find((each) => each === language);
    if (spoken) return spoken;
  }
  return 'en';
}
