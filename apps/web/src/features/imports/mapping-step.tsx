import { Alert, Badge, Button, Group, Switch, Text } from '@mantine/core';
import { IconAlertTriangle, IconListDetails, IconPlus } from '@tabler/icons-react';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lazyPart } from '@/lib/i18n/i18n';
import { mayUse } from '@/lib/session/permissions';
import { useMe } from '@/lib/session/use-me';
import type { ObjectDescription } from '@/records/object-description';
import type { Inspection, Reading } from './api/import.types';
import { ColumnRow } from './column-row';
import {
  chosenFor,
  type ImportChoices,
  mappedKeys,
  mappedTwice,
  missingRequired,
  withColumn,
} from './import-choices';
import { filledLines, importTargets } from './import-targets';
import classes from './import-wizard.module.css';
import { useTargetLabels } from './use-target-labels';

const NewFields = lazyPart('imports', () => import('./new-fields'));

interface MappingStepProps {
  object: ObjectDescription;
  inspection: Inspection;
  choices: ImportChoices;
  onChange: (choices: ImportChoices) => void;
  /** Whether the user tried to continue. From then on, missing fields are reported. */
  isTried: boolean;
  reading: Reading;
  isReading: boolean;
  onReading: (reading: Reading) => void;
}

/** Which column fills which field, and the meaning of its values. */
export function MappingStep({
  object,
  inspection,
  choices,
  onChange,
  isTried,
  reading,
  isReading,
  onReading,
}: MappingStepProps) {
  const { t } = useTranslation('imports');
  const [isUnmappedOnly, setUnmappedOnly] = useState(false);
  const targets = importTargets(object, useTargetLabels());
  const mapped = new Set(mappedKeys(choices));
  const twice = mappedTwice(choices);
  const missing = missingRequired(object, choices);
  const count = inspection.columns.filter(
    ({ name }) => (choices.columns[name]?.targets.length ?? 0) > 0,
  ).length;
  const { permissions } = useMe();
  const [isMaking, setMaking] = useState(false);
  const makeable = inspection.columns.filter(
    ({ name, filled, suggestedCustomField }) =>
      suggestedCustomField && filled > 0 && !choices.columns[name]?.targets.length,
  );
  const shown = inspection.columns.filter(
    ({ name }) => !isUnmappedOnly || !choices.columns[name]?.targets.length,
  );
  return (
    <>
      <Group justify="space-between" mb="sm" gap="xs">
        <Text size="sm">
          {t('mapping.intro', { objects: object.pluralLabel })}{' '}
          <Badge variant="light" ml={4}>
            {t('mapping.count', { count, of: inspection.columns.length })}
          </Badge>
        </Text>
        {makeable.length && mayUse(permissions, 'manageFields') ? (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={15} />}
            onClick={() => setMaking(true)}
          >
            {t('newFields.open', { count: makeable.length })}
          </Button>
        ) : null}
        {inspection.columns.length > 6 ? (
          <Switch
            size="xs"
            label={t('mapping.unmappedOnly')}
            checked={isUnmappedOnly}
            onChange={(event) => setUnmappedOnly(event.currentTarget.checked)}
          />
        ) : null}
      </Group>
      {isMaking ? (
        <Suspense>
          <NewFields
            object={object}
            columns={makeable}
            onMade={(keys) =>
              onChange(
                Object.entries(keys).reduce(
                  (now, [column, key]) => withColumn(now, column, { targets: [key] }),
                  choices,
                ),
              )
            }
            onClose={() => setMaking(false)}
          />
        </Suspense>
      ) : null}
      {isTried && mapped.size === 0 ? (
        <Alert color="red" variant="light" mb="sm" role="alert" icon={<IconAlertTriangle size={18} />}>
          {t('mapping.nothing')}
        </Alert>
      ) : missing.length ? (
        <Alert color="yellow" variant="light" mb="sm" icon={<IconAlertTriangle size={18} />}>
          {t('mapping.missing', { fields: missing.map(({ label }) => label).join(', ') })}
        </Alert>
      ) : null}
      {twice.size ? (
        <Alert color="red" variant="light" mb="sm" role="alert" icon={<IconAlertTriangle size={18} />}>
          {t('mapping.twice', {
            fields: targets
              .filter(({ key }) => twice.has(key))
              .map(({ label }) => label)
              .join(', '),
          })}
        </Alert>
      ) : null}
      {filledLines(object, [...mapped]).map(({ key, label }) => (
        <Alert key={key} color="gray" variant="light" mb="sm" icon={<IconListDetails size={18} />}>
          {t('mapping.lines', { lines: label, object: object.label })}
        </Alert>
      ))}
      <div className={classes['mapping']}>
        <div className={classes['mappingHead']} aria-hidden>
          <span>{t('mapping.column')}</span>
          <span>{t('mapping.field')}</span>
        </div>
        <ul className={classes['pairs']}>
          {shown.map((column) => (
            <ColumnRow
              key={column.name}
              column={column}
              targets={targets}
              mapped={mapped}
              twice={twice}
              choices={choices}
              onChange={(change) => onChange(withColumn(choices, column.name, change))}
              onCreatesOptions={(createsOptions) => onChange({ ...choices, createsOptions })}
              isReading={isReading}
              onDecimalMark={(mark) =>
                onReading({
                  ...reading,
                  decimalMark: chosenFor(inspection, reading.decimalMark, column.name, mark),
                })
              }
              onDateOrder={(order) =>
                onReading({
                  ...reading,
                  dateOrder: chosenFor(inspection, reading.dateOrder, column.name, order),
                })
              }
            />
          ))}
        </ul>
      </div>
    </>
  );
}
