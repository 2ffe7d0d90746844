import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './fields.module.css';

interface FieldMarksProps {
  required?: boolean | undefined;
  isConditional?: boolean;
  unique?: boolean | undefined;
  /** Whether the field was to be unique, and values repeat. */
  uniqueRefused?: boolean | undefined;
  indexed?: boolean | undefined;
  isReadOnly?: boolean;
  /** The type that the values are being converted to, in words. */
  convertingTo?: string | undefined;
}

/** What a field is, in a word each. */
export function FieldMarks({
  required,
  isConditional,
  unique,
  uniqueRefused,
  indexed,
  isReadOnly,
  convertingTo,
}: FieldMarksProps) {
  const { t } = useTranslation('fields');
  const marks = [
    convertingTo ? t('marks.converting', { type: convertingTo }) : undefined,
    required ? t('marks.required') : undefined,
    isConditional ? t('marks.conditional') : undefined,
    unique ? t('marks.unique') : undefined,
    uniqueRefused ? t('marks.uniqueRefused') : undefined,
    indexed ? t('marks.indexed') : undefined,
    isReadOnly ? t('marks.readOnly') : undefined,
  ].filter((mark) => mark !== undefined);
  return (
    <span className={classes['marks']}>
      {marks.map((mark) => (
        <Badge key={mark} size="xs" variant="default" tt="none" fw={500}>
          {mark}
        </Badge>
      ))}
    </span>
  );
}
