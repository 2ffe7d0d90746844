import { ActionIcon, Select, Text } from '@mantine/core';
import { FIELD_TYPES, isOperator, type Operator, operatorsFor } from '@pellucid/conditions';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useObjects } from '../api/describe-objects';
import { type FieldDescription, type ObjectDescription } from '../object-description';
import { nameOfOperator, resolvePath } from './condition-text';
import classes from './filter-builder.module.css';
import { changeOperator, emptyRow, type FilterNode, type FilterRow, lackOf } from './filter-model';
import { ValueEditor } from './filter-value';

/** What the editors of groups and rows get. */
export interface EditorProps {
  object: ObjectDescription;
  isOwnOnly: boolean;
  change: (id: string, replace: (node: FilterNode) => FilterNode | undefined) => void;
}

/** Own fields first, then those of referenced objects, grouped by reference. */
function useFieldChoices(object: ObjectDescription, isOwnOnly: boolean) {
  const objects = useObjects();
  const { t } = useTranslation('records');
  const isFilterable = (field: FieldDescription) => field.filterable !== false;
  const own = object.fields.filter(isFilterable).map((field) => ({ value: field.key, label: field.label }));
  const through = (isOwnOnly ? [] : object.fields)
    .filter((field) => FIELD_TYPES[field.type].family === 'reference' && isFilterable(field))
    .flatMap((field) => {
      const target = objects.find((candidate) => candidate.key === field.references);
      const items = (target?.fields ?? [])
        .filter((inner) => isFilterable(inner) && !inner.references)
        .map((inner) => ({ value: `${field.key}.${inner.key}`, label: `${field.label} › ${inner.label}` }));
      return items.length ? [{ group: field.label, items }] : [];
    });
  return [{ group: t('filter.ownFields', { object: object.label }), items: own }, ...through];
}

interface RowEditorProps extends EditorProps {
  row: FilterRow;
  /** The missing part to mark. */
  lack: ReturnType<typeof lackOf>;
}

/** Edits one condition: field, operator, value. */
export function RowEditor({ object, isOwnOnly, row, lack, change }: RowEditorProps) {
  const { t } = useTranslation();
  const objects = useObjects();
  const choices = useFieldChoices(object, isOwnOnly);
  const field = row.field ? resolvePath(objects, object, row.field)?.field : undefined;
  const set = (next: FilterRow) => change(row.id, () => next);
  return (
    <div className={classes['row']}>
      <Select
        size="xs"
        className={classes['field']}
        aria-label={t('records:filter.field')}
        placeholder={t('records:filter.field')}
        searchable
        error={lack === 'field' ? t('records:filter.lacks.field') : undefined}
        data={choices}
        value={row.field || null}
        onChange={(path) => {
          const next = path ? resolvePath(objects, object, path)?.field : undefined;
          const first = next ? operatorsFor(next.type, next.encrypted)[0] : undefined;
          const isText = next && FIELD_TYPES[next.type].family === 'text';
          const favourite = isText && !next.encrypted ? 'contains' : first;
          set(emptyRowAt(row, path ?? '', favourite ?? ''));
        }}
      />
      <Select
        size="xs"
        className={classes['operator']}
        aria-label={t('records:filter.operator')}
        disabled={!field}
        error={lack === 'operator' ? t('records:filter.lacks.operator') : undefined}
        allowDeselect={false}
        data={(field ? operatorsFor(field.type, field.encrypted) : []).map((op) => ({
          value: op,
          label: nameOfOperator(t, op, field?.type),
        }))}
        value={row.op || null}
        onChange={(op) => isOperator(op) && set(changeOperator(row, op))}
      />
      <div className={classes['value']}>
        {field && isOperator(row.op) ? (
          <ValueEditor
            field={field}
            op={row.op}
            value={row.value}
            onChange={(value) => set({ ...row, value })}
          />
        ) : null}
        {lack === 'value' ? (
          <Text size="xs" c="var(--pl-bad)" mt={2} data-error="true">
            {t('records:filter.lacks.value')}
          </Text>
        ) : null}
      </div>
      <ActionIcon aria-label={t('records:filter.removeRow')} onClick={() => change(row.id, () => undefined)}>
        <IconTrash size={15} />
      </ActionIcon>
    </div>
  );
}

function emptyRowAt(row: FilterRow, field: string, op: Operator | ''): FilterRow {
  return { ...emptyRow(field, op), id: row.id };
}
