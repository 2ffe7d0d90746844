import { Select, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import type { DateOrder, DecimalMark, InspectedColumn } from './api/import.types';
import classes from './import-wizard.module.css';

interface ColumnReadingProps {
  column: InspectedColumn;
  isReading: boolean;
  onDecimalMark: (mark: DecimalMark) => void;
  onDateOrder: (order: DateOrder) => void;
}

/** Shows how the numbers or dates of a column are read, with samples, and lets the user correct it. */
export function ColumnReading({ column, isReading, onDecimalMark, onDateOrder }: ColumnReadingProps) {
  const { t } = useTranslation('imports');
  const { reading } = column;
  if (!reading) return null;
  return (
    <div className={classes['reading']} data-unclear={reading.isUnclear || undefined}>
      {reading.kind === 'number' ? (
        <Select
          size="xs"
          label={t('reading.decimalMark')}
          data={[
            { value: '.', label: t('reading.point') },
            { value: ',', label: t('reading.comma') },
          ]}
          placeholder={t('reading.choose')}
          value={reading.isUnclear ? null : reading.decimalMark}
          error={reading.isUnclear ? t('reading.unclear') : undefined}
          allowDeselect={false}
          disabled={isReading}
          onChange={(mark) => mark && onDecimalMark(mark as DecimalMark)}
        />
      ) : (
        <Select
          size="xs"
          label={t('file.dateOrder')}
          data={(['YMD', 'DMY', 'MDY'] as DateOrder[]).map((value) => ({
            value,
            label: t(`dateOrder.${value}`),
          }))}
          value={reading.dateOrder}
          description={reading.isUnclear ? t('reading.unclearDate') : undefined}
          allowDeselect={false}
          disabled={isReading}
          onChange={(order) => order && onDateOrder(order as DateOrder)}
        />
      )}
      <ReadSamples column={column} />
    </div>
  );
}

/** Values as they are in the file → as they are read. */
export function ReadSamples({ column: { reading } }: { column: InspectedColumn }) {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  if (!reading) return null;
  const shown = ({ value, currency }: (typeof reading.samples)[number]) => {
    if (value === null) return t('reading.notUnderstood');
    if (reading.kind === 'date') return formats.date(value);
    return currency ? formats.money(value, currency) : formats.number(value);
  };
  return (
    <ul className={classes['readSamples']} aria-label={t('reading.samples')}>
      {reading.samples.map((sample) => (
        <li key={sample.text}>
          <span>{sample.text}</span>
          <span aria-hidden>→</span>
          <Text span size="xs" c={sample.value === null ? 'red' : undefined} className="pl-num">
            {shown(sample)}
          </Text>
        </li>
      ))}
    </ul>
  );
}
