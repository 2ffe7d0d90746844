import type { TFunction } from 'i18next';
import { Fragment, type ReactNode } from 'react';

/** A character that occurs in no catalogue text or name. */
const MARK = '\u0001';

/** A text of the catalogue with elements in place of its parameters. Names are never parsed as markup. */
export function filledText(
  t: TFunction,
  key: string,
  nodes: Record<string, ReactNode>,
  options: Record<string, unknown> = {},
): ReactNode {
  const marks = Object.fromEntries(Object.keys(nodes).map((name) => [name, `${MARK}${name}${MARK}`]));
  return t(key, { ...options, ...marks })
    .split(MARK)
    .map((part, index) => (
      // Parts of a sentence have no identity but their place.
      // biome-ignore lint/suspicious/noArrayIndexKey: see above
      <Fragment key={index}>{index % 2 ? nodes[part] : part}</Fragment>
    ));
}
