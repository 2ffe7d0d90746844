import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { labelFromKey } from '@/records/access/field-visibility';
import type { ObjectDescription } from '@/records/object-description';
import { ABOVE_DIALOG } from './reason-dialog';

const WHOLE = '$record';

interface FieldChoiceProps {
  label: string;
  object: ObjectDescription | undefined;
  /** Undefined means the whole record. */
  value: string | undefined;
  hasRecord: boolean;
  /** Fields of the record whose descriptions are withheld as well. */
  hidden: { key: string; label: string }[];
  isDisabled?: boolean;
  onChange: (field: string | undefined) => void;
}

/** Chooses the whole record or one of its fields, including fields hidden from the user. */
export function FieldChoice({
  label,
  object,
  value,
  hasRecord,
  hidden,
  isDisabled,
  onChange,
}: FieldChoiceProps) {
  const { t } = useTranslation('access-reasons');
  const described = (object?.fields ?? []).filter((field) => !field.isAdded && !field.isSystem);
  const isKnown = (key: string) => described.some((field) => field.key === key);
  const unknown = hidden.filter(({ key }) => !isKnown(key));
  if (value && !isKnown(value) && !unknown.some(({ key }) => key === value))
    unknown.push({ key: value, label: labelFromKey(value) });
  return (
    <Select
      size="xs"
      label={label}
      data={[
        { value: WHOLE, label: t(hasRecord ? 'why.wholeRecord' : 'why.anyField') },
        ...[...described, ...unknown].map(({ key, label }) => ({ value: key, label })),
      ]}
      searchable
      allowDeselect={false}
      disabled={isDisabled}
      comboboxProps={ABOVE_DIALOG}
      value={value ?? WHOLE}
      onChange={(key) => onChange(key === WHOLE || key === null ? undefined : key)}
    />
  );
}
