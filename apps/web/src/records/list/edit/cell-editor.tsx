import { FIELD_TYPES } from '@pellucid/conditions';
import { type CSSProperties, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLayer } from '@/lib/layers/use-layer';
import { UnreadText } from '@/lib/typed/unread-text';
import { useUnsavedChanges } from '@/lib/unsaved/use-unsaved-changes';
import { FieldInput } from '../../fields/field-input';
import { fieldValueOf } from '../../fields/field-place';
import { widgetOf } from '../../fields/widget-of';
import { isSameValue } from '../../fields/wire-value';
import { currencyIn, type FieldDescription, type RecordData } from '../../object-description';

/** Where the active cell goes after a value was entered. */
export type Move = 'down' | 'right' | 'left' | 'stay';

/** Above its neighbours, and as wide as it needs. */
const EDITOR: CSSProperties = {
  position: 'relative',
  zIndex: 4,
  width: '100%',
  minWidth: 140,
  margin: '0 -8px',
  background: 'var(--pl-surface)',
};

interface CellEditorProps {
  field: FieldDescription;
  record: RecordData;
  /** Why the last value was refused. */
  error: string | undefined;
  /** Writes a value, or nothing if it is what it was. */
  onCommit: (value: unknown, move: Move) => void;
  onCancel: () => void;
  /** Gets a function that enters what is typed so far; for clicks on another cell. */
  onReady: (finish: (() => void) | undefined) => void;
}

/** The input of a cell. Enter, Tab and a click elsewhere write the value; Esc drops it. */
export default function CellEditor({
  field,
  record: shown,
  error,
  onCommit,
  onCancel,
  onReady,
}: CellEditorProps) {
  const { t } = useTranslation('records');
  // What the user saw when they began. Others may change the record, which the save then notices.
  const [record] = useState(shown);
  const start = fieldValueOf(record, field) ?? null;
  const [value, setValue] = useState<unknown>(start);
  const [problem, setProblem] = useState(error);
  const isDone = useRef(false);
  useLayer(true, onCancel);
  useUnsavedChanges(() => !isDone.current && !isSameValue(field, value, start));
  const commit = (next: unknown, move: Move) => {
    if (next instanceof UnreadText) return setProblem(next.message);
    if (field.required && (next === null || next === ''))
      return setProblem(t('form.required', { field: field.label }));
    isDone.current = true;
    onCommit(next, move);
  };
  const latest = useRef<() => void>(undefined);
  latest.current = () => commit(value, 'stay');
  useEffect(() => {
    onReady(() => latest.current?.());
    return () => onReady(undefined);
  }, [onReady]);
  const isPicked = ['choice', 'reference', 'boolean'].includes(widgetOf(field));
  const onKeyDown = (event: KeyboardEvent) => {
    const isListOpen = (event.target as HTMLElement).getAttribute('aria-expanded') === 'true';
    const isLine = FIELD_TYPES[field.type].isMultiline && !event.ctrlKey && !event.metaKey;
    if (event.key === 'Tab') {
      event.preventDefault();
      commit(value, event.shiftKey ? 'left' : 'right');
    } else if (event.key === 'Enter' && !isListOpen && !isLine) {
      event.preventDefault();
      commit(value, 'down');
    }
    // Keys of the table have no meaning inside of an input.
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: catches keys on their way up from the input inside
    <div style={EDITOR} onKeyDown={onKeyDown} onMouseDown={(event) => event.stopPropagation()}>
      <FieldInput
        size="xs"
        field={field}
        value={value}
        error={problem}
        currency={currencyIn(field, record)}
        autoFocus
        canCreate={false}
        onChange={(next, isPickedDay) => {
          setValue(next);
          setProblem(undefined);
          if ((isPicked && widgetOf(field) !== 'boolean' && !field.openOptions) || isPickedDay)
            commit(next, 'stay');
        }}
      />
    </div>
  );
}
