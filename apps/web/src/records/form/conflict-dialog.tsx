import { Button, Group, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Modal } from '@/lib/layers/overlays';
import { FieldValue } from '../fields/field-value';
import { fieldOf, type ObjectDescription } from '../object-description';
import { type Conflict, type ConflictChoice, isDecided } from './conflict';
import classes from './conflict-dialog.module.css';

interface ConflictDialogProps {
  object: ObjectDescription;
  conflict: Conflict;
  decide: (choices: Record<string, ConflictChoice> | undefined) => void;
}

/** Shows current, yours and original of each field that both sides changed, and lets the user choose. */
export default function ConflictDialog({ object, conflict, decide }: ConflictDialogProps) {
  const { t } = useTranslation('records');
  const [choices, setChoices] = useState<Record<string, ConflictChoice>>({});
  const chooseAll = (choice: ConflictChoice) =>
    setChoices(Object.fromEntries(conflict.fields.map(({ field }) => [field, choice])));
  return (
    <Modal
      opened
      isDirty={false}
      onClose={() => decide(undefined)}
      title={t('conflict.title')}
      size="lg"
      zIndex={500}
    >
      <Text size="sm" c="dimmed" mb="md">
        {t('conflict.text')}
      </Text>
      <Stack gap="md">
        {conflict.fields.map(({ field: key, original, current, yours }) => {
          const field = fieldOf(object, key) ?? {
            key,
            label: key,
            type: 'text' as const,
            required: false,
            readOnly: false,
          };
          const show = (value: unknown) => <FieldValue field={field} value={value} isPlain isWhole />;
          return (
            <Radio.Group
              key={key}
              label={field.label}
              value={choices[key] ?? ''}
              onChange={(choice) => setChoices({ ...choices, [key]: choice as ConflictChoice })}
            >
              <Text size="xs" c="dimmed" mt={2} mb={6} component="div">
                {t('conflict.original')}: {show(original)}
              </Text>
              <div className={classes['sides']}>
                {(['yours', 'current'] as const).map((side) => (
                  <Radio.Card key={side} value={side} className={classes['side']}>
                    <Group gap="xs" wrap="nowrap" align="flex-start">
                      <Radio.Indicator size="xs" mt={2} />
                      <div className={classes['value']}>
                        <Text size="xs" c="dimmed">
                          {t(`conflict.${side}`)}
                        </Text>
                        {show(side === 'yours' ? yours : current)}
                      </div>
                    </Group>
                  </Radio.Card>
                ))}
              </div>
            </Radio.Group>
          );
        })}
      </Stack>
      <Group mt="lg" justify="space-between">
        <Group gap="xs">
          <Button variant="subtle" color="gray" onClick={() => chooseAll('yours')}>
            {t('conflict.allYours')}
          </Button>
          <Button variant="subtle" color="gray" onClick={() => chooseAll('current')}>
            {t('conflict.allCurrent')}
          </Button>
        </Group>
        <Group gap="xs">
          <Button variant="default" onClick={() => decide(undefined)}>
            {t('form.cancel')}
          </Button>
          <Button disabled={!isDecided(conflict, choices)} onClick={() => decide(choices)}>
            {t('conflict.save')}
          </Button>
        </Group>
      </Group>
    </Modal>
  );
}
