import { Checkbox, Loader, Skeleton, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { useShortcuts } from '@/lib/keyboard/use-shortcuts';
import { WhyButton } from '../access/why-button';
import { WEB_FIELD_TYPES } from '../field-types';
import { isRightAligned } from '../fields/right-aligned';
import { type FieldDescription, type ObjectDescription, type RecordData } from '../object-description';
import classes from './record-table.module.css';
import { TableRow } from './table-row';

const ROW_HEIGHT = 40;

/** The columns with the records' names, and with short texts; see `WebFieldType.track`. */
const NAME_TRACK = [240, 2.4];
const PLAIN_TRACK = [150, 1.2];

export interface RecordTableProps {
  object: ObjectDescription;
  columns: FieldDescription[];
  rows: RecordData[];
  /** Field key; "-" before it sorts descending. */
  sort: string | undefined;
  onSort: (key: string) => void;
  selected: ReadonlySet<string>;
  onSelect: (ids: Set<string>) => void;
  isPending: boolean;
  isFetchingMore: boolean;
  hasMore: boolean;
  onMore: () => void;
}

/** A virtual table: only visible rows are in the document, and further pages load while scrolling. */
export function RecordTable(props: RecordTableProps) {
  const { object, columns, rows, selected, onSelect, hasMore, isFetchingMore, onMore } = props;
  const { t } = useTranslation('records');
  const navigate = useNavigate();
  const scroller = useRef<HTMLElement>(null);
  const [active, setActive] = useState(-1);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
    // Renders with the next frame instead of inside the wheel event.
    useFlushSync: false,
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  // Rows follow each other below this space. A position of its own on each row would keep the browser from reusing
  // computed styles among the cells of all rows.
  const above = items[0]?.start ?? 0;

  useEffect(() => {
    if (hasMore && !isFetchingMore && lastShown >= rows.length - 30) onMore();
  }, [hasMore, isFetchingMore, lastShown, rows.length, onMore]);

  const move = (step: number) => {
    const next = Math.min(rows.length - 1, Math.max(0, active + step));
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
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    arrowdown: () => move(1),
    arrowup: () => move(-1),
    enter: () => {
      const record = rows[active];
      if (record) void navigate({ to: `${object.path}/${record.id}` });
    },
    x: () => {
      const record = rows[active];
      if (record) toggle(record.id);
    },
  });

  const isAllSelected = rows.length > 0 && rows.every((row) => selected.has(row.id));
  const trackOf = ({ key, type }: FieldDescription) => {
    const { track = PLAIN_TRACK } = WEB_FIELD_TYPES[type];
    const [minimum, share] = key === object.nameField ? NAME_TRACK : track;
    return `minmax(${minimum}px, ${share}fr)`;
  };
  const template = `40px ${columns.map(trackOf).join(' ')}`;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section ref={scroller} className={classes['scroller']} tabIndex={0} aria-label={t('list.rows')}>
      <table
        aria-label={object.pluralLabel}
        aria-rowcount={hasMore ? -1 : rows.length + 1}
        aria-colcount={columns.length + 1}
        className={classes['table']}
        style={{ '--template': template } as CSSProperties}
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
            {columns.map((field) => (
              <HeaderCell
                key={field.key}
                object={object}
                field={field}
                isName={field.key === object.nameField}
                sort={props.sort}
                onSort={props.onSort}
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
                  {columns.map((field) => (
                    <td key={field.key} className={classes['cell']}>
                      <Skeleton height={10} width={`${45 + ((index * 17 + field.key.length * 9) % 40)}%`} />
                    </td>
                  ))}
                </tr>
              ))
            : items.map((item) => {
                const record = rows[item.index];
                if (!record) return null;
                return (
                  <TableRow
                    key={record.id}
                    object={object}
                    columns={columns}
                    record={record}
                    index={item.index}
                    isActive={item.index === active}
                    isSelected={selected.has(record.id)}
                    onToggle={onToggle}
                    selectName={selectName}
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

function HeaderCell({
  object,
  field,
  isName,
  sort,
  onSort,
}: {
  object: ObjectDescription;
  field: FieldDescription;
  isName: boolean;
  sort: string | undefined;
  onSort: (key: string) => void;
}) {
  const { t } = useTranslation('records');
  const { baseCurrency } = useFormats();
  const direction = sort === field.key ? 'ascending' : sort === `-${field.key}` ? 'descending' : 'none';
  const Arrow =
    direction === 'ascending' ? IconArrowUp : direction === 'descending' ? IconArrowDown : undefined;
  const content = (
    <>
      <span className="pl-truncate">{field.label}</span>
      {Arrow ? <Arrow size={13} aria-hidden /> : null}
      {Arrow && field.comparedBy ? (
        <span className={classes['unit']}>{t('list.unit', { currency: baseCurrency })}</span>
      ) : null}
    </>
  );
  return (
    <th
      scope="col"
      aria-sort={field.sortable ? direction : undefined}
      className={classes['headCell']}
      data-name={isName || undefined}
      data-right={isRightAligned(field) || undefined}
    >
      {field.sortable ? (
        <UnstyledButton
          className={classes['sort']}
          title={field.comparedBy ? t('list.byValue', { currency: baseCurrency }) : undefined}
          onClick={() => onSort(field.key)}
        >
          {content}
        </UnstyledButton>
      ) : (
        content
      )}
      {field.access === 'mask' ? (
        <WhyButton
          size={20}
          label={field.label}
          reason="mask"
          question={{ object: object.key, action: 'read', field: field.key }}
        />
      ) : null}
    </th>
  );
}
