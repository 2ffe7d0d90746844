import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { Modal } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { isPositive } from '@/lib/typed/readings';
import { TypedNumberInput } from '@/lib/typed/typed-number-input';
import type { UnreadText } from '@/lib/typed/unread-text';
import {
  type BaseCurrencyPreview,
  baseCurrencyKeys,
  baseCurrencyPreviewQuery,
  changeBaseCurrency,
} from './api/base-currency';
import { putRate } from './api/settings';
import { LoadState } from './load-state';
import classes from './settings.module.css';

interface BaseCurrencyDialogProps {
  to: string;
  /** Saves the other changes. The base currency is changed only if that succeeds. */
  beforeChange: () => Promise<void>;
  onClose: () => void;
  onChanged: () => void;
}

/** Shows what another base currency would recalculate, asks for missing rates, and asks for confirmation. */
export default function BaseCurrencyDialog({
  to,
  beforeChange,
  onClose,
  onChanged,
}: BaseCurrencyDialogProps) {
  const { t } = useTranslation('settings');
  const query = useQuery(baseCurrencyPreviewQuery(to));
  const change = useMutation({
    mutationFn: async () => {
      await beforeChange();
      await changeBaseCurrency(to);
    },
    onSuccess: onChanged,
  });
  const preview = query.data;
  const isReady = preview !== undefined && preview.missingRates.length === 0;
  return (
    <Modal opened onClose={onClose} title={t('baseCurrency.title', { to })} size="md">
      {preview ? (
        <Stack gap="md">
          <Text size="sm">{t('baseCurrency.text', { from: preview.from, to })}</Text>
          <List size="sm">
            <List.Item>{t('baseCurrency.opportunities', { count: preview.opportunities })}</List.Item>
            <List.Item>{t('baseCurrency.accounts', { count: preview.accounts })}</List.Item>
            <List.Item>{t('baseCurrency.rates', { count: preview.exchangeRates })}</List.Item>
          </List>
          {preview.roles.length ? (
            <Alert color="yellow" variant="light" title={t('baseCurrency.roles')}>
              <Text size="sm">
                {t('baseCurrency.rolesText', { roles: preview.roles.join(', '), from: preview.from, to })}
              </Text>
            </Alert>
          ) : null}
          {preview.missingRates.map((missing) => (
            <MissingRate key={missing.currency + missing.date} from={preview.from} missing={missing} />
          ))}
          {change.isError ? (
            <Alert color="red" variant="light" role="alert">
              {problemText(change.error)}
            </Alert>
          ) : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button disabled={!isReady} loading={change.isPending} onClick={() => change.mutate()}>
              {t('baseCurrency.confirm', { to })}
            </Button>
          </Group>
        </Stack>
      ) : (
        <LoadState error={query.error} onRetry={() => void query.refetch()} />
      )}
    </Modal>
  );
}

interface MissingRateProps {
  from: string;
  missing: BaseCurrencyPreview['missingRates'][number];
}

/** Asks for a rate without which amounts can't be recalculated, then refetches the preview. */
function MissingRate({ from, missing: { currency, date } }: MissingRateProps) {
  const { t } = useTranslation('settings');
  const formats = useFormats();
  const queryClient = useQueryClient();
  const [rate, setRate] = useState<string | UnreadText>('');
  const isReady = isPositive(rate);
  const put = useMutation({
    mutationFn: async () => {
      await putRate({ currency, date, rate: String(rate) });
      await queryClient.invalidateQueries({ queryKey: baseCurrencyKeys.all });
    },
  });
  return (
    <Stack gap="sm">
      <Alert color="yellow" variant="light" title={t('baseCurrency.missing')}>
        <Text size="sm">{t('baseCurrency.missingText', { currency, from, date: formats.date(date) })}</Text>
      </Alert>
      <div className={`pl-form-row ${classes['missingRate']}`}>
        <TypedNumberInput
          label={t('rates.rateOf', { currency, base: from })}
          value={rate}
          min={0}
          decimals={10}
          error={put.isError ? problemText(put.error) : undefined}
          onChange={setRate}
        />
        <div className="pl-beside-inputs">
          <Button variant="default" disabled={!isReady} loading={put.isPending} onClick={() => put.mutate()}>
            {t('rates.add')}
          </Button>
        </div>
      </div>
    </Stack>
  );
}
