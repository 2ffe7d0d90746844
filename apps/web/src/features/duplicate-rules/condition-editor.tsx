import { ActionIcon, MultiSelect, Select } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { TypedNumberInput } from '@/lib/typed/typed-number-input';
import type { ObjectDescription } from '@/records/object-description';
import classes from './duplicate-rules.module.css';
import {
  comparableFields,
  type ConditionDraft,
  type Method,
  METHODS,
  MOST,
  USUAL_THRESHOLD,
} from './model/rule-draft';

interface ConditionEditorProps {
  /** Its position, from 1. */
  number: number;
  condition: ConditionDraft;
  /** The objects that the rule is about. */
  objects: ObjectDescription[];
  /** Whether missing fields are shown as mistakes. */
  isTried: boolean;
  onChange: (next: Partial<ConditionDraft>) => void;
  /** Undefined for the only condition. */
  onRemove: (() => void) | undefined;
}

/** What one condition compares: a method, and for each object a field or several that are read as one text. */
export function ConditionEditor({
  number,
  condition,
  objects,
  isTried,
  onChange,
  onRemove,
}: ConditionEditorProps) {
  const { t } = useTranslation('duplicate-rules');
  const { method, fields, threshold } = condition;
  return (
    <fieldset className={classes['condition']} aria-label={t('condition.number', { number })}>
      <div className={classes['inputs']}>
        <Select
          label={t('condition.method')}
          description={t(`methodHelp.${method}`)}
          allowDeselect={false}
          data={METHODS.map((value) => ({ value, label: t(`methods.${value}`) }))}
          value={method}
          onChange={(next) => {
            if (!next) return;
            const left = objects.map((object) => {
              const keys = new Set(comparableFields(object, next as Method).map(({ key }) => key));
              return [object.key, (fields[object.key] ?? []).filter((key) => keys.has(key))];
            });
            onChange({ method: next as Method, fields: Object.fromEntries(left) });
          }}
        />
        {objects.map((object) => (
          <MultiSelect
            key={object.key}
            label={t('condition.fieldsOf', { objects: object.pluralLabel })}
            searchable
            maxValues={MOST.fields}
            placeholder={fields[object.key]?.length ? undefined : t('condition.choose')}
            data={comparableFields(object, method).map(({ key, label }) => ({ value: key, label }))}
            value={fields[object.key] ?? []}
            error={isTried && !fields[object.key]?.length ? t('condition.fieldMissing') : undefined}
            onChange={(next) => onChange({ fields: { ...fields, [object.key]: next } })}
          />
        ))}
        {method === 'fuzzy' ? (
          <TypedNumberInput
            label={t('condition.threshold')}
            description={t('condition.thresholdHelp')}
            value={String(threshold)}
            min={60}
            max={100}
            decimals={0}
            onChange={(next) =>
              onChange({
                threshold: typeof next === 'string' ? Number(next) || USUAL_THRESHOLD : USUAL_THRESHOLD,
              })
            }
          />
        ) : null}
      </div>
      {onRemove ? (
        <ActionIcon
          size={28}
          variant="subtle"
          color="gray"
          aria-label={t('condition.remove', { number })}
          onClick={onRemove}
        >
          <IconTrash size={16} />
        </ActionIcon>
      ) : null}
    </fieldset>
  );
}
