import { FIELD_TYPES } from '@pellucid/conditions';
import { ActionIcon } from '@mantine/core';
import { notify } from '@/lib/notify';
import { IconCheck, IconPencil, IconX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { lazy, type KeyboardEvent, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/lib/api-problem';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { ROVING_ROW } from '@/lib/keyboard/use-roving-focus';
import { AlsoEditing } from '../live/also-here';
import { useEditing } from '../live/presence';
import { useLayer } from '@/lib/layers/use-layer';
import { UnreadText } from '@/lib/typed/unread-text';
import { useUnsavedChanges } from '@/lib/unsaved/use-unsaved-changes';
import { queryClient } from '@/lib/query-client';
import { isWritable, visibilityOf } from '../access/field-visibility';
import { RevealButton } from '../access/reveal-button';
import type { Verdict } from '../access/use-rights';
import { WhyButton } from '../access/why-button';
import { recordKeys } from '../api/record-keys';
import { newCause } from '../api/undo';
import type { RecordRights } from '../api/record-rights';
import type { Widget } from '../field-types/web-field-type';
import { FieldValue } from '../fields/field-value';
import { keyAt, withValues } from '../fields/custom-values';
import { fieldValueOf } from '../fields/field-place';
import { widgetOf } from '../fields/widget-of';
import { isSameValue, toWireValue } from '../fields/wire-value';
import { ruledField } from '../form/field-rules';
import { useSaveRecord } from '../form/use-save-record';
import { showUndo } from '../undo';
import {
  currencyIn,
  type FieldDescription,
  type ObjectDescription,
  type RecordData,
} from '../object-description';
import classes from './record-details.module.css';

const FieldInput = lazy(() =>
  import('../fields/field-input').then(({ FieldInput }) => ({ default: FieldInput })),
);

export interface RecordDetailsProps {
  object: ObjectDescription;
  record: RecordData;
  /** Whether the user may change this record. */
  update: Verdict;
  /** What they may do with its fields, if known. */
  rights: RecordRights['fields'] | undefined;
}

interface DetailRowProps extends RecordDetailsProps {
  field: FieldDescription;
  isEditing: boolean;
  onEdit: () => void;
  onDone: () => void;
}

/** What the icon beside a field says: why the field is withheld or locked, else only that the user can ask why. */
function reasonOf(field: FieldDescription, record: RecordData, isLocked: boolean) {
  const visibility = visibilityOf(record, field.key);
  if (visibility !== 'clear') return visibility;
  return isLocked ? 'viewOnly' : 'clear';
}

/** Class of that icon. The edit button of a locked record shows the lock already, so its fields need none on touch screens. */
function placeOf(reason: ReturnType<typeof reasonOf>, update: Verdict): string {
  if (reason === 'clear') return 'ask';
  if (reason === 'viewOnly') return update === 'no' ? 'ask' : 'pencil';
  return 'withheld';
}

/** A field of a record: its value, and how to edit it or why it can't be. */
export function DetailRow({
  object,
  record,
  field,
  update,
  rights,
  isEditing,
  onEdit,
  onDone,
}: DetailRowProps) {
  const { t } = useTranslation('records');
  const canEdit = update === 'yes' && isWritable(field, record, fieldValueOf(record, field), rights);
  const reason = reasonOf(field, record, update !== 'unknown' && !canEdit);
  const pencil = useRef<HTMLButtonElement>(null);
  const finish = () => {
    onDone();
    requestAnimationFrame(() => pencil.current?.focus());
  };
  return (
    <div className={classes['row']} data-editable={canEdit || undefined} {...(isEditing ? {} : ROVING_ROW)}>
      <dt className={classes['label']}>{field.label}</dt>
      <dd className={classes['value']}>
        <AlsoEditing object={object} id={record.id} field={field.key} />
        {isEditing ? (
          <Suspense fallback={null}>
            <InlineEditor object={object} record={record} field={field} onDone={finish} />
          </Suspense>
        ) : (
          <>
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the pencil beside it serves the keyboard */}
            {/* biome-ignore lint/a11y/noStaticElementInteractions: see above */}
            <span
              className={classes['text']}
              onClick={(event) => {
                if (!canEdit || (event.target as HTMLElement).closest('a')) return;
                if (!window.getSelection()?.toString()) onEdit();
              }}
            >
              <FieldValue field={field} value={fieldValueOf(record, field)} record={record} isWhole />
            </span>
            {canEdit ? (
              <ActionIcon
                ref={pencil}
                size={22}
                className={classes['pencil']}
                aria-label={t('record.editField', { field: field.label })}
                onClick={onEdit}
              >
                <IconPencil size={14} />
              </ActionIcon>
            ) : null}
            <RevealButton object={object} record={record} field={field} />
            {field.isSystem ? null : (
              <WhyButton
                label={field.label}
                reason={reason}
                isMarked={reason !== 'viewOnly'}
                className={classes[placeOf(reason, update)] ?? ''}
                question={{
                  object: object.key,
                  record: record.id,
                  action: reason === 'mask' || reason === 'hidden' ? 'read' : 'update',
                  field: field.key,
                }}
              />
            )}
          </>
        )}
      </dd>
    </div>
  );
}

/** The field with the options that the record's other values leave open. */
function openField(object: ObjectDescription, record: RecordData, field: FieldDescription): FieldDescription {
  const { requiredIf: _, visibleIf: __, ...rest } = field;
  const read = (key: string) => {
    const asked = object.fields.find((each) => each.key === key);
    return asked && toWireValue(asked, fieldValueOf(record, asked));
  };
  return ruledField(rest, read, () => true) ?? field;
}

/** Inputs whose value is complete as soon as something is picked. */
const PICKED = new Set<Widget>(['choice', 'reference', 'boolean']);

function InlineEditor({
  object,
  record: shown,
  field,
  onDone,
}: Pick<DetailRowProps, 'object' | 'record' | 'field' | 'onDone'>) {
  const { t } = useTranslation('records');
  // What the user saw when they began. Others may change the record meanwhile, which the save then notices.
  const [record] = useState(shown);
  useEditing(object.key, record.id, field.key);
  const start = fieldValueOf(record, field) ?? null;
  const offered = openField(object, record, field);
  const [value, setValue] = useState<unknown>(start);
  const [error, setError] = useState<string | undefined>();
  const isSaved = useRef(false);
  useLayer(true, onDone);
  useUnsavedChanges(() => !isSaved.current && !isSameValue(field, value, start));
  const save = useSaveRecord(object);
  const key = recordKeys.record(object.path, record.id);
  const [cause] = useState(newCause);
  const mutation = useMutation({
    mutationFn: (next: unknown) => save(record, { [field.key]: toWireValue(field, next) }, cause),
    // Shown at once, and visibly reverted if the API refuses.
    onMutate: (next) => {
      const before = queryClient.getQueryData<RecordData>(key);
      queryClient.setQueryData<RecordData>(key, before && withValues(before, { [field.key]: next }));
      return before;
    },
    onSuccess: (saved, _, before) => {
      isSaved.current = true;
      queryClient.setQueryData(key, saved ?? before);
      if (saved) showUndo({ message: t('undoing.fieldSaved', { field: field.label }), cause });
      onDone();
    },
    onError: (problem, _, before) => {
      queryClient.setQueryData(key, before);
      const own =
        problem instanceof ApiProblem && problem.fields.find(({ pointer }) => keyAt(pointer) === field.key);
      if (own) setError(fieldProblemText(own));
      else {
        setError(problemText(problem));
        notify({ color: 'red', message: problemText(problem) });
      }
    },
  });
  const commit = (next: unknown) => {
    if (mutation.isPending) return;
    // The input itself asks, or says what it couldn't read.
    if (next instanceof UnreadText) return setError(next.message);
    if (isSameValue(field, next, start)) return onDone();
    if (field.required && (next === null || next === ''))
      return setError(t('form.required', { field: field.label }));
    setError(undefined);
    mutation.mutate(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const isDropdownOpen = (event.target as HTMLElement).getAttribute('aria-expanded') === 'true';
    if (
      event.key === 'Enter' &&
      !isDropdownOpen &&
      !(FIELD_TYPES[field.type].isMultiline && !event.ctrlKey && !event.metaKey)
    ) {
      event.preventDefault();
      commit(value);
    }
  };
  const isPicked = PICKED.has(widgetOf(field));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: catches keys on their way up from the input inside
    <div className={classes['editor']} onKeyDown={onKeyDown}>
      <div className={classes['input']}>
        <FieldInput
          size="xs"
          field={offered}
          value={value}
          error={error}
          currency={currencyIn(field, record)}
          autoFocus
          onChange={(next, isPickedDay) => {
            setValue(next);
            setError(undefined);
            if (isPicked || isPickedDay) commit(next);
          }}
        />
      </div>
      {isPicked ? null : (
        <ActionIcon
          size={26}
          variant="light"
          color="lagoon"
          aria-label={t('form.save')}
          loading={mutation.isPending}
          onClick={() => commit(value)}
        >
          <IconCheck size={15} />
        </ActionIcon>
      )}
      <ActionIcon size={26} aria-label={t('form.cancel')} onClick={onDone}>
        <IconX size={15} />
      </ActionIcon>
    </div>
  );
}
