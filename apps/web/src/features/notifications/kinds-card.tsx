import { Checkbox, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { NotificationSettings, NotificationSettingsChange } from './api/settings';
import classes from './settings-page.module.css';

const MAIL = ['immediate', 'digest', 'off'] as const;

/** What is changed by a card of the settings. */
export interface SettingsCardProps {
  settings: NotificationSettings;
  onChange: (wish: NotificationSettingsChange) => void;
}

/** For each kind of notification, on which ways it comes. */
export function KindsCard({ settings, onChange }: SettingsCardProps) {
  const { t } = useTranslation('notifications');
  const change = (kind: string, wish: NonNullable<NotificationSettingsChange['kinds']>[string]) =>
    onChange({ kinds: { [kind]: wish } });
  return (
    <section className={classes['card']} aria-labelledby="notification-kinds">
      <h3 id="notification-kinds" className={classes['cardTitle']}>
        {t('settings.kinds')}
      </h3>
      <table className={classes['kinds']}>
        <thead>
          <tr>
            <th scope="col">{t('kind')}</th>
            <th scope="col">{t('settings.inApp')}</th>
            <th scope="col">{t('settings.mail')}</th>
          </tr>
        </thead>
        <tbody>
          {settings.kinds.map(({ kind, label, inApp, mail }) => (
            <tr key={kind}>
              <th scope="row">{label}</th>
              <td>
                <Checkbox
                  aria-label={t('settings.inAppOf', { kind: label })}
                  checked={inApp}
                  onChange={(event) => change(kind, { inApp: event.currentTarget.checked })}
                />
              </td>
              <td>
                <Select
                  size="xs"
                  aria-label={t('settings.mailOf', { kind: label })}
                  data={MAIL.map((value) => ({ value, label: t(`settings.mails.${value}`) }))}
                  value={mail}
                  allowDeselect={false}
                  onChange={(value) => {
                    const choice = MAIL.find((each) => each === value);
                    if (choice) change(kind, { mail: choice });
                  }}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
