import { takeBackToast } from '@/lib/take-back-toast';
import { Alert, Button, Select, Switch, TextInput } from '@mantine/core';
import { notify } from '@/lib/notify';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SettingsLayout } from '@/app/shell/settings-layout';
import { ApiProblem } from '@/lib/api-problem';
import { localeChoices, zoneChoices } from '@/lib/format/format-choices';
import { createFormats } from '@/lib/format/formats';
import { Form, FormProblemCount } from '@/lib/forms/form';
import { problemText } from '@/lib/problem-text';
import { TypedNumberInput } from '@/lib/typed/typed-number-input';
import { useUnsavedChanges } from '@/lib/unsaved/use-unsaved-changes';
import { useMe } from '@/lib/session/use-me';
import { currencyOptions } from '@/records/fields/currencies';
import { type CompanySettings, changeSettings, type SettingsChange, settingsQuery } from './api/settings';
import { monthChoices, weekdayChoices } from './choices';
import { LoadState } from './load-state';
import { RecalculationNote } from './recalculation-note';
import { CoverageNote } from './second-factor/coverage-note';
import classes from './settings.module.css';

const BaseCurrencyDialog = lazy(() => import('./base-currency-dialog'));

/** Help is below the inputs, so that adjacent inputs align. */
const ORDER: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

export default function GeneralPage() {
  const { t } = useTranslation('settings');
  const query = useQuery(settingsQuery);
  // Kept outside the form, which resets with each version of the settings.
  const [asked, setAsked] = useState<{ to: string; others: SettingsChange; version: number } | undefined>();
  return (
    <SettingsLayout part="general">
      {asked ? (
        <Suspense fallback={null}>
          <BaseCurrencyDialog
            to={asked.to}
            beforeChange={async () => {
              if (Object.keys(asked.others).length) await changeSettings(asked.others, asked.version);
              setAsked({ ...asked, others: {} });
            }}
            onClose={() => setAsked(undefined)}
            onChanged={() => {
              setAsked(undefined);
              notify({ message: t('baseCurrency.started') });
            }}
          />
        </Suspense>
      ) : null}
      {query.data ? (
        <GeneralForm
          key={query.data.version}
          settings={query.data}
          onRecalculation={({ baseCurrency, ...others }) =>
            baseCurrency && setAsked({ to: baseCurrency, others, version: query.data.version })
          }
        />
      ) : (
        <LoadState error={query.error} onRetry={() => void query.refetch()} />
      )}
    </SettingsLayout>
  );
}

