import { Group, Tooltip } from '@mantine/core';
import { FIELD_TYPES } from '@pellucid/conditions';
import { IconAlertCircle } from '@tabler/icons-react';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/lib/api-problem';
import { useShortcuts } from '@/lib/keyboard/use-shortcuts';
import { hasLayers } from '@/lib/layers/layer-stack';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { isWritable, visibilityOf } from '../../access/field-visibility';
import { newCause } from '../../api/undo';
import { FieldValue } from '../../fields/field-value';
import { fieldValueOf } from '../../fields/field-place';
import { keyAt } from '../../fields/custom-values';
import { isSameValue, toWireValue } from '../../fields/wire-value';
import { useSaveRecord } from '../../form/use-save-record';
import { mayUpdate, type RecordData, recordName } from '../../object-description';
import { showUndo } from '../../undo';
import { RecordTable, type RecordTableProps } from '../record-table';
import type { CellGrid, RowCells } from '../table-row';
import CellEditor, { type Move } from './cell-editor';
import { textOfValue } from './cell-text';
import { readBlock, writeBlock } from './clipboard-block';
import type { PastedCell } from './paste-preview';

const PastePreview = lazy(() => import('./paste-preview'));

/** As many rows as one bulk request takes. */
const MOST_ROWS = 500;

interface Cell {
  row: number;
  column: number;
}

const isTyping = () =>
  document.activeElement instanceof HTMLElement &&
  document.activeElement.matches(
    'input:not([type=checkbox]), textarea, select, [contenteditable], [role=combobox]',
  );

