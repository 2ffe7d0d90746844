import { useNavigate } from '@tanstack/react-router';
import { memo } from 'react';
import { FieldValue } from '../fields/field-value';
import { fieldValueOf } from '../fields/field-place';
import { RecordLink } from '../fields/record-link';
import { isRightAligned } from '../fields/right-aligned';
import {
  type FieldDescription,
  type ObjectDescription,
  type RecordData,
  recordName,
} from '../object-description';
import { useFresh } from '../live/fresh-records';
import classes from './record-table.module.css';

interface TableRowProps {
  object: ObjectDescription;
  columns: FieldDescription[];
  record: RecordData;
  /** Position in the list, from 0. */
  index: number;
  isActive: boolean;
  isSelected: boolean;
  /** Selects or deselects the record. Must be a stable function, so that rows are redrawn only when they change. */
  onToggle: (id: string) => void;
  /** Label of the checkbox that selects the record with this name. Must be stable too. */
  selectName: (name: string) => string;
}

/** A row of the table. Scrolling renders only rows that come into view. */
export const TableRow = memo(function TableRow(props: TableRowProps) {
  const { object, columns, record, index, isActive, isSelected, onToggle, selectName } = props;
  const navigate = useNavigate();
  const address = `${object.path}/${record.id}`;
  return (
    <tr
      aria-rowindex={index + 2}
      className={classes['row']}
      data-active={isActive || undefined}
      data-selected={isSelected || undefined}
      data-fresh={useFresh(record.id) || undefined}
      onClick={(event) => {
        if ((event.target as HTMLElement).closest('a, button, input, label')) return;
        if (window.getSelection()?.toString()) return;
        void navigate({ to: address });
      }}
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
      {columns.map((field) => {
        const isName = field.key === object.nameField;
        return (
          <td
            key={field.key}
            className={classes['cell']}
            data-name={isName || undefined}
            data-right={isRightAligned(field) || undefined}
          >
            {isName ? (
              <RecordLink to={address} className={classes['name']}>
                {recordName(object, record)}
              </RecordLink>
            ) : (
              <FieldValue field={field} value={fieldValueOf(record, field)} record={record} />
            )}
          </td>
        );
      })}
    </tr>
  );
});
