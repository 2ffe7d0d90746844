import { FIELD_TYPES, notationOf } from '@pellucid/conditions';
import { ActionIcon, Select, Tooltip } from '@mantine/core';
import { IconArrowRight, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldDescription } from '@/records/object-description';
import type { DateOrder, DecimalMark, InspectedColumn } from './api/import.types';
import { ColumnReading } from './column-reading';
import { type ColumnChoice, choiceOf, type ImportChoices } from './import-choices';
import { isOrigin, RECORD_ID } from './import-targets';
import classes from './import-wizard.module.css';
import { OptionValues, ReferenceValues } from './value-mapping';

interface ColumnRowProps {
  column: InspectedColumn;
  targets: FieldDescription[];
  mapped: ReadonlySet<string>;
  twice: ReadonlySet<string>;
  choices: ImportChoices;
  onChange: (change: Partial<ColumnChoice>) => void;
  onCreatesOptions: (creates: boolean) => void;
  isReading: boolean;
  onDecimalMark: (mark: DecimalMark) => void;
  onDateOrder: (order: DateOrder) => void;
}

/** Fields by section. Fields about a record's origin come last. */
function grouped(
  targets: FieldDescription[],
  mapped: ReadonlySet<string>,
  own: string | undefined,
  t: (key: string) => string,
) {
  const groups = new Map<string, { value: string; label: string; disabled: boolean }[]>();
  for (const { key, label, section } of targets) {
    const group = isOrigin(key) ? t('mapping.origin') : (section ?? t('mapping.general'));
    const item = { value: key, label, disabled: mapped.has(key) && key !== own };
    groups.set(group, [...(groups.get(group) ?? []), item]);
  }
  return [...groups].map(([group, items]) => ({ group, items }));
}

/** One column: its contents, the field it fills, and the meaning of its values. */
export function ColumnRow({
  column,
  targets,
  mapped,
  twice,
  choices,
  onChange,
  onCreatesOptions,
  isReading,
  onDecimalMark,
  onDateOrder,
}: ColumnRowProps) {
  const { t } = useTranslation('imports');
  const choice = choiceOf(choices, column.name);
  const [isAdding, setAdding] = useState(false);
  const slots =
    choice.targets.length === 0 ? [undefined] : isAdding ? [...choice.targets, undefined] : choice.targets;
  const fields = choice.targets.flatMap((key) => targets.find((target) => target.key === key) ?? []);
  const optionField = fields.find(
    (field) => FIELD_TYPES[field.type].family === 'choice' && field.options?.length,
  );
  const referenceField = fields.find((field) => FIELD_TYPES[field.type].family === 'reference');
  const kind = column.reading?.kind;
  const isRead = fields.some(({ type }) => notationOf(type) === kind);
  const set = (index: number, key: string | null) => {
    const next = key ? choice.targets.with(index, key) : choice.targets.toSpliced(index, 1);
    setAdding(false);
    onChange({ targets: next });
  };
  return (
    <li className={classes['column']} data-unmapped={choice.targets.length === 0 || undefined}>
      <div className={classes['columnName']}>
        <strong className="pl-truncate">{column.name}</strong>
        <span className={classes['samples']}>
          {column.samples.length ? column.samples.slice(0, 3).join(' · ') : t('mapping.noValues')}
        </span>
      </div>
      <IconArrowRight size={16} aria-hidden className={classes['arrow']} />
      <div className={classes['columnField']}>
        {slots.map((key, index) => (
          <div key={key ?? 'none'} className={classes['slot']}>
            <Select
              size="xs"
              aria-label={t('mapping.fieldOf', { column: column.name })}
              placeholder={t('mapping.skip')}
              data={grouped(targets, mapped, key, t)}
              value={key ?? null}
              searchable
              clearable
              clearButtonProps={{ 'aria-label': t('mapping.clear', { column: column.name }) }}
              nothingFoundMessage={t('mapping.noField')}
              error={key !== undefined && twice.has(key)}
              maxDropdownHeight={320}
              onChange={(next) =>
                key === undefined
                  ? next &&
                    onChange({
                      targets: [...choice.targets, next],
                      ...(column.areIds && !choice.targets.length && { by: RECORD_ID }),
                    })
                  : set(index, next)
              }
              onDropdownClose={() => setAdding(false)}
            />
            {index === slots.length - 1 && key !== undefined ? (
              <Tooltip label={t('mapping.also')}>
                <ActionIcon
                  size={28}
                  aria-label={t('mapping.alsoNamed', { column: column.name })}
                  onClick={() => setAdding(true)}
                >
                  <IconPlus size={15} />
                </ActionIcon>
              </Tooltip>
            ) : (
              <span className={classes['slotGap']} />
            )}
          </div>
        ))}
        {kind && isRead ? (
          <ColumnReading
            column={column}
            isReading={isReading}
            onDecimalMark={onDecimalMark}
            onDateOrder={onDateOrder}
          />
        ) : null}
        {optionField ? (
          <OptionValues
            column={column}
            field={optionField}
            choice={choice}
            createsOptions={choices.createsOptions}
            onChange={onChange}
            onCreatesOptions={onCreatesOptions}
          />
        ) : referenceField ? (
          <ReferenceValues column={column} field={referenceField} choice={choice} onChange={onChange} />
        ) : null}
      </div>
    </li>
  );
}
