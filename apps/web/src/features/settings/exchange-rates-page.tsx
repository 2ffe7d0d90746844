import { Alert, Button, Select, Text } from '@mantine/core';
import { notify } from '@/lib/notify';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SettingsLayout } from '@/app/shell/settings-layout';
import { useFormats } from '@/lib/format/formats';
import { Form } from '@/lib/forms/form';
import { isPositive } from '@/lib/typed/readings';
import { TypedNumberInput } from '@/lib/typed/typed-number-input';
import type { UnreadText } from '@/lib/typed/unread-text';
import { ApiProblem } from '@/lib/api-problem';
import { fieldProblemText, problemText } from '@/lib/problem-text';
import { useUnsavedChanges } from '@/lib/unsaved/use-unsaved-changes';
import { useMe } from '@/lib/session/use-me';
import { currencyOptions } from '@/records/fields/currencies';
import { FieldInput } from '@/records/fields/field-input';
import { type ExchangeRates, putRate, ratesQuery } from './api/settings';
import { LoadState } from './load-state';
import classes from './settings.module.css';

export default function ExchangeRatesPage() {
  const query = useQuery(ratesQuery);
  return (
    <SettingsLayout part="rates">
      {query.data ? (
        <Rates rates={query.data} />
      ) : (
        <LoadState error={query.error} onRetry={() => void query.refetch()} />
      )}
    </SettingsLayout>
  );
}

/** The values of other currencies in the base currency, by start date. */
function Rates({ rates }: { rates: ExchangeRates }) {
  const { t, i18n } = useTranslation('settings');
  const formats = useFormats();
  const { permissions } = useMe();
  const canEdit = permissions.includes('*') || permissions.includes('manageSettings');
  const [currency, setCurrency] = useState<string | null>(null);
  const [date, setDate] = useState<string | UnreadText | null>(formats.today());
  const [rate, setRate] = useState<string | UnreadText>('');
  const isReady = Boolean(currency) && typeof date === 'string' && isPositive(rate);
  const put = useMutation({
    mutationFn: () => putRate({ currency: currency ?? '', date: String(date ?? ''), rate: String(rate) }),
    onSuccess: () => {
      notify({ message: t('rates.saved') });
      setRate('');
    },
  });
  const named = put.error instanceof ApiProblem ? put.error.fields : [];
  const problemOf = (key: string) => {
    const field = named.find(({ pointer }) => pointer === `/${key}`);
    return field && fieldProblemText(field);
  };
  useUnsavedChanges(rate !== '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) put.mutate();
  };
  return (
    <>
      {canEdit ? (
        <Form className={classes['card']} onSubmit={submit}>
          <Text size="sm" c="dimmed" mb="md">
            {t('rates.text', { currency: rates.baseCurrency })}
          </Text>
          {put.isError && named.length === 0 ? (
            <Alert color="red" variant="light" mb="md" role="alert">
              {problemText(put.error)}
            </Alert>
          ) : null}
          <div className={`pl-form-row ${classes['rateForm']}`}>
            <Select
              label={t('rates.currency')}
              data={currencyOptions(i18n.language).filter(({ value }) => value !== rates.baseCurrency)}
              value={currency}
              searchable
              error={problemOf('currency')}
              onChange={setCurrency}
            />
            <FieldInput
              field={{ key: 'date', label: t('rates.date'), type: 'date', required: true, readOnly: false }}
              label={t('rates.date')}
              value={date}
              error={problemOf('date')}
              onChange={(day) => setDate(day as string | UnreadText | null)}
            />
            <TypedNumberInput
              label={currency ? t('rates.rateOf', { currency, base: rates.baseCurrency }) : t('rates.rate')}
              value={rate}
              min={0}
              decimals={10}
              error={problemOf('rate')}
              onChange={setRate}
            />
            <div className="pl-beside-inputs">
              <Button type="submit" loading={put.isPending} disabled={!isReady}>
                {t('rates.add')}
              </Button>
            </div>
          </div>
        </Form>
      ) : null}
      <div className={classes['card']}>
        {rates.data.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('rates.none')}
          </Text>
        ) : (
          <table className={classes['table']}>
            <thead>
              <tr>
                <th scope="col">{t('rates.currency')}</th>
                <th scope="col">{t('rates.date')}</th>
                <th scope="col">{t('rates.rate')}</th>
              </tr>
            </thead>
            <tbody>
              {rates.data.map((row) => (
                <tr key={`${row.currency}.${row.date}`}>
                  <td>{row.currency}</td>
                  <td>{formats.date(row.date)}</td>
                  <td>
                    {t('rates.line', {
                      currency: row.currency,
                      rate: formats.number(row.rate),
                      base: rates.baseCurrency,
                    })}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </>
  );
}
