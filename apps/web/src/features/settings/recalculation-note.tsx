import { Progress, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { recordKeys } from '@/records/api/record-keys';
import { baseCurrencyQuery } from './api/base-currency';
import classes from './settings.module.css';

/** Progress of recalculating amounts after a change of the base currency. Nothing once it is done. */
export function RecalculationNote() {
  const { t } = useTranslation('settings');
  const formats = useFormats();
  const queryClient = useQueryClient();
  const change = useQuery(baseCurrencyQuery).data?.change;
  const isRunning = change?.state === 'running';
  const wasRunning = useRef(false);
  useEffect(() => {
    if (wasRunning.current && !isRunning) void queryClient.invalidateQueries({ queryKey: recordKeys.all });
    wasRunning.current = isRunning;
  }, [isRunning, queryClient]);
  if (!isRunning) return null;
  const percent = change.total === 0 ? 0 : Math.floor((100 * change.done) / change.total);
  return (
    <div className={classes['wide']} role="status">
      <Text size="sm">{t('baseCurrency.running', { to: change.to, percent: formats.percent(percent) })}</Text>
      <Progress value={percent} my={6} aria-label={t('baseCurrency.progress')} />
      <Text size="xs" c="dimmed">
        {t('baseCurrency.meanwhile', { from: change.from })}
      </Text>
    </div>
  );
}
