import { Checkbox, Select, UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import { useObjects } from '@/records/api/describe-objects';
import type { ObjectDescription } from '@/records/object-description';
import type { MovePlan, MovePlanChanges, PlannedColumn, PlannedFile } from '../api/moves';
import { importTargets } from '../import-targets';
import wizard from '../import-wizard.module.css';
import { useTargetLabels } from '../use-target-labels';
import classes from './moves.module.css';
import { newFieldFor } from './new-field';

/** Chosen for a column that gets a field of its own. */
const NEW = '$new';
type NewType = NonNullable<PlannedColumn['newField']>['type'];
/** Types to choose from, besides the one that is planned. */
const TYPES: NewType[] = ['text', 'number', 'boolean', 'date', 'datetime'];

interface PlanProps {
  plan: MovePlan;
  onChange: (changes: MovePlanChanges) => void;
}

/** The files of a move: what each was recognised as, and what its columns become. */
export function PlannedFiles({ plan, onChange }: PlanProps) {
  const { t } = useTranslation('imports');
  const objects = useObjects();
  return (
    <section className={classes['part']} aria-labelledby="move-files">
      <h2 id="move-files" className={wizard['subtitle']}>
        {t('moves.files')}
      </h2>
      <ul className={classes['list']}>
        {plan.files.map((file) => (
          <FileRow
            key={file.fileId}
            file={file}
            object={objects.find(({ key }) => key === file.object)}
            onChange={(change) => onChange({ files: [{ fileId: file.fileId, ...change }] })}
          />
        ))}
      </ul>
    </section>
  );
}

type FileChange = Omit<NonNullable<MovePlanChanges['files']>[number], 'fileId'>;

function FileRow({
  file,
  object,
  onChange,
}: {
  file: PlannedFile;
  object: ObjectDescription | undefined;
  onChange: (change: FileChange) => void;
}) {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  const [isOpen, setOpen] = useState(false);
  const open = file.columns.filter(({ field, newField }) => field === null && newField === null).length;
  const becomes =
    file.brings === 'people'
      ? t('moves.becomes.people')
      : file.brings === 'stageHistory'
        ? t('moves.becomes.stageHistory')
        : file.brings === 'records'
          ? [
              object?.pluralLabel ?? file.object,
              file.tellsStages ? t('moves.becomes.stageHistory') : undefined,
            ]
              .filter(Boolean)
              .join(', ')
          : t(`moves.reasons.${file.reason ?? 'unknownFile'}`);
  return (
    <li>
      <div className={classes['file']}>
        <span className={classes['what']}>
          <strong>{file.name}</strong>
          <span className={classes['meta']}>
            {[
              file.kind ?? undefined,
              file.kind ? t('moves.rows', { count: file.rows, rows: formats.number(file.rows) }) : undefined,
              becomes,
            ]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </span>
        {file.brings === 'nothing' || file.brings === 'people' ? null : (
          <Checkbox
            size="xs"
            label={t('moves.bring')}
            aria-label={t('moves.bringFile', { file: file.name })}
            checked={file.isIncluded}
            onChange={(event) => onChange({ isIncluded: event.currentTarget.checked })}
          />
        )}
      </div>
      {file.isIncluded && file.columns.length && object ? (
        <>
          <UnstyledButton
            className={wizard['disclosure']}
            aria-expanded={isOpen}
            onClick={() => setOpen((before) => !before)}
          >
            <IconChevronDown
              size={14}
              aria-hidden
              data-open={isOpen || undefined}
              className={wizard['chevron']}
            />
            {t('moves.columns', { count: file.columns.length })}
            {open ? ` · ${t('moves.leftOutColumns', { count: open })}` : ''}
          </UnstyledButton>
          {isOpen ? <Columns file={file} object={object} onChange={onChange} /> : null}
        </>
      ) : null}
    </li>
  );
}

function Columns({
  file,
  object,
  onChange,
}: {
  file: PlannedFile;
  object: ObjectDescription;
  onChange: (change: FileChange) => void;
}) {
  const { t } = useTranslation('imports');
  const { permissions } = useMe();
  const targets = importTargets(object, useTargetLabels());
  const taken = new Set(file.columns.map(({ field }) => field));
  const mayMake = mayUse(permissions, 'manageFields');
  const set = (column: PlannedColumn, chosen: string | null) =>
    onChange({
      columns: [
        chosen === NEW
          ? { name: column.name, newField: newFieldFor(column) }
          : { name: column.name, field: chosen },
      ],
    });
  return (
    <ul className={classes['columns']}>
      {file.columns.map((column) => (
        <li
          key={column.name}
          className={wizard['column']}
          data-unmapped={!(column.field ?? column.newField) || undefined}
        >
          <div className={wizard['columnName']}>
            <strong className="pl-truncate">{column.name}</strong>
            <span className={wizard['samples']}>{column.samples.join(' · ')}</span>
          </div>
          <span />
          <div className={wizard['columnField']}>
            <Select
              size="xs"
              aria-label={t('mapping.fieldOf', { column: column.name })}
              placeholder={t('mapping.skip')}
              data={[
                ...(mayMake ? [{ value: NEW, label: t('moves.newField') }] : []),
                ...targets.map(({ key, label }) => ({
                  value: key,
                  label,
                  disabled: taken.has(key) && key !== column.field,
                })),
              ]}
              value={column.newField ? NEW : column.field}
              clearable
              searchable
              onChange={(chosen) => set(column, chosen)}
            />
            {column.newField ? (
              <Select
                size="xs"
                className={classes['type']}
                aria-label={t('newFields.type')}
                data={[...new Set([...TYPES, column.newField.type])].map((type) => ({
                  value: type,
                  label: t(`newFields.types.${type}`),
                }))}
                value={column.newField.type}
                allowDeselect={false}
                onChange={(type) =>
                  column.newField &&
                  type &&
                  onChange({
                    columns: [
                      {
                        name: column.name,
                        newField: { ...column.newField, type: type as NewType },
                      },
                    ],
                  })
                }
              />
            ) : null}
          </div>
        </li>
      ))}
    </ul>
  );
}
