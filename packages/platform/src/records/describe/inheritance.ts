import type { FieldDescriptor, RecordDescriptor } from './descriptor.js';

/** Objects, as far as their inheritance is checked. */
interface Objects {
  product(): RecordDescriptor[];
  productObject(key: string): RecordDescriptor;
  productTargetsOf(f: FieldDescriptor): string[];
}

/** How many links may lie between a record and one that opens it: a file on a note on a deal has two. */
export const MOST_LINKS = 3;

/**
 * Checks how objects inherit visibility. Each link is one more join in every scope, so their number is limited.
 * @throws Error for an object that would open itself, and for chains of more than {@link MOST_LINKS} links
 */
export function checkInheritance(objects: Objects): void {
  const follow = (object: RecordDescriptor, chain: string[]): void => {
    const through = [...chain, object.key];
    if (chain.includes(object.key)) throw new Error(`${through.join(' → ')}: visibility goes in a circle`);
    if (chain.length > MOST_LINKS)
      throw new Error(`${through.join(' → ')}: visibility passes more than ${MOST_LINKS} links`);
    for (const { field } of object.visibleThrough)
      for (const parent of objects.productTargetsOf(object.byKey.get(field)!))
        follow(objects.productObject(parent), through);
  };
  for (const object of objects.product()) follow(object, []);
}
