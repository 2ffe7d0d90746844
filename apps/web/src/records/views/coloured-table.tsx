import type { ReactNode } from 'react';
import type { ObjectDescription, RecordData } from '../object-description';
import { useColours } from './use-colours';
import type { ColourRule } from './view-model';

interface ColouredTableProps {
  object: ObjectDescription;
  rules: ColourRule[] | undefined;
  /** Draws the table, given the colour of each record; undefined if no rule applies. */
  children: (colourOf: ((record: RecordData) => string | undefined) | undefined) => ReactNode;
}

/** Gives a table the colours of a view. Apart, because most lists have none. */
export default function ColouredTable({ object, rules, children }: ColouredTableProps) {
  return children(useColours(object, rules));
}
