import { Alert, MultiSelect, Radio, Switch, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ObjectDescription } from '@/records/object-description';
import type { ImportMode } from './api/import.types';
import { ExistingLines } from './existing-lines';
import { type ImportChoices, linesChoice, mappedKeys } from './import-choices';
import { filledLines, importTargets, isMatchKey, lineMatchKeys } from './import-targets';
import classes from './import-wizard.module.css';
import { useTargetLabels } from './use-target-labels';

const MODES: ImportMode[] = ['upsert', 'create', 'update'];

interface IdentifyStepProps {
  object: ObjectDescription;
  choices: ImportChoices;
  onChange: (choices: ImportChoices) => void;
}

/** Whether rows create or update records, and by which fields they are matched. */
export function IdentifyStep({ object, choices, onChange }: IdentifyStepProps) {
  const { t } = useTranslation('imports');
  const mapped = new Set(mappedKeys(choices));
  const keys = importTargets(object, useTargetLabels()).filter(
    (field) => mapped.has(field.key) && isMatchKey(field),
  );
  const objects = object.pluralLabel;
  return (
    <>
      <Radio.Group
        label={t('identify.mode')}
        value={choices.mode}
        onChange={(mode) => onChange({ ...choices, mode: mode as ImportMode })}
      >
        <div className={classes['modes']}>
          {MODES.map((mode) => (
            <Radio.Card
              key={mode}
              value={mode}
              className={classes['mode']}
              disabled={mode !== 'create' && keys.length === 0}
            >
              <Radio.Indicator size="xs" mt={2} />
              <div>
                <Text size="sm" fw={600}>
                  {t(`identify.${mode}.title`)}
                </Text>
                <Text size="xs" c="dimmed">
                  {t(`identify.${mode}.text`, { objects })}
                </Text>
              </div>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      {keys.length === 0 ? (
        <Alert color="gray" variant="light" mt="lg" icon={<IconInfoCircle size={18} />}>
          {t('identify.noKeys')}
        </Alert>
      ) : (
        <MultiSelect
          mt="lg"
          maw={480}
          label={t('identify.matchBy')}
          description={
            choices.mode === 'create' ? t('identify.matchCreate', { objects }) : t('identify.matchHelp')
          }
          data={keys.map(({ key, label }) => ({ value: key, label }))}
          value={choices.matchBy}
          maxValues={5}
          clearable={choices.mode === 'create'}
          error={
            choices.mode !== 'create' && choices.matchBy.length === 0 ? t('identify.matchMissing') : undefined
          }
          onChange={(matchBy) => onChange({ ...choices, matchBy })}
        />
      )}
      {choices.mode === 'create'
        ? null
        : filledLines(object, mappedKeys(choices)).map((lines) => (
            <ExistingLines
              key={lines.key}
              lines={lines}
              object={object.label}
              keys={lineMatchKeys(lines, mappedKeys(choices))}
              choice={linesChoice(lines, choices)}
              onChange={(choice) =>
                onChange({ ...choices, lines: { ...choices.lines, [lines.key]: choice } })
              }
            />
          ))}
      <Switch
        mt="lg"
        label={t('identify.duplicates')}
        description={t('identify.duplicatesHelp')}
        checked={choices.allowsDuplicates}
        onChange={(event) => onChange({ ...choices, allowsDuplicates: event.currentTarget.checked })}
      />
      <Switch
        mt="lg"
        label={t('identify.silent')}
        description={t('identify.silentHelp')}
        checked={choices.isSilent}
        onChange={(event) => onChange({ ...choices, isSilent: event.currentTarget.checked })}
      />
    </>
  );
}
