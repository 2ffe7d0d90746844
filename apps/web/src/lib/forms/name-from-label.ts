/** Longest name that the API accepts. */
const LONGEST = 50;

function wordsOf(label: string): string[] {
  return label
    .replace(/ß/g, 'ss')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
}

/** "Contract end (planned)" → "contractEndPlanned": a name that the API accepts. */
export function nameFromLabel(label: string): string {
  const camel = wordsOf(label)
    .map((word, index) =>
      index === 0
        ? word.charAt(0).toLowerCase() + word.slice(1)
        : word.charAt(0).toUpperCase() + word.slice(1),
    )
    .join('');
  return camel.replace(/^[0-9]+/, '').slice(0, LONGEST);
}

/** "Service vehicles" → "service-vehicles": a path that the API accepts. */
export function pathFromLabel(label: string): string {
  const path = wordsOf(label).join('-').toLowerCase();
  return path
    .replace(/^[0-9-]+/, '')
    .slice(0, LONGEST)
    .replace(/-+$/, '');
}
