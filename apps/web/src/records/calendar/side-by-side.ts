/** Where events stand that share time: beside each other within a day, below each other across days. */

/** From a start to before an end, in any unit. */
export interface Span {
  start: number;
  end: number;
}

export interface Placed {
  /** From 0. */
  column: number;
  /** How many columns it takes. */
  width: number;
  /** Columns of the events that overlap, directly or through each other. */
  columns: number;
}

const overlap = (one: Span, other: Span) => one.start < other.end && other.start < one.end;

/** Places events of a day beside each other. An event takes free columns to its right. Out: in the order of the input. */
export function sideBySide(spans: readonly Span[]): Placed[] {
  const order = spans
    .map((span, index) => ({ span, index }))
    .sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end || a.index - b.index);
  const placed = new Array<Placed>(spans.length);
  let group: { span: Span; index: number }[] = [];
  let until = Number.NEGATIVE_INFINITY;
  const close = () => {
    const columns: Span[][] = [];
    const columnOf = new Map<number, number>();
    for (const { span, index } of group) {
      const free = columns.findIndex((own) => !own.some((each) => overlap(each, span)));
      const column = free < 0 ? columns.push([]) - 1 : free;
      columns[column]!.push(span);
      columnOf.set(index, column);
    }
    for (const { span, index } of group) {
      const column = columnOf.get(index)!;
      let width = 1;
      while (column + width < columns.length && !columns[column + width]!.some((each) => overlap(each, span)))
        width += 1;
      placed[index] = { column, width, columns: columns.length };
    }
    group = [];
  };
  for (const each of order) {
    if (each.span.start >= until) close();
    group.push(each);
    until = Math.max(group.length === 1 ? each.span.end : until, each.span.end);
  }
  close();
  return placed;
}

/** Places events that take whole days in as few lanes as possible. Out: the lane of each, from 0, in the order of the input. */
export function lanesOf(spans: readonly Span[]): number[] {
  const lanes: Span[][] = [];
  const order = spans
    .map((span, index) => ({ span, index }))
    .sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end || a.index - b.index);
  const found = new Array<number>(spans.length);
  for (const { span, index } of order) {
    const free = lanes.findIndex((lane) => !lane.some((each) => overlap(each, span)));
    const lane = free < 0 ? lanes.push([]) - 1 : free;
    lanes[lane]!.push(span);
    found[index] = lane;
  }
  return found;
}
