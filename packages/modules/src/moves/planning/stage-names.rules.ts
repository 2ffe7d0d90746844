import type { StageCategory } from '../catalogues/source-system.js';

const WON = /\b(won|gewonnen)\b/i;
const LOST = /\b(lost|verloren)\b/i;

/** Guesses from its name how deals in a stage ended. */
export function categoryByName(name: string): StageCategory {
  if (WON.test(name)) return 'won';
  return LOST.test(name) ? 'lost' : 'open';
}
