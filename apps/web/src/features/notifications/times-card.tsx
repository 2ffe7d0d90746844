import { Checkbox, Group, Select, Switch, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { zoneChoices } from '@/lib/format/format-choices';
import type { SettingsCardProps } from './kinds-card';
import classes from './settings-page.module.css';

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
/** Monday first; 0 is Sunday. */
const DAYS = [1, 2, 3, 4, 5, 6, 0];
const USUAL_QUIET = { from: '20:00', to: '07:00', days: [0, 1, 2, 3, 4, 5, 6] };
/** A Sunday. */
const SUNDAY = Date.UTC(2026, 10, 29);
const DAY_MS = 86_400_000;
const COMPANY = 'company';

/** When the digest comes, and when nothing is sent. */
export function TimesCard({ settings, onChange }: SettingsCardProps) {
  const { t, i18n } = useTranslation('notifications');
  const { quietHours: quiet, zone, companyZone, digestHour } = settings;
  const zones = useMemo(() => zoneChoices(companyZone, new Date()), [companyZone]);
  const weekday = new Intl.DateTimeFormat(i18n.language, { weekday: 'short', timeZone: 'UTC' });
  const hourText = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'short', timeZone: 'UTC' });
  const setQuiet = (change: Partial<typeof USUAL_QUIET>) =>
    onChange({ quietHours: { ...(quiet ?? USUAL_QUIET), ...change } });
  const setTime = (key: 'from' | 'to', value: string) => value && setQuiet({ [key]: value });
  return (
    <section className={classes['card']} aria-labelledby="notification-times">
      <h3 id="notification-times" className={classes['cardTitle']}>
        {t('settings.times')}
      </h3>
      <div className={`pl-form-row ${classes['grid']}`}>
        <Select
          label={t('settings.digestHour')}
          description={t('settings.digestHelp')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          data={HOURS.map((hour) => ({
            value: String(hour),
            label: hourText.format(SUNDAY + hour * 3_600_000),
          }))}
          value={String(digestHour)}
          allowDeselect={false}
          onChange={(hour) => hour && onChange({ digestHour: Number(hour) })}
        />
        <Select
          label={t('settings.zone')}
          data={[{ value: COMPANY, label: t('settings.companyZone', { zone: companyZone }) }, ...zones]}
          value={zone ?? COMPANY}
          searchable
          allowDeselect={false}
          limit={100}
          onChange={(value) => value && onChange({ zone: value === COMPANY ? null : value })}
        />
      </div>
      <Switch
        mt="md"
        label={t('settings.quiet')}
        description={t('settings.quietHelp')}
        checked={quiet !== null}
        onChange={(event) => onChange({ quietHours: event.currentTarget.checked ? USUAL_QUIET : null })}
      />
      {quiet ? (
        <>
          <Group mt="sm" align="flex-end" gap="sm">
            <TextInput
              type="time"
              size="xs"
              label={t('settings.from')}
              key={`from-${quiet.from}`}
              defaultValue={quiet.from}
              onBlur={(event) => event.target.value !== quiet.from && setTime('from', event.target.value)}
            />
            <TextInput
              type="time"
              size="xs"
              label={t('settings.to')}
              key={`to-${quiet.to}`}
              defaultValue={quiet.to}
              onBlur={(event) => event.target.value !== quiet.to && setTime('to', event.target.value)}
            />
          </Group>
          <Checkbox.Group
            mt="sm"
            label={t('settings.days')}
            value={quiet.days.map(String)}
            onChange={(days) => days.length > 0 && setQuiet({ days: days.map(Number) })}
          >
            <Group gap="md" mt={4}>
              {DAYS.map((day) => (
                <Checkbox
                  key={day}
                  size="xs"
                  value={String(day)}
                  label={weekday.format(SUNDAY + day * DAY_MS)}
                />
              ))}
            </Group>
          </Checkbox.Group>
        </>
      ) : null}
    </section>
  );
}
