export type { FoundDuplicate } from './check/found-duplicate.js';
export { DuplicatesModule } from './duplicates.module.js';
export { PairFinder } from './pairs/pair-finder.js';
export { type DuplicatePair, PairsService } from './pairs/pairs.service.js';