/** A list whose cells are edited like those of a spreadsheet: by arrow keys, Enter, Tab and Esc, with copy and paste. */
export default function EditableTable(props: RecordTableProps) {
  const { object, columns, rows } = props;
  const { t } = useTranslation('views');
  const [active, setActive] = useState<Cell>({ row: 0, column: 0 });
  /** The other corner of the selected block. */
  const [anchor, setAnchor] = useState<Cell | undefined>();
  const [editing, setEditing] = useState<Cell | undefined>();
  /** Values on their way to the server, and refusals, by record and field. A refusal counts until the record changes. */
  const [pending, setPending] = useState<ReadonlyMap<string, unknown>>(new Map());
  const [refused, setRefused] = useState<ReadonlyMap<string, { text: string; version: number }>>(new Map());
  const refusalOf = (record: RecordData, key: string) => {
    const refusal = refused.get(`${record.id} ${key}`);
    return refusal?.version === record.version ? refusal.text : undefined;
  };
  const [pasted, setPasted] = useState<{ cells: PastedCell[]; outside: number } | undefined>();
  const finish = useRef<(() => void) | undefined>(undefined);
  const onReady = useCallback((run: (() => void) | undefined) => {
    finish.current = run;
  }, []);
  const save = useSaveRecord(object);

  const canEdit = (record: RecordData | undefined, column: number) => {
    const field = columns[column]?.field;
    return Boolean(
      record &&
        field &&
        mayUpdate(object) &&
        !field.isAdded &&
        !field.isSystem &&
        !FIELD_TYPES[field.type].isDocument &&
        visibilityOf(record, field.key) === 'clear' &&
        isWritable(field, record, fieldValueOf(record, field)),
    );
  };
  const clamp = ({ row, column }: Cell): Cell => ({
    row: Math.min(rows.length - 1, Math.max(0, row)),
    column: Math.min(columns.length - 1, Math.max(0, column)),
  });
  const go = (to: Cell, isRange = false) => {
    setAnchor(isRange ? (anchor ?? active) : undefined);
    setActive(clamp(to));
  };
  const by = (row: number, column: number) => (event: KeyboardEvent) =>
    go({ row: active.row + row, column: active.column + column }, event.shiftKey);
  const edit = (cell: Cell) => {
    if (canEdit(rows[cell.row], cell.column)) setEditing(cell);
  };

  const without = <Value,>(map: ReadonlyMap<string, Value>, key: string) =>
    new Map([...map].filter(([each]) => each !== key));
  const write = async (record: RecordData, column: number, value: unknown) => {
    const field = columns[column]?.field;
    if (!field) return;
    const before = fieldValueOf(record, field) ?? null;
    if (isSameValue(field, value, before)) return;
    const key = `${record.id} ${field.key}`;
    setPending((current) => new Map(current).set(key, value));
    setRefused((current) => without(current, key));
    try {
      const cause = newCause();
      const saved = await save(record, { [field.key]: toWireValue(field, value) }, cause);
      if (saved)
        showUndo({
          message: t('cell.done', { field: field.label, name: recordName(object, record) }),
          cause,
        });
    } catch (error) {
      const own =
        error instanceof ApiProblem && error.fields.find(({ pointer }) => keyAt(pointer) === field.key);
      const text = own ? fieldProblemText(own) : problemText(error);
      setRefused((current) => new Map(current).set(key, { text, version: record.version }));
    } finally {
      setPending((current) => without(current, key));
    }
  };
  const commit = (record: RecordData, column: number, value: unknown, move: Move) => {
    setEditing(undefined);
    void write(record, column, value);
    const step = { down: [1, 0], right: [0, 1], left: [0, -1], stay: [0, 0] }[move] as [number, number];
    go({ row: active.row + step[0], column: active.column + step[1] });
  };

  const block = anchor ?? active;
  const [top, bottom] = [Math.min(block.row, active.row), Math.max(block.row, active.row)];
  const [first, last] = [Math.min(block.column, active.column), Math.max(block.column, active.column)];
  const clear = () => {
    for (let row = top; row <= bottom; row += 1)
      for (let column = first; column <= last; column += 1) {
        const record = rows[row];
        if (record && canEdit(record, column) && !columns[column]?.field.required)
          void write(record, column, null);
      }
  };
  useShortcuts(
    {
      arrowup: by(-1, 0),
      arrowdown: by(1, 0),
      arrowleft: by(0, -1),
      arrowright: by(0, 1),
      tab: (event) => by(0, event.shiftKey ? -1 : 1)(new KeyboardEvent('keydown')),
      home: by(0, -columns.length),
      end: by(0, columns.length),
      enter: () => edit(active),
      f2: () => edit(active),
      delete: clear,
      backspace: clear,
    },
    editing === undefined,
  );

  const copied = () =>
    rows
      .slice(top, bottom + 1)
      .map((record) =>
        columns
          .slice(first, last + 1)
          .map(({ field }) =>
            field.key === object.nameField
              ? recordName(object, record)
              : visibilityOf(record, field.key) === 'hidden'
                ? ''
                : textOfValue(field, fieldValueOf(record, field)),
          ),
      );
  const paste = (text: string) => {
    const given = readBlock(text);
    const isOne = given.length === 1 && given[0]?.length === 1;
    // One value fills the whole selection.
    const height = isOne ? bottom - top + 1 : given.length;
    const width = isOne ? last - first + 1 : Math.max(...given.map((row) => row.length));
    const cells: PastedCell[] = [];
    let outside = 0;
    for (let row = 0; row < height; row += 1)
      for (let column = 0; column < width; column += 1) {
        const value = isOne ? given[0]?.[0] : given[row]?.[column];
        const record = rows[top + row];
        const field = columns[first + column]?.field;
        if (value === undefined) continue;
        if (!record || !field || row >= MOST_ROWS) outside += 1;
        else cells.push({ record, field, text: value, isLocked: !canEdit(record, first + column) });
      }
    setPasted({ cells, outside });
  };
  const clipboard = useRef({ copied, paste });
  clipboard.current = { copied, paste };
  useEffect(() => {
    const isOurs = () => !isTyping() && !hasLayers() && !window.getSelection()?.toString();
    const onCopy = (event: ClipboardEvent) => {
      if (!isOurs()) return;
      event.preventDefault();
      event.clipboardData?.setData('text/plain', writeBlock(clipboard.current.copied()));
    };
    const onPaste = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData('text/plain');
      if (!text || !isOurs()) return;
      event.preventDefault();
      clipboard.current.paste(text);
    };
    document.addEventListener('copy', onCopy);
    document.addEventListener('paste', onPaste);
    return () => {
      document.removeEventListener('copy', onCopy);
      document.removeEventListener('paste', onPaste);
    };
  }, []);

  const cellsOf = (record: RecordData, row: number): RowCells => ({
    active: row === active.row ? active.column : -1,
    selected: anchor && row >= top && row <= bottom ? [first, last] : undefined,
    isLocked: (column) => !canEdit(record, column),
    onPress: (column, isRange) => {
      finish.current?.();
      setAnchor(isRange ? (anchor ?? active) : undefined);
      setActive({ row, column });
    },
    onEdit: (column) => edit({ row, column }),
    contentOf: (column) => {
      const field = columns[column]?.field;
      if (!field) return undefined;
      const key = `${record.id} ${field.key}`;
      if (editing && editing.row === row && editing.column === column)
        return (
          <CellEditor
            field={field}
            record={record}
            error={refusalOf(record, field.key)}
            onCommit={(value, move) => commit(record, column, value, move)}
            onCancel={() => setEditing(undefined)}
            onReady={onReady}
          />
        );
      if (pending.has(key))
        return (
          <span style={{ opacity: 0.6 }}>
            <FieldValue field={field} value={pending.get(key)} record={record} visibility="clear" />
          </span>
        );
      const why = refusalOf(record, field.key);
      if (!why) return undefined;
      return (
        <Tooltip label={why} multiline maw={320} opened={row === active.row && column === active.column}>
          <Group gap={6} wrap="nowrap" miw={0} role="alert">
            <IconAlertCircle size={15} color="var(--pl-bad)" aria-label={why} />
            <FieldValue field={field} value={fieldValueOf(record, field)} record={record} />
          </Group>
        </Tooltip>
      );
    },
  });
  const grid: CellGrid = { row: active.row, cellsOf };
  // Rows without anything of their own keep the same object, so that they aren't drawn again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: they know places in the list
  const plain = useMemo(() => new WeakMap<RecordData, RowCells>(), [columns, rows]);
  const special = (record: RecordData, row: number) =>
    (row >= top && row <= bottom) ||
    row === editing?.row ||
    columns.some(({ field }) => {
      const key = `${record.id} ${field.key}`;
      return pending.has(key) || refusalOf(record, field.key) !== undefined;
    });
  const latest = useRef(cellsOf);
  latest.current = cellsOf;
  grid.cellsOf = (record, row) => {
    if (special(record, row)) return cellsOf(record, row);
    let cells = plain.get(record);
    if (!cells) {
      const now = () => latest.current(record, row);
      cells = {
        active: -1,
        selected: undefined,
        contentOf: () => undefined,
        isLocked: (column) => !canEdit(record, column),
        onPress: (column, isRange) => now().onPress(column, isRange),
        onEdit: (column) => now().onEdit(column),
      };
      plain.set(record, cells);
    }
    return cells;
  };
  return (
    <>
      <RecordTable {...props} grid={grid} />
      {pasted ? (
        <Suspense fallback={null}>
          <PastePreview object={object} {...pasted} onClose={() => setPasted(undefined)} />
        </Suspense>
      ) : null}
    </>
  );
}
