import { useObjects } from '@/records/api/describe-objects';
import { useFeatureNav } from './sidebar';

/** The key that, after `g`, leads to a page. */
const LETTERS: Record<string, string> = {
  '/': 'h',
  '/accounts': 'a',
  '/bin': 'r',
  '/calendar': 'k',
  '/calls': 'v',
  '/contacts': 'c',
  '/exports': 'e',
  '/files': 'f',
  '/leads': 'l',
  '/meetings': 'w',
  '/my-day': 'm',
  '/notes': 'n',
  '/notifications': 'i',
  '/opportunities': 'o',
  '/opportunities/board': 'b',
  '/people': 'u',
  '/products': 'p',
  '/search': '/',
  '/settings': 's',
  '/tasks': 't',
};

/** Returns the keys that lead to a page, such as `g a`; undefined if there are none. */
export function goKeys(path: string): string | undefined {
  const letter = LETTERS[path];
  return letter && `g ${letter}`;
}

/** The pages that the user can go to by keys. */
export function useGoPaths(): string[] {
  const features = [...useFeatureNav('work'), ...useFeatureNav('manage')].map(({ to }) => to);
  const objects = useObjects().flatMap(({ listed, path }) => (listed ? [path] : []));
  const always = ['/', '/notifications', '/search', '/settings'];
  return [...new Set([...always, ...features, ...objects])].filter((path) => goKeys(path) !== undefined);
}
