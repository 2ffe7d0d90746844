import { FIELD_TYPE_NAMES, FIELD_TYPES, type FieldType } from '@pellucid/conditions';
import { Button, Checkbox, Group, Select, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/lib/api-problem';
import { Modal } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import type { ObjectDescription } from '@/records/object-description';
import { addCustomField, refreshObjects } from './api/import-templates';
import type { InspectedColumn, SuggestedCustomField } from './api/import.types';
import classes from './new-fields.module.css';

/** Families of the types that a column of texts can become; fields of others are made in the settings. */
const FAMILIES: ReadonlySet<string> = new Set(['text', 'decimal', 'boolean', 'date', 'datetime', 'choice']);
const TYPES = FIELD_TYPE_NAMES.filter((type) => FAMILIES.has(FIELD_TYPES[type].family));

const isChoice = (type: string) => FIELD_TYPES[type as FieldType]?.family === 'choice';

interface Draft {
  column: InspectedColumn;
  field: SuggestedCustomField;
  isWanted: boolean;
  error?: string;
}

interface NewFieldsProps {
  object: ObjectDescription;
  columns: InspectedColumn[];
  /** Gets the keys of the new fields, by column. */
  onMade: (keys: Record<string, string>) => void;
  onClose: () => void;
}

/** Makes fields of the company's own for columns that fit no field. What can't be made stays, and says why. */
export default function NewFields({ object, columns, onMade, onClose }: NewFieldsProps) {
  const { t } = useTranslation('imports');
  const [drafts, setDrafts] = useState<Draft[]>(() =>
    columns.flatMap((column) =>
      column.suggestedCustomField ? [{ column, field: column.suggestedCustomField, isWanted: true }] : [],
    ),
  );
  const change = (at: number, part: Partial<Draft>) =>
    setDrafts((now) => now.map((draft, n) => (n === at ? { ...draft, ...part } : draft)));
  const wanted = drafts.filter(({ isWanted, field }) => isWanted && field.label.trim());
  const make = useMutation({
    mutationFn: async () => {
      const keys: Record<string, string> = {};
      const errors: Record<string, string> = {};
      for (const { column, field } of wanted)
        try {
          keys[column.name] = await addCustomField(object.key, fieldOf(column, field));
        } catch (error) {
          errors[column.name] =
            (error instanceof ApiProblem && error.fields[0]?.message) || problemText(error as Error);
        }
      if (Object.keys(keys).length) await refreshObjects();
      return { keys, errors };
    },
    onSuccess: ({ keys, errors }) => {
      onMade(keys);
      if (!Object.keys(errors).length) return onClose();
      setDrafts((now) =>
        now.flatMap((draft) =>
          Object.hasOwn(keys, draft.column.name)
            ? []
            : [
                Object.hasOwn(errors, draft.column.name)
                  ? { ...draft, error: errors[draft.column.name]! }
                  : draft,
              ],
        ),
      );
    },
  });
  return (
    <Modal opened onClose={onClose} title={t('newFields.title', { object: object.pluralLabel })} size="xl">
      <Text size="sm" c="dimmed" mb="sm">
        {t('newFields.text')}
      </Text>
      <ul className={classes['list']}>
        {drafts.map(({ column, field, isWanted, error }, at) => (
          <li key={column.name} className={classes['item']}>
            <Checkbox
              className={classes['column']}
              label={column.name}
              description={column.samples.slice(0, 3).join(' · ') || t('mapping.noValues')}
              checked={isWanted}
              onChange={(event) => change(at, { isWanted: event.currentTarget.checked })}
            />
            <TextInput
              size="xs"
              label={t('newFields.label')}
              value={field.label}
              maxLength={100}
              disabled={!isWanted}
              onChange={(event) =>
                change(at, { field: { ...field, label: event.currentTarget.value }, error: '' })
              }
            />
            <TextInput
              size="xs"
              label={t('newFields.name')}
              value={field.name}
              maxLength={50}
              disabled={!isWanted}
              onChange={(event) =>
                change(at, { field: { ...field, name: event.currentTarget.value }, error: '' })
              }
            />
            <Select
              size="xs"
              label={t('newFields.type')}
              data={TYPES.filter((type) => !isChoice(type) || optionsOf(column, field)).map((type) => ({
                value: type,
                label: t(`newFields.types.${type}`),
              }))}
              value={field.type}
              allowDeselect={false}
              disabled={!isWanted}
              onChange={(type) =>
                type &&
                change(at, { field: withType(field, type as SuggestedCustomField['type']), error: '' })
              }
            />
            {isChoice(field.type) ? (
              <Text size="xs" c="dimmed" className={classes['wide']}>
                {t('newFields.options', {
                  options: (optionsOf(column, field) ?? []).map(({ label }) => label).join(', '),
                })}
              </Text>
            ) : null}
            {error ? (
              <Text size="xs" c="red" role="alert" className={classes['wide']}>
                {error}
              </Text>
            ) : null}
          </li>
        ))}
      </ul>
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t('templates.cancel')}
        </Button>
        <Button loading={make.isPending} disabled={wanted.length === 0} onClick={() => make.mutate()}>
          {t('newFields.make', { count: wanted.length })}
        </Button>
      </Group>
    </Modal>
  );
}

/** The options of a choice: those suggested, or the values of the column if they are few. */
function optionsOf(column: InspectedColumn, field: SuggestedCustomField): SuggestedCustomField['options'] {
  return field.options ?? column.distinctValues?.map((value) => ({ value, label: value }));
}

/** The field with another type. The decimal places were those of the type that was suggested. */
function withType(
  { scale: _, ...field }: SuggestedCustomField,
  type: SuggestedCustomField['type'],
): SuggestedCustomField {
  return { ...field, type };
}

/** The field with the settings of its type only. */
function fieldOf(column: InspectedColumn, field: SuggestedCustomField): SuggestedCustomField {
  const { name, type, scale } = field;
  const options = isChoice(type) ? optionsOf(column, field) : undefined;
  return {
    name: name.trim(),
    label: field.label.trim(),
    type,
    ...(scale !== undefined && { scale }),
    ...(options && { options }),
  };
}
