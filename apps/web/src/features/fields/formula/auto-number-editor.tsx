import { Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/settings-parts.module.css';
import type { FieldPartProps } from '../field-dialog';
import { type ComputedDraft, numberExample, USUAL_DIGITS } from '../model/computed-draft';

const PARTS = { prefix: 'T-', digits: String(USUAL_DIGITS), start: '1' } as const;

/** Prefix, digits and start of a series of numbers, with its first number. */
export function AutoNumberEditor({ draft: { autoNumber }, isNew, set, problemOf }: FieldPartProps) {
  const { t } = useTranslation('fields');
  return (
    <>
      <div className={parts['pair']}>
        {(Object.keys(PARTS) as (keyof ComputedDraft['autoNumber'])[]).map((part) => {
          const isFixed = part === 'start' && !isNew;
          return (
            <TextInput
              key={part}
              label={t(`autoNumber.${part}`)}
              description={isFixed ? t('settings.fixed') : t(`autoNumber.${part}Help`)}
              placeholder={PARTS[part]}
              inputMode={part === 'prefix' ? 'text' : 'numeric'}
              maxLength={part === 'prefix' ? 20 : 10}
              disabled={isFixed}
              value={autoNumber[part]}
              error={problemOf(`autoNumber/${part}`)}
              onChange={(event) => set({ autoNumber: { ...autoNumber, [part]: event.currentTarget.value } })}
            />
          );
        })}
      </div>
      <Text size="sm" role="status">
        {t('autoNumber.example')} <code>{numberExample(autoNumber)}</code>
      </Text>
    </>
  );
}
