import { useNavigate } from '@tanstack/react-router';
import { type CSSProperties, memo, type ReactNode } from 'react';
import { FieldValue } from '../fields/field-value';
import { fieldValueOf } from '../fields/field-place';
import { RecordLink } from '../fields/record-link';
import { isRightAligned } from '../fields/right-aligned';
import { type ObjectDescription, type RecordData, recordName } from '../object-description';
import { useFresh } from '../live/fresh-records';
import classes from './record-table.module.css';
import type { ShownColumn } from './use-list';

/** What a row draws instead of plain cells while cells are edited. The same object as long as the row stays the same. */
export interface RowCells {
  /** Index of the active cell in the row; -1 for none. */
  active: number;
  /** First and last selected cell; undefined if none is. */
  selected: [number, number] | undefined;
  /** What a cell draws instead of its value: an input, or a refusal beside the value. */
  contentOf: (column: number) => ReactNode | undefined;
  isLocked: (column: number) => boolean;
  onPress: (column: number, isRange: boolean) => void;
  onEdit: (column: number) => void;
}

/** A table whose cells are edited. */
export interface CellGrid {
  /** Index of the row with the active cell. */
  row: number;
  cellsOf: (record: RecordData, row: number) => RowCells;
}

/** Lets a press on a link select its cell; with Ctrl or ⌘ the link opens. */
function keepOffLink(event: React.MouseEvent): void {
  const isLink = (event.target as Element).closest('a') !== null;
  if (isLink && !event.ctrlKey && !event.metaKey) event.preventDefault();
}

interface TableRowProps {
  object: ObjectDescription;
  columns: ShownColumn[];
  /** Places of pinned columns. */
  places: (CSSProperties | undefined)[];
  record: RecordData;
  /** Position in the list, from 0. */
  index: number;
  isActive: boolean;
  isSelected: boolean;
  colour: string | undefined;
  /** Selects or deselects the record. Must be a stable function, so that rows are redrawn only when they change. */
  onToggle: (id: string) => void;
  /** Called when the row's record is opened. Must be stable too. */
  onOpened: (index: number) => void;
  /** Label of the checkbox that selects the record with this name. Must be stable too. */
  selectName: (name: string) => string;
  cells: RowCells | undefined;
}

/** A row of the table. Scrolling renders only rows that come into view. */
export const TableRow = memo(function TableRow(props: TableRowProps) {
  const { object, columns, places, record, index, isActive, isSelected, onToggle, selectName, cells } = props;
  const navigate = useNavigate();
  const address = `${object.path}/${record.id}`;
  const open = (event: React.MouseEvent) => {
    props.onOpened(index);
    if (cells || (event.target as HTMLElement).closest('a, button, input, label')) return;
    if (window.getSelection()?.toString()) return;
    void navigate({ to: address });
  };
  return (
    <tr
      aria-rowindex={index + 2}
      className={classes['row']}
      data-active={(isActive && !cells) || undefined}
      data-selected={isSelected || undefined}
      data-colour={props.colour}
      style={
        props.colour ? ({ '--mark': `var(--mantine-color-${props.colour}-5)` } as CSSProperties) : undefined
      }
      data-fresh={useFresh(record.id) || undefined}
      onClick={open}
    >
      <td className={classes['check']}>
        <input
          type="checkbox"
          className={classes['box']}
          aria-label={selectName(recordName(object, record))}
          checked={isSelected}
          onChange={() => onToggle(record.id)}
        />
      </td>
      {columns.map(({ field, isPinned }, column) => {
        const isName = field.key === object.nameField;
        const editing = cells && {
          'data-focus': column === cells.active || undefined,
          'data-range':
            (cells.selected && column >= cells.selected[0] && column <= cells.selected[1]) || undefined,
          'data-locked': cells.isLocked(column) || undefined,
          'aria-readonly': cells.isLocked(column) || undefined,
          'aria-selected': column === cells.active,
          role: 'gridcell',
          onMouseDown: (event: React.MouseEvent) => {
            keepOffLink(event);
            cells.onPress(column, event.shiftKey);
          },
          onClickCapture: keepOffLink,
          onDoubleClick: () => cells.onEdit(column),
        };
        return (
          <td
            key={field.key}
            className={classes['cell']}
            data-pinned={isPinned || undefined}
            data-right={isRightAligned(field) || undefined}
            style={places[column]}
            {...editing}
          >
            {cells?.contentOf(column) ??
              (isName ? (
                <RecordLink to={address} className={classes['name']}>
                  {recordName(object, record)}
                </RecordLink>
              ) : (
                <FieldValue field={field} value={fieldValueOf(record, field)} record={record} />
              ))}
          </td>
        );
      })}
    </tr>
  );
});
