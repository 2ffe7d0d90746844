import { FieldValue } from '../fields/field-value';
import type { LinesDescription, RecordData } from '../object-description';
import classes from './lines-then.module.css';

/** The lines of a record as a table. */
export function LinesThen({ lines, record }: { lines: LinesDescription; record: RecordData }) {
  const rows = record[lines.key];
  if (!Array.isArray(rows) || rows.length === 0) return null;
  const nameOf = (key: string) => key.slice(lines.key.length + 1);
  return (
    <div className={classes['scroll']}>
      <table className={classes['table']} aria-label={lines.label}>
        <thead>
          <tr>
            {lines.fields.map(({ key, label }) => (
              <th key={key} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row: Record<string, unknown> & { id: string }) => (
            <tr key={row.id}>
              {lines.fields.map((field) => (
                <td key={field.key}>
                  <FieldValue field={field} value={row[nameOf(field.key)]} record={record} isPlain />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
