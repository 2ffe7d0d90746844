import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { type CSSProperties, type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { WhyButton } from '../access/why-button';
import { isRightAligned } from '../fields/right-aligned';
import type { ObjectDescription } from '../object-description';
import classes from './record-table.module.css';
import { COLUMN_WIDTHS, usualWidth } from './table-tracks';
import type { ShownColumn } from './use-list';

/** By how much an arrow key changes a column's width. */
const STEP = 16;

export interface HeaderCellProps {
  object: ObjectDescription;
  column: ShownColumn;
  place: CSSProperties | undefined;
  /** Keys of the order; "-" before those that sort descending. */
  sort: string | undefined;
  /** @param isAdded whether it becomes a further key of the order */
  onSort: (key: string, isAdded: boolean) => void;
  /** Undefined gives the column its usual width. `isLast` ends the change. */
  onResize: (key: string, width: number | undefined, isLast: boolean) => void;
  /** Moves a column to the place of another. */
  onMove: (key: string, to: string) => void;
}

const clamped = (width: number) =>
  Math.round(Math.min(COLUMN_WIDTHS.max, Math.max(COLUMN_WIDTHS.min, width)));

/** The head of a column: sorts, and can be dragged to another place and made wider. */
export function HeaderCell({ object, column, place, sort, onSort, onResize, onMove }: HeaderCellProps) {
  const { field, isPinned } = column;
  const { t } = useTranslation('records');
  const { baseCurrency } = useFormats();
  const cell = useRef<HTMLTableCellElement>(null);
  const keys = sort?.split(',') ?? [];
  const at = keys.findIndex((key) => key.replace(/^-/, '') === field.key);
  const direction = at < 0 ? 'none' : keys[at] === field.key ? 'ascending' : 'descending';
  const Arrow =
    direction === 'ascending' ? IconArrowUp : direction === 'descending' ? IconArrowDown : undefined;
  const content = (
    <>
      <span className="pl-truncate">{field.label}</span>
      {Arrow ? <Arrow size={13} aria-hidden /> : null}
      {Arrow && keys.length > 1 ? <span className={classes['unit']}>{at + 1}</span> : null}
      {Arrow && field.comparedBy ? (
        <span className={classes['unit']}>{t('list.unit', { currency: baseCurrency })}</span>
      ) : null}
    </>
  );
  const widthNow = () => cell.current?.getBoundingClientRect().width ?? COLUMN_WIDTHS.min;
  const startResize = (event: PointerEvent<HTMLElement>) => {
    event.preventDefault();
    event.stopPropagation();
    const handle = event.currentTarget;
    const [from, width] = [event.clientX, widthNow()];
    handle.setPointerCapture(event.pointerId);
    const at = (move: globalThis.PointerEvent) => clamped(width + move.clientX - from);
    const onPointerMove = (move: globalThis.PointerEvent) => onResize(field.key, at(move), false);
    const onPointerUp = (move: globalThis.PointerEvent) => {
      handle.removeEventListener('pointermove', onPointerMove);
      onResize(field.key, at(move), true);
    };
    handle.addEventListener('pointermove', onPointerMove);
    handle.addEventListener('pointerup', onPointerUp, { once: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? STEP : event.key === 'ArrowLeft' ? -STEP : 0;
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    onResize(field.key, clamped(widthNow() + step), true);
  };
  const isName = field.key === object.nameField;
  return (
    <th
      ref={cell}
      scope="col"
      aria-sort={field.sortable ? direction : undefined}
      className={classes['headCell']}
      data-pinned={isPinned || undefined}
      data-right={isRightAligned(field) || undefined}
      style={place}
      draggable={!isName}
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED, field.key);
        event.dataTransfer.effectAllowed = 'move';
      }}
      onDragOver={(event) => {
        if (!isName && event.dataTransfer.types.includes(DRAGGED)) event.preventDefault();
      }}
      onDrop={(event) => {
        const key = event.dataTransfer.getData(DRAGGED);
        if (key && key !== field.key) onMove(key, field.key);
      }}
    >
      {field.sortable ? (
        <UnstyledButton
          className={classes['sort']}
          title={field.comparedBy ? t('list.byValue', { currency: baseCurrency }) : t('list.sortMore')}
          onClick={(event) => onSort(field.key, event.shiftKey)}
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
      {/* biome-ignore lint/a11y/useSemanticElements: a rule separates nothing that could be resized */}
      <span
        role="separator"
        tabIndex={0}
        aria-orientation="vertical"
        aria-label={t('list.resize', { field: field.label })}
        aria-valuenow={column.width ?? usualWidth(object, column)}
        aria-valuemin={COLUMN_WIDTHS.min}
        aria-valuemax={COLUMN_WIDTHS.max}
        className={classes['handle']}
        onPointerDown={startResize}
        onDoubleClick={() => onResize(field.key, undefined, true)}
        onKeyDown={onKeyDown}
      />
    </th>
  );
}

const DRAGGED = 'application/x-pellucid-column';
