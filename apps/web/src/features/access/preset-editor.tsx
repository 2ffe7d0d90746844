import { FIELD_TYPES } from '@pellucid/conditions';
import { ActionIcon, Select } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useObject } from '@/records/api/describe-objects';
import { UnreadText } from '@/lib/typed/unread-text';
import { FieldInput } from '@/records/fields/field-input';
import { toWireValue } from '@/records/fields/wire-value';
import { ReferenceIds } from '@/records/filters/reference-ids';
import { type FieldDescription, fieldOf, type ObjectDescription } from '@/records/object-description';
import classes from './permission-panel.module.css';

interface PresetEditorProps {
  object: ObjectDescription;
  preset: Record<string, unknown>;
  isReadOnly: boolean;
  onChange: (preset: Record<string, unknown>) => void;
}

const isBlank = (value: unknown) =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** Values that a new record gets if its creator sets none. */
export function PresetEditor({ object, preset, isReadOnly, onChange }: PresetEditorProps) {
  const { t } = useTranslation('access');
  // Fields chosen but still without a value. They aren't part of the role yet.
  const [pending, setPending] = useState<string[]>([]);
  const keys = [...Object.keys(preset), ...pending.filter((key) => !(key in preset))];
  const choices = object.fields.filter(
    (field) => !field.readOnly && !field.isAdded && !keys.includes(field.key),
  );
  const set = (field: FieldDescription, value: unknown) => {
    const { [field.key]: _, ...others } = preset;
    const wire = toWireValue(field, value);
    onChange(isBlank(wire) ? others : { ...preset, [field.key]: wire });
  };
  return (
    <div className={classes['presets']}>
      {keys.map((key) => {
        const field = fieldOf(object, key);
        return (
          <div key={key} className={classes['preset']}>
            <span>{field?.label ?? key}</span>
            {field ? (
              <PresetValue
                field={field}
                value={preset[key]}
                isReadOnly={isReadOnly}
                onChange={(value) => {
                  setPending((some) => [...some.filter((each) => each !== key), key]);
                  set(field, value);
                }}
              />
            ) : (
              <span>{String(preset[key])}</span>
            )}
            {isReadOnly ? null : (
              <ActionIcon
                size={28}
                aria-label={t('panel.removePreset', { field: field?.label ?? key })}
                onClick={() => {
                  setPending((some) => some.filter((each) => each !== key));
                  const { [key]: _, ...others } = preset;
                  onChange(others);
                }}
              >
                <IconTrash size={14} />
              </ActionIcon>
            )}
          </div>
        );
      })}
      {isReadOnly ? null : (
        <Select
          size="xs"
          aria-label={t('panel.addPreset')}
          placeholder={t('panel.addPreset')}
          searchable
          w={240}
          data={choices.map((field) => ({ value: field.key, label: field.label }))}
          value={null}
          onChange={(key) => key && setPending((some) => [...some, key])}
        />
      )}
    </div>
  );
}

function PresetValue({
  field,
  value,
  isReadOnly,
  onChange,
}: {
  field: FieldDescription;
  value: unknown;
  isReadOnly: boolean;
  onChange: (value: unknown) => void;
}) {
  const target = useObject(field.references);
  // Until the text can be read, the role keeps the last value.
  const [unread, setUnread] = useState<UnreadText | undefined>();
  if (target && !isReadOnly) {
    const ids = (Array.isArray(value) ? value : value ? [value] : []).map(String);
    return FIELD_TYPES[field.type].family === 'set' ? (
      <ReferenceIds target={target} ids={ids} onChange={onChange} />
    ) : (
      <ReferenceIds target={target} ids={ids.slice(0, 1)} isSingle onChange={(next) => onChange(next[0])} />
    );
  }
  return (
    <FieldInput
      size="xs"
      field={{ ...field, required: false }}
      value={unread ?? value}
      isDisabled={isReadOnly}
      onChange={(next) => {
        setUnread(next instanceof UnreadText ? next : undefined);
        if (!(next instanceof UnreadText)) onChange(next);
      }}
    />
  );
}
