import { ActionIcon, Group, Select, Stack, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { FieldInput } from '@/records/fields/field-input';
import { type FieldDescription, fieldOf, type ObjectDescription } from '@/records/object-description';
import { type Change, changeableFields, emptyChange, type Operation, operationsFor } from './change-model';

interface ChangeEditorProps {
  object: ObjectDescription;
  change: Change;
  /** Fields that other changes have already. */
  taken: string[];
  /** The missing part to mark. */
  lack: 'field' | 'value' | undefined;
  onChange: (next: Change) => void;
  onRemove: (() => void) | undefined;
}

/** Edits one change: field, operation, value. */
export function ChangeEditor({ object, change, taken, lack, onChange, onRemove }: ChangeEditorProps) {
  const { t } = useTranslation('bulk-edit');
  const field = fieldOf(object, change.field);
  return (
    <Stack gap="xs">
      <Group gap="xs" wrap="nowrap" align="flex-end">
        <Select
          flex={1}
          label={t('field')}
          searchable
          allowDeselect={false}
          error={lack === 'field' ? t('lacks.field') : undefined}
          data={changeableFields(object)
            .filter(({ key }) => key === change.field || !taken.includes(key))
            .map(({ key, label }) => ({ value: key, label }))}
          value={change.field || null}
          onChange={(key) => onChange({ ...emptyChange(change.id), field: key ?? '' })}
        />
        <Select
          flex={1}
          label={t('operation')}
          disabled={!field}
          allowDeselect={false}
          data={(field ? operationsFor(field) : (['set'] as const)).map((value) => ({
            value,
            label: t(`operations.${value}`),
          }))}
          value={change.operation}
          onChange={(operation) =>
            onChange({ ...emptyChange(change.id), field: change.field, operation: operation as Operation })
          }
        />
        {onRemove ? (
          <ActionIcon
            size="lg"
            variant="subtle"
            color="gray"
            mb={2}
            aria-label={t('remove')}
            onClick={onRemove}
          >
            <IconTrash size={16} />
          </ActionIcon>
        ) : null}
      </Group>
      {field ? (
        <ValueEditor
          field={field}
          change={change}
          error={lack === 'value' ? t('lacks.value') : undefined}
          onChange={onChange}
        />
      ) : null}
    </Stack>
  );
}

function ValueEditor({
  field,
  change,
  error,
  onChange,
}: {
  field: FieldDescription;
  change: Change;
  error: string | undefined;
  onChange: (next: Change) => void;
}) {
  const { t } = useTranslation('bulk-edit');
  const { operation } = change;
  if (operation === 'clear') return null;
  if (operation === 'replaceText')
    return (
      <Group gap="xs" grow align="flex-start">
        <TextInput
          label={t('find')}
          value={change.find}
          error={error}
          onChange={(event) => onChange({ ...change, find: event.currentTarget.value })}
        />
        <TextInput
          label={t('with')}
          value={change.with}
          onChange={(event) => onChange({ ...change, with: event.currentTarget.value })}
        />
      </Group>
    );
  if (operation === 'increase' || operation === 'increaseByPercent') {
    const isPercent = operation === 'increaseByPercent';
    return (
      <TextInput
        label={t(isPercent ? 'percent' : 'by')}
        description={t(isPercent ? 'percentHelp' : 'byHelp')}
        inputMode="decimal"
        value={String(change.value ?? '')}
        error={error}
        rightSection={isPercent ? '%' : undefined}
        onChange={(event) => onChange({ ...change, value: event.currentTarget.value.replace(',', '.') })}
      />
    );
  }
  return (
    <FieldInput
      field={field}
      label={t('value')}
      value={change.value}
      error={error}
      canCreate={false}
      onChange={(value) => onChange({ ...change, value })}
    />
  );
}
