import { Checkbox, Loader, Skeleton } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '@/lib/keyboard/use-shortcuts';
import { type ObjectDescription, type RecordData } from '../object-description';
import { columnToken, type RowHeight } from '../views/view-model';
import { HeaderCell } from './header-cell';
import { useShownRecords } from '../peek/peek-order';
import { notePlace, placeIn } from './list-place';
import classes from './record-table.module.css';
import { type CellGrid, TableRow } from './table-row';
import { tracksOf } from './table-tracks';
import type { ShownColumn } from './use-list';

const HEIGHTS: Record<RowHeight, number> = { compact: 32, normal: 40, tall: 60 };

const HEAD_HEIGHT = 36;

const BETWEEN: CSSProperties = {
  display: 'block',
  height: 'var(--row-height)',
  borderBottom: '1px solid var(--pl-line)',
  background: 'var(--pl-canvas)',
  fontSize: '0.8125rem',
};
const BETWEEN_CELL: CSSProperties = {
  position: 'sticky',
  left: 0,
  display: 'flex',
  alignItems: 'center',
  width: 'fit-content',
  height: '100%',
  padding: '0 12px',
};

/** A row of the table: a record, or something between records such as the head of a group. */
export type TableItem = { record: RecordData } | { key: string; content: ReactNode };

export interface RecordTableProps {
  object: ObjectDescription;
  /** See `listName`. */
  name: string;
  columns: ShownColumn[];
  rows: RecordData[];
  /** Records with what stands between them; the rows if left out. */
  items?: TableItem[];
  /** Keys of the order; "-" before those that sort descending. */
  sort: string | undefined;
  onSort: (key: string, isAdded: boolean) => void;
  /** Columns as the URL names them. */
  onColumns: (columns: string[]) => void;
  rowHeight?: RowHeight | undefined;
  /** The colour of a record. Must be a stable function. */
  colourOf?: ((record: RecordData) => string | undefined) | undefined;
  selected: ReadonlySet<string>;
  onSelect: (ids: Set<string>) => void;
  onPeek: (id: string) => void;
  isPending: boolean;
  isFetchingMore: boolean;
  hasMore: boolean;
  onMore: () => void;
  /** Cells that are edited like those of a spreadsheet. */
  grid?: CellGrid;
}

