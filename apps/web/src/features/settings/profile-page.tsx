import {
  Button,
  type MantineColorScheme,
  SegmentedControl,
  Select,
  Text,
  useMantineColorScheme,
} from '@mantine/core';
import { Initials } from '@pellucid/ui';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { SettingsLayout } from '@/app/shell/settings-layout';
import { LANGUAGES, type Language } from '@/lib/i18n/i18n';
import { problemText } from '@/lib/problem-text';
import { useMe } from '@/lib/session/use-me';
import { changeOwnLanguage } from '@/lib/session/own-language';
import classes from './settings.module.css';

const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', de: 'Deutsch' };

/** The user's own account: name, language and appearance. */
export default function ProfilePage() {
  return (
    <SettingsLayout part="profile">
      <Appearance />
    </SettingsLayout>
  );
}

function Appearance() {
  const { t, i18n } = useTranslation('settings');
  const { user, roles } = useMe();
  const choose = useMutation({ mutationFn: changeOwnLanguage });
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <section className={classes['card']}>
      <div className={classes['owner']}>
        <Initials name={user.name} size={40} isRound />
        <div className={classes['sessionText']}>
          <Text size="sm" fw={600}>
            {user.name}
          </Text>
          <span className={classes['sub']}>
            {user.email} ·{' '}
            {roles.map(({ key, name }) => t(`profile.roles.${key}`, { defaultValue: name })).join(', ')}
          </span>
        </div>
        <Button size="xs" variant="default" component={Link} to={`/members/${user.memberId}`}>
          {t('profile.details')}
        </Button>
      </div>
      <div className={`pl-form-row ${classes['grid']}`}>
        <div>
          <Text size="sm" fw={500} mb={4} id="scheme-label">
            {t('profile.scheme')}
          </Text>
          <SegmentedControl
            fullWidth
            aria-labelledby="scheme-label"
            value={colorScheme}
            data={(['light', 'dark', 'auto'] as const).map((value) => ({
              value,
              label: t(`profile.schemes.${value}`),
            }))}
            onChange={(value) => setColorScheme(value as MantineColorScheme)}
          />
        </div>
        <Select
          label={t('profile.language')}
          data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
          value={i18n.language}
          allowDeselect={false}
          description={t('profile.languageHelp')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          error={choose.isError ? problemText(choose.error) : undefined}
          onChange={(language) => language && choose.mutate(language as Language)}
        />
      </div>
    </section>
  );
}
