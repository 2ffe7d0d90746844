import { Checkbox, Group, Input, NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/settings-parts.module.css';
import { OPERATIONS, type SalesAccess } from './model/object-draft';
import type { ObjectPartProps } from './object-dialog';

const ACCESS: SalesAccess[] = ['data', 'catalog', 'configuration', 'none'];

/** What can be done with records, and by the built-in sales roles. */
export function AccessSettings({ draft, set }: ObjectPartProps) {
  const { t } = useTranslation('objects');
  const { operations, salesAccess } = draft;
  return (
    <fieldset className={parts['group']}>
      <legend className={parts['legend']}>{t('access.title')}</legend>
      <NativeSelect
        label={t('access.sales')}
        description={t(`access.text.${salesAccess}`)}
        data={ACCESS.map((value) => ({ value, label: t(`access.options.${value}`) }))}
        value={salesAccess}
        onChange={(event) => set({ salesAccess: event.currentTarget.value as SalesAccess })}
      />
      <Input.Wrapper
        label={t('access.operations')}
        description={t('access.operationsHelp')}
        labelElement="div"
      >
        <Group gap="lg" mt={6}>
          {OPERATIONS.map((operation) => (
            <Checkbox
              key={operation}
              label={t(`access.${operation}`)}
              checked={operations[operation]}
              onChange={(event) =>
                set({ operations: { ...operations, [operation]: event.currentTarget.checked } })
              }
            />
          ))}
        </Group>
      </Input.Wrapper>
    </fieldset>
  );
}