/** A virtual table: only visible rows are in the document, and further pages load while scrolling. */
export function RecordTable(props: RecordTableProps) {
  const { object, columns, rows, selected, onSelect, onPeek, hasMore, isFetchingMore, onMore, grid } = props;
  const { t } = useTranslation('records');
  const navigate = useNavigate();
  const scroller = useRef<HTMLElement>(null);
  const items = useMemo<TableItem[]>(
    () => props.items ?? rows.map((record) => ({ record })),
    [props.items, rows],
  );
  useShownRecords('table', 0, rows);
  const [start] = useState(() => placeIn(props.name));
  const [active, setActive] = useState(start?.active ?? -1);
  const height = HEIGHTS[props.rowHeight ?? 'normal'];
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 10,
    initialOffset: start?.offset ?? 0,
    // The head covers as much of the scrolling region.
    scrollPaddingEnd: HEAD_HEIGHT,
    // Renders with the next frame instead of inside the wheel event.
    useFlushSync: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are measured again when their height changes
  useEffect(() => virtual.measure(), [height]);
  const shown = virtual.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? 0;
  // Rows follow each other below this space. A position of its own on each row would keep the browser from reusing
  // computed styles among the cells of all rows.
  const above = shown[0]?.start ?? 0;

  useEffect(() => {
    if (hasMore && !isFetchingMore && lastShown >= items.length - 30) onMore();
  }, [hasMore, isFetchingMore, lastShown, items.length, onMore]);
  const latestActive = useRef(active);
  latestActive.current = active;
  const { name } = props;
  // Before the table leaves the page, when it still has a place.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (placeIn(name)) element?.focus({ preventScroll: true });
    return () => notePlace(name, { offset: element?.scrollTop ?? 0, active: latestActive.current });
  }, [name]);

  const activeRow = grid ? grid.row : active;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a move of the active cell scrolls
  useEffect(() => {
    if (grid) virtual.scrollToIndex(grid.row);
  }, [grid?.row]);
  // What appears above or below the table leaves it less room. The active row stays in view.
  const room = virtual.scrollRect?.height ?? 0;
  const formerRoom = useRef(room);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only less room scrolls
  useEffect(() => {
    const row = activeRow < 0 ? undefined : virtual.measurementsCache[activeRow];
    const top = virtual.scrollOffset ?? 0;
    const wasShown = row && row.start >= top && row.end <= top + formerRoom.current - HEAD_HEIGHT;
    if (wasShown && room < formerRoom.current) virtual.scrollToIndex(activeRow);
    formerRoom.current = room;
  }, [room]);
  const recordAt = (index: number) => {
    const item = items[index];
    return item && 'record' in item ? item.record : undefined;
  };
  const move = (step: number) => {
    const next = Math.min(items.length - 1, Math.max(0, active + step));
    setActive(next);
    virtual.scrollToIndex(next);
  };
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  };
  const latestToggle = useRef(toggle);
  latestToggle.current = toggle;
  const selectName = useCallback((name: string) => t('list.select', { name }), [t]);
  const onToggle = useCallback((id: string) => latestToggle.current(id), []);
  const onOpened = useCallback((index: number) => setActive(index), []);
  const onRecord = (act: (record: RecordData) => void) => () => {
    const record = recordAt(activeRow);
    if (record) act(record);
  };
  useShortcuts({
    ...(grid
      ? {}
      : {
          j: () => move(1),
          k: () => move(-1),
          arrowdown: () => move(1),
          arrowup: () => move(-1),
          enter: onRecord((record) => void navigate({ to: `${object.path}/${record.id}` })),
        }),
    ' ': onRecord((record) => onPeek(record.id)),
    x: onRecord((record) => toggle(record.id)),
  });

  const [resized, setResized] = useState<{ key: string; width: number | undefined } | undefined>();
  const drawn = useMemo(
    () =>
      resized
        ? columns.map((column) =>
            column.field.key === resized.key ? { ...column, width: resized.width } : column,
          )
        : columns,
    [columns, resized],
  );
  const tokensOf = (list: ShownColumn[]) =>
    list.map(({ field, width, isPinned }) =>
      columnToken({
        key: field.key,
        ...(width !== undefined && { width }),
        ...(isPinned && field.key !== object.nameField && { isPinned }),
      }),
    );
  const onResize = (key: string, width: number | undefined, isLast: boolean) => {
    setResized(isLast ? undefined : { key, width });
    if (isLast)
      props.onColumns(
        tokensOf(columns.map((column) => (column.field.key === key ? { ...column, width } : column))),
      );
  };
  const onMove = (key: string, to: string) => {
    const [from, target] = [key, to].map((each) => columns.findIndex(({ field }) => field.key === each));
    const moved = columns[from ?? -1];
    const place = columns[target ?? -1];
    if (!moved || !place) return;
    // A column that is dropped among the pinned ones is pinned, and the other way round.
    props.onColumns(
      tokensOf(
        columns
          .toSpliced(from as number, 1)
          .toSpliced(target as number, 0, { ...moved, isPinned: place.isPinned }),
      ),
    );
  };

  const isAllSelected = rows.length > 0 && rows.every((row) => selected.has(row.id));
  const { template, places } = useMemo(() => tracksOf(object, drawn), [object, drawn]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section ref={scroller} className={classes['scroller']} tabIndex={0} aria-label={t('list.rows')}>
      <table
        role={grid ? 'grid' : undefined}
        aria-label={object.pluralLabel}
        aria-rowcount={hasMore ? -1 : items.length + 1}
        aria-colcount={columns.length + 1}
        className={classes['table']}
        style={{ '--template': template, '--row-height': `${height}px` } as CSSProperties}
      >
        <thead className={classes['head']}>
          <tr aria-rowindex={1} className={classes['row']}>
            <th scope="col" className={classes['check']}>
              <Checkbox
                size="xs"
                aria-label={t('list.selectAll')}
                checked={isAllSelected}
                indeterminate={!isAllSelected && selected.size > 0}
                onChange={() => onSelect(isAllSelected ? new Set() : new Set(rows.map((row) => row.id)))}
              />
            </th>
            {drawn.map((column, index) => (
              <HeaderCell
                key={column.field.key}
                object={object}
                column={column}
                place={places[index]}
                sort={props.sort}
                onSort={props.onSort}
                onResize={onResize}
                onMove={onMove}
              />
            ))}
          </tr>
        </thead>
        <tbody
          className={classes['body']}
          style={props.isPending ? undefined : { height: virtual.getTotalSize(), paddingTop: above }}
        >
          {props.isPending
            ? Array.from({ length: 12 }, (_, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
                <tr key={index} className={classes['row']}>
                  <td className={classes['check']} />
                  {columns.map(({ field }) => (
                    <td key={field.key} className={classes['cell']}>
                      <Skeleton height={10} width={`${45 + ((index * 17 + field.key.length * 9) % 40)}%`} />
                    </td>
                  ))}
                </tr>
              ))
            : shown.map(({ index }) => {
                const item = items[index];
                if (!item) return null;
                if (!('record' in item))
                  return (
                    <tr key={item.key} aria-rowindex={index + 2} style={BETWEEN}>
                      <td colSpan={columns.length + 1} style={BETWEEN_CELL}>
                        {item.content}
                      </td>
                    </tr>
                  );
                const { record } = item;
                return (
                  <TableRow
                    key={record.id}
                    object={object}
                    columns={columns}
                    places={places}
                    record={record}
                    index={index}
                    isActive={index === activeRow}
                    isSelected={selected.has(record.id)}
                    colour={props.colourOf?.(record)}
                    onToggle={onToggle}
                    onOpened={onOpened}
                    selectName={selectName}
                    cells={grid?.cellsOf(record, index)}
                  />
                );
              })}
        </tbody>
      </table>
      {isFetchingMore ? (
        <div className={classes['more']}>
          <Loader size="xs" aria-label={t('list.loadingMore')} />
        </div>
      ) : null}
    </section>
  );
}