/** The company's name, time zone, language, currency and calendar. */
function GeneralForm({
  settings,
  onRecalculation,
}: {
  settings: CompanySettings;
  /** Called when the changes are refused because another base currency requires recalculating amounts. */
  onRecalculation: (changes: SettingsChange) => void;
}) {
  const { t, i18n } = useTranslation('settings');
  const { permissions } = useMe();
  const canEdit = permissions.includes('*') || permissions.includes('manageSettings');
  const [changes, setChanges] = useState<SettingsChange>({});
  const values = { ...settings, ...changes };
  const set = <K extends keyof SettingsChange>(key: K, value: SettingsChange[K]) =>
    setChanges(({ [key]: _, ...rest }) => (value === settings[key] ? rest : { ...rest, [key]: value }));
  const save = useMutation({
    mutationFn: (wanted: SettingsChange) => changeSettings(wanted, settings.version),
    // The form begins anew with what is saved, so these are still the settings from before.
    onSuccess: ({ version }, wanted) => {
      const before = Object.fromEntries(
        Object.keys(wanted).map((key) => [key, settings[key as keyof SettingsChange]]),
      );
      takeBackToast(t('saved'), () => changeSettings(before, version));
    },
    onError: (error, wanted) => {
      if (isBaseCurrencyInUse(error)) onRecalculation(wanted);
    },
  });
  const isAsked = isBaseCurrencyInUse(save.error);
  const named = save.error instanceof ApiProblem && !isAsked ? save.error.fields : [];
  const problemOf = (key: string) => named.find(({ pointer }) => pointer === `/${key}`)?.message;
  const isDirty = Object.keys(changes).length > 0;
  useUnsavedChanges(isDirty && !save.isSuccess);
  const now = useMemo(() => new Date(), []);
  const zones = useMemo(() => zoneChoices(settings.zone, now), [settings.zone, now]);
  const formats = createFormats(values);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isDirty) save.mutate(changes);
  };
  return (
    <Form onSubmit={submit} className={classes['card']}>
      {canEdit ? null : (
        <Alert color="gray" variant="light" mb="md">
          {t('readOnly')}
        </Alert>
      )}
      {save.isError && !isAsked && named.length === 0 ? (
        <Alert color="red" variant="light" mb="md" role="alert">
          {problemText(save.error)}
        </Alert>
      ) : null}
      <div className={`pl-form-row ${classes['grid']}`}>
        <TextInput
          className={classes['wide']}
          label={t('general.name')}
          inputWrapperOrder={ORDER}
          description={t('general.subdomain', { subdomain: settings.subdomain })}
          value={values.name}
          maxLength={200}
          disabled={!canEdit}
          error={problemOf('name')}
          onChange={(event) => set('name', event.currentTarget.value)}
        />
        <Select
          label={t('general.zone')}
          data={zones}
          value={values.zone}
          searchable
          allowDeselect={false}
          limit={100}
          disabled={!canEdit}
          error={problemOf('zone')}
          onChange={(zone) => zone && set('zone', zone)}
        />
        <Select
          label={t('general.locale')}
          data={localeChoices(i18n.language, settings.locale)}
          value={values.locale}
          searchable
          allowDeselect={false}
          disabled={!canEdit}
          error={problemOf('locale')}
          onChange={(locale) => locale && set('locale', locale)}
        />
        <Select
          label={t('general.currency')}
          inputWrapperOrder={ORDER}
          description={t('general.currencyHelp')}
          data={currencyOptions(i18n.language)}
          value={values.baseCurrency}
          searchable
          allowDeselect={false}
          disabled={!canEdit}
          error={problemOf('baseCurrency')}
          onChange={(currency) => currency && set('baseCurrency', currency)}
        />
        {canEdit ? <RecalculationNote /> : null}
        <Select
          label={t('general.fiscalYear')}
          inputWrapperOrder={ORDER}
          description={t('general.fiscalYearHelp')}
          data={monthChoices(i18n.language)}
          value={String(values.fiscalYearStartMonth)}
          allowDeselect={false}
          disabled={!canEdit}
          onChange={(month) => month && set('fiscalYearStartMonth', Number(month))}
        />
        <Select
          label={t('general.weekStart')}
          data={weekdayChoices(i18n.language)}
          value={String(values.weekStart)}
          allowDeselect={false}
          disabled={!canEdit}
          onChange={(day) => day && set('weekStart', Number(day))}
        />
        <TypedNumberInput
          label={t('general.inactiveAfter')}
          value={String(values.inactiveAfterDays)}
          decimals={0}
          min={1}
          max={365}
          disabled={!canEdit}
          error={problemOf('inactiveAfterDays')}
          onChange={(days) => typeof days === 'string' && days && set('inactiveAfterDays', Number(days))}
        />
      </div>
      <div className={classes['switch']}>
        <Switch
          label={t('general.requireFactor')}
          description={t('general.requireFactorHelp')}
          checked={values.requireSecondFactor}
          disabled={!canEdit}
          error={problemOf('requireSecondFactor')}
          onChange={(event) => set('requireSecondFactor', event.currentTarget.checked)}
        />
        <CoverageNote />
        <Switch
          mt="md"
          label={t('general.leaderboard')}
          description={t('general.leaderboardHelp')}
          checked={values.goalLeaderboard}
          disabled={!canEdit}
          onChange={(event) => set('goalLeaderboard', event.currentTarget.checked)}
        />
      </div>
      <div className={classes['preview']}>
        <span>{t('general.preview')}</span>
        <span>{formats.dateTime(now.toISOString())}</span>
        <span>{formats.money('1234567.5')}</span>
      </div>
      {canEdit ? (
        <div className={classes['actions']}>
          <FormProblemCount />
          <Button variant="default" disabled={!isDirty} onClick={() => setChanges({})}>
            {t('discard')}
          </Button>
          <Button type="submit" disabled={!isDirty} loading={save.isPending}>
            {t('save')}
          </Button>
        </div>
      ) : null}
    </Form>
  );
}

/** Whether the only obstacle to the change is that amounts must be recalculated. */
function isBaseCurrencyInUse(error: unknown): boolean {
  return (
    error instanceof ApiProblem && error.fields.length === 1 && error.fields[0]?.code === 'baseCurrencyInUse'
  );
}
