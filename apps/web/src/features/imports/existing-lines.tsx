import { Radio, Select, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FieldDescription, LinesDescription } from '@/records/object-description';
import type { ImportedLines } from './api/import.types';
import classes from './import-wizard.module.css';

const MODES = ['match', 'add', 'replace'] as const;

interface ExistingLinesProps {
  lines: LinesDescription;
  /** Label of the object that owns them. */
  object: string;
  /** Fields by which they can be matched. */
  keys: FieldDescription[];
  choice: ImportedLines;
  onChange: (choice: ImportedLines) => void;
}

/** What becomes of the lines that a record already has. */
export function ExistingLines({ lines, object, keys, choice, onChange }: ExistingLinesProps) {
  const { t } = useTranslation('imports');
  const matchBy = keys.find(({ key }) => key === choice.matchBy) ?? keys[0];
  return (
    <>
      <Radio.Group
        mt="lg"
        label={t('identify.lines.mode', { lines: lines.label, object })}
        value={choice.mode}
        onChange={(mode) =>
          onChange(
            mode === 'match' && matchBy
              ? { mode, matchBy: matchBy.key }
              : { mode: mode === 'replace' ? mode : 'add' },
          )
        }
      >
        <div className={classes['modes']}>
          {MODES.map((mode) => (
            <Radio.Card
              key={mode}
              value={mode}
              className={classes['mode']}
              disabled={mode === 'match' && keys.length === 0}
            >
              <Radio.Indicator size="xs" mt={2} />
              <div>
                <Text size="sm" fw={600}>
                  {t(`identify.lines.${mode}.title`, { field: matchBy?.label })}
                </Text>
                <Text size="xs" c="dimmed">
                  {t(`identify.lines.${mode}.text`, { field: matchBy?.label })}
                </Text>
              </div>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      {choice.mode === 'match' && keys.length > 1 ? (
        <Select
          mt="lg"
          maw={480}
          label={t('identify.lines.matchBy')}
          data={keys.map(({ key, label }) => ({ value: key, label }))}
          value={matchBy?.key ?? null}
          allowDeselect={false}
          onChange={(key) => key && onChange({ mode: 'match', matchBy: key })}
        />
      ) : null}
    </>
  );
}
